/* Crashes of the code under test, caught within the process that runs it. */
#ifndef SLEY_CAMPAIGN_SIGNALS_H
#define SLEY_CAMPAIGN_SIGNALS_H

#include <sley/status.h>

/* Installs the handlers: a fatal signal of the code under test, or a second of CPU time (half a
 * minute of time, when it blocks in the kernel) without a scheduling point, becomes a verdict in
 * the current run's result, and the process exits with SLEY_EXIT_RECORDED. Once, in a worker. */
enum sley_status sley_signals_install(struct sley_error *error);

/* Starts the timers, which a process does not inherit, in one forked from a worker. */
void sley_signals_rearm(void);

#endif
