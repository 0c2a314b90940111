/* Dispositions, and one queue of pending signals for all tasks of the run. */
#include "pthread/sigtable.h"

#include <string.h>

enum { QUEUE_MAX = 256 };

struct entry {
    uint32_t task; /* SLEY_TASKS_MAX: the process */
    siginfo_t info;
};

static struct sigaction actions[SLEY_SIGNALS + 1];
static struct entry queue[QUEUE_MAX]; /* [queue_count], in the order of their coming */
static uint32_t queue_count;
static uint32_t table_serial; /* the run that they speak of */
static uint64_t used;         /* actions that were handed out in it: bit number - 1 */

static bool pipe_ignored; /* by the system, for an earlier run or this one */

static void
begin(void)
{
    if (table_serial != sley_engine.serial) {
        table_serial = sley_engine.serial;
        if (pipe_ignored) {
            signal(SIGPIPE, SIG_DFL);
            pipe_ignored = false;
        }
        for (; used; used &= used - 1) {
            actions[__builtin_ctzll(used) + 1] = (struct sigaction){0};
        }
        queue_count = 0;
    }
}

uint64_t
sley_signals_of_set(const sigset_t *set)
{
    uint64_t signals;
    memcpy(&signals, set, sizeof signals);
    return signals;
}

void
sley_set_of_signals(sigset_t *set, uint64_t signals)
{
    sigemptyset(set);
    memcpy(set, &signals, sizeof signals);
}

struct sigaction *
sley_signal_action(int signal)
{
    begin();
    used |= (uint64_t)1 << (signal - 1);
    return &actions[signal];
}

void
sley_signal_mirror(int signal)
{
    if (signal == SIGPIPE) {
        pipe_ignored = actions[SIGPIPE].sa_handler != SIG_DFL;
        struct sigaction real = {.sa_handler = pipe_ignored ? SIG_IGN : SIG_DFL};
        sigaction(SIGPIPE, &real, NULL);
    }
}

enum sley_signal_default
sley_signal_default(int signal)
{
    switch (signal) {
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
    case SIGCONT:
    case SIGTSTP: /* no shell stops or continues a run */
    case SIGTTIN:
    case SIGTTOU:
    case SIGSTOP:
        return SLEY_SIGNAL_IGNORED;
    default:
        return SLEY_SIGNAL_ENDS;
    }
}

bool
sley_signal_is_ignored(int signal)
{
    const struct sigaction *action = sley_signal_action(signal);
    return action->sa_handler == SIG_IGN ||
           (action->sa_handler == SIG_DFL && sley_signal_default(signal) == SLEY_SIGNAL_IGNORED);
}

bool
sley_pending_add(uint32_t task, const siginfo_t *info)
{
    begin();
    for (uint32_t i = 0; i < queue_count && info->si_signo < SIGRTMIN; i++) {
        if (queue[i].task == task && queue[i].info.si_signo == info->si_signo) {
            return true; /* it is pending or not: only the real-time signals are counted */
        }
    }
    if (queue_count == QUEUE_MAX) {
        return false;
    }
    queue[queue_count++] = (struct entry){task, *info};
    return true;
}

uint64_t
sley_pending_of(uint32_t task)
{
    uint64_t signals = 0;
    begin();
    for (uint32_t i = 0; i < queue_count; i++) {
        if (queue[i].task == task || queue[i].task == SLEY_TASKS_MAX) {
            signals |= sley_signal_bit(queue[i].info.si_signo);
        }
    }
    return signals;
}

static void
remove_at(uint32_t index)
{
    queue_count--;
    memmove(&queue[index], &queue[index + 1], (queue_count - index) * sizeof queue[0]);
}

bool
sley_pending_take(uint64_t set, siginfo_t *info)
{
    uint32_t self = sley_engine.task;
    uint64_t ready = sley_pending_of(self) & set;
    if (ready == 0) {
        return false;
    }
    int lowest = __builtin_ctzll(ready) + 1;
    uint32_t best = QUEUE_MAX; /* the task's own come before those of the process */
    for (uint32_t i = queue_count; i > 0; i--) {
        const struct entry *entry = &queue[i - 1];
        bool own = entry->task == self;
        if (entry->info.si_signo == lowest && (own || entry->task == SLEY_TASKS_MAX) &&
            (own || best == QUEUE_MAX || queue[best].task != self)) {
            best = i - 1;
        }
    }
    *info = queue[best].info;
    remove_at(best);
    return true;
}

void
sley_pending_forget(uint32_t task)
{
    begin();
    for (uint32_t i = queue_count; i > 0; i--) {
        if (queue[i - 1].task == task) {
            remove_at(i - 1);
        }
    }
}

void
sley_pending_drop(int signal)
{
    begin();
    for (uint32_t i = queue_count; i > 0; i--) {
        if (queue[i - 1].info.si_signo == signal) {
            remove_at(i - 1);
        }
    }
}
