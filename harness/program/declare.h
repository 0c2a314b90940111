/* The lines of a program's text that begin in its first column: what exists in it. */
#ifndef SLEY_PROGRAM_DECLARE_H
#define SLEY_PROGRAM_DECLARE_H

#include "program/scan.h"

enum sley_declared {
    SLEY_DECLARED_GLOBAL, /* a global or a C function: nothing follows that belongs to it */
    SLEY_DECLARED_FUNCTION,
    SLEY_DECLARED_CLASS,
};

/* Adds what the line declares to program; fills declared with what it was. */
bool sley_declare(struct sley_scan *scan, struct sley_program *program,
                  enum sley_declared *declared);

/* What the line declares, without adding it. */
enum sley_declared sley_declared_kind(const char *line);

/* What name stands for, unless it is a global with a cell: a function, class, C function, builtin
 * or exception. False: nothing of these. */
bool sley_declared_value(const struct sley_program *program, const char *name, uint64_t *value);

/* Number of the attribute of that name, added if it is new. */
bool sley_declare_attribute(struct sley_scan *scan, struct sley_program *program, const char *name,
                            uint64_t *index);

#endif
