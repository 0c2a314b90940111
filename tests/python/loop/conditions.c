/* Conditions and barriers; the rules stand in conditions.py. */
#include "tests/python/loop/order.h"

static struct sley_lock lock;
static struct sley_condition condition;
static struct sley_loop_barrier barrier;

static void
init(void)
{
    sley_lock_init(&lock);
    sley_loop_condition_init(&condition, &lock);
}

static void
note_locked(void)
{
    note("locked=%s", truth(sley_loop_lock_locked(&lock)));
}

/* `async with condition: condition.notify(count)`. */
static void
notify(uint32_t count)
{
    sley_loop_lock_acquire(&lock);
    sley_loop_condition_notify(&condition, count);
    sley_loop_lock_release(&lock);
}

static struct sley_awaited
waiter(void *name)
{
    sley_loop_lock_acquire(&lock);
    note("%s-waits", (const char *)name);
    struct sley_awaited end = sley_loop_condition_wait(&condition);
    if (end.kind == SLEY_RESULT) {
        note("%s-on", (const char *)name);
    }
    sley_loop_lock_release(&lock);
    return end;
}

static void
notify_wakes_as_many_as_it_says_in_order(void)
{
    init();
    struct sley_async_future *tasks[] = {sley_loop_task(waiter, "a"), sley_loop_task(waiter, "b"),
                                         sley_loop_task(waiter, "c")};
    nap(1);
    sley_loop_lock_acquire(&lock);
    sley_loop_condition_notify(&condition, 2);
    note("notified");
    sley_loop_lock_release(&lock);
    nap(1);
    note("main");
    notify(1);
    await_all(tasks, 3);
    note("end");
}

static struct sley_awaited
slow_waiter(void *name)
{
    sley_loop_lock_acquire(&lock);
    sley_loop_condition_wait(&condition);
    note("%s-on@%u", (const char *)name, time_now());
    nap(1);
    sley_loop_lock_release(&lock);
    return sley_result(0);
}

static void
notify_all_wakes_all_one_after_the_other(void)
{
    init();
    struct sley_async_future *tasks[] = {sley_loop_task(slow_waiter, "a"),
                                         sley_loop_task(slow_waiter, "b"),
                                         sley_loop_task(slow_waiter, "c")};
    nap(1);
    sley_loop_lock_acquire(&lock);
    sley_loop_condition_notify(&condition, UINT32_MAX);
    note("notified");
    nap(1);
    note("released");
    sley_loop_lock_release(&lock);
    await_all(tasks, 3);
    note("end");
}

static void
a_condition_without_its_lock_is_an_error(void)
{
    init();
    if (sley_loop_condition_notify(&condition, 1).value == SLEY_RUNTIME_ERROR) {
        note("notify");
    }
    if (sley_loop_condition_wait(&condition).value == SLEY_RUNTIME_ERROR) {
        note("wait");
    }
}

static void
a_notification_is_not_kept(void)
{
    init();
    notify(1);
    struct sley_async_future *task = sley_loop_task(waiter, "a");
    nap(1);
    note("done=%s", truth(sley_loop_done(task)));
    notify(1);
    sley_await(task);
    note("end");
}

static int level;

struct wanting {
    const char *name;
    int wanted;
};

static bool
enough(void *spec)
{
    const struct wanting *self = spec;
    note("%s?%d", self->name, level);
    return level >= self->wanted;
}

static struct sley_awaited
wanting(void *spec)
{
    const struct wanting *self = spec;
    sley_loop_lock_acquire(&lock);
    sley_loop_condition_wait_for(&condition, enough, spec);
    note("%s-on", self->name);
    sley_loop_lock_release(&lock);
    return sley_result(0);
}

static void
wait_for_asks_its_predicate_after_each_notification(void)
{
    struct wanting specs[] = {{"a", 2}, {"b", 1}};
    init();
    struct sley_async_future *tasks[] = {sley_loop_task(wanting, &specs[0]),
                                         sley_loop_task(wanting, &specs[1])};
    nap(1);
    for (int i = 0; i < 2; i++) {
        sley_loop_lock_acquire(&lock);
        level++;
        sley_loop_condition_notify(&condition, UINT32_MAX);
        sley_loop_lock_release(&lock);
        nap(1);
        note("main");
    }
    await_all(tasks, 2);
}

static void
waiting_releases_the_lock_and_takes_it_again(void)
{
    init();
    struct sley_async_future *task = sley_loop_task(waiter, "a");
    nap(0);
    note_locked();
    sley_loop_lock_acquire(&lock);
    sley_loop_condition_notify(&condition, 1);
    nap(2);
    note("main@%u", time_now());
    sley_loop_lock_release(&lock);
    sley_await(task);
    note_locked();
}

