/* Cancellation: a flag of the thread. A deferred one is acted on at cancellation points, and ends
 * the wait of a task that is blocked at one; an asynchronous one at the next scheduling point. */
#include "pthread/cancel.h"

#include "pthread/front.h"
#include "pthread/interrupt.h"

#include <errno.h>

bool
sley_cancel_is_due(const struct sley_thread *thread)
{
    return thread->cancel_asked && !thread->cancel_off;
}

void
sley_cancel_act(void)
{
    sley_clock_acquire(&sley_thread_self()->told);
    sley_thread_exit(PTHREAD_CANCELED);
}

void
sley_cancel_point(uintptr_t pc)
{
    (void)pc; /* for reports of what the handlers then do, the stack says it better */
    if (sley_running() && sley_cancel_is_due(sley_thread_self())) {
        sley_cancel_act();
    }
}

void
sley_cancel_shield(bool on)
{
    struct sley_thread *self = sley_thread_self();
    self->shielded = on;
    if (!on && sley_cancel_is_due(self) && self->cancel_async) {
        sley_task_interrupt(sley_engine.task, sley_thread_attend); /* at its next point */
    }
}

static void
act_at_once(void)
{
    struct sley_thread *self = sley_thread_self();
    if (sley_cancel_is_due(self) && self->cancel_async) {
        sley_cancel_act();
    }
}

int
sley_pthread_cancel(pthread_t id)
{
    uintptr_t pc = SLEY_CALLER();
    uint32_t task;
    if (!sley_running()) {
        return ESRCH;
    }
    struct sley_thread *thread = sley_thread_reach(id, &task, "cancellation", pc);
    if (!thread) {
        return ESRCH;
    }
    sley_point(SLEY_OP_CANCEL, (uintptr_t)&sley_engine.task_table[task].done, pc);
    if (sley_thread_find(id, &task) != thread) {
        return ESRCH;
    }
    if (sley_engine.task_table[task].state == SLEY_TASK_DONE) {
        return 0;
    }
    sley_clock_release(&thread->told);
    thread->cancel_asked = true;
    if (task == sley_engine.task) {
        act_at_once();
    } else if (sley_cancel_is_due(thread) && (thread->rule.cancels || thread->cancel_async)) {
        sley_task_interrupt(task, sley_thread_attend);
    }
    return 0;
}

void
sley_pthread_testcancel(void)
{
    uintptr_t pc = SLEY_CALLER();
    if (sley_running()) {
        /* A loop of nothing else must let others run. */
        sley_point(SLEY_OP_CANCEL_POINT, (uintptr_t)&sley_current()->done, pc);
        sley_cancel_point(pc);
    }
}

int
sley_pthread_setcancelstate(int state, int *former)
{
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) {
        return EINVAL;
    }
    if (!sley_running()) {
        return pthread_setcancelstate(state, former);
    }
    struct sley_thread *self = sley_thread_self();
    if (former) {
        *former = self->cancel_off ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
    }
    self->cancel_off = state == PTHREAD_CANCEL_DISABLE || self->unwinding;
    act_at_once();
    return 0;
}

int
sley_pthread_setcanceltype(int type, int *former)
{
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) {
        return EINVAL;
    }
    if (!sley_running()) {
        return pthread_setcanceltype(type, former);
    }
    struct sley_thread *self = sley_thread_self();
    if (former) {
        *former = self->cancel_async ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
    }
    self->cancel_async = type == PTHREAD_CANCEL_ASYNCHRONOUS;
    act_at_once();
    return 0;
}
