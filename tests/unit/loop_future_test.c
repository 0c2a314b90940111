/* The event loop's parts: heap of timers, futures, tasks, cancellation (models/coroutine). */
#include "models/coroutine/timers.h"
#include "models/registry.h"

#include "engine/engine.h"
#include "search/replay.h"

#include <sley/sley.h>
#include <sley/stackless.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct sley_run_result result;
static char order[64];
static size_t noted;
static struct sley_awaited ends[8];
static bool flags[8];
static struct sley_async_future *shared;

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
    memset(ends, 0, sizeof ends);
    memset(flags, 0, sizeof flags);
    sley_model_current = &sley_model_coroutine;
    sley_model_coroutine.task->begin();
    sley_engine_run(&options, &result);
}

static void
assert_outcome(struct sley_awaited outcome, enum sley_awaited_kind kind, intptr_t value)
{
    assert_int_equal(outcome.kind, kind);
    assert_int_equal(outcome.value, value);
}

/* --- the heap --- */

static struct loop_timers timers;

static void
push_all(const uint64_t *times, uint16_t count)
{
    timers.count = 0;
    for (uint16_t i = 0; i < count; i++) {
        sley_timers_push(&timers, (struct loop_timer){times[i], i});
    }
}

/* The order is what heapq of CPython 3.11 gives for the same pushes. */
static void
equal_times_leave_the_heap_as_they_leave_heapq(void **state)
{
    (void)state;
    static const uint64_t equal[8] = {0};
    static const uint16_t expected[8] = {0, 2, 6, 5, 7, 4, 1, 3};
    push_all(equal, 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(sley_timers_pop(&timers).id, expected[i]);
    }
    assert_int_equal(timers.count, 0);
}

static void
times_leave_the_heap_in_ascending_order(void **state)
{
    (void)state;
    static const uint64_t times[] = {5, 3, 9, 1, 7, 3, 8, 0, 2, 6};
    static const uint64_t sorted[] = {0, 1, 2, 3, 3, 5, 6, 7, 8, 9};
    push_all(times, 10);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(sley_timers_pop(&timers).when_ns, sorted[i]);
    }
}

static void
heapify_makes_a_heap_of_any_order(void **state)
{
    (void)state;
    static const uint64_t times[] = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    for (uint16_t i = 0; i < 9; i++) {
        timers.at[i] = (struct loop_timer){times[i], i};
    }
    timers.count = 9;
    sley_timers_heapify(&timers);
    for (uint64_t i = 1; i <= 9; i++) {
        assert_int_equal(sley_timers_pop(&timers).when_ns, i);
    }
}

/* --- futures --- */

static void
note_callback(struct sley_async_future *future, void *letter)
{
    note((char)(intptr_t)letter);
    flags[7] |= !sley_loop_done(future);
}

static void *
complete_twice(void *unused)
{
    struct sley_async_future *future = sley_loop_future();
    ends[0] = sley_loop_result(future);
    sley_loop_add_callback(future, note_callback, (void *)'a');
    ends[1] = sley_loop_set_result(future, 5);
    ends[2] = sley_loop_set_exception(future, 6);
    flags[0] = sley_loop_cancel(future);
    note('m');
    ends[3] = sley_await(future); /* done: does not suspend */
    note('n');
    sley_loop_sleep_ms(0);
    return unused;
}

static void
a_future_is_completed_once_and_calls_back_by_the_loop(void **state)
{
    (void)state;
    run(complete_twice);
    assert_int_equal(result.verdicts, 0);
    assert_outcome(ends[0], SLEY_EXCEPTION, SLEY_INVALID_STATE_ERROR);
    assert_outcome(ends[1], SLEY_RESULT, 0);
    assert_outcome(ends[2], SLEY_EXCEPTION, SLEY_INVALID_STATE_ERROR);
    assert_outcome(ends[3], SLEY_RESULT, 5);
    assert_false(flags[0]);
    assert_false(flags[7]);
    assert_string_equal(order, "mna");
}

