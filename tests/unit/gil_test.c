/* The interpreter lock and what stands on it (models/gil), under the default schedule and chosen
 * answers. */
#include "models/gil/lock.h"
#include "models/registry.h"

#include "search/replay.h"

#include <sley/gil.h>
#include <sley/machine.h>
#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct sley_run_result result;
static struct sley_lock lock;
static struct sley_condition condition;
static char order[64]; /* what the tasks noted, in order */
static size_t noted;
static uint64_t at_us;
static bool flag;

static void
note(char letter)
{
    order[noted++] = letter;
    order[noted] = '\0';
}

static void
run_choices(const struct sley_model *model, void *(*body)(void *), bool strict,
            const struct sley_choice *choices, uint32_t count)
{
    struct sley_replay replay;
    struct sley_run_options options = {
        .source = sley_replay_source(&replay, choices, count),
        .entry = body,
        .strict_time = strict,
        .early_max = 1,
        .quiet = model->quiet,
        .task_end = model->task->ended,
    };
    noted = 0;
    order[0] = '\0';
    flag = false;
    at_us = 0;
    sley_model_current = model;
    model->task->begin();
    sley_engine_run(&options, &result);
}

static void
run(const struct sley_model *model, void *(*body)(void *))
{
    run_choices(model, body, false, NULL, 0);
}

static void
run_timed(const struct sley_model *model, void *(*body)(void *))
{
    run_choices(model, body, true, NULL, 0);
}

static void
assert_passed(const char *expected_order)
{
    assert_int_equal(result.verdicts, 0);
    assert_string_equal(order, expected_order);
}

static void *
letters(void *argument)
{
    char letter = (char)('a' + (intptr_t)argument);
    for (int i = 0; i < 3; i++) {
        sley_bytecode(SLEY_BYTECODE_JUMP);
        note(letter);
    }
    return argument;
}

static void *
two_with_letters(void *argument)
{
    sley_gather(2, letters);
    return argument;
}

static void
nobody_loses_the_lock_unless_somebody_asks(void **state)
{
    (void)state;
    run(&sley_model_gil_py310, two_with_letters);
    assert_passed("aaabbb");
    assert_true(result.conflict);
}

/* At one point of task 1 the other begins and stands in line, at a later one its interval is over.
 */
static void
one_early_time_out_switches_at_the_next_check_point(void **state)
{
    (void)state;
    struct sley_choice choices[2];
    bool found = false;
    for (uint32_t i = 0; i < 64; i++) {
        for (uint32_t c = 0; c < 2; c++) {
            choices[c] = (struct sley_choice){.kind = SLEY_CHOICE_SCHEDULE,
                                              .op = SLEY_OP_BYTECODE,
                                              .task = 1,
                                              .value = 1,
                                              .bound = 2};
        }
        choices[0].point = 1 + i % 8;
        choices[1].point = choices[0].point + 1 + i / 8;
        run_choices(&sley_model_gil_py310, two_with_letters, false, choices, 2);
        assert_int_equal(result.verdicts, 0);
        found |= strcmp(order, "aabbba") == 0;
        assert_true(strcmp(order, "ababab") != 0); /* that would take more time-outs */
    }
    assert_true(found);
}

static void *
plain_bytecodes(void *argument)
{
    for (int i = 0; i < 3; i++) {
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        note((char)('a' + (intptr_t)argument));
    }
    return argument;
}

static void *
two_plain(void *argument)
{
    sley_gather(2, plain_bytecodes);
    return argument;
}

static uint32_t
points_of(const struct sley_model *model, void *(*body)(void *))
{
    run(model, body);
    assert_int_equal(result.verdicts, 0);
    return result.step_count;
}

static void
plain_bytecodes_are_points_until_3_9_and_without_a_lock_alone(void **state)
{
    (void)state;
    uint32_t py32 = points_of(&sley_model_gil_py32, two_plain);
    assert_int_equal(points_of(&sley_model_gil_free, two_plain) >= 6, true);
    assert_true(py32 >= points_of(&sley_model_gil_py310, two_plain) + 2);
    assert_true(points_of(&sley_model_gil_py2, two_plain) < py32);
}

