/* Sending signals, and what happens in the task that one is delivered to. A handler runs on its
 * task's stack, as part of the task, before the task's next operation. */
#include "pthread/signals.h"

#include "pthread/front.h"
#include "pthread/interrupt.h"
#include "pthread/process.h"
#include "pthread/sigtable.h"

#include <errno.h>
#include <string.h>
#include <ucontext.h>

static struct sley_clock said;
static uint32_t said_serial; /* the run that it speaks of */

static char process_itself; /* what reports call the one that kill names */

struct sley_clock *
sley_signals_clock(void)
{
    if (said_serial != sley_engine.serial) {
        said_serial = sley_engine.serial;
        sley_clock_init(&said);
    }
    return &said;
}

void
sley_signals_know(void)
{
    sley_clock_acquire(&sley_thread_self()->told);
    sley_clock_acquire(sley_signals_clock());
}

static void
call_handler(const struct sigaction *action, siginfo_t *info)
{
    struct sley_thread *self = sley_thread_self();
    uint64_t outer = self->mask;
    uint64_t own = action->sa_flags & SA_NODEFER ? 0 : sley_signal_bit(info->si_signo);
    self->mask |= sley_signals_of_set(&action->sa_mask) | own;
    sley_signals_know();
    if (action->sa_flags & SA_SIGINFO) {
        ucontext_t context;
        memset(&context, 0, sizeof context);
        sley_set_of_signals(&context.uc_sigmask, outer);
        action->sa_sigaction(info->si_signo, info, &context);
        outer = sley_signals_of_set(&context.uc_sigmask); /* a handler may change what comes back */
    } else {
        action->sa_handler(info->si_signo);
    }
    self->mask = outer;
}

/* Does what the program said of a signal that the current task has just taken. */
static enum sley_handled
handle(siginfo_t *info)
{
    struct sigaction action = *sley_signal_action(info->si_signo);
    if (sley_signal_is_ignored(info->si_signo)) {
        return SLEY_HANDLED_NONE;
    }
    if (action.sa_handler == SIG_DFL) {
        sley_process_signalled(info->si_signo, 0);
    }
    if (action.sa_flags & (int)SA_RESETHAND) {
        sley_signal_action(info->si_signo)->sa_handler = SIG_DFL;
    }
    call_handler(&action, info);
    return action.sa_flags & SA_RESTART ? SLEY_HANDLED_RESTARTS : SLEY_HANDLED_BREAKS;
}

enum sley_handled
sley_signals_deliver(void)
{
    enum sley_handled handled = SLEY_HANDLED_NONE;
    siginfo_t info;
    while (sley_pending_take(~sley_thread_self()->mask, &info)) {
        enum sley_handled one = handle(&info);
        handled = one > handled ? one : handled;
    }
    return handled;
}

bool
sley_signals_handle(int signal)
{
    struct sigaction action = *sley_signal_action(signal);
    siginfo_t info = {.si_signo = signal, .si_code = SI_TKILL};
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) {
        return false;
    }
    call_handler(&action, &info);
    return true;
}

/* Delivers what is pending for a task: now, at its next operation, or by ending its wait. */
static void
notify(uint32_t task)
{
    struct sley_thread *thread = sley_thread_of(task);
    uint64_t pending = sley_pending_of(task);
    if (pending & thread->awaited) {
        sley_gate_set(&thread->signal_gate, true);
    } else if (!(pending & ~thread->mask)) {
        return;
    } else if (task == sley_engine.task) {
        sley_thread_attend(false);
    } else {
        sley_task_interrupt(task, sley_thread_attend);
    }
}

static bool
takes(const struct sley_thread *thread, int signal)
{
    return (thread->awaited | ~thread->mask) & sley_signal_bit(signal);
}

/* Whether the signal ends the process whatever its tasks would do next. */
static bool
ends_process(int signal, bool somebody_takes_it)
{
    bool by_default = sley_signal_action(signal)->sa_handler == SIG_DFL &&
                      sley_signal_default(signal) == SLEY_SIGNAL_ENDS;
    return signal == SIGKILL || (by_default && somebody_takes_it);
}

/* Sends a signal to one task. 0 or an error number. */
static int
send_to_task(uint32_t task, const siginfo_t *info, uintptr_t pc)
{
    int signal = info->si_signo;
    struct sley_thread *thread = sley_thread_of(task);
    bool awaited = thread->awaited & sley_signal_bit(signal);
    if (ends_process(signal, takes(thread, signal) && !awaited)) {
        sley_process_signalled(signal, pc);
    }
    if (takes(thread, signal) && !awaited && sley_signal_is_ignored(signal)) {
        return 0;
    }
    sley_clock_release(&thread->told);
    if (!sley_pending_add(task, info)) {
        return EAGAIN;
    }
    notify(task);
    return 0;
}

