/* Virtual time: timers, early time-outs, the clock (engine/time.c). */
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { TASKS = 4, PLACE = 0x1000 };

static struct sley_run_result result;
static uint64_t deadlines[TASKS + 1]; /* of the sleeping tasks, by task */
static char order[32];
static size_t noted;
static uint64_t times[TASKS + 1]; /* at which each task woke */
static uint32_t early_candidates; /* offered in the whole run */
static struct sley_gate gate;
static bool passed;

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t number)
{
    (void)state, (void)parameters, (void)seed, (void)number;
}

static uint32_t
value_zero(void *state, const struct sley_value_query *query)
{
    (void)state, (void)query;
    return 0;
}

static void
pick_highest(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    early_candidates += view->candidate_count - view->runnable_count;
    pick->index = view->runnable_count - 1;
}

/* Ends the highest sleep early where it may, once a task has armed a timer. */
static void
pick_early(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    early_candidates += view->candidate_count - view->runnable_count;
    pick->index = view->candidate_count - 1;
}

static const struct sley_strategy_ops highest = {
    .name = "highest", .begin = begin, .pick = pick_highest, .value = value_zero};
static const struct sley_strategy_ops early = {
    .name = "early", .begin = begin, .pick = pick_early, .value = value_zero};

static void
run(void *(*entry)(void *), const struct sley_strategy_ops *ops, struct sley_run_options options)
{
    options.source.ops = ops;
    options.entry = entry;
    noted = 0;
    memset(order, 0, sizeof order);
    memset(times, 0, sizeof times);
    early_candidates = 0;
    sley_engine_run(&options, &result);
    assert_int_equal(result.verdicts, 0);
}

static void *
sleep_until_deadline(void *argument)
{
    uintptr_t self = (uintptr_t)argument;
    sley_sleep_until(deadlines[self], PLACE);
    order[noted++] = (char)('0' + self);
    times[self] = sley_engine.clock_ns;
    return NULL;
}

static void *
sleepers(void *argument)
{
    for (uintptr_t t = 1; t <= TASKS; t++) {
        sley_task_spawn(sleep_until_deadline, (void *)t, NULL, PLACE);
    }
    for (uint32_t t = 1; t <= TASKS; t++) {
        sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[t].done, UINT64_MAX, PLACE);
    }
    return argument;
}

static void
set_deadlines(uint64_t first, uint64_t second, uint64_t third, uint64_t fourth)
{
    const uint64_t all[] = {0, first, second, third, fourth};
    memcpy(deadlines, all, sizeof deadlines);
}

static void
timers_fire_in_the_order_of_their_deadlines(void **state)
{
    (void)state;
    set_deadlines(300, 100, 400, 200);
    run(sleepers, &highest, (struct sley_run_options){0});
    assert_string_equal(order, "2413");
    for (uint32_t t = 1; t <= TASKS; t++) {
        assert_int_equal(times[t], deadlines[t]);
    }
    assert_int_equal(result.clock_ns, 400);
}

static void
equal_deadlines_fire_in_the_order_of_arming(void **state)
{
    (void)state;
    set_deadlines(100, 100, 50, 100);
    /* The highest task arms first. */
    run(sleepers, &highest, (struct sley_run_options){.strict_time = true});
    assert_string_equal(order, "3421");
}

static void
a_deadline_in_the_past_does_not_sleep(void **state)
{
    (void)state;
    set_deadlines(0, 0, 0, 0);
    run(sleepers, &highest, (struct sley_run_options){0});
    assert_string_equal(order, "4321");
    assert_int_equal(result.clock_ns, 0);
}

static void
an_early_wake_moves_the_clock_past_every_earlier_deadline(void **state)
{
    (void)state;
    set_deadlines(100, 300, 200, 400);
    run(sleepers, &early, (struct sley_run_options){.early_max = 1});
    assert_true(early_candidates > 0);
    /* Task 4 armed first and was woken at once, though 3, 2 and 1 could run. */
    assert_int_equal(order[0], '4');
    for (uint32_t t = 1; t <= TASKS; t++) {
        assert_int_equal(times[t], 400);
    }
}

