/* asyncio.Queue behind the neutral interface. */
#include "models/coroutine/lock.h"
#include "models/coroutine/queue.h"

#include <sley/loop.h>

extern const struct sley_model_queue_ops sley_coroutine_queue_ops;
extern const struct sley_model_queue_count_ops sley_coroutine_queue_count_ops;

static void
enter(struct sley_queue *queue, uintptr_t pc)
{
    sley_loop_self(pc);
    sley_point(SLEY_OP_AWAIT, (uintptr_t)queue, pc);
    sley_engine.result->conflict |= sley_engine.task_count > 1;
}

static void
put(struct sley_queue *queue, intptr_t item)
{
    uintptr_t pc = SLEY_CALLER();
    enter(queue, pc);
    sley_task_expect(sley_async_queue_put(queue, item, pc), pc);
}

static intptr_t
get(struct sley_queue *queue)
{
    uintptr_t pc = SLEY_CALLER();
    enter(queue, pc);
    return sley_task_expect(sley_async_queue_get(queue, pc), pc);
}

static uint64_t
deadline_after(uint64_t timeout_ns)
{
    return timeout_ns == SLEY_FOREVER ? SLEY_FOREVER : sley_engine.clock_ns + timeout_ns;
}

/* Without a time to wait, as put_nowait; else as wait_for(queue.put(item)). */
static bool
put_for(struct sley_queue *queue, intptr_t item, uint64_t timeout_ns)
{
    uintptr_t pc = SLEY_CALLER();
    struct sley_loop_timeout scope;
    enter(queue, pc);
    if (timeout_ns == 0 && sley_async_queue_full(queue)) {
        return false;
    }
    sley_timeout_enter(&scope, deadline_after(timeout_ns), pc);
    return sley_timeout_in_time(&scope, sley_async_queue_put(queue, item, pc), pc);
}

static bool
get_for(struct sley_queue *queue, intptr_t *item, uint64_t timeout_ns)
{
    uintptr_t pc = SLEY_CALLER();
    struct sley_loop_timeout scope;
    enter(queue, pc);
    if (timeout_ns == 0 && sley_loop_queue_size(queue) == 0) {
        return false;
    }
    sley_timeout_enter(&scope, deadline_after(timeout_ns), pc);
    struct sley_awaited outcome = sley_async_queue_get(queue, pc);
    *item = outcome.kind == SLEY_RESULT ? outcome.value : 0;
    return sley_timeout_in_time(&scope, outcome, pc);
}

static void
destroy(struct sley_queue *queue)
{
    (void)queue; /* nothing is held outside the caller's storage */
}

static uint32_t
size(struct sley_queue *queue)
{
    return sley_loop_queue_size(queue);
}

static bool
task_done(struct sley_queue *queue)
{
    return sley_loop_queue_task_done(queue).kind == SLEY_RESULT;
}

static void
join(struct sley_queue *queue)
{
    sley_task_expect(sley_loop_queue_join(queue), SLEY_CALLER());
}

const struct sley_model_queue_ops sley_coroutine_queue_ops = {
    .init = sley_async_queue_init,
    .put = put,
    .get = get,
    .put_for = put_for,
    .get_for = get_for,
    .destroy = destroy,
};

const struct sley_model_queue_count_ops sley_coroutine_queue_count_ops = {
    .size = size,
    .task_done = task_done,
    .join = join,
};
