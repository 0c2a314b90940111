/* Tasks and coroutines; the rules stand in tasks.py. */
#include "tests/python/loop/order.h"

static void
sleep_zero_is_round_robin(void)
{
    struct steps specs[] = {{"a", 3}, {"b", 3}, {"c", 3}};
    struct sley_async_future *tasks[3];
    for (int i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(steps, &specs[i]);
    }
    await_all(tasks, 3);
    note("end");
}

static void
a_new_task_starts_later_in_order(void)
{
    struct steps specs[] = {{"a", 1}, {"b", 1}, {"c", 1}};
    struct sley_async_future *tasks[3];
    for (int i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(steps, &specs[i]);
    }
    note("created");
    nap(0);
    note("main");
    await_all(tasks, 3);
    note("end");
}

static struct sley_awaited
direct(void *unused)
{
    (void)unused;
    note("direct");
    return sley_result(4);
}

static void
awaiting_a_coroutine_does_not_switch(void)
{
    struct steps spec = {"other", 1};
    struct sley_async_future *other = sley_loop_task(steps, &spec);
    note("%ld", (long)direct(NULL).value);
    note("main");
    sley_await(other);
    note("end");
}

static struct sley_awaited
leaf(int value)
{
    return sley_result(value);
}

static struct sley_awaited
busy(void *name)
{
    for (int i = 0; i < 3; i++) {
        note("%s%ld", (const char *)name, (long)leaf(i).value);
    }
    return sley_result(0);
}

static void
an_await_that_does_not_wait_does_not_switch(void)
{
    struct sley_async_future *tasks[] = {sley_loop_task(busy, "a"), sley_loop_task(busy, "b")};
    sley_await(tasks[0]);
    note("main");
    sley_await(tasks[1]);
    note("end");
}

struct sleeper {
    const char *name;
    uint32_t delay;
};

static struct sley_awaited
sleeper(void *spec)
{
    const struct sleeper *self = spec;
    note("%s", self->name);
    nap(self->delay);
    note("%s@%u", self->name, time_now());
    return sley_result(0);
}

static void
sleepers_wake_in_the_order_of_their_times(void)
{
    struct sleeper specs[] = {{"a", 3}, {"b", 1}, {"c", 2}};
    struct sley_async_future *tasks[3];
    for (int i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(sleeper, &specs[i]);
    }
    await_all(tasks, 3);
    note("end");
}

static struct sley_awaited
sleeper_twice(void *spec)
{
    const struct sleeper *self = spec;
    for (int i = 0; i < 2; i++) {
        nap(self->delay);
        note("%s@%u", self->name, time_now());
    }
    return sley_result(0);
}

static void
sleeps_of_several_tasks_overlap(void)
{
    struct sleeper specs[] = {{"a", 2}, {"b", 3}};
    struct sley_async_future *tasks[] = {sley_loop_task(sleeper_twice, &specs[0]),
                                         sley_loop_task(sleeper_twice, &specs[1])};
    await_all(tasks, 2);
    note("end@%u", time_now());
}

struct parent {
    const char *name;
    struct steps child;
};

static struct sley_awaited
parent(void *spec)
{
    struct parent *self = spec;
    note("%s", self->name);
    struct sley_async_future *child = sley_loop_task(steps, &self->child);
    nap(0);
    note("%s", self->name);
    sley_await(child);
    note("%s-end", self->name);
    return sley_result(0);
}

static void
nested_tasks_start_behind_what_is_ready(void)
{
    struct parent parents[] = {{"a", {"a-child", 1}}, {"b", {"b-child", 1}}};
    struct sley_async_future *tasks[] = {sley_loop_task(parent, &parents[0]),
                                         sley_loop_task(parent, &parents[1])};
    await_all(tasks, 2);
    note("end");
}

static struct sley_awaited
value(void *unused)
{
    (void)unused;
    note("value");
    return sley_result(9);
}

static void
awaiting_a_done_task_does_not_suspend(void)
{
    struct sley_async_future *task = sley_loop_task(value, NULL);
    nap(0);
    sley_loop_call_soon(note_word, "soon");
    note("done=%s", truth(sley_loop_done(task)));
    note("%ld", (long)sley_await(task).value);
    nap(0);
    note("end");
}

static struct sley_awaited
failing(void *unused)
{
    (void)unused;
    note("fail");
    return sley_exception(KEY_ERROR);
}

static void
the_exception_of_a_task_is_raised_where_it_is_awaited(void)
{
    struct sley_async_future *task = sley_loop_task(failing, NULL);
    note_raised(sley_await(task));
    note_raised(sley_loop_result(task));
}

static void
a_failed_task_stops_nobody(void)
{
    struct steps spec = {"other", 3};
    struct sley_async_future *failed = sley_loop_task(failing, NULL);
    struct sley_async_future *other = sley_loop_task(steps, &spec);
    nap(0);
    note("main");
    sley_await(other);
    note("done=%s", truth(sley_loop_done(failed)));
}

static void
note_done(struct sley_async_future *task, void *word)
{
    (void)task;
    note("%s", (const char *)word);
}

static struct sley_awaited
waiter(void *task)
{
    sley_await(task);
    note("waiter");
    return sley_result(0);
}

static void
done_callbacks_of_a_task_come_in_order(void)
{
    struct steps spec = {"task", 1};
    struct sley_async_future *task = sley_loop_task(steps, &spec);
    sley_loop_add_callback(task, note_done, "first");
    struct sley_async_future *waiting = sley_loop_task(waiter, task);
    nap(0);
    sley_loop_add_callback(task, note_done, "second");
    sley_await(waiting);
    note("main");
    nap(0);
    note("end");
}

static struct sley_awaited
compare(void *task)
{
    note("%s", sley_loop_current() == task ? "same" : "other");
    return sley_result(0);
}

static void
the_current_task_is_the_one_that_runs(void)
{
    struct sley_async_future *self = sley_loop_current();
    compare(self);
    sley_await(sley_loop_task(compare, self));
    note("end");
}

const struct order_case order_tasks[] = {
    ORDER_CASE(sleep_zero_is_round_robin),
    ORDER_CASE(a_new_task_starts_later_in_order),
    ORDER_CASE(awaiting_a_coroutine_does_not_switch),
    ORDER_CASE(an_await_that_does_not_wait_does_not_switch),
    ORDER_CASE(sleepers_wake_in_the_order_of_their_times),
    ORDER_CASE(sleeps_of_several_tasks_overlap),
    ORDER_CASE(nested_tasks_start_behind_what_is_ready),
    ORDER_CASE(awaiting_a_done_task_does_not_suspend),
    ORDER_CASE(the_exception_of_a_task_is_raised_where_it_is_awaited),
    ORDER_CASE(a_failed_task_stops_nobody),
    ORDER_CASE(done_callbacks_of_a_task_come_in_order),
    ORDER_CASE(the_current_task_is_the_one_that_runs),
    {0},
};
