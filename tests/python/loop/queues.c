/* Queues; the rules stand in queues.py. */
#include "tests/python/loop/order.h"

static struct sley_queue queue;

static struct sley_awaited
getter(void *name)
{
    note("%s-waits", (const char *)name);
    struct sley_awaited item = sley_loop_queue_get(&queue);
    if (item.kind == SLEY_RESULT) {
        note("%s=%ld", (const char *)name, (long)item.value);
    }
    return item;
}

static struct sley_awaited
putter(void *item)
{
    struct sley_awaited end = sley_loop_queue_put(&queue, (intptr_t)item);
    note("put%ld", (long)(intptr_t)item);
    return end;
}

static void
note_item(const char *before, struct sley_awaited item)
{
    note("%s%ld", before, (long)item.value);
}

static void
a_queue_is_first_in_first_out(void)
{
    sley_loop_queue_init(&queue, 0);
    for (intptr_t item = 0; item < 4; item++) {
        sley_loop_queue_put(&queue, item);
    }
    note("size=%u", sley_loop_queue_size(&queue));
    for (int i = 0; i < 4; i++) {
        note_item("", sley_loop_queue_get(&queue));
    }
    note("empty=%s", truth(sley_loop_queue_size(&queue) == 0));
}

static void
getters_are_served_in_the_order_of_their_arrival(void)
{
    sley_loop_queue_init(&queue, 0);
    struct sley_async_future *tasks[] = {sley_loop_task(getter, "a"), sley_loop_task(getter, "b"),
                                         sley_loop_task(getter, "c")};
    nap(0);
    for (intptr_t item = 0; item < 3; item++) {
        sley_loop_queue_put_nowait(&queue, item);
    }
    note("put");
    await_all(tasks, 3);
    note("end");
}

static void
putters_go_on_in_the_order_of_their_arrival(void)
{
    struct sley_async_future *tasks[3];
    sley_loop_queue_init(&queue, 1);
    for (intptr_t item = 0; item < 3; item++) {
        tasks[item] = sley_loop_task(putter, (void *)item);
    }
    nap(0);
    note("full=%s", truth(sley_loop_queue_size(&queue) == 1));
    for (int i = 0; i < 3; i++) {
        note_item("got", sley_loop_queue_get(&queue));
        nap(0);
    }
    await_all(tasks, 3);
    note("end");
}

static void
put_and_get_do_not_suspend_without_need(void)
{
    sley_loop_queue_init(&queue, 2);
    sley_loop_call_soon(note_word, "soon");
    sley_loop_queue_put(&queue, 1);
    sley_loop_queue_put(&queue, 2);
    note_item("", sley_loop_queue_get(&queue));
    note_item("", sley_loop_queue_get(&queue));
    nap(0);
    note("end");
}

static void
the_calls_that_do_not_wait_raise(void)
{
    sley_loop_queue_init(&queue, 1);
    note_raised(sley_loop_queue_get_nowait(&queue));
    sley_loop_queue_put_nowait(&queue, 1);
    note_raised(sley_loop_queue_put_nowait(&queue, 2));
    note_item("", sley_loop_queue_get_nowait(&queue));
}

static struct sley_awaited
worker(void *unused)
{
    (void)unused;
    for (;;) {
        struct sley_awaited item = sley_loop_queue_get(&queue);
        if (item.kind != SLEY_RESULT) {
            return item;
        }
        nap(1);
        note("done%ld@%u", (long)item.value, time_now());
        sley_loop_queue_task_done(&queue);
    }
}

static struct sley_awaited
joiner(void *name)
{
    sley_loop_queue_join(&queue);
    note("%s@%u", (const char *)name, time_now());
    return sley_result(0);
}

static void
join_waits_until_every_item_is_done(void)
{
    sley_loop_queue_init(&queue, 0);
    for (intptr_t item = 0; item < 3; item++) {
        sley_loop_queue_put_nowait(&queue, item);
    }
    struct sley_async_future *tasks[] = {sley_loop_task(worker, NULL), sley_loop_task(joiner, "a"),
                                         sley_loop_task(joiner, "b")};
    await_all(tasks + 1, 2);
    sley_loop_cancel(tasks[0]);
    note("end");
}

