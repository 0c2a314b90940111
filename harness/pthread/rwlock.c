/* Read-write locks. As glibc's default, readers go before writers that wait; not so with
 * PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP. A lock that only one reader holds has that reader
 * as its owner, so that an upgrade is seen as the self-deadlock that it is. */
#include "pthread/cancel.h"
#include "pthread/deadline.h"
#include "pthread/front.h"
#include "pthread/object.h"

#include <errno.h>

/* Sets who keeps writers out. */
static void
update_writer_gate(struct sley_object *o)
{
    uint32_t first = sley_taskset_next(&o->readers, 0);
    bool alone =
        first < SLEY_TASKS_MAX && sley_taskset_next(&o->readers, first + 1) == SLEY_TASKS_MAX;
    o->writer.owner = alone ? (int32_t)first : -1;
    sley_gate_set(&o->writer, first == SLEY_TASKS_MAX);
}

static void
take_read(struct sley_object *o, uintptr_t pc)
{
    uint32_t self = sley_engine.task;
    o->count++;
    while (o->depth_count <= self) {
        o->depth[o->depth_count++] = 0;
    }
    o->depth[self]++;
    sley_taskset_add(&o->readers, self);
    o->writer.taken_pc = sley_noted_pc(pc);
    update_writer_gate(o);
    sley_clock_acquire(&o->clock);
}

static void
take_write(struct sley_object *o, uintptr_t pc)
{
    o->gate.owner = o->writer.owner = (int32_t)sley_engine.task;
    o->gate.taken_pc = o->writer.taken_pc = sley_noted_pc(pc);
    sley_gate_set(&o->gate, false);
    sley_gate_set(&o->writer, false);
    sley_clock_acquire(&o->clock);
    sley_clock_acquire(&o->other);
}

/* Sets who keeps readers out: a writer that holds it, or the last one that waits for it. */
static void
update_reader_gate(struct sley_object *o, int32_t owner)
{
    o->gate.owner = owner;
    sley_gate_set(&o->gate, owner < 0);
}

/* A writer that readers let go first: from its call on, none of them comes in. Whether it may take
 * the lock. */
static bool
wait_before_readers(struct sley_object *o, struct sley_deadline deadline, uintptr_t pc)
{
    sley_point(SLEY_OP_LOCK, o->address, pc);
    uint32_t step = sley_step();
    bool open = o->writer.open;
    if (!open && deadline.at_ns <= sley_engine.clock_ns) {
        sley_deadline_in_vain(step, deadline, false);
        return false;
    }
    if (open || !sley_object_alive(o, pc)) {
        return open;
    }
    o->writers++;
    if (o->gate.open) {
        o->gate.taken_pc = sley_noted_pc(pc);
        update_reader_gate(o, (int32_t)sley_engine.task);
    }
    sley_cancel_shield(true);
    open = sley_wait_gate(&o->writer, deadline.at_ns, pc);
    if (!open) {
        sley_deadline_in_vain(step, deadline, false);
    }
    o->writers--;
    bool held = o->count == 0 && !o->writer.open;
    if (!held && o->writers == 0) {
        update_reader_gate(o, -1);
    } else if (o->gate.owner == (int32_t)sley_engine.task) {
        o->gate.owner = -1; /* others wait as well */
    }
    sley_cancel_shield(false);
    return open;
}

static int
lock(pthread_rwlock_t *lock, bool writes, struct sley_deadline deadline, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(lock, SLEY_OBJECT_RWLOCK, pc);
    struct sley_gate *gate = writes ? &o->writer : &o->gate;
    bool before = writes && o->prefers_writers;
    bool open =
        before ? wait_before_readers(o, deadline, pc)
               : sley_deadline_gate(writes ? SLEY_OP_LOCK : SLEY_OP_READ_LOCK, gate, deadline, pc);
    if (!open) {
        if (!before) {
            sley_deadline_in_vain(sley_step(), deadline, false);
        }
        return deadline.error;
    }
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    (writes ? take_write : take_read)(o, pc);
    return 0;
}

static int
trylock(pthread_rwlock_t *lock, bool writes, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(lock, SLEY_OBJECT_RWLOCK, pc);
    sley_point(SLEY_OP_TRYLOCK, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (!(writes ? o->writer.open : o->gate.open)) {
        sley_note_in_vain(sley_step(), 0);
        return EBUSY;
    }
    (writes ? take_write : take_read)(o, pc);
    return 0;
}

static void
release_write(struct sley_object *o)
{
    sley_clock_release(&o->clock);
    o->writer.owner = -1;
    /* Writers that wait go first where they are preferred; which of them is not known yet. */
    o->gate.owner = -1;
    sley_gate_set(&o->gate, o->writers == 0);
    sley_gate_set(&o->writer, true);
}

static void
release_read(struct sley_object *o)
{
    sley_clock_release(&o->other);
    o->count--;
    if (--o->depth[sley_engine.task] == 0) {
        sley_taskset_remove(&o->readers, sley_engine.task);
        update_writer_gate(o);
    }
}

static int
unlock(pthread_rwlock_t *lock, uintptr_t pc)
{
    struct sley_object *o = sley_object_get(lock, SLEY_OBJECT_RWLOCK, pc);
    sley_point(SLEY_OP_UNLOCK, o->address, pc);
    if (!sley_object_alive(o, pc)) {
        return EINVAL;
    }
    if (o->gate.owner == (int32_t)sley_engine.task) {
        release_write(o);
        return 0;
    }
    if (sley_taskset_has(&o->readers, sley_engine.task)) {
        release_read(o);
        return 0;
    }
    return sley_object_misuse(o, pc, EPERM,
                              "unlock of a read-write lock that the task does not "
                              "hold");
}

int
sley_pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes)
{
    if (!sley_running()) {
        return pthread_rwlock_init(lock, attributes);
    }
    struct sley_object *o = sley_object_init(lock, SLEY_OBJECT_RWLOCK, SLEY_CALLER());
    if (!o) {
        return EBUSY;
    }
    int kind = PTHREAD_RWLOCK_PREFER_READER_NP;
    if (attributes) {
        pthread_rwlockattr_getkind_np(attributes, &kind);
    }
    o->prefers_writers = kind == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
    return 0;
}

int
sley_pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    return sley_running() ? sley_object_destroy(lock, SLEY_OBJECT_RWLOCK, SLEY_CALLER()) : 0;
}

int
sley_pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
    return sley_running() ? lock(l, false, sley_deadline_none(), SLEY_CALLER()) : 0;
}

int
sley_pthread_rwlock_tryrdlock(pthread_rwlock_t *l)
{
    return sley_running() ? trylock(l, false, SLEY_CALLER()) : 0;
}

int
sley_pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? lock(l, false, sley_deadline_at(CLOCK_REALTIME, at), pc) : 0;
}

int
sley_pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? lock(l, false, sley_deadline_at(clock, at), pc) : 0;
}

int
sley_pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
    return sley_running() ? lock(l, true, sley_deadline_none(), SLEY_CALLER()) : 0;
}

int
sley_pthread_rwlock_trywrlock(pthread_rwlock_t *l)
{
    return sley_running() ? trylock(l, true, SLEY_CALLER()) : 0;
}

int
sley_pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? lock(l, true, sley_deadline_at(CLOCK_REALTIME, at), pc) : 0;
}

int
sley_pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *at)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? lock(l, true, sley_deadline_at(clock, at), pc) : 0;
}

int
sley_pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    return sley_running() ? unlock(l, SLEY_CALLER()) : 0;
}
