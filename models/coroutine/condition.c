/* asyncio.Condition. */
#include "models/coroutine/lock.h"

struct async_condition {
    struct sley_lock *lock;
    struct loop_waiters waiters; /* a notified waiter stays in until it runs */
};

static struct async_condition *
condition_of(struct sley_condition *condition)
{
    _Static_assert(sizeof(struct async_condition) <= sizeof(struct sley_condition),
                   "no room for a condition");
    return (struct async_condition *)condition->storage;
}

/* Takes the lock again whatever comes; true: a cancellation came meanwhile. */
static bool
reacquire(struct sley_lock *lock, uintptr_t pc)
{
    bool cancelled = false;
    while (sley_async_lock_acquire(lock, pc).kind != SLEY_RESULT) {
        cancelled = true;
    }
    return cancelled;
}

struct sley_awaited
sley_async_condition_wait(struct sley_condition *condition, uintptr_t pc)
{
    struct async_condition *self = condition_of(condition);
    if (!sley_async_lock_locked(self->lock)) {
        return sley_exception(SLEY_RUNTIME_ERROR);
    }
    sley_async_lock_release(self->lock);
    const struct loop_wait wait = {SLEY_WAIT_CONDITION, (uintptr_t)condition, -1, 0};
    struct sley_async_future *waiter;
    struct sley_awaited outcome = sley_await_waiter(&self->waiters, &wait, &waiter, pc);
    sley_waiters_remove(&self->waiters, waiter);
    sley_async_future_drop(waiter);
    if (reacquire(self->lock, pc)) {
        return sley_cancellation();
    }
    return outcome.kind == SLEY_RESULT ? sley_result(1) : outcome;
}

struct sley_awaited
sley_async_condition_wait_for(struct sley_condition *condition, bool (*predicate)(void *argument),
                              void *argument, uintptr_t pc)
{
    while (!predicate(argument)) {
        struct sley_awaited outcome = sley_async_condition_wait(condition, pc);
        if (outcome.kind != SLEY_RESULT) {
            return outcome;
        }
    }
    return sley_result(1);
}

bool
sley_async_condition_notify(struct sley_condition *condition, uint32_t count)
{
    struct async_condition *self = condition_of(condition);
    if (!sley_async_lock_locked(self->lock)) {
        return false;
    }
    for (struct sley_async_future *f = self->waiters.first; f && count > 0; f = f->next) {
        if (!sley_async_future_done(f)) {
            count--;
            sley_async_future_finish(f, sley_result(0));
        }
    }
    return true;
}

/* --- for authors --- */

void
sley_loop_condition_init(struct sley_condition *condition, struct sley_lock *lock)
{
    *condition_of(condition) = (struct async_condition){.lock = lock};
}

struct sley_awaited
sley_loop_condition_wait(struct sley_condition *condition)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAIT, (uintptr_t)condition, sley_loop_object(), SLEY_CALLER());
    return sley_async_condition_wait(condition, SLEY_CALLER());
}

struct sley_awaited
sley_loop_condition_wait_for(struct sley_condition *condition, bool (*predicate)(void *argument),
                             void *argument)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAIT, (uintptr_t)condition, sley_loop_object(), SLEY_CALLER());
    return sley_async_condition_wait_for(condition, predicate, argument, SLEY_CALLER());
}

struct sley_awaited
sley_loop_condition_notify(struct sley_condition *condition, uint32_t count)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_SIGNAL, (uintptr_t)condition, sley_loop_object(), SLEY_CALLER());
    bool held = sley_async_condition_notify(condition, count);
    return held ? sley_result(0) : sley_exception(SLEY_RUNTIME_ERROR);
}
