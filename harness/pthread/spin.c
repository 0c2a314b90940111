/* Spinlocks. Who would spin waits at a gate: spinning is no behaviour, and never getting the lock
 * is seen as the deadlock that it is. */
#include "pthread/front.h"
#include "pthread/lock.h"

#include <errno.h>

static struct sley_object *
get(pthread_spinlock_t *lock, uintptr_t pc)
{
    return sley_object_get((void *)(uintptr_t)lock, SLEY_OBJECT_SPINLOCK, pc);
}

static int
lock(pthread_spinlock_t *spinlock, uintptr_t pc)
{
    struct sley_object *o = get(spinlock, pc);
    sley_point_gate(SLEY_OP_LOCK, &o->gate, UINT64_MAX, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    sley_lock_take(o, true, pc);
    return 0;
}

static int
trylock(pthread_spinlock_t *spinlock, uintptr_t pc)
{
    struct sley_object *o = get(spinlock, pc);
    sley_point(SLEY_OP_TRYLOCK, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (!o->gate.open) {
        sley_note_in_vain(sley_step(), 0);
        return EBUSY;
    }
    sley_lock_take(o, false, pc);
    return 0;
}

static int
unlock(pthread_spinlock_t *spinlock, uintptr_t pc)
{
    struct sley_object *o = get(spinlock, pc);
    sley_point(SLEY_OP_UNLOCK, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    int error = sley_lock_check_owner(o, true, pc);
    if (error == 0) {
        sley_hold_release(o);
    }
    return error;
}

int
sley_pthread_spin_init(pthread_spinlock_t *spinlock, int shared)
{
    if (!sley_running()) {
        return pthread_spin_init(spinlock, shared);
    }
    void *address = (void *)(uintptr_t)spinlock;
    return sley_object_init(address, SLEY_OBJECT_SPINLOCK, SLEY_CALLER()) ? 0 : EBUSY;
}

int
sley_pthread_spin_destroy(pthread_spinlock_t *spinlock)
{
    void *address = (void *)(uintptr_t)spinlock;
    return sley_running() ? sley_object_destroy(address, SLEY_OBJECT_SPINLOCK, SLEY_CALLER()) : 0;
}

int
sley_pthread_spin_lock(pthread_spinlock_t *spinlock)
{
    return sley_running() ? lock(spinlock, SLEY_CALLER()) : 0;
}

int
sley_pthread_spin_trylock(pthread_spinlock_t *spinlock)
{
    return sley_running() ? trylock(spinlock, SLEY_CALLER()) : 0;
}

int
sley_pthread_spin_unlock(pthread_spinlock_t *spinlock)
{
    return sley_running() ? unlock(spinlock, SLEY_CALLER()) : 0;
}
