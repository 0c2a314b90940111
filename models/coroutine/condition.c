/* asyncio.Condition: waiters in the order of their arrival; none returns without a notification. */
#include "models/coroutine/loop.h"

#include <sley/model.h>

struct async_condition {
    struct sley_lock *lock;
    struct sley_loop_list waiters;
};

extern const struct sley_model_lock_ops sley_coroutine_lock_ops;
extern const struct sley_model_condition_ops sley_coroutine_condition_ops;

static struct async_condition *
condition_of(struct sley_condition *condition)
{
    _Static_assert(sizeof(struct async_condition) <= sizeof(struct sley_condition), "no room");
    return (struct async_condition *)condition->storage;
}

static void
init(struct sley_condition *condition, struct sley_lock *lock)
{
    *condition_of(condition) = (struct async_condition){.lock = lock};
}

static bool
wait(struct sley_condition *condition, uint64_t timeout_ns)
{
    struct async_condition *self = condition_of(condition);
    uint32_t task = sley_engine.task;
    bool in_time = true;
    sley_coroutine_lock_ops.release(self->lock);
    sley_point(SLEY_OP_WAIT, (uintptr_t)condition, SLEY_CALLER());
    sley_loop_list_append(&self->waiters, task);
    if (timeout_ns == SLEY_FOREVER) {
        sley_loop_suspend(SLEY_WAIT_CONDITION, (uintptr_t)condition, -1, 0, SLEY_CALLER());
    } else {
        in_time = sley_loop_suspend_until(sley_engine.clock_ns + timeout_ns, SLEY_WAIT_CONDITION,
                                          (uintptr_t)condition, SLEY_CALLER());
    }
    sley_loop_list_remove(&self->waiters, task);
    sley_coroutine_lock_ops.acquire(self->lock);
    return in_time;
}

static void
notify(struct sley_condition *condition, uint32_t count)
{
    struct async_condition *self = condition_of(condition);
    sley_point(SLEY_OP_SIGNAL, (uintptr_t)condition, SLEY_CALLER());
    for (uint32_t i = 0; i < count && self->waiters.first; i++) {
        uint32_t task = self->waiters.first - 1u;
        sley_loop_list_remove(&self->waiters, task);
        sley_loop_wake(task);
    }
}

static void
destroy(struct sley_condition *condition)
{
    (void)condition; /* nothing is held outside the caller's storage */
}

const struct sley_model_condition_ops sley_coroutine_condition_ops = {
    .init = init,
    .wait = wait,
    .notify = notify,
    .destroy = destroy,
};
