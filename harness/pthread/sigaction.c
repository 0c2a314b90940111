/* What the program says of its signals. */
#include "engine/engine.h"
#include "pthread/front.h"
#include "pthread/signals.h"
#include "pthread/sigtable.h"

#include <errno.h>

static int
set_action(int signal, const struct sigaction *action, struct sigaction *former, uintptr_t pc)
{
    if (signal < 1 || signal > SLEY_SIGNALS ||
        (action && (signal == SIGKILL || signal == SIGSTOP))) {
        errno = EINVAL;
        return -1;
    }
    sley_point(SLEY_OP_SIGNAL_ACTION, 0, pc);
    struct sigaction *kept = sley_signal_action(signal);
    struct sigaction old = *kept;
    if (action) {
        sley_clock_release(sley_signals_clock());
        *kept = *action;
        sley_signal_mirror(signal);
        if (sley_signal_is_ignored(signal)) {
            sley_pending_drop(signal);
        }
    }
    if (former) {
        *former = old;
    }
    return 0;
}

int
sley_sigaction(int signal, const struct sigaction *restrict action,
               struct sigaction *restrict former)
{
    return sley_running() ? set_action(signal, action, former, SLEY_CALLER()) : 0;
}

static sighandler_t
set_handler(int signal, sighandler_t handler, int flags, uintptr_t pc)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    struct sigaction former = {.sa_handler = SIG_DFL};
    if (sley_running() && set_action(signal, &action, &former, pc) != 0) {
        return SIG_ERR;
    }
    return former.sa_handler;
}

sighandler_t
sley_signal(int signal, sighandler_t handler)
{
    return set_handler(signal, handler, SA_RESTART, SLEY_CALLER());
}

sighandler_t
sley___sysv_signal(int signal, sighandler_t handler)
{
    return set_handler(signal, handler, (int)SA_RESETHAND | SA_NODEFER, SLEY_CALLER());
}

int
sley_siginterrupt(int signal, int breaks)
{
    if (!sley_running()) {
        return 0;
    }
    if (signal < 1 || signal > SLEY_SIGNALS) {
        errno = EINVAL;
        return -1;
    }
    struct sigaction *action = sley_signal_action(signal);
    action->sa_flags = breaks ? action->sa_flags & ~SA_RESTART : action->sa_flags | SA_RESTART;
    return 0;
}
