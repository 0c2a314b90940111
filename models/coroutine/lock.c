/* asyncio.Lock. asyncio has no reentrant lock; the kind REENTRANT gives what a threading.RLock does
 * when coroutines share it: its owner is the thread, so every coroutine of the loop "owns" it. */
#include "models/coroutine/lock.h"

struct async_lock {
    bool locked;
    bool reentrant;
    uint32_t count;
    int32_t user; /* engine task that acquired it last, or tried to; -1: none */
    int32_t owner;
    uintptr_t taken_pc;
    struct loop_waiters waiters; /* a woken waiter stays in until it runs */
};

static struct async_lock *
lock_of(struct sley_lock *lock)
{
    _Static_assert(sizeof(struct async_lock) <= sizeof(struct sley_lock), "no room for a lock");
    return (struct async_lock *)lock->storage;
}

void
sley_async_lock_init(struct sley_lock *lock, bool reentrant)
{
    *lock_of(lock) = (struct async_lock){.user = -1, .owner = -1, .reentrant = reentrant};
}

bool
sley_async_lock_locked(const struct sley_lock *lock)
{
    return ((const struct async_lock *)lock->storage)->locked;
}

static void
take(struct async_lock *self, uintptr_t pc)
{
    self->locked = true;
    self->count++;
    self->owner = (int32_t)sley_engine.task;
    self->taken_pc = sley_noted_pc(pc);
    sley_loop_blame(&self->waiters, self->owner, self->taken_pc);
}

static bool
free_now(const struct async_lock *self)
{
    if (self->reentrant && self->locked) {
        return true;
    }
    bool waited_for = false;
    for (const struct sley_async_future *f = self->waiters.first; f; f = f->next) {
        waited_for |= f->state != FUTURE_CANCELLED;
    }
    return !self->locked && (!waited_for || sley_fault(SLEY_FAULT_LOCK_BARGING));
}

static void
wake_first(struct async_lock *self)
{
    struct sley_async_future *first = self->waiters.first;
    if (sley_fault(SLEY_FAULT_LOCK_NOT_FIFO)) {
        first = self->waiters.last;
    }
    if (first) {
        sley_async_future_finish(first, sley_result(1));
    }
}

bool
sley_async_lock_try(struct sley_lock *lock, uintptr_t pc)
{
    struct async_lock *self = lock_of(lock);
    sley_engine.result->conflict |= self->user >= 0 && (uint32_t)self->user != sley_engine.task;
    self->user = (int32_t)sley_engine.task;
    if (!free_now(self)) {
        return false;
    }
    take(self, pc);
    return true;
}

struct sley_awaited
sley_async_lock_acquire(struct sley_lock *lock, uintptr_t pc)
{
    struct async_lock *self = lock_of(lock);
    if (sley_async_lock_try(lock, pc)) {
        return sley_result(1);
    }
    const struct loop_wait wait = {SLEY_WAIT_MUTEX, (uintptr_t)lock, self->owner, self->taken_pc};
    struct sley_async_future *waiter;
    struct sley_awaited outcome = sley_await_waiter(&self->waiters, &wait, &waiter, pc);
    sley_waiters_remove(&self->waiters, waiter);
    sley_async_future_drop(waiter);
    if (outcome.kind != SLEY_RESULT) {
        if (!self->locked) {
            wake_first(self);
        }
        return outcome;
    }
    take(self, pc);
    return outcome;
}

bool
sley_async_lock_release(struct sley_lock *lock)
{
    struct async_lock *self = lock_of(lock);
    if (!self->locked) {
        return false;
    }
    if (--self->count > 0) {
        return true;
    }
    self->locked = false;
    self->owner = -1;
    sley_loop_blame(&self->waiters, -1, 0);
    wake_first(self);
    return true;
}

/* --- for authors --- */

struct sley_awaited
sley_loop_lock_acquire(struct sley_lock *lock)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_LOCK, (uintptr_t)lock, sley_loop_object(), SLEY_CALLER());
    return sley_async_lock_acquire(lock, SLEY_CALLER());
}

struct sley_awaited
sley_loop_lock_release(struct sley_lock *lock)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_UNLOCK, (uintptr_t)lock, sley_loop_object(), SLEY_CALLER());
    return sley_async_lock_release(lock) ? sley_result(0) : sley_exception(SLEY_RUNTIME_ERROR);
}

bool
sley_loop_lock_locked(const struct sley_lock *lock)
{
    return sley_async_lock_locked(lock);
}