static void *
note_time(void *argument)
{
    at_us = sley_now_us();
    return argument;
}

static void *
compute_beside_another(void *argument)
{
    sley_machine_set(2, "ideal");
    uintptr_t other = sley_spawn(note_time, 0);
    sley_compute_us(20000);
    sley_join(other);
    return argument;
}

static void
a_waiter_has_the_lock_after_one_interval(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_py310, compute_beside_another);
    assert_passed("");
    assert_int_equal(at_us, SLEY_GIL_INTERVAL_NS / 1000);
    assert_int_equal(result.clock_ns, 20000000);
}

static void *
compute_with_an_interval_of_a_millisecond(void *argument)
{
    sley_gil_interval(1000);
    return compute_beside_another(argument);
}

static void
the_interval_can_be_set(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_py32, compute_with_an_interval_of_a_millisecond);
    assert_int_equal(at_us, 1000);
}

static void
without_a_lock_nobody_waits(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_free, compute_beside_another);
    assert_int_equal(at_us, 0);
}

static void *
take_and_sleep(void *argument)
{
    sley_lock_acquire(&lock);
    note('a');
    sley_sleep_ms(5);
    note('b');
    sley_lock_release(&lock);
    return argument;
}

static void *
acquire_what_another_holds(void *argument)
{
    sley_lock_init(&lock);
    uintptr_t other = sley_spawn(take_and_sleep, 0);
    sley_sleep_ms(1);
    sley_lock_acquire(&lock);
    note('c');
    sley_lock_release(&lock);
    sley_join(other);
    return argument;
}

static void
who_waits_for_a_lock_does_not_keep_the_interpreter(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_py310, acquire_what_another_holds);
    assert_passed("abc");
}

static void *
release_it(void *argument)
{
    sley_lock_release(&lock);
    return argument;
}

static void *
let_another_release(void *argument)
{
    bool reentrant = flag;
    (reentrant ? sley_lock_init_reentrant : sley_lock_init)(&lock);
    sley_lock_acquire(&lock);
    sley_join(sley_spawn(release_it, 0));
    return argument;
}

static void *
let_another_release_an_rlock(void *argument)
{
    flag = true;
    return let_another_release(argument);
}

static void
anybody_may_release_a_lock_but_the_owner_alone_an_rlock(void **state)
{
    (void)state;
    run(&sley_model_gil_py310, let_another_release);
    assert_passed("");
    run(&sley_model_gil_py310, let_another_release_an_rlock);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
}

static void *
acquire_twice(void *argument)
{
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    sley_lock_acquire(&lock);
    return argument;
}

static void
a_deadlock_names_the_lock_and_not_the_interpreter(void **state)
{
    (void)state;
    run(&sley_model_gil_py310, acquire_twice);
    assert_int_equal(result.verdicts, SLEY_BIT(DEADLOCK_SELF));
    assert_int_equal(result.failure[0].address, (uintptr_t)&lock);
}

static void *
try_for_a_while(void *argument)
{
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    flag = sley_lock_acquire_for(&lock, 3);
    at_us = sley_engine.clock_ns / 1000;
    return argument;
}

static void
a_timed_acquire_gives_up(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_py310, try_for_a_while);
    assert_passed("");
    assert_false(flag);
    assert_int_equal(at_us, 3000);
}

static void *
wait_for_notification(void *argument)
{
    const struct sley_model *model = sley_model_current;
    model->lock->acquire(&lock);
    note((char)('a' + (intptr_t)argument));
    model->condition->wait(&condition, UINT64_MAX);
    note((char)('A' + (intptr_t)argument));
    model->lock->release(&lock);
    return argument;
}

static void *
notify_three(void *argument)
{
    const struct sley_model *model = sley_model_current;
    uintptr_t tasks[3];
    model->lock->init(&lock, SLEY_LOCK_PLAIN);
    model->condition->init(&condition, &lock);
    for (int i = 0; i < 3; i++) {
        tasks[i] = sley_spawn(wait_for_notification, (void *)(intptr_t)i);
        sley_sleep_ms(1);
    }
    for (int i = 0; i < 3; i++) {
        model->lock->acquire(&lock);
        model->condition->notify(&condition, 1);
        model->lock->release(&lock);
        sley_sleep_ms(1);
    }
    for (int i = 0; i < 3; i++) {
        sley_join(tasks[i]);
    }
    return argument;
}

