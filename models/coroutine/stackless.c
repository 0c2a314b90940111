/* Stackless coroutines: tasks whose step is a call that returns at every suspension. */
#include "models/coroutine/loop.h"

#include <sley/stackless.h>

static const uint32_t has_ended = UINT32_MAX;

static struct sley_async_future *yielded; /* by the innermost coroutine of the step; NULL: bare */

void
sley_co_init(struct sley_co *co, enum sley_co_step (*step)(struct sley_co *self))
{
    *co = (struct sley_co){.step = step};
}

/* --- what a step is made of --- */

bool
sley_co_cancelled_early(struct sley_co *co)
{
    const struct loop_task *task = sley_loop.current;
    return task && task->stackless == co && task->thrown.kind != SLEY_RESULT;
}

bool
sley_co_await(struct sley_co *co, struct sley_async_future *future)
{
    sley_point_two(SLEY_OP_AWAIT, (uintptr_t)future, sley_loop_object(), SLEY_CALLER());
    if (future && sley_async_future_done(future)) {
        co->sent = sley_async_future_outcome(future);
        return false;
    }
    if (future && future->spoiled) {
        co->sent = sley_exception(SLEY_RUNTIME_ERROR);
        return false;
    }
    co->suspended = true;
    co->awaits = future;
    yielded = future;
    return true;
}

void
sley_co_resume(struct sley_co *co)
{
    if (!co->suspended) {
        return;
    }
    const struct loop_task *task = sley_loop.current;
    co->suspended = false;
    if (task && task->thrown.kind != SLEY_RESULT) {
        co->sent = task->thrown;
    } else {
        co->sent = co->awaits ? sley_async_future_outcome(co->awaits) : sley_result(0);
    }
}

enum sley_co_step
sley_co_end(struct sley_co *co, struct sley_awaited outcome)
{
    co->at = has_ended;
    co->outcome = outcome;
    return SLEY_CO_DONE;
}

enum sley_co_step
sley_co_send(struct sley_co *co)
{
    if (co->at == has_ended) {
        co->outcome = sley_exception(SLEY_RUNTIME_ERROR);
        return SLEY_CO_DONE;
    }
    return co->step(co);
}

/* A plain function as a task, in a model without stacks. */
static void
plain_step(struct loop_task *task)
{
    if (task->thrown.kind != SLEY_RESULT) {
        sley_task_finish(task, task->thrown);
    } else {
        sley_task_finish(task, sley_result(task->plain(task->argument)));
    }
}

void
sley_stackless_step(struct loop_task *task, uintptr_t pc)
{
    sley_engine.result->conflict |= sley_task_index(task) > 1;
    if (!task->stackless) {
        plain_step(task);
        return;
    }
    yielded = NULL;
    if (sley_co_send(task->stackless) == SLEY_CO_DONE) {
        sley_task_finish(task, task->stackless->outcome);
    } else {
        sley_task_yielded(task, yielded, pc);
    }
}

/* --- the loop, entered from a plain function --- */

bool
sley_loop_enter(void)
{
    if (!sley_loop.stackless || sley_loop.entered) {
        return false;
    }
    sley_loop.entered = true;
    sley_loop.current = sley_loop.main;
    return true;
}

void
sley_loop_exit(bool entered)
{
    if (entered) {
        sley_loop.entered = false;
        sley_loop.current = NULL;
    }
}

struct sley_async_future *
sley_co_task(struct sley_co *co)
{
    return &sley_task_make(NULL, NULL, NULL, co, NULL, SLEY_CALLER())->future;
}

struct sley_awaited
sley_co_run(struct sley_co *co)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    struct loop_task *task = sley_task_make(NULL, NULL, NULL, co, NULL, pc);
    const struct loop_wait wait = sley_task_wait(task);
    bool entered = sley_loop_enter();
    struct sley_awaited outcome = sley_await_as(&task->future, &wait, pc);
    sley_loop_exit(entered);
    return outcome;
}

struct sley_async_future *
sley_co_sleep_ms(uint32_t duration_ms)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    struct sley_async_future *future = sley_async_future_make(FUTURE_PLAIN, pc);
    uint64_t when_ns = sley_engine.clock_ns + duration_ms * ns_per_ms;
    sley_loop_at(when_ns, sley_async_future_release_waiter, NULL, future, NULL, pc);
    return future;
}
