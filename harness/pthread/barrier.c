/* Barriers. Every arrival of a round happens before every departure of it; two clocks take turns,
 * so that who arrives for the next round early is not taken for one of this. */
#include "pthread/front.h"
#include "pthread/thread.h"

#include <errno.h>

static int
wait(pthread_barrier_t *barrier, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(barrier, SLEY_OBJECT_BARRIER, pc);
    sley_point(SLEY_OP_BARRIER, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    struct sley_clock *clock = o->type ? &o->other : &o->clock;
    if (o->arrived == 0) {
        sley_clock_init(clock);
    }
    sley_clock_release(clock);
    if (++o->arrived < o->count) {
        sley_queue_wait(&o->queue, o, UINT64_MAX, pc);
        sley_clock_acquire(clock);
        return 0;
    }
    o->arrived = 0;
    o->type = !o->type;
    while (o->queue.count > 0) {
        sley_queue_wake(&o->queue, 0);
    }
    sley_clock_acquire(clock);
    return PTHREAD_BARRIER_SERIAL_THREAD;
}

int
sley_pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes,
                          unsigned count)
{
    if (!sley_running()) {
        return pthread_barrier_init(barrier, attributes, count);
    }
    if (count == 0) {
        return EINVAL;
    }
    struct sley_object *o = sley_object_init(barrier, SLEY_OBJECT_BARRIER, SLEY_CALLER());
    if (!o) {
        return EBUSY;
    }
    o->count = count;
    return 0;
}

int
sley_pthread_barrier_destroy(pthread_barrier_t *barrier)
{
    return sley_running() ? sley_object_destroy(barrier, SLEY_OBJECT_BARRIER, SLEY_CALLER()) : 0;
}

int
sley_pthread_barrier_wait(pthread_barrier_t *barrier)
{
    return sley_running() ? wait(barrier, SLEY_CALLER()) : 0;
}
