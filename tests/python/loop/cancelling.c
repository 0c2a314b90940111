/* Cancellation of tasks; the rules stand in cancelling.py. */
#include "tests/python/loop/order.h"

/* Awaits a task and notes how it ended. */
static void
ending(struct sley_async_future *task)
{
    struct sley_awaited end = sley_await(task);
    if (end.kind == SLEY_RESULT) {
        note("result=%ld", (long)end.value);
    }
    note_raised(end);
    note("cancelled=%s", truth(sley_loop_cancelled(task)));
}

/* Starts the body, and cancels the task after a second. */
static struct sley_async_future *start_and_cancel(struct sley_awaited (*body)(void *))
{
    struct sley_async_future *task = sley_loop_task(body, NULL);
    nap(1);
    sley_loop_cancel(task);
    return task;
}

static struct sley_awaited
thrown_into(void *unused)
{
    (void)unused;
    struct sley_awaited slept = nap(5);
    if (slept.kind == SLEY_CANCELLED) {
        note("thrown@%u", time_now());
    }
    return slept;
}

static void
cancel_takes_effect_in_the_next_cycle(void)
{
    struct sley_async_future *task = sley_loop_task(thrown_into, NULL);
    nap(1);
    note("%s", truth(sley_loop_cancel(task)));
    note("done=%s", truth(sley_loop_done(task)));
    sley_loop_call_soon(note_word, "soon");
    nap(0);
    note("done=%s", truth(sley_loop_done(task)));
    ending(task);
}

static struct sley_awaited
with_clean_up(void *unused)
{
    (void)unused;
    note("body");
    struct sley_awaited slept = nap(1);
    note("finally");
    return slept;
}

static void
a_task_cancelled_before_its_first_step_never_runs(void)
{
    struct sley_async_future *task = sley_loop_task(with_clean_up, NULL);
    sley_loop_cancel(task);
    note("cancel");
    ending(task);
}

static void
note_future_cancelled(struct sley_async_future *future, void *unused)
{
    (void)unused;
    note("future-cancelled=%s", truth(sley_loop_cancelled(future)));
}

static struct sley_awaited
await_future(void *future)
{
    struct sley_awaited end = sley_await(future);
    if (end.kind == SLEY_CANCELLED) {
        note("thrown");
    } else {
        note("got=%ld", (long)end.value);
    }
    return end;
}

static void
cancelling_a_task_cancels_the_future_that_it_awaits(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_add_callback(future, note_future_cancelled, NULL);
    struct sley_async_future *task = sley_loop_task(await_future, future);
    nap(0);
    sley_loop_cancel(task);
    note("at-once=%s", truth(sley_loop_cancelled(future)));
    ending(task);
}

static struct sley_awaited
inner(void *unused)
{
    (void)unused;
    struct sley_awaited slept = nap(5);
    if (slept.kind == SLEY_CANCELLED) {
        note("inner-thrown");
    }
    return slept;
}

static struct sley_awaited
outer(void *task)
{
    struct sley_awaited end = sley_await(task);
    if (end.kind == SLEY_CANCELLED) {
        note("outer-thrown");
    }
    return end;
}

static void
cancelling_a_task_cancels_the_task_that_it_awaits(void)
{
    struct sley_async_future *child = sley_loop_task(inner, NULL);
    struct sley_async_future *parent = sley_loop_task(outer, child);
    nap(1);
    sley_loop_cancel(parent);
    note("done=%s", truth(sley_loop_done(child)));
    ending(parent);
    note("inner=%s", truth(sley_loop_cancelled(child)));
}

static struct sley_awaited
suppressing(void *unused)
{
    (void)unused;
    if (nap(5).kind == SLEY_CANCELLED) {
        note("requests=%u", sley_loop_cancelling(sley_loop_current()));
        note("requests=%u", sley_loop_uncancel(sley_loop_current()));
    }
    nap(1);
    note("on@%u", time_now());
    return sley_result(3);
}

static void
a_task_can_suppress_its_cancellation(void)
{
    ending(start_and_cancel(suppressing));
}

static struct sley_awaited
counting(void *unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++) {
        if (nap(5).kind == SLEY_CANCELLED) {
            note("thrown-%u", sley_loop_cancelling(sley_loop_current()));
        } else {
            note("slept");
        }
    }
    return sley_result(sley_loop_uncancel(sley_loop_current()));
}

static void
requests_of_cancellation_are_counted(void)
{
    struct sley_async_future *task = start_and_cancel(counting);
    sley_loop_cancel(task);
    note("%u", sley_loop_cancelling(task));
    ending(task);
    note("at@%u", time_now());
}

