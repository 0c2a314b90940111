/* How a coroutine suspends: on a future, for a time, or with a bare yield. */
#include "models/coroutine/loop.h"

struct sley_awaited
sley_await_as(struct sley_async_future *future, const struct loop_wait *wait, uintptr_t pc)
{
    struct loop_task *self = sley_loop_self(pc);
    if (sley_async_future_done(future)) {
        return sley_async_future_outcome(future);
    }
    if (future->spoiled) {
        return sley_exception(SLEY_RUNTIME_ERROR);
    }
    if (self->no_stack) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)future, pc,
                         "a plain function cannot suspend a stackless coroutine");
    }
    sley_task_yielded(self, future, pc);
    sley_loop_switch(self, wait, pc);
    return self->thrown.kind != SLEY_RESULT ? self->thrown : sley_async_future_outcome(future);
}

struct sley_awaited
sley_await_waiter(struct loop_waiters *waiters, const struct loop_wait *wait,
                  struct sley_async_future **future, uintptr_t pc)
{
    struct sley_async_future *waiter = sley_async_future_make_internal(pc);
    waiter->waiter = sley_loop_self(pc);
    *future = waiter;
    sley_waiters_append(waiters, waiter);
    struct sley_awaited outcome = sley_await_as(waiter, wait, pc);
    waiter->waiter = NULL;
    return outcome;
}

struct sley_awaited
sley_yield(uintptr_t pc)
{
    struct loop_task *self = sley_loop_self(pc);
    if (self->no_stack) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc,
                         "a plain function cannot suspend a stackless coroutine");
    }
    const struct loop_wait wait = {.kind = SLEY_WAIT_FUTURE, .owner = -1};
    sley_task_yielded(self, NULL, pc);
    sley_loop_switch(self, &wait, pc);
    return self->thrown;
}

struct sley_awaited
sley_loop_sleep_ns(uint64_t duration_ns, uintptr_t pc)
{
    sley_loop_self(pc);
    sley_point(SLEY_OP_AWAIT, 0, pc);
    if (duration_ns == 0) {
        return sley_yield(pc);
    }
    const struct loop_wait wait = {.kind = SLEY_WAIT_SLEEP, .owner = -1};
    struct sley_async_future *future = sley_async_future_make_internal(pc);
    uint64_t when_ns = sley_engine.clock_ns + duration_ns;
    struct sley_handle timer =
        sley_loop_at(when_ns, sley_async_future_release_waiter, NULL, future, future, pc);
    struct sley_awaited outcome = sley_await_as(future, &wait, pc);
    sley_loop_handle_stop(timer);
    sley_async_future_drop(future);
    return outcome;
}

/* --- for authors --- */

struct loop_wait
sley_task_wait(const struct loop_task *task)
{
    if (task->engine_task == SLEY_TASKS_MAX) {
        return (struct loop_wait){SLEY_WAIT_FUTURE, (uintptr_t)task, -1, 0};
    }
    uintptr_t end = (uintptr_t)&sley_engine.task_table[task->engine_task].done;
    return (struct loop_wait){SLEY_WAIT_JOIN, end, (int32_t)task->engine_task, 0};
}

struct sley_awaited
sley_await(struct sley_async_future *future)
{
    sley_loop_self(SLEY_CALLER());
    struct loop_wait wait = {SLEY_WAIT_FUTURE, (uintptr_t)future, -1, 0};
    if (future->kind == FUTURE_TASK && !sley_async_future_done(future)) {
        wait = sley_task_wait(sley_task_of(future));
    }
    sley_point_two(SLEY_OP_AWAIT, wait.object, sley_loop_object(), SLEY_CALLER());
    return sley_await_as(future, &wait, SLEY_CALLER());
}

struct sley_awaited
sley_loop_sleep_ms(uint32_t duration_ms)
{
    return sley_loop_sleep_ns(duration_ms * ns_per_ms, SLEY_CALLER());
}
