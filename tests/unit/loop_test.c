/* The coroutine model: its loop, locks and queues (models/coroutine). */
#include "models/registry.h"

#include "engine/engine.h"
#include "search/replay.h"

#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct sley_run_result result;
static struct sley_lock lock, second;
static struct sley_queue queue;
static char order[64]; /* what the coroutines noted, in order */
static size_t noted;
static uint64_t times[8];
static bool flags[8];

static const uint64_t ns_per_ms = 1000000;

static void
note(char letter)
{
    order[noted++] = letter;
    order[noted] = '\0';
}

static void
run(void *(*body)(void *))
{
    struct sley_replay replay;
    struct sley_run_options options = {
        .source = sley_replay_source(&replay, NULL, 0),
        .entry = body,
        .strict_time = sley_model_coroutine.strict_time,
        .task_end = sley_model_coroutine.task->ended,
    };
    noted = 0;
    order[0] = '\0';
    memset(times, 0, sizeof times);
    memset(flags, 0, sizeof flags);
    sley_model_current = &sley_model_coroutine;
    sley_model_coroutine.task->begin();
    sley_engine_run(&options, &result);
}

static void
assert_passed(const char *expected_order)
{
    assert_int_equal(result.verdicts, 0);
    assert_string_equal(order, expected_order);
}

/* Notes its letter, gives way, and notes it again in upper case. */
static void *
note_twice(void *argument)
{
    char letter = (char)('a' + (intptr_t)argument);
    note(letter);
    sley_pause();
    note((char)(letter - 'a' + 'A'));
    return NULL;
}

static void *
three_that_pause(void *argument)
{
    sley_gather(3, note_twice);
    return argument;
}

static void
ready_coroutines_run_first_in_first_out(void **state)
{
    (void)state;
    run(three_that_pause);
    assert_passed("abcABC");
    assert_false(result.contended); /* the loop leaves no choice */
}

static void *
never_gives_way(void *argument)
{
    note('x');
    sley_lock_acquire(&lock);
    note('y');
    sley_lock_release(&lock);
    note('z');
    return argument;
}

static void *
two_that_never_wait(void *argument)
{
    sley_lock_init(&lock);
    sley_gather(2, never_gives_way);
    return argument;
}

static void
a_coroutine_goes_on_until_it_has_to_wait(void **state)
{
    (void)state;
    run(two_that_never_wait);
    assert_passed("xyzxyz");
}

static void *
sleep_and_note(void *argument)
{
    static const uint32_t durations_ms[] = {3, 1, 2, 1, 3};
    intptr_t self = (intptr_t)argument;
    sley_sleep_ms(durations_ms[self]);
    note((char)('a' + self));
    times[self] = sley_engine.clock_ns;
    return NULL;
}

static void *
five_sleepers(void *argument)
{
    sley_gather(5, sleep_and_note);
    return argument;
}

static void
sleepers_wake_by_deadline_and_then_in_the_order_of_arming(void **state)
{
    (void)state;
    run(five_sleepers);
    assert_passed("bdcae");
    assert_int_equal(times[1], ns_per_ms);
    assert_int_equal(times[2], 2 * ns_per_ms);
    assert_int_equal(times[4], 3 * ns_per_ms);
    assert_int_equal(result.clock_ns, 3 * ns_per_ms);
}

static void *
pause_often(void *argument)
{
    for (int i = 0; i < 50; i++) {
        sley_pause();
    }
    times[0] = sley_engine.clock_ns;
    note('p');
    return argument;
}

static void *
sleep_once(void *argument)
{
    sley_sleep_ms(1);
    times[1] = sley_engine.clock_ns;
    note('s');
    return argument;
}

static void *
a_sleeper_and_one_that_is_busy(void *argument)
{
    uintptr_t sleeper = sley_spawn(sleep_once, NULL);
    uintptr_t busy = sley_spawn(pause_often, NULL);
    sley_join(sleeper);
    sley_join(busy);
    return argument;
}

static void
the_clock_moves_only_when_nothing_is_ready(void **state)
{
    (void)state;
    run(a_sleeper_and_one_that_is_busy);
    assert_passed("ps");
    assert_int_equal(times[0], 0);
    assert_int_equal(times[1], ns_per_ms);
}

static void *
note_self(void *argument)
{
    note((char)('a' + (intptr_t)argument));
    return (void *)((uintptr_t)argument + 10);
}

static void *
join_late(void *argument)
{
    uintptr_t first = sley_spawn(note_self, (void *)0);
    uintptr_t other = sley_spawn(note_self, (void *)1);
    flags[0] = sley_join(other) == (void *)11;
    sley_spawn(note_self, (void *)2);
    flags[1] = sley_join(first) == (void *)10; /* has ended: no coroutine runs here */
    note('m');
    sley_pause();
    return argument;
}

