/* Masks of signals, and waiting for one. */
#include "pthread/cancel.h"
#include "pthread/cleanup.h"
#include "pthread/deadline.h"
#include "pthread/front.h"
#include "pthread/interrupt.h"
#include "pthread/signals.h"
#include "pthread/sigtable.h"

#include <errno.h>

static char a_signal; /* what reports call that which is waited for */

/* 0 or an error number. */
static int
change_mask(int how, const sigset_t *set, sigset_t *former)
{
    struct sley_thread *self = sley_thread_self();
    uint64_t old = self->mask;
    uint64_t signals = set ? sley_signals_of_set(set) : 0;
    if (set && how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK) {
        return EINVAL;
    }
    if (set) {
        uint64_t mask = how == SIG_SETMASK ? signals
                        : how == SIG_BLOCK ? old | signals
                                           : old & ~signals;
        self->mask = sley_signals_blockable(mask);
    }
    if (former) {
        sley_set_of_signals(former, old);
    }
    if (self->mask != old) {
        sley_thread_attend(false);
    }
    return 0;
}

int
sley_pthread_sigmask(int how, const sigset_t *set, sigset_t *former)
{
    return sley_running() ? change_mask(how, set, former) : 0;
}

int
sley_sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict former)
{
    int error = sley_running() ? change_mask(how, set, former) : 0;
    errno = error != 0 ? error : errno;
    return error != 0 ? -1 : 0;
}

int
sley_sigpending(sigset_t *set)
{
    uint64_t pending = 0;
    if (sley_running()) {
        sley_point(SLEY_OP_TAKE_SIGNAL, (uintptr_t)&a_signal, SLEY_CALLER());
        pending = sley_pending_of(sley_engine.task) & sley_thread_self()->mask;
    }
    sley_set_of_signals(set, pending);
    return 0;
}

int
sley_sigaltstack(const stack_t *restrict stack, stack_t *restrict former)
{
    if (!sley_running()) {
        return 0;
    }
    struct sley_thread *self = sley_thread_self();
    stack_t old = {.ss_flags = SS_DISABLE};
    if (self->signal_stack_set) {
        old = self->signal_stack;
    }
    if (stack) {
        self->signal_stack_set = true;
        self->signal_stack = *stack; /* kept, but handlers run on the task's own stack */
    }
    if (former) {
        *former = old;
    }
    return 0;
}

/* Waits until the gate of the current task opens, which only a signal in `awaited` does. */
static enum sley_waited
wait_for(uint64_t awaited, struct sley_deadline deadline, enum sley_restart restart, uintptr_t pc)
{
    struct sley_thread *self = sley_thread_self();
    sley_gate_init(&self->signal_gate, SLEY_WAIT_SIGNAL, (uintptr_t)&a_signal);
    self->signal_gate.open = (sley_pending_of(sley_engine.task) & awaited) != 0;
    self->awaited = awaited;
    enum sley_waited waited =
        sley_wait_interruptible(SLEY_OP_TAKE_SIGNAL, &self->signal_gate, deadline, restart, pc);
    self->awaited = 0;
    return waited;
}

static void
forget_awaited(void *argument)
{
    struct sley_thread *self = argument;
    self->awaited = 0;
}

/* Takes a signal of the set. 0 or an error number. */
static int
take(const sigset_t *set, siginfo_t *info, struct sley_deadline deadline, enum sley_restart restart,
     uintptr_t pc)
{
    uint64_t awaited = sley_signals_blockable(sley_signals_of_set(set));
    struct sley_cleanup_hook hook;
    sley_cleanup_hook_begin(&hook, forget_awaited, sley_thread_self());
    enum sley_waited waited;
    bool taken = false;
    do {
        waited = wait_for(awaited, deadline, restart, pc);
        /* Another task may have taken one that was sent to the process. */
        taken = waited == SLEY_WAITED_OPEN && sley_pending_take(awaited, info);
    } while (waited == SLEY_WAITED_OPEN && !taken);
    sley_cleanup_hook_end(&hook);
    if (taken) {
        sley_signals_know();
        return 0;
    }
    return waited == SLEY_WAITED_EINTR ? EINTR : EAGAIN;
}

/* What sigwaitinfo and sigtimedwait return for an error number. */
static int
taken_or_error(int error, const siginfo_t *taken, siginfo_t *info)
{
    if (error != 0) {
        errno = error;
        return -1;
    }
    if (info) {
        *info = *taken;
    }
    return taken->si_signo;
}

int
sley_sigwait(const sigset_t *restrict set, int *restrict signal)
{
    siginfo_t info;
    if (!sley_running()) {
        return EINVAL;
    }
    int error = take(set, &info, sley_deadline_none(), SLEY_RESTART_ALWAYS, SLEY_CALLER());
    if (error == 0) {
        *signal = info.si_signo;
    }
    return error;
}

int
sley_sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
    siginfo_t taken = {0};
    uintptr_t pc = SLEY_CALLER();
    int error =
        sley_running() ? take(set, &taken, sley_deadline_none(), SLEY_RESTART_NEVER, pc) : EINVAL;
    return taken_or_error(error, &taken, info);
}

int
sley_sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                  const struct timespec *restrict duration)
{
    siginfo_t taken = {0};
    uintptr_t pc = SLEY_CALLER();
    struct sley_deadline deadline = sley_deadline_none();
    int error = sley_running() ? 0 : EINVAL;
    if (error == 0 && duration) {
        deadline = sley_deadline_in(duration);
        error = deadline.error == EINVAL ? EINVAL : 0;
    }
    if (error == 0) {
        error = take(set, &taken, deadline, SLEY_RESTART_NEVER, pc);
    }
    return taken_or_error(error, &taken, info);
}

static void
mask_back(void *argument)
{
    const uint64_t *mask = argument;
    sley_thread_self()->mask = *mask;
}

/* Waits until a handler has run under a mask. Always -1. */
static int
suspend(uint64_t mask, uintptr_t pc)
{
    struct sley_thread *self = sley_thread_self();
    uint64_t outer = self->mask;
    struct sley_cleanup_hook hook;
    sley_cleanup_hook_begin(&hook, mask_back, &outer);
    sley_cancel_point(pc);
    sley_point(SLEY_OP_TAKE_SIGNAL, (uintptr_t)&a_signal, pc);
    self->mask = sley_signals_blockable(mask);
    bool handled = sley_signals_deliver() != SLEY_HANDLED_NONE;
    while (!handled) {
        handled = wait_for(0, sley_deadline_none(), SLEY_RESTART_NEVER, pc) == SLEY_WAITED_EINTR;
    }
    sley_cleanup_hook_end(&hook);
    self->mask = outer;
    sley_signals_deliver();
    errno = EINTR;
    return -1;
}

int
sley_sigsuspend(const sigset_t *mask)
{
    return sley_running() ? suspend(sley_signals_of_set(mask), SLEY_CALLER()) : -1;
}

int
sley_signal_pause(void)
{
    return sley_running() ? suspend(sley_thread_self()->mask, SLEY_CALLER()) : -1;
}
