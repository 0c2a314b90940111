/* threading.Barrier: a round fills, then drains before the next one may fill, so that nobody laps
 * the others. */
#include "models/common/common.h"

enum phase { FILLING, DRAINING, RESETTING, BROKEN };

struct barrier {
    struct sley_lock lock;
    struct sley_condition changed;
    uint32_t parties;
    uint32_t count; /* inside: they arrived, and have not left */
    enum phase phase;
};

static struct barrier *
barrier_of(struct sley_barrier *barrier)
{
    _Static_assert(sizeof(struct barrier) <= sizeof(struct sley_barrier), "no room");
    return (struct barrier *)barrier->storage;
}

static void
init(struct sley_barrier *barrier, uint32_t parties)
{
    struct barrier *self = barrier_of(barrier);
    sley_lock_init(&self->lock);
    sley_condition_init(&self->changed, &self->lock);
    self->parties = parties;
    self->count = 0;
    self->phase = FILLING;
}

static void
phase_set(struct barrier *self, enum phase phase)
{
    sley_store(&self->phase, phase);
    sley_condition_notify_all(&self->changed);
}

static bool
is_emptying(struct barrier *self)
{
    enum phase phase = sley_load(&self->phase);
    return phase == DRAINING || phase == RESETTING;
}

/* A round that still drains is not this task's. False: the barrier is broken. */
static bool
enter(struct barrier *self, uint64_t deadline_ns)
{
    while (is_emptying(self) && !sley_fault_is(SLEY_FAULT_BARRIER_NO_GENERATION)) {
        if (!sley_common_wait_until(&self->changed, deadline_ns)) {
            return false;
        }
    }
    return sley_load(&self->phase) != BROKEN;
}

/* False: broken or reset meanwhile, or by this task, which gave up. */
static bool
wait_for_others(struct barrier *self, uint64_t deadline_ns)
{
    if (sley_fault_is(SLEY_FAULT_BARRIER_OPEN)) {
        return true;
    }
    while (sley_load(&self->phase) == FILLING) {
        if (!sley_common_wait_until(&self->changed, deadline_ns) &&
            sley_load(&self->phase) == FILLING) {
            phase_set(self, BROKEN);
        }
    }
    return sley_load(&self->phase) == DRAINING;
}

static void
leave(struct barrier *self)
{
    sley_add(&self->count, -1u);
    if (sley_load(&self->count) == 0 && is_emptying(self)) {
        phase_set(self, FILLING);
    }
}

static int
arrive(struct barrier *self, uint64_t deadline_ns)
{
    int index = (int)sley_load(&self->count);
    bool passed = true;
    sley_add(&self->count, 1);
    if ((uint32_t)index + 1 == self->parties) {
        phase_set(self, DRAINING);
    } else {
        passed = wait_for_others(self, deadline_ns);
    }
    leave(self);
    return passed ? index : SLEY_BARRIER_BROKEN;
}

static int
wait(struct sley_barrier *barrier, uint64_t timeout_ns)
{
    struct barrier *self = barrier_of(barrier);
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    sley_lock_acquire(&self->lock);
    int index = enter(self, deadline_ns) ? arrive(self, deadline_ns) : SLEY_BARRIER_BROKEN;
    sley_lock_release(&self->lock);
    return index;
}

static void
abort_barrier(struct sley_barrier *barrier)
{
    struct barrier *self = barrier_of(barrier);
    sley_lock_acquire(&self->lock);
    phase_set(self, BROKEN);
    sley_lock_release(&self->lock);
}

static void
reset(struct sley_barrier *barrier)
{
    struct barrier *self = barrier_of(barrier);
    sley_lock_acquire(&self->lock);
    if (sley_load(&self->count) == 0) {
        phase_set(self, FILLING);
    } else if (sley_load(&self->phase) != DRAINING) {
        phase_set(self, RESETTING);
    }
    sley_lock_release(&self->lock);
}

static bool
is_broken(struct sley_barrier *barrier)
{
    struct barrier *self = barrier_of(barrier);
    sley_lock_acquire(&self->lock);
    bool broken = sley_load(&self->phase) == BROKEN;
    sley_lock_release(&self->lock);
    return broken;
}

static void
destroy(struct sley_barrier *barrier)
{
    struct barrier *self = barrier_of(barrier);
    sley_condition_destroy(&self->changed);
    sley_lock_destroy(&self->lock);
}

const struct sley_model_barrier_ops sley_common_barrier_ops = {
    .init = init,
    .wait = wait,
    .abort = abort_barrier,
    .reset = reset,
    .is_broken = is_broken,
    .destroy = destroy,
};