static void
joining_a_coroutine_that_has_ended_does_not_suspend(void **state)
{
    (void)state;
    run(join_late);
    assert_passed("abmc");
    assert_true(flags[0]);
    assert_true(flags[1]);
}

static void *
note_locked(void *argument)
{
    sley_lock_acquire(&lock);
    note((char)('a' + (intptr_t)argument));
    sley_pause();
    sley_lock_release(&lock);
    return NULL;
}

static void *
three_after_one(void *argument)
{
    uintptr_t tasks[3];
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_spawn(note_locked, (void *)i);
    }
    sley_pause();
    sley_lock_release(&lock);
    flags[0] = sley_lock_try(&lock); /* free, but others came first */
    sley_lock_acquire(&lock);
    note('m');
    sley_lock_release(&lock);
    flags[1] = sley_lock_try(&lock);
    for (int i = 0; i < 3; i++) {
        sley_join(tasks[i]);
    }
    return argument;
}

static void
a_lock_is_first_come_first_served(void **state)
{
    (void)state;
    run(three_after_one);
    assert_passed("abcm");
    assert_false(flags[0]);
    assert_true(flags[1]);
    assert_true(result.conflict);
}

static void *
hold_for_10_ms(void *argument)
{
    sley_lock_acquire(&lock);
    sley_sleep_ms(10);
    sley_lock_release(&lock);
    return argument;
}

static void *
two_timed_acquires(void *argument)
{
    sley_lock_init(&lock);
    uintptr_t holder = sley_spawn(hold_for_10_ms, NULL);
    sley_pause();
    flags[0] = sley_lock_acquire_for(&lock, 4);
    times[0] = sley_engine.clock_ns;
    flags[1] = sley_lock_acquire_for(&lock, 20);
    times[1] = sley_engine.clock_ns;
    flags[2] = sley_lock_acquire_for(&lock, 1); /* its own holder waits in vain, but not for ever */
    sley_join(holder);
    return argument;
}

static void
a_timed_acquire_ends_at_its_deadline(void **state)
{
    (void)state;
    run(two_timed_acquires);
    assert_passed("");
    assert_false(flags[0]);
    assert_int_equal(times[0], 4 * ns_per_ms);
    assert_true(flags[1]);
    assert_int_equal(times[1], 10 * ns_per_ms);
    assert_false(flags[2]);
}

static int inside;

static void *
acquire_and_stay(void *argument)
{
    bool timed = argument != NULL;
    if (timed ? sley_lock_acquire_for(&lock, 10) : (sley_lock_acquire(&lock), true)) {
        flags[1] |= ++inside > 1;
        sley_pause();
        sley_pause();
        inside--;
        sley_lock_release(&lock);
    }
    flags[timed ? 2 : 3] = true;
    return NULL;
}

/* At 10 ms the holder releases, and the second of two waiters times out. */
static void *
release_at_a_deadline(void *argument)
{
    uintptr_t tasks[3];
    inside = 0;
    sley_lock_init(&lock);
    tasks[0] = sley_spawn(hold_for_10_ms, NULL);
    tasks[1] = sley_spawn(acquire_and_stay, NULL);
    tasks[2] = sley_spawn(acquire_and_stay, (void *)1);
    for (int i = 0; i < 3; i++) {
        sley_join(tasks[i]);
    }
    return argument;
}

static void
a_waiter_that_times_out_does_not_overtake_the_one_that_was_woken(void **state)
{
    (void)state;
    run(release_at_a_deadline);
    assert_int_equal(result.verdicts, 0);
    assert_false(flags[1]); /* never two inside */
    assert_true(flags[2]);
    assert_true(flags[3]);
}

static void *
second_then_first(void *argument)
{
    sley_lock_acquire(&second);
    sley_pause();
    sley_lock_acquire(&lock);
    sley_lock_release(&lock);
    sley_lock_release(&second);
    return argument;
}

static void *
first_then_second(void *argument)
{
    bool timed = argument != NULL;
    sley_lock_init(&lock);
    sley_lock_init(&second);
    uintptr_t other = sley_spawn(second_then_first, NULL);
    uintptr_t busy = sley_spawn(pause_often, NULL); /* something is ready when both wait */
    sley_lock_acquire(&lock);
    sley_pause();
    flags[0] = timed ? sley_lock_acquire_for(&second, 5) : (sley_lock_acquire(&second), true);
    sley_lock_release(&lock);
    sley_join(other);
    sley_join(busy);
    return NULL;
}

static void *
first_then_second_for_a_time(void *argument)
{
    (void)argument;
    return first_then_second((void *)1);
}

static void
opposite_orders_are_a_deadlock_cycle(void **state)
{
    (void)state;
    run(first_then_second);
    assert_int_equal(result.verdicts, SLEY_BIT(DEADLOCK_CYCLE));
    assert_int_equal(result.failure[0].cycle_count, 2);
    assert_int_equal(result.failure[0].cycle[0].object + result.failure[0].cycle[1].object,
                     (uintptr_t)&lock + (uintptr_t)&second);
}