static struct sley_awaited
await_shared(void *unused)
{
    (void)unused;
    struct sley_awaited outcome = sley_await(shared);
    note(outcome.kind == SLEY_CANCELLED ? 'c' : 'r');
    return outcome;
}

static void *
exception_for_two(void *unused)
{
    shared = sley_loop_future();
    struct sley_async_future *tasks[2] = {sley_loop_task(await_shared, NULL),
                                          sley_loop_task(await_shared, NULL)};
    sley_loop_sleep_ms(0);
    sley_loop_set_exception(shared, 9);
    ends[0] = sley_await(sley_loop_gather(tasks, 2, true));
    ends[1] = sley_loop_result(tasks[0]);
    ends[2] = sley_await(sley_loop_gather(tasks, 2, false));
    ends[3] = sley_loop_set_result(tasks[0], 1);
    return unused;
}

static void
an_exception_reaches_everybody_who_awaits(void **state)
{
    (void)state;
    run(exception_for_two);
    assert_outcome(ends[0], SLEY_RESULT, 2);
    assert_outcome(ends[1], SLEY_EXCEPTION, 9);
    assert_outcome(ends[2], SLEY_EXCEPTION, 9);
    assert_outcome(ends[3], SLEY_EXCEPTION, SLEY_RUNTIME_ERROR);
}

/* --- cancellation --- */

static struct sley_awaited
swallow_once(void *unused)
{
    struct sley_awaited outcome = sley_loop_sleep_ms(50);
    note(outcome.kind == SLEY_CANCELLED ? 'c' : 'r');
    ends[5] = sley_loop_sleep_ms(1);
    (void)unused;
    return sley_result(3);
}

static void *
cancel_a_stubborn_task(void *unused)
{
    struct sley_async_future *task = sley_loop_task_named(swallow_once, NULL, "stubborn");
    flags[0] = strcmp(sley_loop_task_name(task), "stubborn") == 0;
    sley_loop_sleep_ms(0);
    flags[1] = sley_loop_cancel(task);
    ends[0] = sley_await(task);
    flags[2] = sley_loop_cancelled(task);
    flags[3] = sley_loop_cancelling(task) == 1 && sley_loop_uncancel(task) == 0;
    flags[4] = strcmp(sley_loop_task_name(sley_loop_current()), "Task-1") == 0;
    return unused;
}

static void
a_task_may_swallow_its_cancellation(void **state)
{
    (void)state;
    run(cancel_a_stubborn_task);
    assert_string_equal(order, "c");
    assert_outcome(ends[0], SLEY_RESULT, 3);
    assert_outcome(ends[5], SLEY_RESULT, 0);
    assert_true(flags[0] && flags[1] && flags[3] && flags[4]);
    assert_false(flags[2]);
    assert_int_equal(result.clock_ns, 1000000);
}

static void *
cancel_a_gather(void *unused)
{
    shared = sley_loop_future();
    struct sley_async_future *tasks[2] = {sley_loop_task(await_shared, NULL),
                                          sley_loop_task(swallow_once, NULL)};
    struct sley_async_future *outer = sley_loop_gather(tasks, 2, true);
    sley_loop_sleep_ms(0);
    sley_loop_cancel(outer);
    ends[0] = sley_await(outer);
    flags[0] = sley_loop_cancelled(outer); /* it raises CancelledError, but is not cancelled */
    flags[1] = sley_loop_cancelled(tasks[0]) && !sley_loop_cancelled(tasks[1]);
    return unused;
}

static void
a_cancelled_gather_cancels_its_children_and_waits_for_them(void **state)
{
    (void)state;
    run(cancel_a_gather);
    assert_string_equal(order, "cc");
    assert_outcome(ends[0], SLEY_CANCELLED, 0);
    assert_false(flags[0]);
    assert_true(flags[1]);
}

static struct sley_awaited
fail_at_1_ms(void *unused)
{
    (void)unused;
    sley_loop_sleep_ms(1);
    return sley_exception(8);
}

