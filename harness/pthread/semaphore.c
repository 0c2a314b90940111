/* Unnamed semaphores. */
#include "pthread/deadline.h"
#include "pthread/front.h"
#include "pthread/interrupt.h"

#include <errno.h>
#include <limits.h>

/* What the functions of semaphores return for an error number. */
static int
result(int error)
{
    if (error == 0) {
        return 0;
    }
    errno = error;
    return -1;
}

static void
take(struct sley_object *o)
{
    o->count--;
    if (o->count == 0) {
        sley_gate_set(&o->gate, false);
    }
    sley_clock_acquire(&o->clock);
}

static int
wait(sem_t *semaphore, struct sley_deadline deadline, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(semaphore, SLEY_OBJECT_SEMAPHORE, pc);
    enum sley_waited waited =
        sley_wait_interruptible(SLEY_OP_SEM_WAIT, &o->gate, deadline, SLEY_RESTART_IF_SAID, pc);
    if (waited != SLEY_WAITED_OPEN) {
        return waited == SLEY_WAITED_EINTR ? EINTR : deadline.error;
    }
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    take(o);
    return 0;
}

static int
try_wait(sem_t *semaphore, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(semaphore, SLEY_OBJECT_SEMAPHORE, pc);
    sley_point(SLEY_OP_SEM_WAIT, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (o->count == 0) {
        sley_note_in_vain(sley_step(), 0);
        return EAGAIN;
    }
    take(o);
    return 0;
}

static int
post(sem_t *semaphore, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(semaphore, SLEY_OBJECT_SEMAPHORE, pc);
    sley_point(SLEY_OP_SEM_POST, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (o->count == SEM_VALUE_MAX) {
        return EOVERFLOW;
    }
    sley_clock_release(&o->clock);
    o->count++;
    sley_gate_set(&o->gate, true);
    return 0;
}

static int
get_value(sem_t *semaphore, int *value, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(semaphore, SLEY_OBJECT_SEMAPHORE, pc);
    sley_point(SLEY_OP_ATOMIC_LOAD, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    *value = (int)o->count;
    return 0;
}

int
sley_sem_init(sem_t *semaphore, int shared, unsigned value)
{
    if (!sley_running()) {
        return sem_init(semaphore, shared, value);
    }
    if (value > SEM_VALUE_MAX) {
        return result(EINVAL);
    }
    struct sley_object *o = sley_object_init(semaphore, SLEY_OBJECT_SEMAPHORE, SLEY_CALLER());
    if (!o) {
        return result(EBUSY);
    }
    o->count = value;
    sley_gate_set(&o->gate, value > 0);
    return 0;
}

int
sley_sem_destroy(sem_t *semaphore)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? result(sley_object_destroy(semaphore, SLEY_OBJECT_SEMAPHORE, pc)) : 0;
}

int
sley_sem_wait(sem_t *semaphore)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? result(wait(semaphore, sley_deadline_none(), pc)) : 0;
}

int
sley_sem_trywait(sem_t *semaphore)
{
    return sley_running() ? result(try_wait(semaphore, SLEY_CALLER())) : 0;
}

int
sley_sem_timedwait(sem_t *semaphore, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? result(wait(semaphore, sley_deadline_at(CLOCK_REALTIME, at), pc)) : 0;
}

int
sley_sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? result(wait(semaphore, sley_deadline_at(clock, at), pc)) : 0;
}

int
sley_sem_post(sem_t *semaphore)
{
    return sley_running() ? result(post(semaphore, SLEY_CALLER())) : 0;
}

int
sley_sem_getvalue(sem_t *semaphore, int *value)
{
    if (!sley_running()) {
        return sem_getvalue(semaphore, value);
    }
    return result(get_value(semaphore, value, SLEY_CALLER()));
}
