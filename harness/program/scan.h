/* One line of a program's text, read word by word. After the first error every function fails. */
#ifndef SLEY_PROGRAM_SCAN_H
#define SLEY_PROGRAM_SCAN_H

#include "program/program.h"

struct sley_scan {
    const char *at; /* the next character; the line ends at a newline, a '#' or the text's end */
    const char *line_begin;
    uint32_t line; /* from 1 */
    struct sley_error *error;
    bool failed;
};

/* Skips blanks; whether the line is over. */
bool sley_scan_over(struct sley_scan *scan);

/* Takes text if it comes next. */
bool sley_scan_take(struct sley_scan *scan, const char *text);

/* Takes text, or fails saying that it was expected. */
bool sley_scan_expect(struct sley_scan *scan, const char *text);

/* Takes a name ([A-Za-z_][A-Za-z0-9_]*) into name. Fails if there is none. */
bool sley_scan_name(struct sley_scan *scan, char name[SLEY_PROGRAM_NAME]);

/* Takes a whole number, with a sign perhaps, of at most 60 bits. */
bool sley_scan_number(struct sley_scan *scan, int64_t *number);

/* Takes a number, None, True, False or 'text'. */
bool sley_scan_constant(struct sley_scan *scan, struct sley_program *program, uint64_t *value);

/* Fails with "line N: " and the formatted text, unless something failed before. Returns false. */
bool sley_scan_fail(struct sley_scan *scan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
