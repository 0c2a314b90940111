/* asyncio.wait, asyncio.wait_for as of CPython 3.11, asyncio.shield. */
#include "models/coroutine/loop.h"

static const struct sley_handle no_timer;

static uint64_t
deadline_of(uint32_t timeout_ms)
{
    return sley_engine.clock_ns + timeout_ms * ns_per_ms;
}

/* Awaits the internal future `waiter`, which a timer may complete. */
static struct sley_awaited
await_internal(struct sley_async_future *waiter, bool timed, uintptr_t pc)
{
    const struct loop_wait wait = {
        .kind = SLEY_WAIT_FUTURE, .object = (uintptr_t)waiter, .owner = -1};
    if (timed) {
        sley_loop_guard(true);
    }
    struct sley_awaited outcome = sley_await_as(waiter, &wait, pc);
    if (timed) {
        sley_loop_guard(false);
    }
    return outcome;
}

/* --- wait --- */

static bool
ends_wait(const struct sley_async_future *waiter, const struct sley_async_future *future)
{
    return waiter->missing == 0 || waiter->mode == SLEY_FIRST_COMPLETED ||
           (waiter->mode == SLEY_FIRST_EXCEPTION &&
            sley_async_future_outcome(future).kind == SLEY_EXCEPTION);
}

static void
one_is_done(struct sley_async_future *future, void *argument)
{
    struct sley_async_future *waiter = argument;
    waiter->missing -= waiter->missing > 0;
    if (ends_wait(waiter, future)) {
        sley_loop_handle_stop(waiter->timeout);
        sley_async_future_finish(waiter, sley_result(0));
    }
}

static bool
came_before(struct sley_async_future *const futures[], uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (futures[i] == futures[index]) {
            return true;
        }
    }
    return false;
}

static void
wait_begin(struct sley_async_future *waiter, struct sley_async_future *const futures[],
           uint32_t count, uintptr_t pc)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!came_before(futures, i)) {
            waiter->missing++;
            sley_async_future_add_internal(futures[i], one_is_done, waiter, waiter, pc);
        }
    }
}

struct sley_awaited
sley_loop_wait(struct sley_async_future *const futures[], uint32_t count, uint32_t timeout_ms,
               enum sley_loop_return_when return_when)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_self(pc);
    sley_point(SLEY_OP_AWAIT, sley_loop_object(), pc);
    if (count == 0) {
        return sley_exception(SLEY_VALUE_ERROR);
    }
    bool timed = timeout_ms != SLEY_NO_TIMEOUT;
    struct sley_async_future *waiter = sley_async_future_make_internal(pc);
    waiter->mode = (uint8_t)return_when;
    waiter->timeout = no_timer;
    if (timed) {
        waiter->timeout = sley_loop_at(deadline_of(timeout_ms), sley_async_future_release_waiter,
                                       NULL, waiter, waiter, pc);
    }
    wait_begin(waiter, futures, count, pc);
    struct sley_awaited outcome = await_internal(waiter, timed, pc);
    sley_loop_handle_stop(waiter->timeout);
    uint32_t done = 0;
    for (uint32_t i = 0; i < count; i++) {
        sley_async_future_remove_internal(futures[i], one_is_done, waiter);
        done += !came_before(futures, i) && sley_async_future_done(futures[i]);
    }
    sley_async_future_drop(waiter);
    return outcome.kind == SLEY_RESULT ? sley_result(done) : outcome;
}

/* --- wait_for --- */

struct sley_awaited
sley_cancel_and_wait(struct sley_async_future *future, uintptr_t pc)
{
    struct sley_async_future *waiter = sley_async_future_make_internal(pc);
    sley_async_future_add_internal(future, sley_async_future_release_waiter, waiter, waiter, pc);
    sley_async_future_cancel(future);
    struct sley_awaited outcome = await_internal(waiter, false, pc);
    sley_async_future_remove_internal(future, sley_async_future_release_waiter, waiter);
    sley_async_future_drop(waiter);
    return outcome;
}