static struct sley_awaited
suppressing_twice(void *unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++) {
        if (nap(5).kind == SLEY_CANCELLED) {
            note("suppressed@%u", time_now());
        }
    }
    return sley_result(3);
}

static void
a_suppressed_cancellation_can_be_followed_by_another(void)
{
    struct sley_async_future *task = start_and_cancel(suppressing_twice);
    nap(1);
    sley_loop_cancel(task);
    ending(task);
}

static struct sley_awaited
eight(void *unused)
{
    (void)unused;
    return sley_result(8);
}

static void
cancel_of_a_done_task_is_refused(void)
{
    struct sley_async_future *task = sley_loop_task(eight, NULL);
    nap(0);
    note("%s", truth(sley_loop_cancel(task)));
    ending(task);
}

static struct sley_awaited
cleaning(void *unused)
{
    (void)unused;
    struct sley_awaited slept = nap(5);
    note("clean@%u", time_now());
    nap(2);
    note("cleaned@%u", time_now());
    return slept;
}

static void
a_cancelled_task_can_await_in_finally(void)
{
    struct sley_async_future *task = start_and_cancel(cleaning);
    nap(0);
    note("done=%s", truth(sley_loop_done(task)));
    ending(task);
}

static struct sley_awaited
interrupted(void *unused)
{
    (void)unused;
    nap(5);
    note("clean@%u", time_now());
    struct sley_awaited slept = nap(5);
    note("interrupted@%u", time_now());
    return slept;
}

static void
a_second_cancel_interrupts_the_clean_up(void)
{
    struct sley_async_future *task = start_and_cancel(interrupted);
    nap(1);
    sley_loop_cancel(task);
    ending(task);
}

static struct sley_awaited
replacing(void *unused)
{
    (void)unused;
    nap(5);
    return sley_exception(KEY_ERROR);
}

static void
an_exception_in_the_clean_up_replaces_the_cancellation(void)
{
    struct sley_async_future *task = start_and_cancel(replacing);
    note_raised(sley_await(task));
    note("cancelled=%s", truth(sley_loop_cancelled(task)));
}

static struct sley_awaited
raising_cancelled(void *unused)
{
    (void)unused;
    note("body");
    return sley_cancellation();
}

static void
a_task_that_raises_cancelled_error_is_cancelled(void)
{
    ending(sley_loop_task(raising_cancelled, NULL));
}

static void
a_cancel_overtakes_a_result_that_is_on_its_way(void)
{
    struct sley_async_future *future = sley_loop_future();
    struct sley_async_future *task = sley_loop_task(await_future, future);
    nap(0);
    sley_loop_set_result(future, 1);
    note("%s", truth(sley_loop_cancel(task)));
    ending(task);
    note("future=%ld", (long)sley_loop_result(future).value);
}

static struct sley_awaited
cancelling_itself(void *unused)
{
    note("%s", truth(sley_loop_cancel(sley_loop_current())));
    eight(unused);
    note("on");
    struct sley_awaited slept = nap(1);
    if (slept.kind == SLEY_CANCELLED) {
        note("thrown@%u", time_now());
    }
    return slept;
}

static void
a_task_that_cancels_itself_goes_on_to_its_next_suspension(void)
{
    ending(sley_loop_task(cancelling_itself, NULL));
}

const struct order_case order_cancelling[] = {
    ORDER_CASE(cancel_takes_effect_in_the_next_cycle),
    ORDER_CASE(a_task_cancelled_before_its_first_step_never_runs),
    ORDER_CASE(cancelling_a_task_cancels_the_future_that_it_awaits),
    ORDER_CASE(cancelling_a_task_cancels_the_task_that_it_awaits),
    ORDER_CASE(a_task_can_suppress_its_cancellation),
    ORDER_CASE(requests_of_cancellation_are_counted),
    ORDER_CASE(a_suppressed_cancellation_can_be_followed_by_another),
    ORDER_CASE(cancel_of_a_done_task_is_refused),
    ORDER_CASE(a_cancelled_task_can_await_in_finally),
    ORDER_CASE(a_second_cancel_interrupts_the_clean_up),
    ORDER_CASE(an_exception_in_the_clean_up_replaces_the_cancellation),
    ORDER_CASE(a_task_that_raises_cancelled_error_is_cancelled),
    ORDER_CASE(a_cancel_overtakes_a_result_that_is_on_its_way),
    ORDER_CASE(a_task_that_cancels_itself_goes_on_to_its_next_suspension),
    {0},
};
