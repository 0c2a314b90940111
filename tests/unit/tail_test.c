/* The fair tail beyond the step bound (engine/tail.c). */
#include "engine/access.h"
#include "engine/heap.h"
#include "search/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PLACE = 0x1000, STEPS = 3000 };

static struct sley_run_result result;
static volatile uint64_t *cell; /* on the program's heap */
static uint64_t rounds;

/* The task that runs goes on whenever it can: as unfair as a schedule gets. */
static void
run(void *(*entry)(void *))
{
    struct sley_replay replay;
    const struct sley_run_options options = {
        .source = sley_replay_source(&replay, NULL, 0),
        .entry = entry,
        .steps_max = STEPS,
    };
    rounds = 0;
    sley_engine_run(&options, &result);
}

static void
make_cell(void)
{
    cell = sley_heap_allocate(sizeof *cell, 16, true, PLACE);
}

static uint64_t
load(uintptr_t place)
{
    sley_access((uintptr_t)cell, sizeof *cell, SLEY_OP_ATOMIC_LOAD, SLEY_ACCESS_ATOMIC, place);
    return *cell;
}

static void
store(uint64_t value, uintptr_t place)
{
    sley_access((uintptr_t)cell, sizeof *cell, SLEY_OP_ATOMIC_STORE,
                SLEY_ACCESS_ATOMIC | SLEY_ACCESS_WRITE, place);
    *cell = value;
}

static void *
spin_until_set(void *argument)
{
    while (load(PLACE) == 0) {
        rounds++;
    }
    return argument;
}

static void
join(uint32_t task)
{
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[task].done, UINT64_MAX, PLACE);
}

static void *
spin_on_a_flag_never_set(void *argument)
{
    make_cell();
    return spin_until_set(argument);
}

static void *
two_that_spin(void *argument)
{
    make_cell();
    uint32_t first = sley_task_spawn(spin_until_set, NULL, NULL, PLACE);
    uint32_t second = sley_task_spawn(spin_until_set, NULL, NULL, PLACE);
    join(first);
    join(second);
    return argument;
}

static void
spinning_on_a_flag_that_nobody_sets_is_a_livelock(void **state)
{
    (void)state;
    run(spin_on_a_flag_never_set);
    assert_int_equal(result.verdicts, SLEY_BIT(LIVELOCK));
    assert_true(result.unfair);
    run(two_that_spin);
    assert_int_equal(result.verdicts, SLEY_BIT(LIVELOCK));
    assert_true(result.step_count > STEPS);
}

/* The same loop of several places, over and over. */
static void *
toggle_for_ever(void *argument)
{
    make_cell();
    while (rounds < UINT64_MAX) {
        store(1 - load(PLACE), PLACE + 1);
        store(7, PLACE + 2);
        store(load(PLACE + 3) - 7, PLACE + 4);
        rounds++;
    }
    return argument;
}

static void
a_loop_that_comes_back_to_the_same_values_is_a_livelock(void **state)
{
    (void)state;
    run(toggle_for_ever);
    assert_int_equal(result.verdicts, SLEY_BIT(LIVELOCK));
}

static void *
count_for_ever(void *argument)
{
    make_cell();
    while (rounds < UINT64_MAX) {
        store(load(PLACE) + 1, PLACE + 1);
        rounds++;
    }
    return argument;
}

static void
a_loop_that_writes_new_values_is_merely_too_long(void **state)
{
    (void)state;
    run(count_for_ever);
    assert_int_equal(result.verdicts, SLEY_BIT(STEP_BOUND));
    assert_true(result.unfair);
    assert_true(result.step_count <= 4 * STEPS);
}

static void *
one_spins_and_one_counts(void *argument)
{
    make_cell();
    uint32_t spins = sley_task_spawn(spin_until_set, NULL, NULL, PLACE);
    volatile uint64_t *shared = cell;
    cell = sley_heap_allocate(sizeof *cell, 16, true, PLACE);
    (void)shared;
    while (rounds < UINT64_MAX) {
        sley_access((uintptr_t)shared, 8, SLEY_OP_READ, 0, PLACE + 5);
        *shared += 1;
    }
    join(spins);
    return argument;
}

static void
one_task_that_makes_progress_rules_a_livelock_out(void **state)
{
    (void)state;
    run(one_spins_and_one_counts);
    assert_int_equal(result.verdicts, SLEY_BIT(STEP_BOUND));
}

static void *
set_the_flag(void *argument)
{
    store(1, PLACE + 2);
    return argument;
}

static void *
spin_until_another_sets(void *argument)
{
    make_cell();
    uint32_t setter = sley_task_spawn(set_the_flag, NULL, NULL, PLACE);
    spin_until_set(NULL);
    join(setter);
    return argument;
}

static void
an_unfair_schedule_of_a_program_that_ends_is_no_failure(void **state)
{
    (void)state;
    run(spin_until_another_sets);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(result.failure_count, 0);
    assert_true(result.unfair);
    assert_true(rounds >= STEPS - 10);
    assert_true(result.step_count < 2 * STEPS);
}

static void *
sleep_and_set(void *argument)
{
    sley_sleep_until(1000000, PLACE);
    return set_the_flag(argument);
}

static void *
spin_until_a_sleeper_sets(void *argument)
{
    make_cell();
    uint32_t sleeper = sley_task_spawn(sleep_and_set, NULL, NULL, PLACE);
    sley_point_yield(PLACE);
    spin_until_set(NULL);
    join(sleeper);
    return argument;
}

static void
time_passes_in_the_fair_tail(void **state)
{
    (void)state;
    run(spin_until_a_sleeper_sets);
    assert_int_equal(result.verdicts, 0);
    assert_true(result.unfair);
    assert_int_equal(result.clock_ns, 1000000);
}

static void *
end_within_the_bound(void *argument)
{
    make_cell();
    for (uint32_t i = 0; i < STEPS; i++) {
        load(PLACE);
    }
    return argument;
}

static void
a_run_of_exactly_the_bound_is_fair(void **state)
{
    (void)state;
    run(end_within_the_bound);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(result.step_count, STEPS);
    assert_false(result.unfair);
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
        cmocka_unit_test(spinning_on_a_flag_that_nobody_sets_is_a_livelock),
        cmocka_unit_test(a_loop_that_comes_back_to_the_same_values_is_a_livelock),
        cmocka_unit_test(a_loop_that_writes_new_values_is_merely_too_long),
        cmocka_unit_test(one_task_that_makes_progress_rules_a_livelock_out),
        cmocka_unit_test(an_unfair_schedule_of_a_program_that_ends_is_no_failure),
        cmocka_unit_test(time_passes_in_the_fair_tail),
        cmocka_unit_test(a_run_of_exactly_the_bound_is_fair),
    };
    return cmocka_run_group_tests_name("tail", tests, engine_init, NULL);
}