static struct sley_awaited
cancelled_waiter(void *unused)
{
    (void)unused;
    sley_loop_lock_acquire(&lock);
    struct sley_awaited end = sley_loop_condition_wait(&condition);
    if (end.kind == SLEY_CANCELLED) {
        note("cancelled@%u", time_now());
        note_locked();
    }
    sley_loop_lock_release(&lock);
    return end;
}

static void
a_cancelled_wait_takes_the_lock_first(void)
{
    init();
    struct sley_async_future *task = sley_loop_task(cancelled_waiter, NULL);
    nap(0);
    sley_loop_lock_acquire(&lock);
    sley_loop_cancel(task);
    nap(2);
    note("main@%u", time_now());
    sley_loop_lock_release(&lock);
    if (sley_await(task).kind == SLEY_CANCELLED) {
        note_locked();
    }
}

struct party {
    const char *name;
    uint32_t delay;
    int rounds;
};

static struct sley_awaited
party(void *spec)
{
    const struct party *self = spec;
    for (int i = 0; i < self->rounds; i++) {
        nap(self->delay);
        note("%s@%u", self->name, time_now());
        struct sley_awaited end = sley_loop_barrier_wait(&barrier);
        if (end.kind == SLEY_RESULT) {
            note("%s-%ld@%u", self->name, (long)end.value, time_now());
        } else if (end.value == SLEY_BROKEN_BARRIER_ERROR) {
            note("%s-broken@%u", self->name, time_now());
        }
    }
    return sley_result(0);
}

static void
start_parties(struct sley_async_future *tasks[], struct party specs[], int count)
{
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_loop_task(party, &specs[i]);
    }
}

static void
a_barrier_opens_when_all_parties_have_come(void)
{
    struct party specs[] = {{"a", 3, 1}, {"b", 1, 1}, {"c", 4, 1}};
    struct sley_async_future *tasks[3];
    sley_loop_barrier_init(&barrier, 3);
    start_parties(tasks, specs, 3);
    nap(2);
    note("waiting=%u", sley_loop_barrier_waiting(&barrier));
    await_all(tasks, 3);
    note("waiting=%u", sley_loop_barrier_waiting(&barrier));
}

static void
a_barrier_can_be_used_again(void)
{
    struct party specs[] = {{"a", 1, 2}, {"b", 2, 2}};
    struct sley_async_future *tasks[2];
    sley_loop_barrier_init(&barrier, 2);
    start_parties(tasks, specs, 2);
    await_all(tasks, 2);
    note("end");
}

static void
an_aborted_barrier_is_broken_for_all(void)
{
    struct party specs[] = {{"a", 1, 1}, {"b", 2, 1}, {"c", 4, 1}};
    struct sley_async_future *tasks[3];
    sley_loop_barrier_init(&barrier, 3);
    start_parties(tasks, specs, 3);
    nap(3);
    sley_loop_barrier_abort(&barrier);
    note("broken=%s", truth(sley_loop_barrier_broken(&barrier)));
    await_all(tasks, 3);
}

static void
a_reset_barrier_breaks_those_that_wait_and_works_again(void)
{
    struct party specs[] = {{"a", 1, 1}, {"b", 1, 1}, {"c", 2, 1}};
    struct sley_async_future *tasks[3];
    sley_loop_barrier_init(&barrier, 2);
    start_parties(tasks, specs, 1);
    nap(2);
    sley_loop_barrier_reset(&barrier);
    sley_await(tasks[0]);
    note("broken=%s", truth(sley_loop_barrier_broken(&barrier)));
    start_parties(tasks + 1, specs + 1, 2);
    await_all(tasks + 1, 2);
}

const struct order_case order_conditions[] = {
    ORDER_CASE(notify_wakes_as_many_as_it_says_in_order),
    ORDER_CASE(notify_all_wakes_all_one_after_the_other),
    ORDER_CASE(a_condition_without_its_lock_is_an_error),
    ORDER_CASE(a_notification_is_not_kept),
    ORDER_CASE(wait_for_asks_its_predicate_after_each_notification),
    ORDER_CASE(waiting_releases_the_lock_and_takes_it_again),
    ORDER_CASE(a_cancelled_wait_takes_the_lock_first),
    ORDER_CASE(a_barrier_opens_when_all_parties_have_come),
    ORDER_CASE(a_barrier_can_be_used_again),
    ORDER_CASE(an_aborted_barrier_is_broken_for_all),
    ORDER_CASE(a_reset_barrier_breaks_those_that_wait_and_works_again),
    {0},
};
