/* Every recorded step of a run as a line of a file, for tools. */
#ifndef SLEY_REPORT_TRACE_H
#define SLEY_REPORT_TRACE_H

#include "campaign/capture.h"
#include "report/symbol.h"

#include <stdio.h>

/* Writes a header line that begins with '#', then of each event, separated by tabs: step, task, the
 * operation's letter, size in bytes, low half of the object's logical key (8 hexadecimal digits),
 * the value before the operation, place, and name of the object. "-" stands for what is unknown or
 * does not apply. No field is an address of the process, so equal runs have equal bytes.
 * symbolizer may be NULL: places and globals are "-". */
void sley_trace_write(FILE *out, struct sley_symbolizer *symbolizer,
                      const struct sley_capture *capture);

#endif
