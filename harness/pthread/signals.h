/* Signals of the program under test. They are the run's own: no call reaches the system. */
#ifndef SLEY_PTHREAD_SIGNALS_H
#define SLEY_PTHREAD_SIGNALS_H

#include "engine/engine.h"

/* What came into the current task. */
enum sley_handled {
    SLEY_HANDLED_NONE,
    SLEY_HANDLED_RESTARTS, /* handlers ran, every one of them set with SA_RESTART */
    SLEY_HANDLED_BREAKS,   /* handlers ran, not every one of them so */
};

/* Takes every pending signal that the current task does not block, the lowest first, and does what
 * the program said: runs its handler on the task's stack, ignores it, or ends the run. */
enum sley_handled sley_signals_deliver(void);

/* What happens before every delivery in this run: what tasks did before they sent a signal to the
 * process, or said what is to become of one. */
struct sley_clock *sley_signals_clock(void);

/* The current task has taken a signal: it knows what was done before that was sent. */
void sley_signals_know(void);

/* Whether the program has set a handler for the signal. Runs it then, as abort does. */
bool sley_signals_handle(int signal);

#endif
