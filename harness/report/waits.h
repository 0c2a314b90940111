/* What the tasks of a deadlock wait for. An operation that never came to pass is no event: it is
 * taken from the failures. */
#ifndef SLEY_REPORT_WAITS_H
#define SLEY_REPORT_WAITS_H

#include "report/select.h"

/* Adds a row for each task that waits at the end of the run, after all others. The selection has
 * room for SLEY_FAILURES_MAX * SLEY_CYCLE_MAX more rows. */
void sley_waits_add(struct sley_selection *selection, const struct sley_run_result *result);

#endif
