/* timeout and wait_for; the rules stand in timeouts.py. */
#include "tests/python/loop/order.h"

struct sleeper {
    const char *name;
    uint32_t delay;
};

static struct sley_awaited
sleeper(void *spec)
{
    const struct sleeper *self = spec;
    struct sley_awaited slept = nap(self->delay);
    if (slept.kind == SLEY_CANCELLED) {
        note("%s-cancelled@%u", self->name, time_now());
        return slept;
    }
    note("%s@%u", self->name, time_now());
    return sley_result(self->name);
}

static void
note_raised_and_time(struct sley_awaited outcome)
{
    if (outcome.kind == SLEY_EXCEPTION) {
        note("%s@%u", error_name(outcome.value), time_now());
    } else if (outcome.kind == SLEY_CANCELLED) {
        note("CancelledError@%u", time_now());
    }
}

static void
wait_for_gives_the_result_in_time(void)
{
    struct sleeper spec = {"a", 1};
    struct sley_awaited end = sley_loop_wait_for(sley_loop_task(sleeper, &spec), 2000);
    note("%s", end.kind == SLEY_RESULT ? (const char *)end.value : "raised");
    nap(3);
    note("end@%u", time_now());
}

static void
wait_for_cancels_at_its_timeout(void)
{
    struct sleeper spec = {"a", 5};
    struct sley_async_future *task = sley_loop_task(sleeper, &spec);
    note_raised_and_time(sley_loop_wait_for(task, 2000));
    note("cancelled=%s", truth(sley_loop_cancelled(task)));
}

static struct sley_awaited
slow_to_end(void *unused)
{
    (void)unused;
    struct sley_awaited slept = nap(5);
    note("clean@%u", time_now());
    nap(3);
    return slept;
}

static void
wait_for_waits_for_the_clean_up(void)
{
    note_raised_and_time(sley_loop_wait_for(sley_loop_task(slow_to_end, NULL), 2000));
}

static struct sley_awaited
failing(void *unused)
{
    (void)unused;
    nap(5);
    return sley_exception(KEY_ERROR);
}

static void
wait_for_raises_the_exception_of_the_clean_up(void)
{
    note_raised_and_time(sley_loop_wait_for(sley_loop_task(failing, NULL), 2000));
}

static struct sley_awaited
stubborn(void *unused)
{
    (void)unused;
    if (nap(5).kind == SLEY_CANCELLED) {
        note("suppressed@%u", time_now());
        nap(1);
    }
    return sley_result(4);
}

static void
wait_for_gives_the_result_of_a_task_that_suppresses(void)
{
    struct sley_awaited end = sley_loop_wait_for(sley_loop_task(stubborn, NULL), 2000);
    note("%ld", (long)end.value);
    note("end@%u", time_now());
}

static struct sley_awaited
waiting_for_a_sleeper(void *spec)
{
    return sley_loop_wait_for(sley_loop_task(sleeper, spec), 4000);
}

static void
cancelling_wait_for_cancels_what_it_waits_for(void)
{
    struct sleeper spec = {"a", 5};
    struct sley_async_future *task = sley_loop_task(waiting_for_a_sleeper, &spec);
    nap(1);
    sley_loop_cancel(task);
    note_raised_and_time(sley_await(task));
}

static void
a_shield_inside_wait_for_saves_the_task(void)
{
    struct sleeper spec = {"a", 3};
    struct sley_async_future *task = sley_loop_task(sleeper, &spec);
    note_raised_and_time(sley_loop_wait_for(sley_loop_shield(task), 2000));
    note("%s", (const char *)sley_await(task).value);
}

static void
note_timeout(struct sley_awaited outcome, const char *place)
{
    if (outcome.kind == SLEY_EXCEPTION && outcome.value == SLEY_TIMEOUT_ERROR) {
        note("%s@%u", place, time_now());
    }
}

static void
a_timeout_block_cancels_and_raises_outside(void)
{
    struct sley_loop_timeout scope;
    sley_loop_timeout_enter(&scope, 2000);
    struct sley_awaited slept = nap(5);
    if (slept.kind == SLEY_CANCELLED) {
        note("inside@%u", time_now());
    }
    note_timeout(sley_loop_timeout_leave(&scope, slept), "outside");
    note("requests=%u", sley_loop_cancelling(sley_loop_current()));
}