static void *
one_of_a_group_fails(void *unused)
{
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, fail_at_1_ms, NULL);
    struct sley_async_future *other = sley_loop_group_task(&group, swallow_once, NULL);
    struct sley_awaited block = sley_loop_sleep_ms(20);
    ends[1] = block;
    ends[0] = sley_loop_group_leave(&group, block);
    flags[0] = sley_loop_group_error_count(&group) == 1 && sley_loop_group_error(&group, 0) == 8;
    flags[1] = sley_loop_result(other).value == 3;
    flags[2] = sley_loop_cancelling(sley_loop_current()) == 0;
    return unused;
}

static void
a_task_that_fails_cancels_the_others_of_its_group_and_the_block(void **state)
{
    (void)state;
    run(one_of_a_group_fails);
    assert_int_equal(result.verdicts, 0);
    assert_outcome(ends[1], SLEY_CANCELLED, 0);
    assert_outcome(ends[0], SLEY_EXCEPTION, SLEY_EXCEPTION_GROUP);
    assert_true(flags[0] && flags[1] && flags[2]);
}

static void *
a_scope_that_expires(void *unused)
{
    struct sley_loop_timeout outer, inner;
    sley_loop_timeout_enter(&outer, 10);
    sley_loop_timeout_enter(&inner, 3);
    ends[0] = sley_loop_timeout_leave(&inner, sley_loop_sleep_ms(5));
    flags[0] = sley_loop_timeout_expired(&inner) && !sley_loop_timeout_expired(&outer);
    ends[1] = sley_loop_timeout_leave(&outer, sley_result(4));
    return unused;
}

static void
a_timeout_turns_its_own_cancellation_into_a_timeout_error(void **state)
{
    (void)state;
    run(a_scope_that_expires);
    assert_outcome(ends[0], SLEY_EXCEPTION, SLEY_TIMEOUT_ERROR);
    assert_outcome(ends[1], SLEY_RESULT, 4);
    assert_true(flags[0]);
    assert_int_equal(result.clock_ns, 3000000);
}

static struct sley_awaited
sleep_letter(void *letter)
{
    struct sley_awaited slept = sley_loop_sleep_ms((uint32_t)('d' - (intptr_t)letter));
    return slept.kind == SLEY_RESULT ? sley_result(letter) : slept;
}

static void *
three_as_completed(void *unused)
{
    struct sley_loop_completions completions;
    struct sley_async_future *tasks[3];
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(sleep_letter, (void *)('a' + i));
    }
    sley_loop_as_completed(&completions, tasks, 3, 2);
    for (int i = 0; i < 3; i++) {
        ends[i] = sley_loop_next_completed(&completions, NULL);
    }
    sley_loop_shutdown();
    flags[0] = sley_loop_cancelled(tasks[0]);
    return unused;
}

static void
completions_come_in_their_order_and_then_time_out(void **state)
{
    (void)state;
    run(three_as_completed);
    assert_int_equal(result.verdicts, 0); /* no leak: the shutdown cancelled the third */
    assert_outcome(ends[0], SLEY_RESULT, 'c');
    assert_outcome(ends[1], SLEY_EXCEPTION, SLEY_TIMEOUT_ERROR); /* its timer is older */
    assert_outcome(ends[2], SLEY_EXCEPTION, SLEY_TIMEOUT_ERROR);
    assert_true(flags[0]);
}

static struct sley_loop_barrier barrier;

static struct sley_awaited
arrive(void *unused)
{
    (void)unused;
    struct sley_awaited outcome = sley_loop_barrier_wait(&barrier);
    note(outcome.kind == SLEY_RESULT ? (char)('0' + outcome.value) : 'b');
    return outcome;
}

static void *
three_at_a_barrier(void *unused)
{
    struct sley_async_future *tasks[4];
    sley_loop_barrier_init(&barrier, 3);
    for (int i = 0; i < 4; i++) {
        tasks[i] = sley_loop_task(arrive, NULL);
    }
    sley_loop_sleep_ms(1);
    flags[0] = sley_loop_barrier_waiting(&barrier) == 1;
    sley_loop_barrier_abort(&barrier);
    sley_await(sley_loop_gather(tasks, 4, true));
    flags[1] = sley_loop_barrier_broken(&barrier);
    return unused;
}

