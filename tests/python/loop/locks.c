/* Locks and events; the rules stand in locks.py. */
#include "tests/python/loop/order.h"

static struct sley_lock lock;
static struct sley_loop_event event;

struct holder {
    const char *name;
    uint32_t delay;
};

static struct sley_awaited
holder(void *spec)
{
    const struct holder *self = spec;
    struct sley_awaited taken = sley_loop_lock_acquire(&lock);
    if (taken.kind != SLEY_RESULT) {
        return taken;
    }
    note("%s-in", self->name);
    struct sley_awaited slept = nap(self->delay);
    if (slept.kind == SLEY_RESULT) {
        note("%s-out", self->name);
    }
    sley_loop_lock_release(&lock);
    return slept;
}

static void
start_holders(struct sley_async_future *tasks[], struct holder specs[], int count)
{
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_loop_task(holder, &specs[i]);
    }
}

static void
note_locked(void)
{
    note("locked=%s", truth(sley_loop_lock_locked(&lock)));
}

static void
a_lock_is_first_come_first_served(void)
{
    struct holder specs[] = {{"a", 1}, {"b", 1}, {"c", 1}};
    struct sley_async_future *tasks[3];
    sley_lock_init(&lock);
    start_holders(tasks, specs, 3);
    await_all(tasks, 3);
    note("end");
}

static void
acquiring_a_free_lock_does_not_suspend(void)
{
    sley_lock_init(&lock);
    sley_loop_call_soon(note_word, "soon");
    note("%s", truth(sley_loop_lock_acquire(&lock).kind == SLEY_RESULT));
    sley_loop_lock_release(&lock);
    note("%s", truth(sley_loop_lock_acquire(&lock).kind == SLEY_RESULT));
    note_locked();
    sley_loop_lock_release(&lock);
    nap(0);
    note("end");
}

static void
releasing_an_unlocked_lock_is_an_error(void)
{
    sley_lock_init(&lock);
    note_raised(sley_loop_lock_release(&lock));
    note_locked();
}

static void
a_late_comer_does_not_overtake_a_woken_waiter(void)
{
    struct holder spec = {"waiter", 0};
    sley_lock_init(&lock);
    sley_loop_lock_acquire(&lock);
    struct sley_async_future *waiter = sley_loop_task(holder, &spec);
    nap(0);
    sley_loop_lock_release(&lock);
    note_locked();
    sley_loop_lock_acquire(&lock);
    note("main-in");
    sley_loop_lock_release(&lock);
    sley_await(waiter);
    note("end");
}

static void
release_goes_on_before_the_waiter(void)
{
    struct holder spec = {"waiter", 0};
    sley_lock_init(&lock);
    sley_loop_lock_acquire(&lock);
    struct sley_async_future *task = sley_loop_task(holder, &spec);
    nap(0);
    sley_loop_lock_release(&lock);
    note("released");
    nap(0);
    note("main");
    sley_await(task);
    note("end");
}

static void
a_cancelled_waiter_of_a_lock_leaves_the_line(void)
{
    struct holder specs[] = {{"a", 0}, {"b", 0}, {"c", 0}};
    struct sley_async_future *tasks[3];
    sley_lock_init(&lock);
    sley_loop_lock_acquire(&lock);
    start_holders(tasks, specs, 3);
    nap(0);
    sley_loop_cancel(tasks[0]);
    nap(0);
    sley_loop_lock_release(&lock);
    note("released");
    sley_await(tasks[2]);
    note("cancelled=%s", truth(sley_loop_cancelled(tasks[0])));
}

static void
a_woken_waiter_that_is_cancelled_passes_the_lock_on(void)
{
    struct holder specs[] = {{"a", 0}, {"b", 0}};
    struct sley_async_future *tasks[2];
    sley_lock_init(&lock);
    sley_loop_lock_acquire(&lock);
    start_holders(tasks, specs, 2);
    nap(0);
    sley_loop_lock_release(&lock);
    sley_loop_cancel(tasks[0]);
    sley_await(tasks[1]);
    note("cancelled=%s", truth(sley_loop_cancelled(tasks[0])));
}

static void
a_cancelled_holder_releases_the_lock(void)
{
    struct holder specs[] = {{"a", 5}, {"b", 1}};
    struct sley_async_future *tasks[2];
    sley_lock_init(&lock);
    start_holders(tasks, specs, 2);
    nap(1);
    sley_loop_cancel(tasks[0]);
    sley_await(tasks[1]);
    note("end@%u", time_now());
}

