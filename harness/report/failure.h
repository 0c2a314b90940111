/* One verdict with its places, in words. */
#ifndef SLEY_REPORT_FAILURE_H
#define SLEY_REPORT_FAILURE_H

#include "engine/engine.h"
#include "report/symbol.h"

#include <stdio.h>

/* Prints the failure in one line, and one more for each further task or place that has a part in
 * it, indented by two blanks. symbolizer may be NULL: places and objects are addresses then. */
void sley_failure_print(FILE *out, struct sley_symbolizer *symbolizer,
                        const struct sley_failure *failure);

/* The failure of result that a report speaks of: the first one of the strongest verdict. NULL if
 * none was kept. */
const struct sley_failure *sley_failure_strongest(const struct sley_run_result *result);

/* Whether the second place of a heap failure is where the block was freed, rather than allocated.
 */
bool sley_failure_after_free(const struct sley_failure *failure);

#endif
