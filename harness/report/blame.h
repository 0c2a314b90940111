/* The steps that led to a failure which itself only shows what came of them. */
#ifndef SLEY_REPORT_BLAME_H
#define SLEY_REPORT_BLAME_H

#include "report/touches.h"

enum { SLEY_BLAME_MAX = 16 };

/* Fills indices (of capture's events) with the steps to blame for the failure beside its own, and
 * returns how many:
 * - of a cycle, a self-deadlock, an orphaned lock: where each lock was taken;
 * - of a lost wake-up: the signal that came when no task waited;
 * - of a misuse: what another task (else the same one) did with the object before;
 * - of a livelock, a step bound: what each task that still ran did last;
 * - of a leak: the start of each task that did not end, and what it did last;
 * - else of the value that the failing task read last of what tasks share. A lost update is three:
 *   the read that became stale, the write in between, the write that undid it. Otherwise the last
 *   write, if it is another task's, and the read that met it. 0: nothing of the kind. */
uint32_t sley_blame(const struct sley_capture *capture, const struct sley_touches *touches,
                    const struct sley_failure *failure, uint32_t indices[SLEY_BLAME_MAX]);

#endif