static void
a_timeout_block_that_ends_in_time_does_nothing(void)
{
    struct sley_loop_timeout scope;
    sley_loop_timeout_enter(&scope, 2000);
    sley_loop_timeout_leave(&scope, nap(1));
    note("expired=%s", truth(sley_loop_timeout_expired(&scope)));
    nap(3);
    note("end@%u", time_now());
}

static void
a_timeout_block_can_be_rescheduled(void)
{
    struct sley_loop_timeout scope;
    sley_loop_timeout_enter(&scope, 2000);
    sley_loop_timeout_reschedule_ns(&scope, sley_loop_time_ns() + 4000000000u);
    struct sley_awaited slept = nap(3);
    if (slept.kind == SLEY_RESULT) {
        note("slept@%u", time_now());
        slept = nap(3);
    }
    if (slept.kind == SLEY_RESULT) {
        note("never");
    }
    note_timeout(sley_loop_timeout_leave(&scope, slept), "TimeoutError");
    note("expired=%s", truth(sley_loop_timeout_expired(&scope)));
}

static void
nested_timeout_blocks_raise_each_at_its_own_end(void)
{
    struct sley_loop_timeout first, second;
    sley_loop_timeout_enter(&first, 4000);
    sley_loop_timeout_enter(&second, 2000);
    struct sley_awaited end = sley_loop_timeout_leave(&second, nap(9));
    note_timeout(end, "inner");
    if (end.kind != SLEY_CANCELLED) {
        end = nap(9);
    }
    note_timeout(sley_loop_timeout_leave(&first, end), "outer");
}

static void
an_outer_timeout_passes_through_an_inner_one(void)
{
    struct sley_loop_timeout first, second;
    sley_loop_timeout_enter(&first, 2000);
    sley_loop_timeout_enter(&second, 4000);
    struct sley_awaited end = sley_loop_timeout_leave(&second, nap(9));
    note_timeout(end, "wrong");
    note_timeout(sley_loop_timeout_leave(&first, end), "outer");
}

static struct sley_awaited
limited(void *unused)
{
    struct sley_loop_timeout scope;
    (void)unused;
    sley_loop_timeout_enter(&scope, 4000);
    struct sley_awaited end = sley_loop_timeout_leave(&scope, nap(9));
    note_raised_and_time(end);
    return end;
}

static void
a_timeout_block_lets_a_foreign_cancellation_pass(void)
{
    struct sley_async_future *task = sley_loop_task(limited, NULL);
    nap(1);
    sley_loop_cancel(task);
    if (sley_await(task).kind == SLEY_CANCELLED) {
        note("cancelled=%s", truth(sley_loop_cancelled(task)));
    }
}

static struct sley_awaited
suppressing(void *unused)
{
    struct sley_loop_timeout scope;
    (void)unused;
    if (nap(5).kind == SLEY_CANCELLED) {
        note("suppressed@%u", time_now());
    }
    sley_loop_timeout_enter(&scope, 2000);
    note_timeout(sley_loop_timeout_leave(&scope, nap(5)), "TimeoutError");
    return sley_result(0);
}

static void
a_timeout_block_ignores_a_cancellation_suppressed_before(void)
{
    struct sley_async_future *task = sley_loop_task(suppressing, NULL);
    nap(1);
    sley_loop_cancel(task);
    sley_await(task);
}

const struct order_case order_timeouts[] = {
    ORDER_CASE(wait_for_gives_the_result_in_time),
    ORDER_CASE(wait_for_cancels_at_its_timeout),
    ORDER_CASE(wait_for_waits_for_the_clean_up),
    ORDER_CASE(wait_for_raises_the_exception_of_the_clean_up),
    ORDER_CASE(wait_for_gives_the_result_of_a_task_that_suppresses),
    ORDER_CASE(cancelling_wait_for_cancels_what_it_waits_for),
    ORDER_CASE(a_shield_inside_wait_for_saves_the_task),
    ORDER_CASE(a_timeout_block_cancels_and_raises_outside),
    ORDER_CASE(a_timeout_block_that_ends_in_time_does_nothing),
    ORDER_CASE(a_timeout_block_can_be_rescheduled),
    ORDER_CASE(nested_timeout_blocks_raise_each_at_its_own_end),
    ORDER_CASE(an_outer_timeout_passes_through_an_inner_one),
    ORDER_CASE(a_timeout_block_lets_a_foreign_cancellation_pass),
    ORDER_CASE(a_timeout_block_ignores_a_cancellation_suppressed_before),
    {0},
};
