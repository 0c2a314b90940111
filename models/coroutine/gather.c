/* asyncio.gather. */
#include "models/coroutine/loop.h"

enum { CHILDREN_MAX = 4096 };

static struct sley_async_future *children[CHILDREN_MAX]; /* of all gathers of the run */
static uint32_t children_count;

void
sley_loop_gathers_reset(void)
{
    children_count = 0;
}

static bool
ends_gather(const struct sley_async_future *outer, const struct sley_async_future *child)
{
    if (sley_fault(SLEY_FAULT_GATHER_EARLY)) {
        return true;
    }
    return !outer->keep_going && sley_async_future_outcome(child).kind != SLEY_RESULT;
}

static void
child_done(struct sley_async_future *child, void *argument)
{
    struct sley_async_future *outer = argument;
    outer->missing--;
    if (sley_async_future_done(outer)) {
        return;
    }
    struct sley_awaited outcome = sley_async_future_outcome(child);
    if (ends_gather(outer, child)) {
        /* A cancelled child raises CancelledError, but the gather has not been cancelled. */
        intptr_t code = outcome.kind == SLEY_CANCELLED ? SLEY_CANCELLED_ERROR : outcome.value;
        sley_async_future_finish(outer, sley_exception(code));
    } else if (outer->missing == 0 && outer->cancel_asked) {
        sley_async_future_finish(outer, sley_exception(SLEY_CANCELLED_ERROR));
    } else if (outer->missing == 0) {
        sley_async_future_finish(outer, sley_result(outer->child_count));
    }
}

bool
sley_gather_cancel(struct sley_async_future *outer)
{
    if (sley_async_future_done(outer)) {
        return false;
    }
    bool reached = false;
    for (uint32_t i = 0; i < outer->child_count; i++) {
        reached |= sley_async_future_cancel(children[outer->first_child + i]);
    }
    outer->cancel_asked |= reached;
    return reached;
}

static bool
came_before(const struct sley_async_future *outer, uint32_t count,
            const struct sley_async_future *child)
{
    for (uint32_t i = 0; i < count; i++) {
        if (children[outer->first_child + i] == child) {
            return true;
        }
    }
    return false;
}

struct sley_async_future *
sley_loop_gather(struct sley_async_future *const list[], uint32_t count, bool return_exceptions)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_WAKE, sley_loop_object(), pc);
    if (count > SLEY_LOOP_CHILDREN_MAX || children_count + count > CHILDREN_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc,
                         "more than 256 futures in a gather, or 4096 in all gathers of a run");
    }
    struct sley_async_future *outer = sley_async_future_make(FUTURE_GATHER, pc);
    outer->keep_going = return_exceptions;
    outer->first_child = children_count;
    outer->child_count = count;
    children_count += count;
    if (count == 0) {
        sley_async_future_finish(outer, sley_result(0));
        return outer;
    }
    for (uint32_t i = 0; i < count; i++) {
        children[outer->first_child + i] = list[i];
        if (!came_before(outer, i, list[i])) {
            outer->missing++;
            sley_async_future_add_internal(list[i], child_done, outer, NULL, pc);
        }
    }
    return outer;
}