/* The tasks of the current process that would take the signal, ascending. */
static uint32_t
takers(int signal, uint32_t tasks[SLEY_TASKS_MAX])
{
    struct sley_engine *e = &sley_engine;
    uint32_t count = 0;
    for (uint32_t t = 0; t < e->task_count; t++) {
        const struct sley_task *task = &e->task_table[t];
        bool alive = task->state == SLEY_TASK_RUNNABLE || task->state == SLEY_TASK_BLOCKED;
        if (alive && task->process == sley_current()->process && takes(sley_thread_of(t), signal)) {
            tasks[count++] = t;
        }
    }
    return count;
}

/* Sends a signal to the process: which of the tasks that do not block it takes it is a choice. */
static int
send_to_process(const siginfo_t *info, uintptr_t pc)
{
    uint32_t tasks[SLEY_TASKS_MAX];
    uint32_t count = takers(info->si_signo, tasks);
    if (count > 0) {
        return send_to_task(tasks[sley_choose(SLEY_CHOICE_OUTSIDE, count)], info, pc);
    }
    if (ends_process(info->si_signo, false)) {
        sley_process_signalled(info->si_signo, pc);
    }
    sley_clock_release(sley_signals_clock());
    return sley_pending_add(SLEY_TASKS_MAX, info) ? 0 : EAGAIN;
}

static bool
is_signal(int signal)
{
    return signal >= 0 && signal <= SLEY_SIGNALS;
}

static siginfo_t
info_of(int signal, int code)
{
    siginfo_t info = {.si_signo = signal, .si_code = code};
    info.si_pid = getpid();
    info.si_uid = getuid();
    return info;
}

static int
send_to_thread(pthread_t id, siginfo_t info, uintptr_t pc)
{
    uint32_t task;
    struct sley_thread *thread = sley_thread_reach(id, &task, "signal", pc);
    if (!thread) {
        return ESRCH;
    }
    if (!is_signal(info.si_signo)) {
        return EINVAL;
    }
    sley_point(SLEY_OP_SEND_SIGNAL, (uintptr_t)&sley_engine.task_table[task].done, pc);
    bool alive = sley_thread_find(id, &task) == thread &&
                 sley_engine.task_table[task].state != SLEY_TASK_DONE;
    return alive && info.si_signo != 0 ? send_to_task(task, &info, pc) : 0;
}

/* kill and sigqueue: only the process itself can be reached. */
static int
send_to_id(pid_t process, siginfo_t info, uintptr_t pc)
{
    int error = !is_signal(info.si_signo)             ? EINVAL
                : process != 0 && process != getpid() ? EPERM
                                                      : 0;
    if (error == 0) {
        sley_point(SLEY_OP_SEND_SIGNAL, (uintptr_t)&process_itself, pc);
        error = info.si_signo != 0 ? send_to_process(&info, pc) : 0;
    }
    if (error != 0) {
        errno = error;
        return -1;
    }
    return 0;
}

int
sley_pthread_kill(pthread_t id, int signal)
{
    return sley_running() ? send_to_thread(id, info_of(signal, SI_TKILL), SLEY_CALLER()) : ESRCH;
}

int
sley_pthread_sigqueue(pthread_t id, int signal, const union sigval value)
{
    siginfo_t info = info_of(signal, SI_QUEUE);
    info.si_value = value;
    return sley_running() ? send_to_thread(id, info, SLEY_CALLER()) : ESRCH;
}

int
sley_tgkill(pid_t process, pid_t task, int signal)
{
    uintptr_t pc = SLEY_CALLER();
    uint32_t index = (uint32_t)task - 1; /* as gettid says */
    if (!sley_running() || process != getpid() || index >= sley_engine.task_count) {
        errno = ESRCH;
        return -1;
    }
    int error = send_to_thread(sley_thread_id(index), info_of(signal, SI_TKILL), pc);
    errno = error != 0 ? error : errno;
    return error != 0 ? -1 : 0;
}

int
sley_signal_raise(int signal)
{
    if (!sley_running()) {
        return raise(signal);
    }
    int error = send_to_thread(sley_pthread_self(), info_of(signal, SI_TKILL), SLEY_CALLER());
    errno = error != 0 ? error : errno;
    return error != 0 ? -1 : 0;
}

int
sley_signal_kill(pid_t process, int signal)
{
    return sley_running() ? send_to_id(process, info_of(signal, SI_USER), SLEY_CALLER())
                          : kill(process, signal);
}

int
sley_sigqueue(pid_t process, int signal, const union sigval value)
{
    siginfo_t info = info_of(signal, SI_QUEUE);
    info.si_value = value;
    return sley_running() ? send_to_id(process, info, SLEY_CALLER())
                          : sigqueue(process, signal, value);
}