static struct sley_awaited
acquire(void *wanted)
{
    return sley_loop_lock_acquire(wanted);
}

static void
a_timed_acquire_gives_up_and_leaves_the_line(void)
{
    struct holder spec = {"a", 4};
    sley_lock_init(&lock);
    struct sley_async_future *first = sley_loop_task(holder, &spec);
    nap(0);
    struct sley_awaited end = sley_loop_wait_for(sley_loop_task(acquire, &lock), 2000);
    if (end.kind == SLEY_EXCEPTION && end.value == SLEY_TIMEOUT_ERROR) {
        note("TimeoutError@%u", time_now());
    }
    note_locked();
    sley_await(first);
    note_locked();
}

static struct sley_awaited
await_event(void *name)
{
    note("%s-waits", (const char *)name);
    struct sley_awaited end = sley_loop_event_wait(&event);
    if (end.kind == SLEY_RESULT) {
        note("%s-on", (const char *)name);
    }
    return end;
}

static void
set_wakes_all_waiters_in_order(void)
{
    sley_loop_event_init(&event);
    struct sley_async_future *tasks[] = {sley_loop_task(await_event, "a"),
                                         sley_loop_task(await_event, "b"),
                                         sley_loop_task(await_event, "c")};
    nap(0);
    sley_loop_event_set(&event);
    note("set");
    await_all(tasks, 3);
    note("end");
}

static void
waiting_for_a_set_event_does_not_suspend(void)
{
    sley_loop_event_init(&event);
    sley_loop_event_set(&event);
    sley_loop_call_soon(note_word, "soon");
    note("%s", truth(sley_loop_event_wait(&event).kind == SLEY_RESULT));
    note("set=%s", truth(sley_loop_event_is_set(&event)));
    nap(0);
    note("end");
}

static void
a_clear_after_set_does_not_call_waiters_back(void)
{
    sley_loop_event_init(&event);
    struct sley_async_future *first = sley_loop_task(await_event, "a");
    nap(0);
    sley_loop_event_set(&event);
    sley_loop_event_clear(&event);
    struct sley_async_future *second = sley_loop_task(await_event, "b");
    sley_await(first);
    nap(1);
    note("set=%s", truth(sley_loop_event_is_set(&event)));
    sley_loop_event_set(&event);
    sley_await(second);
    note("end");
}

static void
a_second_set_has_no_effect(void)
{
    sley_loop_event_init(&event);
    struct sley_async_future *task = sley_loop_task(await_event, "a");
    nap(0);
    sley_loop_event_set(&event);
    sley_loop_event_set(&event);
    note("set");
    sley_await(task);
    note("end");
}

static void
a_cancelled_waiter_of_an_event_is_skipped(void)
{
    sley_loop_event_init(&event);
    struct sley_async_future *tasks[] = {sley_loop_task(await_event, "a"),
                                         sley_loop_task(await_event, "b"),
                                         sley_loop_task(await_event, "c")};
    nap(0);
    sley_loop_cancel(tasks[1]);
    sley_loop_event_set(&event);
    sley_await(tasks[0]);
    sley_await(tasks[2]);
    note_raised(sley_await(tasks[1]));
}

const struct order_case order_locks[] = {
    ORDER_CASE(a_lock_is_first_come_first_served),
    ORDER_CASE(acquiring_a_free_lock_does_not_suspend),
    ORDER_CASE(releasing_an_unlocked_lock_is_an_error),
    ORDER_CASE(a_late_comer_does_not_overtake_a_woken_waiter),
    ORDER_CASE(release_goes_on_before_the_waiter),
    ORDER_CASE(a_cancelled_waiter_of_a_lock_leaves_the_line),
    ORDER_CASE(a_woken_waiter_that_is_cancelled_passes_the_lock_on),
    ORDER_CASE(a_cancelled_holder_releases_the_lock),
    ORDER_CASE(a_timed_acquire_gives_up_and_leaves_the_line),
    ORDER_CASE(set_wakes_all_waiters_in_order),
    ORDER_CASE(waiting_for_a_set_event_does_not_suspend),
    ORDER_CASE(a_clear_after_set_does_not_call_waiters_back),
    ORDER_CASE(a_second_set_has_no_effect),
    ORDER_CASE(a_cancelled_waiter_of_an_event_is_skipped),
    {0},
};
