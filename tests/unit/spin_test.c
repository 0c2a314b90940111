/* Tasks that wait by looking (engine/spin.h). */
#include "engine/access.h"
#include "engine/heap.h"
#include "engine/spin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PLACE = 0x1000, STEPS = 20000 };

static struct sley_run_result result;
static volatile uint64_t *cell; /* on the program's heap */
static uint32_t yields;         /* questions with a task that gives way */
static uint32_t events;

/* The most unfair source: the current task goes on, early out of a sleep if need be, unless it
 * gives way. */
static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    *pick = (struct sley_pick){.index = view->default_index, .stay = UINT32_MAX};
    yields += view->current_yields;
    for (uint32_t i = 0; i < view->candidate_count; i++) {
        if ((view->candidates[i] == view->current) != view->current_yields) {
            pick->index = i;
        }
    }
}

static uint32_t
value(void *state, const struct sley_value_query *query)
{
    (void)state;
    (void)query;
    return 0;
}

static const struct sley_strategy_ops unfair = {.name = "unfair", .pick = pick, .value = value};

static void
count_event(void *context, const struct sley_event *event)
{
    (void)context;
    (void)event;
    events++;
}

static void
run(void *(*entry)(void *), bool observed)
{
    const struct sley_run_options options = {
        .source = {&unfair, NULL},
        .observer = {.event = observed ? count_event : NULL},
        .entry = entry,
        .steps_max = STEPS,
        .early_max = 1,
    };
    yields = events = 0;
    sley_engine_run(&options, &result);
}

static uint64_t
load(void)
{
    sley_access((uintptr_t)cell, sizeof *cell, SLEY_OP_ATOMIC_LOAD, SLEY_ACCESS_ATOMIC, PLACE);
    return *cell;
}

static void
store(uint64_t to)
{
    sley_access((uintptr_t)cell, sizeof *cell, SLEY_OP_ATOMIC_STORE,
                SLEY_ACCESS_ATOMIC | SLEY_ACCESS_WRITE, PLACE);
    *cell = to;
}

static void *
set(void *argument)
{
    store(1);
    return argument;
}

static void
begin(uint64_t initial)
{
    cell = sley_heap_allocate(sizeof *cell, 16, true, PLACE);
    *cell = initial;
    sley_task_spawn(set, NULL, NULL, PLACE);
}

static void
join(void)
{
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[1].done, UINT64_MAX, PLACE);
}

static void *
look(void *argument)
{
    begin(0);
    while (load() == 0) {
    }
    join();
    return argument;
}

static void *
sleep_and_look(void *argument)
{
    begin(0);
    while (load() == 0) {
        sley_sleep_until(sley_engine.clock_ns + 1000, PLACE);
    }
    join();
    return argument;
}

static void *
write_new_values(void *argument)
{
    begin(0);
    for (uint64_t i = 0; i < 4000; i++) {
        store(i);
    }
    join();
    return argument;
}

static void *
look_for_a_while(void *argument)
{
    begin(0);
    for (uint32_t i = 0; i < SLEY_SPIN_FIRST + SLEY_SPIN_EVENTS - 8; i++) {
        load();
    }
    join();
    return argument;
}

static void *
look_alone(void *argument)
{
    begin(0);
    join();
    for (uint32_t i = 0; i < 4000; i++) {
        load();
    }
    return argument;
}

static void
a_task_that_looks_at_what_does_not_change_gives_way(void **state)
{
    (void)state;
    run(look, false);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(yields, 1);
    assert_in_range(result.step_count, SLEY_SPIN_EVENTS, SLEY_SPIN_FIRST + SLEY_SPIN_EVENTS + 16);
}

static void
a_task_whose_sleeps_are_over_early_again_and_again_gives_way(void **state)
{
    (void)state;
    run(sleep_and_look, false);
    assert_int_equal(result.verdicts, 0);
    assert_in_range(yields, 1, 2);
    assert_in_range(result.step_count, 2 * SLEY_SPIN_EARLY, 2 * SLEY_SPIN_EARLY + 16);
}

static void
a_task_that_changes_what_it_sees_does_not(void **state)
{
    (void)state;
    run(write_new_values, false);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(yields, 0);
}

static void
a_task_that_looks_for_a_short_while_does_not(void **state)
{
    (void)state;
    run(look_for_a_while, false);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(yields, 0);
}

static void
a_task_that_runs_alone_does_not(void **state)
{
    (void)state;
    run(look_alone, false);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(yields, 0);
}

static void
an_observed_run_is_the_same_run(void **state)
{
    (void)state;
    void *(*const entries[])(void *) = {look, sleep_and_look, write_new_values, look_alone};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        run(entries[i], false);
        uint64_t hash = result.hash;
        uint32_t points = result.step_count, times = yields;
        run(entries[i], true);
        assert_true(events > 0);
        assert_true(hash == result.hash);
        assert_int_equal(result.step_count, points);
        assert_int_equal(yields, times);
    }
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
        cmocka_unit_test(a_task_that_looks_at_what_does_not_change_gives_way),
        cmocka_unit_test(a_task_whose_sleeps_are_over_early_again_and_again_gives_way),
        cmocka_unit_test(a_task_that_changes_what_it_sees_does_not),
        cmocka_unit_test(a_task_that_looks_for_a_short_while_does_not),
        cmocka_unit_test(a_task_that_runs_alone_does_not),
        cmocka_unit_test(an_observed_run_is_the_same_run),
    };
    return cmocka_run_group_tests_name("spin", tests, engine_init, NULL);
}