/* The time is over: cancels the future and tells what wait_for ends with. */
static struct sley_awaited
time_out(struct sley_async_future *future, uintptr_t pc)
{
    if (sley_fault(SLEY_FAULT_WAIT_FOR_KEEPS)) {
        return sley_exception(SLEY_TIMEOUT_ERROR);
    }
    struct sley_awaited outcome = sley_cancel_and_wait(future, pc);
    if (outcome.kind != SLEY_RESULT) {
        return outcome;
    }
    outcome = sley_async_future_outcome(future);
    return outcome.kind == SLEY_CANCELLED ? sley_exception(SLEY_TIMEOUT_ERROR) : outcome;
}

/* wait_for itself was cancelled, before the future was done. */
static struct sley_awaited
give_up(struct sley_async_future *future, struct sley_awaited cancellation, uintptr_t pc)
{
    struct sley_awaited outcome = sley_cancel_and_wait(future, pc);
    return outcome.kind != SLEY_RESULT ? outcome : cancellation;
}

static struct sley_awaited
wait_until(struct sley_async_future *future, uint64_t deadline_ns, uintptr_t pc)
{
    struct sley_async_future *waiter = sley_async_future_make_internal(pc);
    struct sley_handle timer =
        sley_loop_at(deadline_ns, sley_async_future_release_waiter, NULL, waiter, waiter, pc);
    sley_async_future_add_internal(future, sley_async_future_release_waiter, waiter, waiter, pc);
    struct sley_awaited outcome = await_internal(waiter, true, pc);
    if (sley_async_future_done(future)) {
        outcome = sley_async_future_outcome(future);
    } else {
        sley_async_future_remove_internal(future, sley_async_future_release_waiter, waiter);
        outcome = outcome.kind == SLEY_RESULT ? time_out(future, pc) : give_up(future, outcome, pc);
    }
    sley_loop_handle_stop(timer);
    sley_async_future_drop(waiter);
    return outcome;
}

struct sley_awaited
sley_loop_wait_for(struct sley_async_future *future, uint32_t timeout_ms)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_self(pc);
    sley_point_two(SLEY_OP_AWAIT, (uintptr_t)future, sley_loop_object(), pc);
    if (timeout_ms == SLEY_NO_TIMEOUT) {
        const struct loop_wait wait = {
            .kind = SLEY_WAIT_FUTURE, .object = (uintptr_t)future, .owner = -1};
        return sley_await_as(future, &wait, pc);
    }
    if (timeout_ms > 0) {
        return wait_until(future, deadline_of(timeout_ms), pc);
    }
    return sley_async_future_done(future) ? sley_async_future_outcome(future)
                                          : time_out(future, pc);
}

/* --- shield --- */

static void
inner_done(struct sley_async_future *inner, void *argument)
{
    struct sley_async_future *outer = argument;
    if (outer->state == FUTURE_CANCELLED) {
        return;
    }
    if (inner->state == FUTURE_CANCELLED) {
        sley_async_future_cancel_plain(outer);
    } else {
        sley_async_future_finish(outer, inner->outcome);
    }
}

static void
outer_done(struct sley_async_future *outer, void *argument)
{
    struct sley_async_future *inner = argument;
    if (sley_fault(SLEY_FAULT_SHIELD_OPEN) && outer->state == FUTURE_CANCELLED) {
        sley_async_future_cancel(inner);
    }
    if (!sley_async_future_done(inner)) {
        sley_async_future_remove_internal(inner, inner_done, outer);
    }
}

struct sley_async_future *
sley_loop_shield(struct sley_async_future *inner)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    if (sley_async_future_done(inner)) {
        return inner;
    }
    struct sley_async_future *outer = sley_async_future_make(FUTURE_PLAIN, pc);
    sley_async_future_add_internal(inner, inner_done, outer, NULL, pc);
    sley_async_future_add_internal(outer, outer_done, inner, NULL, pc);
    return outer;
}