static void
join_of_an_idle_queue_does_not_suspend(void)
{
    sley_loop_queue_init(&queue, 0);
    sley_loop_call_soon(note_word, "soon");
    sley_loop_queue_join(&queue);
    note("joined");
    sley_loop_queue_put_nowait(&queue, 1);
    sley_loop_queue_get_nowait(&queue);
    sley_loop_queue_task_done(&queue);
    note_raised(sley_loop_queue_task_done(&queue));
}

static struct sley_awaited
producer(void *unused)
{
    (void)unused;
    for (intptr_t item = 0; item < 4; item++) {
        sley_loop_queue_put(&queue, item);
        note("put%ld@%u", (long)item, time_now());
    }
    return sley_result(0);
}

static struct sley_awaited
consumer(void *unused)
{
    (void)unused;
    for (int i = 0; i < 4; i++) {
        nap(1);
        long item = (long)sley_loop_queue_get(&queue).value;
        note("got%ld@%u", item, time_now());
    }
    return sley_result(0);
}

static void
a_bounded_queue_holds_its_producer_back(void)
{
    sley_loop_queue_init(&queue, 2);
    struct sley_async_future *tasks[] = {sley_loop_task(producer, NULL),
                                         sley_loop_task(consumer, NULL)};
    await_all(tasks, 2);
    note("end");
}

static void
a_cancelled_getter_takes_no_item(void)
{
    sley_loop_queue_init(&queue, 0);
    struct sley_async_future *tasks[] = {sley_loop_task(getter, "a"), sley_loop_task(getter, "b")};
    nap(0);
    sley_loop_cancel(tasks[0]);
    sley_loop_queue_put_nowait(&queue, 1);
    sley_await(tasks[1]);
    note("size=%u", sley_loop_queue_size(&queue));
}

static void
a_woken_getter_that_is_cancelled_passes_the_item_on(void)
{
    sley_loop_queue_init(&queue, 0);
    struct sley_async_future *tasks[] = {sley_loop_task(getter, "a"), sley_loop_task(getter, "b")};
    nap(0);
    sley_loop_queue_put_nowait(&queue, 1);
    sley_loop_cancel(tasks[0]);
    sley_await(tasks[1]);
    note("size=%u", sley_loop_queue_size(&queue));
}

static void
a_late_getter_can_take_the_item_of_a_woken_one(void)
{
    sley_loop_queue_init(&queue, 0);
    struct sley_async_future *task = sley_loop_task(getter, "a");
    nap(0);
    sley_loop_queue_put_nowait(&queue, 1);
    note_item("main=", sley_loop_queue_get_nowait(&queue));
    nap(1);
    note("done=%s", truth(sley_loop_done(task)));
    sley_loop_queue_put_nowait(&queue, 2);
    sley_await(task);
    note("end");
}

const struct order_case order_queues[] = {
    ORDER_CASE(a_queue_is_first_in_first_out),
    ORDER_CASE(getters_are_served_in_the_order_of_their_arrival),
    ORDER_CASE(putters_go_on_in_the_order_of_their_arrival),
    ORDER_CASE(put_and_get_do_not_suspend_without_need),
    ORDER_CASE(the_calls_that_do_not_wait_raise),
    ORDER_CASE(join_waits_until_every_item_is_done),
    ORDER_CASE(join_of_an_idle_queue_does_not_suspend),
    ORDER_CASE(a_bounded_queue_holds_its_producer_back),
    ORDER_CASE(a_cancelled_getter_takes_no_item),
    ORDER_CASE(a_woken_getter_that_is_cancelled_passes_the_item_on),
    ORDER_CASE(a_late_getter_can_take_the_item_of_a_woken_one),
    {0},
};
