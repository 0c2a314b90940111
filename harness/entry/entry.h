/* What a program built by `sley cc` is told of its own run: by its main, in every run afresh. */
#ifndef SLEY_ENTRY_ENTRY_H
#define SLEY_ENTRY_ENTRY_H

#include <stdbool.h>

/* Stands in the file of every program that sley can explore. */
#define SLEY_ENTRY_MARKER(part) "sley-entry-1" part
#define SLEY_ENTRY_MARKER_END ": built by sley cc"
/* Stands beside it in those of the lane tsan. */
#define SLEY_ENTRY_MARKER_TSAN ": built for the lane tsan"

/* The program's arguments, argv[argc] NULL; set before the first run, never changed by one. */
extern int sley_entry_argc;
extern char **sley_entry_argv;

/* The user says that the program should not end with 0. Set with the arguments. */
extern bool sley_entry_zero_fails;

/* Sets the lane that the program was linked for, before its first run. prints: what that lane's
 * detector reports is shown in full. */
void sley_entry_lane(bool prints);

/* From now on it is known which blocks of libraries are live. */
void sley_entry_library_heap(void);

/* The property is known by the last part of the program's path. */
void sley_entry_name(const char *path);

/* Body of the property: the program's main as it was written, with a copy of the arguments. */
void sley_entry_body(void);

/* Calls the program's constructors in their order, and its destructors in the reverse. */
void sley_entry_construct(int argc, char **argv, char **environment);
void sley_entry_destroy(void);

/* Ends the run: an exception of that mangled type, with that text, was not caught. type NULL:
 * std::terminate was called without one; what NULL: it has no text. */
void sley_entry_terminate(const char *type, const char *what) __attribute__((noreturn));

/* Whether the shared libraries whose code the program holds are still those that it was linked
 * with; says of each other one what to do. */
bool sley_entry_libraries_fit(const char *program);

/* The exception state of the calling task. */
void *sley_entry_exceptions(void);

#endif
