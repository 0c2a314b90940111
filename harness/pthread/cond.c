/* Condition variables. From a signal to the wake-up there is no happens-before of its own, only
 * that of the mutex, as POSIX has it and as ThreadSanitizer models it. */
#include "pthread/cond.h"

#include "pthread/cancel.h"
#include "pthread/front.h"
#include "pthread/interrupt.h"
#include "pthread/lock.h"
#include "pthread/thread.h"

#include <errno.h>

int
sley_cond_init(void *cond, clockid_t clock, uintptr_t pc)
{
    struct sley_object *o = sley_object_init(cond, SLEY_OBJECT_CONDITION, pc);
    if (!o) {
        return EBUSY;
    }
    o->type = (uint8_t)clock;
    return 0;
}

/* Whether this wait returns at once without a signal. */
static bool
is_spurious(void)
{
    struct sley_engine *e = &sley_engine;
    if (e->spurious_count >= e->options->spurious_max ||
        sley_choose(SLEY_CHOICE_SPURIOUS, 2) == 0) {
        return false;
    }
    e->spurious_count++;
    return true;
}

static int
check_wait(struct sley_object *o, const struct sley_object *m, uintptr_t pc)
{
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (!sley_lock_is_mine(m)) {
        return sley_object_misuse(o, pc, EPERM,
                                  "wait on a condition variable without holding its mutex");
    }
    if (o->queue.count > 0 && o->mutex != m->address) {
        return sley_object_misuse(o, pc, EINVAL,
                                  "wait on a condition variable with another mutex than others");
    }
    return 0;
}

/* Takes the mutex again. Handlers of a cancellation find it held, also of an asynchronous one. */
static void
retake(struct sley_object *mutex, uintptr_t pc)
{
    sley_cancel_shield(true);
    sley_lock_retake(mutex, pc);
    sley_cancel_shield(false);
}

int
sley_cond_wait(void *cond, void *mutex, struct sley_deadline deadline, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(cond, SLEY_OBJECT_CONDITION, pc);
    struct sley_object *m = sley_object_get(mutex, SLEY_OBJECT_MUTEX, pc);
    sley_point_two(SLEY_OP_WAIT, o->address, m->address, pc);
    int error = check_wait(o, m, pc);
    if (error != 0) {
        return error;
    }
    if (deadline.error == EINVAL) {
        return EINVAL;
    }
    sley_cancel_point(pc);
    o->mutex = m->address;
    sley_hold_release(m);
    struct sley_wait_rule former =
        sley_rule_begin((struct sley_wait_rule){SLEY_RESTART_ALWAYS, true});
    bool woken = is_spurious() || sley_queue_wait(&o->queue, o, deadline.at_ns, pc);
    sley_rule_end(former);
    retake(m, pc);
    if (!woken) {
        sley_cancel_point(pc); /* who was woken has taken a signal: it may not be lost */
    }
    if (!sley_object_alive(m, pc)) {
        return EINVAL;
    }
    return m->unusable ? ENOTRECOVERABLE : m->owner_died ? EOWNERDEAD : woken ? 0 : deadline.error;
}

int
sley_cond_signal(void *cond, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(cond, SLEY_OBJECT_CONDITION, pc);
    sley_point(SLEY_OP_SIGNAL, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (o->queue.count == 0) {
        o->lost = true;
        return 0;
    }
    sley_queue_wake(&o->queue, sley_choose(SLEY_CHOICE_WAITER, o->queue.count));
    return 0;
}

int
sley_cond_broadcast(void *cond, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(cond, SLEY_OBJECT_CONDITION, pc);
    sley_point(SLEY_OP_BROADCAST, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (o->queue.count == 0) {
        o->lost = true;
    }
    while (o->queue.count > 0) {
        sley_queue_wake(&o->queue, 0);
    }
    return 0;
}

int
sley_pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
    clockid_t clock = CLOCK_REALTIME;
    if (attributes) {
        pthread_condattr_getclock(attributes, &clock);
    }
    return sley_running() ? sley_cond_init(cond, clock, SLEY_CALLER())
                          : pthread_cond_init(cond, attributes);
}

int
sley_pthread_cond_destroy(pthread_cond_t *cond)
{
    return sley_running() ? sley_object_destroy(cond, SLEY_OBJECT_CONDITION, SLEY_CALLER()) : 0;
}

int
sley_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    return sley_running() ? sley_cond_wait(cond, mutex, sley_deadline_none(), SLEY_CALLER()) : 0;
}

int
sley_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_running()) {
        return ETIMEDOUT;
    }
    clockid_t clock = sley_object_get(cond, SLEY_OBJECT_CONDITION, pc)->type;
    return sley_cond_wait(cond, mutex, sley_deadline_at(clock, at), pc);
}

int
sley_pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
                            const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? sley_cond_wait(cond, mutex, sley_deadline_at(clock, at), pc)
                          : ETIMEDOUT;
}

int
sley_pthread_cond_signal(pthread_cond_t *cond)
{
    return sley_running() ? sley_cond_signal(cond, SLEY_CALLER()) : 0;
}

int
sley_pthread_cond_broadcast(pthread_cond_t *cond)
{
    return sley_running() ? sley_cond_broadcast(cond, SLEY_CALLER()) : 0;
}
