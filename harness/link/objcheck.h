/* The link-time check: may a relocatable object run under the harness? */
#ifndef SLEY_LINK_OBJCHECK_H
#define SLEY_LINK_OBJCHECK_H

#include <sley/status.h>

/* Reads the object of code under test after its names were redirected (objcopy --redefine-syms
 * with the output of sley-redirect), and reports what would escape the harness: native
 * thread-local storage, missing instrumentation, thread and heap functions that would reach libc
 * or are refused, and files that are no plain relocatable object.
 *
 * path: a file; problems name it as it is written here. report: called once per problem with
 * context and one line without newline, which is valid during the call only. problem_count: is
 * filled with the number of problems, 0 for an object that may be linked; also when an error
 * follows. error: NULL allowed.
 *
 * Returns SLEY_OK with or without problems; SLEY_ERROR_IO if the file cannot be read or is a
 * damaged ELF file; SLEY_ERROR_SYSTEM if libelf does not fit.
 *
 * Departure: instrumentation is judged for the object as a whole, so that an object made with
 * ld -r passes when one of its parts is instrumented. */
enum sley_status sley_objcheck(const char *path, void (*report)(void *context, const char *line),
                               void *context, unsigned *problem_count, struct sley_error *error);

#endif