static void
a_barrier_lets_its_parties_go_together_and_breaks(void **state)
{
    (void)state;
    run(three_at_a_barrier);
    assert_int_equal(result.verdicts, 0);
    assert_string_equal(order, "201b");
    assert_true(flags[0] && flags[1]);
}

static struct sley_awaited
nothing(void *unused)
{
    return sley_result(unused);
}

static void *
many_short_tasks(void *unused)
{
    for (int i = 0; i < 600; i++) {
        sley_await(sley_loop_task(nothing, NULL));
    }
    return unused;
}

static void
stacks_of_tasks_that_ended_are_used_again(void **state)
{
    (void)state;
    run(many_short_tasks);
    assert_int_equal(result.verdicts, 0);
}

static void *
too_many_futures(void *unused)
{
    for (int i = 0; i <= SLEY_LOOP_FUTURES_MAX; i++) {
        sley_loop_future();
    }
    return unused;
}

static void
a_table_that_is_full_ends_the_run(void **state)
{
    (void)state;
    run(too_many_futures);
    assert_int_equal(result.verdicts, SLEY_BIT(OUT_OF_MEMORY));
}

static struct sley_awaited
wrong_thread(void *future)
{
    sley_loop_set_result(future, 1);
    return sley_result(0);
}

static void *
complete_from_a_thread(void *unused)
{
    sley_loop_to_thread(wrong_thread, sley_loop_future());
    return unused;
}

static void
a_thread_beside_the_loop_may_not_touch_it(void **state)
{
    (void)state;
    run(complete_from_a_thread);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
}

static struct sley_async_future *circle[2];

static struct sley_awaited
await_the_other(void *index)
{
    return sley_await(circle[1 - (intptr_t)index]);
}

static void *
cancel_a_circle(void *unused)
{
    for (intptr_t i = 0; i < 2; i++) {
        circle[i] = sley_loop_task(await_the_other, (void *)i);
    }
    sley_loop_sleep_ms(1);
    sley_loop_cancel(circle[0]);
    return unused;
}

static void
a_circle_of_awaits_is_a_deadlock_and_cannot_be_cancelled(void **state)
{
    (void)state;
    run(cancel_a_circle);
    assert_int_equal(result.verdicts, SLEY_BIT(DEADLOCK_CYCLE) | SLEY_BIT(MISUSE));
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
        cmocka_unit_test(equal_times_leave_the_heap_as_they_leave_heapq),
        cmocka_unit_test(times_leave_the_heap_in_ascending_order),
        cmocka_unit_test(heapify_makes_a_heap_of_any_order),
        cmocka_unit_test(a_future_is_completed_once_and_calls_back_by_the_loop),
        cmocka_unit_test(an_exception_reaches_everybody_who_awaits),
        cmocka_unit_test(a_task_may_swallow_its_cancellation),
        cmocka_unit_test(a_cancelled_gather_cancels_its_children_and_waits_for_them),
        cmocka_unit_test(a_task_that_fails_cancels_the_others_of_its_group_and_the_block),
        cmocka_unit_test(a_timeout_turns_its_own_cancellation_into_a_timeout_error),
        cmocka_unit_test(completions_come_in_their_order_and_then_time_out),
        cmocka_unit_test(a_barrier_lets_its_parties_go_together_and_breaks),
        cmocka_unit_test(stacks_of_tasks_that_ended_are_used_again),
        cmocka_unit_test(a_table_that_is_full_ends_the_run),
        cmocka_unit_test(a_thread_beside_the_loop_may_not_touch_it),
        cmocka_unit_test(a_circle_of_awaits_is_a_deadlock_and_cannot_be_cancelled),
    };
    return cmocka_run_group_tests_name("loop_future", tests, engine_init, NULL);
}
