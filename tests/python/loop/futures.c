/* Futures; the rules stand in futures.py. */
#include "tests/python/loop/order.h"

struct waiter {
    const char *name;
    struct sley_async_future *future;
};

static struct sley_awaited
waiting(void *spec)
{
    const struct waiter *self = spec;
    note("%s-waits", self->name);
    note("%s=%ld", self->name, (long)sley_await(self->future).value);
    return sley_result(0);
}

static void
note_result(struct sley_async_future *future, void *name)
{
    note("%s=%ld", (const char *)name, (long)sley_loop_result(future).value);
}

static void
note_done(struct sley_async_future *future, void *word)
{
    (void)future;
    note("%s", (const char *)word);
}

static void
done_callbacks_run_through_the_loop_in_order(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_add_callback(future, note_result, "a");
    sley_loop_add_callback(future, note_result, "b");
    sley_loop_add_callback(future, note_result, "c");
    sley_loop_call_soon(note_word, "before");
    sley_loop_set_result(future, 7);
    sley_loop_call_soon(note_word, "after");
    note("set");
    nap(0);
    note("end");
}

static void
a_callback_added_to_a_done_future_is_scheduled(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_set_result(future, 1);
    sley_loop_call_soon(note_word, "before");
    sley_loop_add_callback(future, note_done, "callback");
    note("added");
    nap(0);
    note("end");
}

static void
removed(struct sley_async_future *future, void *unused)
{
    (void)future;
    (void)unused;
    note("removed");
}

static void
a_removed_done_callback_is_not_called(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_add_callback(future, removed, NULL);
    sley_loop_add_callback(future, note_done, "kept");
    sley_loop_add_callback(future, removed, NULL);
    note("%u", sley_loop_remove_callback(future, removed, NULL));
    sley_loop_set_result(future, 1);
    nap(0);
    note("end");
}

static void
note_if_invalid(struct sley_awaited outcome)
{
    if (outcome.kind == SLEY_EXCEPTION && outcome.value == SLEY_INVALID_STATE_ERROR) {
        note("invalid");
    }
}

static void
a_second_result_is_an_invalid_state(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_set_result(future, 1);
    note_if_invalid(sley_loop_set_result(future, 2));
    note_if_invalid(sley_loop_set_exception(future, KEY_ERROR));
    note("%ld", (long)sley_loop_result(future).value);
}

static void
the_result_of_a_pending_future_is_an_invalid_state(void)
{
    struct sley_async_future *future = sley_loop_future();
    note("done=%s", truth(sley_loop_done(future)));
    note_if_invalid(sley_loop_result(future));
}

static void
a_future_is_cancelled_once(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_add_callback(future, note_done, "callback");
    note("%s", truth(sley_loop_cancel(future)));
    note("%s", truth(sley_loop_cancel(future)));
    note("cancelled=%s", truth(sley_loop_cancelled(future)));
    note_raised(sley_loop_result(future));
    nap(0);
    struct sley_async_future *other = sley_loop_future();
    sley_loop_set_result(other, 3);
    note("%s", truth(sley_loop_cancel(other)));
    note("%ld", (long)sley_loop_result(other).value);
}

static void
awaiting_a_done_future_does_not_suspend(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_set_result(future, 5);
    sley_loop_call_soon(note_word, "soon");
    note("%ld", (long)sley_await(future).value);
    note("%ld", (long)sley_await(future).value);
    nap(0);
    note("end");
}

static void
waiters_of_a_future_go_on_in_order(void)
{
    struct sley_async_future *future = sley_loop_future();
    struct waiter waiters[] = {{"a", future}, {"b", future}, {"c", future}};
    struct sley_async_future *tasks[3];
    for (int i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(waiting, &waiters[i]);
    }
    nap(0);
    sley_loop_set_result(future, 7);
    sley_loop_call_soon(note_word, "after");
    note("set");
    await_all(tasks, 3);
    note("end");
}

static struct sley_awaited
catching(void *spec)
{
    const struct waiter *self = spec;
    if (sley_await(self->future).kind == SLEY_EXCEPTION) {
        note("%s-KeyError", self->name);
    }
    return sley_result(0);
}

static void
the_exception_of_a_future_is_raised_in_every_waiter(void)
{
    struct sley_async_future *future = sley_loop_future();
    struct waiter waiters[] = {{"a", future}, {"b", future}};
    struct sley_async_future *tasks[] = {sley_loop_task(catching, &waiters[0]),
                                         sley_loop_task(catching, &waiters[1])};
    nap(0);
    sley_loop_set_exception(future, KEY_ERROR);
    note("set");
    await_all(tasks, 2);
    note("end");
}

static struct sley_awaited
itself(void *task)
{
    note_raised(sley_await(*(struct sley_async_future **)task));
    return sley_result(1);
}

static void
a_task_cannot_await_itself(void)
{
    struct sley_async_future *task;
    task = sley_loop_task(itself, &task);
    note("%ld", (long)sley_await(task).value);
}

const struct order_case order_futures[] = {
    ORDER_CASE(done_callbacks_run_through_the_loop_in_order),
    ORDER_CASE(a_callback_added_to_a_done_future_is_scheduled),
    ORDER_CASE(a_removed_done_callback_is_not_called),
    ORDER_CASE(a_second_result_is_an_invalid_state),
    ORDER_CASE(the_result_of_a_pending_future_is_an_invalid_state),
    ORDER_CASE(a_future_is_cancelled_once),
    ORDER_CASE(awaiting_a_done_future_does_not_suspend),
    ORDER_CASE(waiters_of_a_future_go_on_in_order),
    ORDER_CASE(the_exception_of_a_future_is_raised_in_every_waiter),
    ORDER_CASE(a_task_cannot_await_itself),
    {0},
};
