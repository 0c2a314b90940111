/* Semaphores; the rules stand in semaphores.py. */
#include "tests/python/loop/order.h"

static struct sley_loop_semaphore semaphore;

struct user {
    const char *name;
    uint32_t delay;
};

static struct sley_awaited
user(void *spec)
{
    const struct user *self = spec;
    struct sley_awaited taken = sley_loop_semaphore_acquire(&semaphore);
    if (taken.kind != SLEY_RESULT) {
        return taken;
    }
    note("%s-in@%u", self->name, time_now());
    struct sley_awaited slept = nap(self->delay);
    sley_loop_semaphore_release(&semaphore);
    note("%s-out@%u", self->name, time_now());
    return slept;
}

static void
start_users(struct sley_async_future *tasks[], struct user specs[], int count)
{
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_loop_task(user, &specs[i]);
    }
}

static void
note_locked(const struct sley_loop_semaphore *which)
{
    note("locked=%s", truth(sley_loop_semaphore_locked(which)));
}

static void
a_semaphore_lets_as_many_in_as_it_counts(void)
{
    struct user specs[] = {{"a", 1}, {"b", 3}, {"c", 4}, {"d", 1}};
    struct sley_async_future *tasks[4];
    sley_loop_semaphore_init(&semaphore, 2);
    start_users(tasks, specs, 4);
    await_all(tasks, 4);
    note("end");
}

static void
acquiring_an_open_semaphore_does_not_suspend(void)
{
    sley_loop_semaphore_init(&semaphore, 2);
    sley_loop_call_soon(note_word, "soon");
    for (int i = 0; i < 2; i++) {
        note("%s", truth(sley_loop_semaphore_acquire(&semaphore).kind == SLEY_RESULT));
        note_locked(&semaphore);
    }
    nap(0);
    sley_loop_semaphore_release(&semaphore);
    note_locked(&semaphore);
}

static void
a_late_comer_does_not_overtake_at_a_semaphore(void)
{
    struct user spec = {"waiter", 1};
    sley_loop_semaphore_init(&semaphore, 1);
    sley_loop_semaphore_acquire(&semaphore);
    struct sley_async_future *waiter = sley_loop_task(user, &spec);
    nap(0);
    sley_loop_semaphore_release(&semaphore);
    note_locked(&semaphore);
    sley_loop_semaphore_acquire(&semaphore);
    note("main-in@%u", time_now());
    sley_loop_semaphore_release(&semaphore);
    sley_await(waiter);
    note("end");
}

static void
a_late_comer_waits_behind_a_woken_waiter_although_a_permit_is_left(void)
{
    struct user spec = {"waiter", 1};
    sley_loop_semaphore_init(&semaphore, 0);
    struct sley_async_future *waiter = sley_loop_task(user, &spec);
    nap(0);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_release(&semaphore);
    note_locked(&semaphore);
    sley_loop_semaphore_acquire(&semaphore);
    note("main-in@%u", time_now());
    sley_await(waiter);
    note("end");
}

static void
two_releases_wake_two_waiters_in_order(void)
{
    struct user specs[] = {{"a", 2}, {"b", 3}, {"c", 4}};
    struct sley_async_future *tasks[3];
    sley_loop_semaphore_init(&semaphore, 0);
    start_users(tasks, specs, 3);
    nap(0);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_release(&semaphore);
    note("released");
    nap(1);
    note("main@%u", time_now());
    await_all(tasks, 3);
    note("end");
}

static void
a_cancelled_waiter_of_a_semaphore_leaves_the_line(void)
{
    struct user specs[] = {{"a", 1}, {"b", 1}};
    struct sley_async_future *tasks[2];
    sley_loop_semaphore_init(&semaphore, 0);
    start_users(tasks, specs, 2);
    nap(0);
    sley_loop_cancel(tasks[0]);
    nap(0);
    sley_loop_semaphore_release(&semaphore);
    sley_await(tasks[1]);
    note("cancelled=%s", truth(sley_loop_cancelled(tasks[0])));
}

static void
a_bounded_semaphore_refuses_one_release_too_many(void)
{
    struct sley_loop_semaphore bounded;
    sley_loop_semaphore_init_bounded(&bounded, 1);
    sley_loop_semaphore_acquire(&bounded);
    sley_loop_semaphore_release(&bounded);
    note_raised(sley_loop_semaphore_release(&bounded));
    sley_loop_semaphore_init(&semaphore, 0);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_acquire(&semaphore);
    sley_loop_semaphore_acquire(&semaphore);
    note_locked(&semaphore);
}

const struct order_case order_semaphores[] = {
    ORDER_CASE(a_semaphore_lets_as_many_in_as_it_counts),
    ORDER_CASE(acquiring_an_open_semaphore_does_not_suspend),
    ORDER_CASE(a_late_comer_does_not_overtake_at_a_semaphore),
    ORDER_CASE(a_late_comer_waits_behind_a_woken_waiter_although_a_permit_is_left),
    ORDER_CASE(two_releases_wake_two_waiters_in_order),
    ORDER_CASE(a_cancelled_waiter_of_a_semaphore_leaves_the_line),
    ORDER_CASE(a_bounded_semaphore_refuses_one_release_too_many),
    {0},
};
