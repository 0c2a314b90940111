/* asyncio.Lock: fair, first come first served; acquiring a free lock that nobody waits for does not
 * suspend. asyncio has no reentrant lock; the kind REENTRANT gives what a threading.RLock does when
 * coroutines share it: its owner is the thread, so every coroutine of the loop "owns" it. */
#include "models/coroutine/loop.h"

#include <sley/model.h>

struct async_lock {
    bool locked;
    bool reentrant;
    uint32_t count;
    int32_t owner;
    int32_t user; /* task that acquired it last, or tried to; -1: none */
    uintptr_t taken_pc;
    struct sley_loop_list waiters; /* a woken waiter stays in until it runs */
};

extern const struct sley_model_lock_ops sley_coroutine_lock_ops;

static struct async_lock *
lock_of(struct sley_lock *lock)
{
    _Static_assert(sizeof(struct async_lock) <= sizeof(struct sley_lock), "no room for a lock");
    return (struct async_lock *)lock->storage;
}

static void
init(struct sley_lock *lock, enum sley_lock_kind kind)
{
    *lock_of(lock) = (struct async_lock){
        .owner = -1,
        .user = -1,
        .reentrant = kind == SLEY_LOCK_REENTRANT,
    };
}

static void
take(struct async_lock *self, uintptr_t pc)
{
    self->locked = true;
    self->count++;
    self->owner = (int32_t)sley_engine.task;
    self->taken_pc = sley_noted_pc(pc);
    sley_loop_list_owned(&self->waiters, self->owner, self->taken_pc);
}

static bool
free_now(const struct async_lock *self)
{
    return (!self->locked && self->waiters.first == 0) || (self->reentrant && self->locked);
}

static void
wake_first(struct async_lock *self)
{
    if (self->waiters.first) {
        sley_loop_wake(self->waiters.first - 1u);
    }
}

static bool
acquire_until(struct sley_lock *lock, uint64_t deadline_ns, uintptr_t pc)
{
    struct async_lock *self = lock_of(lock);
    sley_point(SLEY_OP_LOCK, (uintptr_t)lock, pc);
    sley_engine.result->conflict |= self->user >= 0 && (uint32_t)self->user != sley_engine.task;
    self->user = (int32_t)sley_engine.task;
    if (free_now(self)) {
        take(self, pc);
        return true;
    }
    uint32_t task = sley_engine.task;
    sley_loop_list_append(&self->waiters, task);
    bool in_time = true;
    if (deadline_ns == UINT64_MAX) {
        sley_loop_suspend(SLEY_WAIT_MUTEX, (uintptr_t)lock, self->owner, self->taken_pc, pc);
    } else {
        in_time = sley_loop_suspend_until(deadline_ns, SLEY_WAIT_MUTEX, (uintptr_t)lock, pc);
    }
    /* Of several waiters only the first has been woken by a release. */
    bool is_next = !self->locked && self->waiters.first == task + 1;
    sley_loop_list_remove(&self->waiters, task);
    if (!in_time && !is_next) {
        return false;
    }
    take(self, pc);
    return true;
}

static void
acquire(struct sley_lock *lock)
{
    acquire_until(lock, UINT64_MAX, SLEY_CALLER());
}

static bool
try_acquire(struct sley_lock *lock)
{
    struct async_lock *self = lock_of(lock);
    sley_point(SLEY_OP_TRYLOCK, (uintptr_t)lock, SLEY_CALLER());
    if (!free_now(self)) {
        return false;
    }
    take(self, SLEY_CALLER());
    return true;
}

static bool
acquire_for(struct sley_lock *lock, uint64_t timeout_ns)
{
    return acquire_until(lock, sley_engine.clock_ns + timeout_ns, SLEY_CALLER());
}

static void
release(struct sley_lock *lock)
{
    struct async_lock *self = lock_of(lock);
    sley_point(SLEY_OP_UNLOCK, (uintptr_t)lock, SLEY_CALLER());
    if (!self->locked) {
        sley_verdict(SLEY_VERDICT_MISUSE, (uintptr_t)lock, SLEY_CALLER(),
                     "release of a lock that is not held");
        return;
    }
    if (--self->count > 0) {
        return;
    }
    self->locked = false;
    self->owner = -1;
    sley_loop_list_owned(&self->waiters, -1, 0);
    wake_first(self);
}

static void
destroy(struct sley_lock *lock)
{
    (void)lock; /* nothing is held outside the caller's storage */
}

const struct sley_model_lock_ops sley_coroutine_lock_ops = {
    .init = init,
    .acquire = acquire,
    .try_acquire = try_acquire,
    .acquire_for = acquire_for,
    .release = release,
    .destroy = destroy,
};
