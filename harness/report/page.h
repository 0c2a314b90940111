/* A run, or two of the same failure, as one HTML file: lanes over steps, values, locks, source. */
#ifndef SLEY_REPORT_PAGE_H
#define SLEY_REPORT_PAGE_H

#include "campaign/capture.h"
#include "report/symbol.h"

#include <jansson.h>
#include <stdio.h>

/* What stands above the runs; strings are borrowed. */
struct sley_page_head {
    const char *property;
    const char *says;
    const char *claim; /* id and source, or "" */
    const char *model;
    const char *version; /* of the harness and the compiler */
};

/* The run of capture as the page needs it: every event in columns, with tables of the texts that
 * repeat, and the source lines that it touched as far as their files can be read. title and command
 * (the line that replays it) are copied. NULL: no memory. The caller owns the result. */
json_t *sley_page_run(struct sley_symbolizer *symbolizer, const struct sley_capture *capture,
                      const char *title, const char *command);

/* Writes the whole page: nothing is loaded from elsewhere. runs: an array of sley_page_run,
 * borrowed. False: no memory, or the file cannot be written. */
bool sley_page_write(FILE *out, const struct sley_page_head *head, json_t *runs);

#endif
