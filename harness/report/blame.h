/* The steps that made a shared value wrong, when the failure itself only shows that it is. */
#ifndef SLEY_REPORT_BLAME_H
#define SLEY_REPORT_BLAME_H

#include "report/touches.h"

enum { SLEY_BLAME_MAX = 3 };

/* Fills indices (of capture's events, ascending) with the steps to blame for the value that the
 * failing task read last of what tasks share, and returns how many. A lost update is three: the
 * read that became stale, the write in between, the write that undid it. Otherwise the last write,
 * if it is another task's, and the read that met it. 0: nothing of the kind. */
uint32_t sley_blame(const struct sley_capture *capture, const struct sley_touches *touches,
                    const struct sley_failure *failure, uint32_t indices[SLEY_BLAME_MAX]);

#endif
