/* What the functions of signals share: dispositions and pending signals of the run. */
#ifndef SLEY_PTHREAD_SIGTABLE_H
#define SLEY_PTHREAD_SIGTABLE_H

#include "pthread/thread.h"

#include <signal.h>

enum { SLEY_SIGNALS = 64 }; /* numbers 1..64 */

static inline uint64_t
sley_signal_bit(int signal)
{
    return (uint64_t)1 << (signal - 1);
}

/* Without the two that nobody can block or wait for. */
static inline uint64_t
sley_signals_blockable(uint64_t signals)
{
    return signals & ~(sley_signal_bit(SIGKILL) | sley_signal_bit(SIGSTOP));
}

/* Bit n - 1 of glibc's sigset_t is signal n, as in the kernel's. */
uint64_t sley_signals_of_set(const sigset_t *set);
void sley_set_of_signals(sigset_t *set, uint64_t signals);

/* The disposition of a signal, 1..64, in this run. */
struct sigaction *sley_signal_action(int signal);

/* After a change of its disposition: a SIGPIPE that the program does not want to end it must not
 * come from the system either, which sends it for what the program writes. */
void sley_signal_mirror(int signal);

/* What the system does with a signal that has no handler. */
enum sley_signal_default { SLEY_SIGNAL_ENDS, SLEY_SIGNAL_IGNORED };
enum sley_signal_default sley_signal_default(int signal);

/* Whether the signal would be thrown away if nobody blocked it. */
bool sley_signal_is_ignored(int signal);

/* Adds a pending signal, of a task or (SLEY_TASKS_MAX) of the process. What the current task knows
 * happens before its delivery. False: the queue is full. */
bool sley_pending_add(uint32_t task, const siginfo_t *info);

/* Pending signals that the task could take: its own and those of the process. */
uint64_t sley_pending_of(uint32_t task);

/* Takes the lowest of the signals in a set that are pending for the current task; false: none. */
bool sley_pending_take(uint64_t set, siginfo_t *info);

/* Throws away what is pending for a task: the slot is another thread's now. */
void sley_pending_forget(uint32_t task);

/* Throws a pending signal away, wherever it is pending. */
void sley_pending_drop(int signal);

#endif