static void
a_timed_wait_closes_no_cycle(void **state)
{
    (void)state;
    run(first_then_second_for_a_time);
    assert_passed("p");
    assert_false(flags[0]);
    assert_int_equal(result.clock_ns, 5 * ns_per_ms);
}

static void *
lock_twice(void *argument)
{
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    sley_lock_acquire(&lock);
    return argument;
}

static void *
lock_twice_reentrant(void *argument)
{
    sley_lock_init_reentrant(&lock);
    sley_lock_acquire(&lock);
    sley_lock_acquire(&lock);
    sley_lock_release(&lock);
    sley_lock_release(&lock);
    sley_lock_release(&lock);
    return argument;
}

static void
a_second_acquire_is_a_self_deadlock_unless_reentrant(void **state)
{
    (void)state;
    run(lock_twice);
    assert_int_equal(result.verdicts, SLEY_BIT(DEADLOCK_SELF));
    assert_int_equal(result.failure[0].address, (uintptr_t)&lock);
    run(lock_twice_reentrant);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    assert_string_equal(result.failure[0].text, "release of a lock that is not held");
}

static void *
put_five(void *argument)
{
    for (int i = 0; i < 5; i++) {
        sley_queue_put(&queue, 10 * (intptr_t)argument + i);
        note((char)('0' + i));
    }
    return NULL;
}

static void *
get_five(void *argument)
{
    for (int i = 0; i < 5; i++) {
        flags[0] |= sley_queue_get(&queue) != i;
        note('g');
    }
    return argument;
}

static void *
one_producer_and_one_consumer(void *argument)
{
    sley_queue_init(&queue, 2);
    uintptr_t producer = sley_spawn(put_five, NULL);
    uintptr_t consumer = sley_spawn(get_five, NULL);
    sley_join(producer);
    sley_join(consumer);
    sley_queue_destroy(&queue);
    return argument;
}

static void
a_queue_hands_on_in_order_and_waits_when_full_or_empty(void **state)
{
    (void)state;
    run(one_producer_and_one_consumer);
    assert_passed("01gg23gg4g");
    assert_false(flags[0]);
}

static void *
get_one(void *argument)
{
    times[(intptr_t)argument] = (uint64_t)sley_queue_get(&queue);
    return NULL;
}

static void *
three_getters(void *argument)
{
    uintptr_t tasks[3];
    sley_queue_init(&queue, 4);
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_spawn(get_one, (void *)i);
    }
    sley_pause();
    for (intptr_t i = 0; i < 3; i++) {
        sley_queue_put(&queue, 7 + i);
    }
    for (int i = 0; i < 3; i++) {
        sley_join(tasks[i]);
    }
    return argument;
}

static void
getters_are_served_in_the_order_of_their_arrival(void **state)
{
    (void)state;
    run(three_getters);
    assert_passed("");
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(times[i], 7 + i);
    }
}

static void *
get_from_nobody(void *argument)
{
    sley_queue_init(&queue, 1);
    sley_queue_get(&queue);
    return argument;
}

static void
a_get_that_nobody_serves_is_blocked_for_ever(void **state)
{
    (void)state;
    run(get_from_nobody);
    assert_int_equal(result.verdicts, SLEY_BIT(BLOCKED));
    assert_int_equal(result.failure[0].address, (uintptr_t)&queue);
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ready_coroutines_run_first_in_first_out),
        cmocka_unit_test(a_coroutine_goes_on_until_it_has_to_wait),
        cmocka_unit_test(sleepers_wake_by_deadline_and_then_in_the_order_of_arming),
        cmocka_unit_test(the_clock_moves_only_when_nothing_is_ready),
        cmocka_unit_test(joining_a_coroutine_that_has_ended_does_not_suspend),
        cmocka_unit_test(a_lock_is_first_come_first_served),
        cmocka_unit_test(a_timed_acquire_ends_at_its_deadline),
        cmocka_unit_test(a_waiter_that_times_out_does_not_overtake_the_one_that_was_woken),
        cmocka_unit_test(opposite_orders_are_a_deadlock_cycle),
        cmocka_unit_test(a_timed_wait_closes_no_cycle),
        cmocka_unit_test(a_second_acquire_is_a_self_deadlock_unless_reentrant),
        cmocka_unit_test(a_queue_hands_on_in_order_and_waits_when_full_or_empty),
        cmocka_unit_test(getters_are_served_in_the_order_of_their_arrival),
        cmocka_unit_test(a_get_that_nobody_serves_is_blocked_for_ever),
    };
    return cmocka_run_group_tests_name("loop", tests, engine_init, NULL);
}