static void
without_a_budget_or_in_strict_time_nobody_wakes_early(void **state)
{
    (void)state;
    set_deadlines(100, 300, 200, 400);
    run(sleepers, &early, (struct sley_run_options){0});
    assert_int_equal(early_candidates, 0);
    assert_string_equal(order, "1324");
    run(sleepers, &early, (struct sley_run_options){.early_max = 1, .strict_time = true});
    assert_int_equal(early_candidates, 0);
    assert_string_equal(order, "1324");
}

static void *
read_the_clock(void *argument)
{
    for (uint32_t i = 0; i < 3; i++) {
        times[i] = sley_clock_read(PLACE);
    }
    sley_sleep_until(1000000, PLACE);
    times[3] = sley_clock_read(PLACE);
    return argument;
}

static void
reading_the_clock_takes_time_unless_it_is_strict(void **state)
{
    (void)state;
    run(read_the_clock, &highest, (struct sley_run_options){0});
    assert_int_equal(times[0], 1000);
    assert_int_equal(times[1], 2000);
    assert_int_equal(times[2], 3000);
    assert_int_equal(times[3], 1001000);
    assert_true(result.time_bound);
    run(read_the_clock, &highest, (struct sley_run_options){.strict_time = true});
    assert_int_equal(times[2], 0);
    assert_int_equal(times[3], 1000000);
}

static void
outside_a_run_time_stands_still(void **state)
{
    (void)state;
    assert_int_equal(sley_clock_read(PLACE), 0);
    sley_sleep_until(5, PLACE);
}

static void *
wait_at_a_closed_gate(void *argument)
{
    sley_gate_init(&gate, SLEY_WAIT_SEMAPHORE, (uintptr_t)&gate);
    sley_gate_set(&gate, false);
    passed = sley_point_gate(SLEY_OP_SEM_WAIT, &gate, 700, PLACE);
    times[0] = sley_engine.clock_ns;
    passed |= sley_wait_gate(&gate, 900, PLACE);
    times[1] = sley_engine.clock_ns;
    return argument;
}

static void
a_timed_wait_ends_at_its_deadline(void **state)
{
    (void)state;
    run(wait_at_a_closed_gate, &highest, (struct sley_run_options){.strict_time = true});
    assert_false(passed);
    assert_int_equal(times[0], 700);
    assert_int_equal(times[1], 900);
}

static void *
open_the_gate(void *argument)
{
    sley_point_yield(PLACE);
    sley_gate_set(&gate, true);
    return argument;
}

static void *
wait_until_opened(void *argument)
{
    sley_gate_init(&gate, SLEY_WAIT_SEMAPHORE, (uintptr_t)&gate);
    sley_gate_set(&gate, false);
    uint32_t opener = sley_task_spawn(open_the_gate, NULL, NULL, PLACE);
    passed = sley_point_gate(SLEY_OP_SEM_WAIT, &gate, 700, PLACE);
    times[0] = sley_engine.clock_ns;
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[opener].done, UINT64_MAX, PLACE);
    return argument;
}

static void
a_wait_that_ends_in_time_disarms_its_timer(void **state)
{
    (void)state;
    run(wait_until_opened, &highest, (struct sley_run_options){.early_max = 1});
    assert_true(passed);
    assert_int_equal(times[0], 0);
    assert_int_equal(result.clock_ns, 0);
    assert_int_equal(sley_engine.sleeper_count, 0);
    run(wait_until_opened, &early, (struct sley_run_options){.early_max = 1});
    assert_false(passed);
    assert_int_equal(times[0], 700);
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
        cmocka_unit_test(timers_fire_in_the_order_of_their_deadlines),
        cmocka_unit_test(equal_deadlines_fire_in_the_order_of_arming),
        cmocka_unit_test(a_deadline_in_the_past_does_not_sleep),
        cmocka_unit_test(an_early_wake_moves_the_clock_past_every_earlier_deadline),
        cmocka_unit_test(without_a_budget_or_in_strict_time_nobody_wakes_early),
        cmocka_unit_test(reading_the_clock_takes_time_unless_it_is_strict),
        cmocka_unit_test(outside_a_run_time_stands_still),
        cmocka_unit_test(a_timed_wait_ends_at_its_deadline),
        cmocka_unit_test(a_wait_that_ends_in_time_disarms_its_timer),
    };
    return cmocka_run_group_tests_name("time", tests, engine_init, NULL);
}