static void
a_condition_wakes_its_waiters_in_the_order_of_their_arrival(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_py310, notify_three);
    assert_passed("abcABC");
}

static void *
wait_a_while(void *argument)
{
    const struct sley_model *model = sley_model_current;
    model->lock->init(&lock, SLEY_LOCK_REENTRANT);
    model->condition->init(&condition, &lock);
    model->lock->acquire(&lock);
    model->lock->acquire(&lock);
    flag = model->condition->wait(&condition, 2000000);
    model->lock->release(&lock);
    model->lock->release(&lock);
    return argument;
}

static void
a_wait_that_nobody_ends_times_out_with_the_lock_held_as_often_as_before(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_py310, wait_a_while);
    assert_passed("");
    assert_false(flag);
}

static void *
wait_too_late(void *argument)
{
    const struct sley_model *model = sley_model_current;
    model->lock->init(&lock, SLEY_LOCK_PLAIN);
    model->condition->init(&condition, &lock);
    model->lock->acquire(&lock);
    model->condition->notify(&condition, 1);
    model->condition->wait(&condition, UINT64_MAX);
    return argument;
}

static void
a_notification_before_the_wait_is_a_lost_wake_up(void **state)
{
    (void)state;
    run(&sley_model_gil_py310, wait_too_late);
    assert_int_equal(result.verdicts, SLEY_BIT(LOST_WAKEUP));
}

static void *
notify_without_lock(void *argument)
{
    const struct sley_model *model = sley_model_current;
    model->lock->init(&lock, SLEY_LOCK_PLAIN);
    model->condition->init(&condition, &lock);
    model->condition->notify(&condition, 1);
    return argument;
}

static void
a_notification_without_the_lock_is_a_misuse(void **state)
{
    (void)state;
    run(&sley_model_gil_py310, notify_without_lock);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
}

static void *
compute_ten_ms(void *argument)
{
    sley_compute_us(10000);
    return argument;
}

static void *
two_interpreters(void *argument)
{
    sley_machine_set(2, "ideal");
    uintptr_t a = sley_spawn_interpreter(compute_ten_ms, 0);
    uintptr_t b = sley_spawn_interpreter(compute_ten_ms, 0);
    sley_join(a);
    sley_join(b);
    return argument;
}

static void
interpreters_with_a_lock_each_run_at_the_same_time(void **state)
{
    (void)state;
    run_timed(&sley_model_gil_per_interpreter, two_interpreters);
    assert_int_equal(result.clock_ns, 10000000);
    run_timed(&sley_model_gil_py310, two_interpreters);
    assert_int_equal(result.clock_ns, 20000000);
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
        cmocka_unit_test(nobody_loses_the_lock_unless_somebody_asks),
        cmocka_unit_test(one_early_time_out_switches_at_the_next_check_point),
        cmocka_unit_test(plain_bytecodes_are_points_until_3_9_and_without_a_lock_alone),
        cmocka_unit_test(a_waiter_has_the_lock_after_one_interval),
        cmocka_unit_test(the_interval_can_be_set),
        cmocka_unit_test(without_a_lock_nobody_waits),
        cmocka_unit_test(who_waits_for_a_lock_does_not_keep_the_interpreter),
        cmocka_unit_test(anybody_may_release_a_lock_but_the_owner_alone_an_rlock),
        cmocka_unit_test(a_deadlock_names_the_lock_and_not_the_interpreter),
        cmocka_unit_test(a_timed_acquire_gives_up),
        cmocka_unit_test(a_condition_wakes_its_waiters_in_the_order_of_their_arrival),
        cmocka_unit_test(a_wait_that_nobody_ends_times_out_with_the_lock_held_as_often_as_before),
        cmocka_unit_test(a_notification_before_the_wait_is_a_lost_wake_up),
        cmocka_unit_test(a_notification_without_the_lock_is_a_misuse),
        cmocka_unit_test(interpreters_with_a_lock_each_run_at_the_same_time),
    };
    return cmocka_run_group_tests_name("gil", tests, engine_init, NULL);
}
