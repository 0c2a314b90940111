/* asyncio.Barrier: a counter and a state under a condition of its own. */
#include "models/coroutine/lock.h"

enum barrier_state {
    BARRIER_FILLING,
    BARRIER_DRAINING,
    BARRIER_RESETTING,
    BARRIER_BROKEN,
};

struct async_barrier {
    struct sley_lock lock;
    struct sley_condition condition;
    enum barrier_state state;
    uint32_t parties;
    uint32_t count;
};

static struct async_barrier *
barrier_of(struct sley_loop_barrier *barrier)
{
    _Static_assert(sizeof(struct async_barrier) <= sizeof(struct sley_loop_barrier),
                   "no room for a barrier");
    return (struct async_barrier *)barrier->storage;
}

void
sley_loop_barrier_init(struct sley_loop_barrier *barrier, uint32_t parties)
{
    struct async_barrier *self = barrier_of(barrier);
    if (parties == 0) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)barrier, SLEY_CALLER(),
                         "a barrier of no parties");
    }
    sley_async_lock_init(&self->lock, false);
    sley_loop_condition_init(&self->condition, &self->lock);
    self->state = BARRIER_FILLING;
    self->parties = parties;
    self->count = 0;
}

static bool
can_enter(void *argument)
{
    const struct async_barrier *self = argument;
    return self->state != BARRIER_DRAINING && self->state != BARRIER_RESETTING;
}

static bool
is_full(void *argument)
{
    return ((const struct async_barrier *)argument)->state != BARRIER_FILLING;
}

/* With the barrier's lock held: waits until all parties have come. */
static struct sley_awaited
fill(struct async_barrier *self, uintptr_t pc)
{
    if (self->count == self->parties) {
        self->state = BARRIER_DRAINING;
        sley_async_condition_notify(&self->condition, UINT32_MAX);
        return sley_result(0);
    }
    struct sley_awaited outcome =
        sley_async_condition_wait_for(&self->condition, is_full, self, pc);
    if (outcome.kind != SLEY_RESULT || self->state == BARRIER_DRAINING) {
        return outcome;
    }
    bool broken = self->state == BARRIER_BROKEN || self->state == BARRIER_RESETTING;
    return broken ? sley_exception(SLEY_BROKEN_BARRIER_ERROR) : outcome;
}

static void
leave(struct async_barrier *self)
{
    if (--self->count == 0) {
        if (self->state == BARRIER_RESETTING || self->state == BARRIER_DRAINING) {
            self->state = BARRIER_FILLING;
        }
        sley_async_condition_notify(&self->condition, UINT32_MAX);
    }
}

static struct sley_awaited
wait_locked(struct async_barrier *self, uintptr_t pc)
{
    struct sley_awaited outcome =
        sley_async_condition_wait_for(&self->condition, can_enter, self, pc);
    if (outcome.kind != SLEY_RESULT) {
        return outcome;
    }
    if (self->state == BARRIER_BROKEN) {
        return sley_exception(SLEY_BROKEN_BARRIER_ERROR);
    }
    uint32_t index = self->count++;
    outcome = fill(self, pc);
    leave(self);
    return outcome.kind == SLEY_RESULT ? sley_result(index) : outcome;
}

struct sley_awaited
sley_loop_barrier_wait(struct sley_loop_barrier *barrier)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_self(pc);
    sley_point_two(SLEY_OP_BARRIER, (uintptr_t)barrier, sley_loop_object(), pc);
    struct async_barrier *self = barrier_of(barrier);
    struct sley_awaited outcome = sley_async_lock_acquire(&self->lock, pc);
    if (outcome.kind != SLEY_RESULT) {
        return outcome;
    }
    outcome = wait_locked(self, pc);
    sley_async_lock_release(&self->lock);
    return outcome;
}

/* Changes the state with the lock held, and wakes everybody. */
static struct sley_awaited
state_set(struct sley_loop_barrier *barrier, enum barrier_state state, uintptr_t pc)
{
    struct async_barrier *self = barrier_of(barrier);
    sley_loop_self(pc);
    sley_point_two(SLEY_OP_BROADCAST, (uintptr_t)barrier, sley_loop_object(), pc);
    struct sley_awaited outcome = sley_async_lock_acquire(&self->lock, pc);
    if (outcome.kind != SLEY_RESULT) {
        return outcome;
    }
    self->state = state == BARRIER_RESETTING && self->count == 0 ? BARRIER_FILLING : state;
    sley_async_condition_notify(&self->condition, UINT32_MAX);
    sley_async_lock_release(&self->lock);
    return sley_result(0);
}

struct sley_awaited
sley_loop_barrier_reset(struct sley_loop_barrier *barrier)
{
    return state_set(barrier, BARRIER_RESETTING, SLEY_CALLER());
}

struct sley_awaited
sley_loop_barrier_abort(struct sley_loop_barrier *barrier)
{
    return state_set(barrier, BARRIER_BROKEN, SLEY_CALLER());
}

uint32_t
sley_loop_barrier_waiting(const struct sley_loop_barrier *barrier)
{
    const struct async_barrier *self = (const struct async_barrier *)barrier->storage;
    return self->state == BARRIER_FILLING ? self->count : 0;
}

bool
sley_loop_barrier_broken(const struct sley_loop_barrier *barrier)
{
    return ((const struct async_barrier *)barrier->storage)->state == BARRIER_BROKEN;
}
