/* Mutexes. Adaptive ones are normal ones here: how long a real one spins is no behaviour. */
#include "pthread/mutex.h"
#include "pthread/attributes.h"
#include "pthread/deadline.h"
#include "pthread/front.h"
#include "pthread/lock.h"

#include <errno.h>

static bool
is_normal(const struct sley_object *o)
{
    return o->type != PTHREAD_MUTEX_RECURSIVE && o->type != PTHREAD_MUTEX_ERRORCHECK;
}

int
sley_mutex_init(void *mutex, int type, uintptr_t pc)
{
    struct sley_object *o = sley_object_init(mutex, SLEY_OBJECT_MUTEX, pc);
    if (!o) {
        return EBUSY;
    }
    o->type = (uint8_t)type;
    ((pthread_mutex_t *)mutex)->__data.__kind = type; /* a copy of the object keeps the type */
    return 0;
}

void
sley_mutex_set_robust(void *mutex, bool robust)
{
    sley_object_get(mutex, SLEY_OBJECT_MUTEX, 0)->robust = robust;
}

/* The owner locks a recursive or error-checking mutex once more. */
static int
lock_again(struct sley_object *o, enum sley_op op, int error, uintptr_t pc)
{
    sley_point(op, o->address, pc);
    if (o->type == PTHREAD_MUTEX_ERRORCHECK) {
        return error;
    }
    o->count++;
    return 0;
}

/* Whether a mutex with a priority ceiling must not be locked by the current task. */
static bool
is_too_high(const struct sley_object *o)
{
    return o->ceiling != 0 && sley_thread_self()->parameters.sched_priority > o->ceiling;
}

int
sley_mutex_lock(void *mutex, struct sley_deadline deadline, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(mutex, SLEY_OBJECT_MUTEX, pc);
    if (sley_lock_is_mine(o) && !is_normal(o)) {
        return lock_again(o, SLEY_OP_LOCK, EDEADLK, pc);
    }
    if (is_too_high(o)) {
        return EINVAL;
    }
    if (!sley_deadline_gate(SLEY_OP_LOCK, &o->gate, deadline, pc)) {
        sley_deadline_in_vain(sley_step(), deadline, false);
        return deadline.error;
    }
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (o->unusable) {
        return ENOTRECOVERABLE;
    }
    sley_lock_take(o, deadline.at_ns == UINT64_MAX, pc);
    return o->owner_died ? EOWNERDEAD : 0;
}

int
sley_mutex_trylock(void *mutex, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(mutex, SLEY_OBJECT_MUTEX, pc);
    if (sley_lock_is_mine(o) && !is_normal(o)) {
        return lock_again(o, SLEY_OP_TRYLOCK, EBUSY, pc);
    }
    if (is_too_high(o)) {
        return EINVAL;
    }
    sley_point(SLEY_OP_TRYLOCK, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (!o->gate.open) {
        sley_note_in_vain(sley_step(), 0);
        return EBUSY;
    }
    if (o->unusable) {
        return ENOTRECOVERABLE;
    }
    sley_lock_take(o, false, pc);
    return o->owner_died ? EOWNERDEAD : 0;
}

int
sley_mutex_consistent(void *mutex, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(mutex, SLEY_OBJECT_MUTEX, pc);
    sley_point(SLEY_OP_LOCK, o->address, pc);
    if (!sley_object_alive(o, pc) || !o->owner_died || !sley_lock_is_mine(o)) {
        return EINVAL;
    }
    o->owner_died = false;
    return 0;
}

int
sley_mutex_unlock(void *mutex, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(mutex, SLEY_OBJECT_MUTEX, pc);
    sley_point(SLEY_OP_UNLOCK, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    int error = sley_lock_check_owner(o, is_normal(o) && !o->robust, pc);
    if (error == 0) {
        o->unusable = o->owner_died && o->count == 1;
        sley_hold_release(o);
    }
    return error;
}

int
sley_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    int type = PTHREAD_MUTEX_NORMAL;
    int robust = PTHREAD_MUTEX_STALLED;
    int ceiling = 0;
    if (attributes) {
        int protocol = PTHREAD_PRIO_NONE;
        pthread_mutexattr_getprotocol(attributes, &protocol);
        if (protocol == PTHREAD_PRIO_PROTECT) {
            pthread_mutexattr_getprioceiling(attributes, &ceiling);
        }
        pthread_mutexattr_gettype(attributes, &type);
        pthread_mutexattr_getrobust(attributes, &robust);
    }
    if (!sley_running()) {
        return pthread_mutex_init(mutex, attributes);
    }
    int error = sley_mutex_init(mutex, type, SLEY_CALLER());
    if (error == 0) {
        struct sley_object *o = sley_object_get(mutex, SLEY_OBJECT_MUTEX, 0);
        o->robust = robust == PTHREAD_MUTEX_ROBUST;
        o->ceiling = (uint8_t)ceiling;
    }
    return error;
}

static int
set_ceiling(pthread_mutex_t *mutex, int ceiling, int *former, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(mutex, SLEY_OBJECT_MUTEX, pc);
    if (o->ceiling == 0 || !sley_attributes_valid(SCHED_FIFO, ceiling)) {
        return EINVAL;
    }
    bool mine = sley_lock_is_mine(o);
    int error = mine ? 0 : sley_mutex_lock(mutex, sley_deadline_none(), pc);
    if (error != 0) {
        return error;
    }
    if (former) {
        *former = o->ceiling;
    }
    o->ceiling = (uint8_t)ceiling;
    return mine ? 0 : sley_mutex_unlock(mutex, pc);
}

int
sley_pthread_mutex_setprioceiling(pthread_mutex_t *restrict mutex, int ceiling,
                                  int *restrict former)
{
    return sley_running() ? set_ceiling(mutex, ceiling, former, SLEY_CALLER()) : 0;
}

int
sley_pthread_mutex_getprioceiling(const pthread_mutex_t *restrict mutex, int *restrict ceiling)
{
    if (!sley_running()) {
        return EINVAL;
    }
    const struct sley_object *o =
        sley_object_get((void *)(uintptr_t)mutex, SLEY_OBJECT_MUTEX, SLEY_CALLER());
    if (o->ceiling == 0) {
        return EINVAL;
    }
    *ceiling = o->ceiling;
    return 0;
}

int
sley_pthread_mutex_consistent(pthread_mutex_t *mutex)
{
    return sley_running() ? sley_mutex_consistent(mutex, SLEY_CALLER()) : 0;
}

int
sley_pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    return sley_running() ? sley_object_destroy(mutex, SLEY_OBJECT_MUTEX, SLEY_CALLER()) : 0;
}

int
sley_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    return sley_running() ? sley_mutex_lock(mutex, sley_deadline_none(), SLEY_CALLER()) : 0;
}

int
sley_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    return sley_running() ? sley_mutex_trylock(mutex, SLEY_CALLER()) : 0;
}

int
sley_pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? sley_mutex_lock(mutex, sley_deadline_at(CLOCK_REALTIME, at), pc) : 0;
}

int
sley_pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? sley_mutex_lock(mutex, sley_deadline_at(clock, at), pc) : 0;
}

int
sley_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    return sley_running() ? sley_mutex_unlock(mutex, SLEY_CALLER()) : 0;
}
