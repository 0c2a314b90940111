/* The interleaving of a failing run as a table with a column for each task. */
#ifndef SLEY_REPORT_TABLE_H
#define SLEY_REPORT_TABLE_H

#include "campaign/capture.h"
#include "report/symbol.h"

#include <stdio.h>

/* All zero is the default. */
struct sley_table_options {
    bool all;          /* every recorded event, instead of those that matter to the failure */
    uint32_t width;    /* columns of the terminal; 0: 80; at least 40 are used */
    uint32_t rows_max; /* rows of steps without `all`; 0: 40 */
    bool color;        /* terminal escapes: the failure's own steps stand out */
};

/* Prints the table: of each step its number, what it did in the column of its task, and its place.
 * A '>' marks the failure's own steps; an empty line stands where another task goes on. No line is
 * wider than the width in the current locale's encoding. symbolizer and options may be NULL. */
void sley_table_print(FILE *out, struct sley_symbolizer *symbolizer,
                      const struct sley_capture *capture, const struct sley_table_options *options);

#endif
