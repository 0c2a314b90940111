/* gather, wait, as_completed and shield; the rules stand in together.py. */
#include "tests/python/loop/order.h"

struct sleeper {
    const char *name;
    uint32_t delay;
    intptr_t error; /* to raise; 0: none */
};

/* Its result is its name. */
static struct sley_awaited
sleeper(void *spec)
{
    const struct sleeper *self = spec;
    struct sley_awaited slept = nap(self->delay);
    if (slept.kind == SLEY_CANCELLED) {
        note("%s-cancelled", self->name);
        return slept;
    }
    note("%s@%u", self->name, time_now());
    return self->error ? sley_exception(self->error) : sley_result(self->name);
}

static void
start(struct sley_async_future *tasks[], struct sleeper specs[], int count)
{
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_loop_task_named(sleeper, &specs[i], specs[i].name);
    }
}

static void
note_outcome(struct sley_awaited outcome)
{
    if (outcome.kind == SLEY_RESULT) {
        note("%s", (const char *)outcome.value);
    }
    note_raised(outcome);
}

static void
note_results(struct sley_async_future *const tasks[], int count)
{
    for (int i = 0; i < count; i++) {
        note_outcome(sley_loop_result(tasks[i]));
    }
}

static void
gather_returns_results_in_the_order_of_arguments(void)
{
    struct sleeper specs[] = {{"a", 3, 0}, {"b", 1, 0}, {"c", 2, 0}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    sley_await(sley_loop_gather(tasks, 3, false));
    note_results(tasks, 3);
}

static struct sley_awaited
step(void *name)
{
    note("%s0", (const char *)name);
    nap(0);
    note("%s1", (const char *)name);
    return sley_result(0);
}

static void
gather_starts_its_coroutines_in_order(void)
{
    struct sley_async_future *tasks[] = {sley_loop_task(step, "a"), sley_loop_task(step, "b"),
                                         sley_loop_task(step, "c")};
    struct sley_async_future *group = sley_loop_gather(tasks, 3, false);
    note("gathered");
    sley_await(group);
    note("end");
}

static void
gather_raises_the_first_exception_and_others_go_on(void)
{
    struct sleeper specs[] = {{"a", 3, 0}, {"b", 1, KEY_ERROR}, {"c", 2, SLEY_VALUE_ERROR}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    struct sley_awaited end = sley_await(sley_loop_gather(tasks, 3, false));
    note("%s@%u", error_name(end.value), time_now());
    nap(4);
    note("end");
}

static void
gather_can_return_exceptions_as_results(void)
{
    struct sleeper specs[] = {{"a", 2, 0}, {"b", 1, KEY_ERROR}, {"c", 3, 0}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    sley_await(sley_loop_gather(tasks, 3, true));
    note_results(tasks, 3);
}

static void
note_cancelled_error(struct sley_awaited outcome)
{
    if (outcome.kind == SLEY_CANCELLED) {
        note("CancelledError@%u", time_now());
    }
}

static void
cancelling_gather_cancels_what_has_not_ended(void)
{
    struct sleeper specs[] = {{"a", 1, 0}, {"b", 5, 0}, {"c", 6, 0}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    struct sley_async_future *group = sley_loop_gather(tasks, 3, false);
    nap(2);
    note("%s", truth(sley_loop_cancel(group)));
    note_cancelled_error(sley_await(group));
}

static void
cancelling_one_of_a_gather_spares_the_others(void)
{
    struct sleeper specs[] = {{"a", 2, 0}, {"b", 3, 0}, {"c", 4, 0}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    sley_loop_call_later_ms(1000, cancel, tasks[1]);
    note_cancelled_error(sley_await(sley_loop_gather(tasks, 3, false)));
    nap(5);
    note("end");
}

static void
gather_returns_the_cancellation_of_one_as_its_result(void)
{
    struct sleeper specs[] = {{"a", 2, 0}, {"b", 3, 0}};
    struct sley_async_future *tasks[2];
    start(tasks, specs, 2);
    sley_loop_call_later_ms(1000, cancel, tasks[1]);
    sley_await(sley_loop_gather(tasks, 2, true));
    note_results(tasks, 2);
}

static struct sley_awaited
outer_of_gather(void *unused)
{
    struct sleeper specs[] = {{"a", 4, 0}, {"b", 5, 0}};
    struct sley_async_future *tasks[2];
    (void)unused;
    start(tasks, specs, 2);
    struct sley_awaited end = sley_await(sley_loop_gather(tasks, 2, false));
    if (end.kind == SLEY_CANCELLED) {
        note("outer-cancelled@%u", time_now());
    }
    return end;
}

static void
cancelling_the_awaiting_task_cancels_gather(void)
{
    struct sley_async_future *task = sley_loop_task(outer_of_gather, NULL);
    nap(1);
    sley_loop_cancel(task);
    if (sley_await(task).kind == SLEY_CANCELLED) {
        note("end");
    }
}

/* Notes the names of the tasks that are done, or of those that are not. */
static void
note_set(const char *set, struct sley_async_future *const tasks[], int count, bool done)
{
    char names[8] = "";
    int length = 0;
    for (int i = 0; i < count; i++) {
        if (sley_loop_done(tasks[i]) == done) {
            names[length++] = sley_loop_task_name(tasks[i])[0];
        }
    }
    note("%s=%s", set, length ? names : "none");
}

static void
note_sets(struct sley_async_future *const tasks[], int count)
{
    note_set("done", tasks, count, true);
    note_set("pending", tasks, count, false);
}

static void
wait_for_the_first_completed(void)
{
    static struct sleeper specs[] = {{"a", 3, 0}, {"b", 1, 0}, {"c", 2, 0}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    sley_loop_wait(tasks, 3, SLEY_NO_TIMEOUT, SLEY_FIRST_COMPLETED);
    note_sets(tasks, 3);
    struct sley_async_future *pending[] = {tasks[0], tasks[2]};
    sley_loop_wait(pending, 2, SLEY_NO_TIMEOUT, SLEY_FIRST_COMPLETED);
    note_sets(pending, 2);
}

static void
wait_for_the_first_exception(void)
{
    static struct sleeper specs[] = {{"a", 1, 0}, {"b", 2, KEY_ERROR}, {"c", 3, 0}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    sley_loop_wait(tasks, 3, SLEY_NO_TIMEOUT, SLEY_FIRST_EXCEPTION);
    note_sets(tasks, 3);
    note_raised(sley_loop_result(tasks[1]));
}

static void
wait_for_an_exception_that_does_not_come(void)
{
    struct sleeper specs[] = {{"a", 2, 0}, {"b", 1, 0}};
    struct sley_async_future *tasks[2];
    start(tasks, specs, 2);
    sley_loop_wait(tasks, 2, SLEY_NO_TIMEOUT, SLEY_FIRST_EXCEPTION);
    note_sets(tasks, 2);
}

static void
wait_for_all_completed(void)
{
    struct sleeper specs[] = {{"a", 2, 0}, {"b", 1, KEY_ERROR}, {"c", 4, 0}};
    struct sley_async_future *tasks[3];
    start(tasks, specs, 3);
    sley_loop_call_later_ms(3000, cancel, tasks[2]);
    struct sley_awaited waited = sley_loop_wait(tasks, 3, SLEY_NO_TIMEOUT, SLEY_ALL_COMPLETED);
    note("done=%s@%u", waited.value == 3 ? "abc" : "fewer", time_now());
    note_set("pending", tasks, 3, false);
}

static void
a_timeout_of_wait_cancels_nothing(void)
{
    struct sleeper specs[] = {{"a", 1, 0}, {"b", 3, 0}};
    struct sley_async_future *tasks[2];
    start(tasks, specs, 2);
    struct sley_awaited waited = sley_loop_wait(tasks, 2, 2000, SLEY_ALL_COMPLETED);
    note("done=%s@%u", waited.value == 1 && sley_loop_done(tasks[0]) ? "a" : "other", time_now());
    note_set("pending", tasks, 2, false);
    nap(2);
    note("end");
}

static struct sley_awaited
waiting_for_one(void *task)
{
    struct sley_async_future *tasks[] = {task};
    return sley_loop_wait(tasks, 1, SLEY_NO_TIMEOUT, SLEY_ALL_COMPLETED);
}

static void
cancelling_wait_does_not_cancel_its_tasks(void)
{
    struct sleeper specs[] = {{"a", 3, 0}};
    struct sley_async_future *tasks[1];
    start(tasks, specs, 1);
    struct sley_async_future *waiting = sley_loop_task(waiting_for_one, tasks[0]);
    nap(1);
    sley_loop_cancel(waiting);
    note_cancelled_error(sley_await(waiting));
    note_outcome(sley_await(tasks[0]));
}

static void
as_completed_gives_results_in_the_order_of_completion(void)
{
    struct sleeper specs[] = {{"a", 3, 0}, {"b", 1, 0}, {"c", 2, 0}};
    struct sley_async_future *tasks[3];
    struct sley_loop_completions completions;
    start(tasks, specs, 3);
    sley_loop_as_completed(&completions, tasks, 3, SLEY_NO_TIMEOUT);
    for (int i = 0; i < 3; i++) {
        note("got-%s", (const char *)sley_loop_next_completed(&completions, NULL).value);
    }
}

static void
as_completed_raises_its_timeout_where_it_is_awaited(void)
{
    struct sleeper specs[] = {{"a", 3, 0}, {"b", 1, 0}};
    struct sley_async_future *tasks[2];
    struct sley_loop_completions completions;
    start(tasks, specs, 2);
    sley_loop_as_completed(&completions, tasks, 2, 2000);
    for (int i = 0; i < 2; i++) {
        struct sley_awaited next = sley_loop_next_completed(&completions, NULL);
        if (next.kind == SLEY_RESULT) {
            note("got-%s", (const char *)next.value);
        } else {
            note("%s@%u", error_name(next.value), time_now());
        }
    }
    nap(2);
    note("end");
}

static struct sley_awaited
outer_of_shield(void *inner)
{
    struct sley_awaited end = sley_await(sley_loop_shield(inner));
    if (end.kind == SLEY_CANCELLED) {
        note("outer-cancelled@%u", time_now());
    }
    return end;
}

static void
what_is_shielded_goes_on_when_the_outer_task_is_cancelled(void)
{
    struct sleeper spec = {"inner", 3, 0};
    struct sley_async_future *inner = sley_loop_task(sleeper, &spec);
    struct sley_async_future *task = sley_loop_task(outer_of_shield, inner);
    nap(1);
    sley_loop_cancel(task);
    if (sley_await(task).kind == SLEY_CANCELLED) {
        note("inner-cancelled=%s", truth(sley_loop_cancelled(inner)));
    }
    note_outcome(sley_await(inner));
}

static void
a_shield_ends_with_what_it_shields(void)
{
    struct sleeper spec = {"inner", 3, 0};
    struct sley_async_future *inner = sley_loop_task(sleeper, &spec);
    sley_loop_call_later_ms(1000, cancel, inner);
    note_cancelled_error(sley_await(sley_loop_shield(inner)));
}

static void
a_shield_gives_the_result_of_what_it_shields(void)
{
    struct sleeper spec = {"inner", 2, 0};
    note_outcome(sley_await(sley_loop_shield(sley_loop_task(sleeper, &spec))));
}

const struct order_case order_together[] = {
    ORDER_CASE(gather_returns_results_in_the_order_of_arguments),
    ORDER_CASE(gather_starts_its_coroutines_in_order),
    ORDER_CASE(gather_raises_the_first_exception_and_others_go_on),
    ORDER_CASE(gather_can_return_exceptions_as_results),
    ORDER_CASE(cancelling_gather_cancels_what_has_not_ended),
    ORDER_CASE(cancelling_one_of_a_gather_spares_the_others),
    ORDER_CASE(gather_returns_the_cancellation_of_one_as_its_result),
    ORDER_CASE(cancelling_the_awaiting_task_cancels_gather),
    ORDER_CASE(wait_for_the_first_completed),
    ORDER_CASE(wait_for_the_first_exception),
    ORDER_CASE(wait_for_an_exception_that_does_not_come),
    ORDER_CASE(wait_for_all_completed),
    ORDER_CASE(a_timeout_of_wait_cancels_nothing),
    ORDER_CASE(cancelling_wait_does_not_cancel_its_tasks),
    ORDER_CASE(as_completed_gives_results_in_the_order_of_completion),
    ORDER_CASE(as_completed_raises_its_timeout_where_it_is_awaited),
    ORDER_CASE(what_is_shielded_goes_on_when_the_outer_task_is_cancelled),
    ORDER_CASE(a_shield_ends_with_what_it_shields),
    ORDER_CASE(a_shield_gives_the_result_of_what_it_shields),
    {0},
};
