/* Accesses that are no scheduling points (engine/places.c). */
#include "engine/access.h"
#include "engine/heap.h"
#include "search/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

enum {
    CODE = 0x1000, /* places from here on are private, then those that are not */
    LOUD = 0x1040,
    STEPS = 200,
    STRETCH = 1 << 16,
    QUIET_MAX = 1 << 27,
};

static const uint64_t quiet[] = {UINT64_MAX, 0};
static const struct sley_places by_place = {.low = CODE, .size = 128, .quiet = quiet};
static const struct sley_places all = {.all_quiet = true};
static struct sley_run_result result;
static volatile uint64_t *cell;
static struct sley_clock clock_kept;
static uint32_t rounds;
static struct sley_event events[64];
static uint32_t event_count;

static void
run_with(void *(*entry)(void *), struct sley_run_options options)
{
    static struct sley_replay replay;
    if (!options.source.ops) {
        options.source = sley_replay_source(&replay, NULL, 0);
    }
    options.entry = entry;
    rounds = 0;
    event_count = 0;
    sley_engine_run(&options, &result);
}

static void
run(void *(*entry)(void *), const struct sley_places *places)
{
    run_with(entry, (struct sley_run_options){.places = places, .steps_max = STEPS});
}

static void
make_cell(void)
{
    cell = sley_heap_allocate(2 * sizeof *cell, 16, true, CODE);
}

static uint64_t
load(uintptr_t place)
{
    sley_access((uintptr_t)cell, sizeof *cell, SLEY_OP_READ, 0, place);
    return *cell;
}

static void
store(uint64_t value, uintptr_t place)
{
    sley_access((uintptr_t)cell, sizeof *cell, SLEY_OP_WRITE, SLEY_ACCESS_WRITE, place);
    *cell = value;
}

static void
join(uint32_t task)
{
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[task].done, UINT64_MAX, LOUD);
    sley_clock_acquire(&sley_engine.task_table[task].exit_clock);
}

static void *
points_only(void *argument)
{
    make_cell();
    store(1, LOUD);
    sley_point(SLEY_OP_YIELD, 0, LOUD);
    load(LOUD + 1);
    return argument;
}

static void *
points_and_others(void *argument)
{
    make_cell();
    load(CODE);
    store(1, LOUD);
    load(CODE + 63);
    store(1, CODE + 7);
    sley_point(SLEY_OP_YIELD, 0, LOUD);
    load(LOUD + 1);
    load(CODE);
    return argument;
}

static void
a_quiet_access_is_no_step_and_no_part_of_the_hash(void **state)
{
    (void)state;
    run(points_only, &by_place);
    uint64_t hash = result.hash;
    assert_int_equal(result.step_count, 3);
    run(points_only, NULL);
    assert_true(result.hash == hash);
    run(points_and_others, &by_place);
    assert_int_equal(result.step_count, 3);
    assert_true(result.hash == hash);
    run(points_and_others, NULL);
    assert_int_equal(result.step_count, 7);
    run(points_and_others, &all);
    assert_int_equal(result.step_count, 1);
}

static void *
atomics(void *argument)
{
    make_cell();
    sley_access((uintptr_t)cell, 8, SLEY_OP_ATOMIC_LOAD, SLEY_ACCESS_ATOMIC, CODE);
    sley_access((uintptr_t)cell, 8, SLEY_OP_ATOMIC_RMW, SLEY_ACCESS_ATOMIC | SLEY_ACCESS_WRITE,
                CODE);
    return argument;
}

static void
an_atomic_access_is_always_a_point(void **state)
{
    (void)state;
    run(atomics, &all);
    assert_int_equal(result.step_count, 2);
}

static void *
store_quietly(void *argument)
{
    store(1, CODE + 1);
    return argument;
}

static void *
two_that_race(void *argument)
{
    make_cell();
    uint32_t other = sley_task_spawn(store_quietly, NULL, NULL, LOUD);
    sley_point(SLEY_OP_YIELD, 0, LOUD);
    store(2, CODE + 2);
    load(CODE + 64 - 1);
    store(3, CODE + 3);
    join(other);
    return argument;
}

static void
quiet_accesses_that_race_are_reported_with_their_places(void **state)
{
    (void)state;
    run(two_that_race, &by_place);
    assert_int_equal(result.verdicts, SLEY_BIT(RACE));
    const struct sley_failure *failure = &result.failure[0];
    assert_int_equal(failure->task[0], 1);
    assert_int_equal(failure->task[1], 0);
    assert_int_equal((uint32_t)failure->pc[0], CODE + 1);
    assert_int_equal((uint32_t)failure->pc[1], CODE + 3);
    assert_int_equal(failure->step[0], 1); /* both behind the first point, before the second */
    assert_int_equal(failure->step[1], 1);
}

static void *
acquire_and_store(void *argument)
{
    sley_clock_acquire(&clock_kept);
    store(1, CODE + 1);
    return argument;
}

static void *
store_and_release(void *argument)
{
    make_cell();
    uint32_t other = sley_task_spawn(acquire_and_store, NULL, NULL, LOUD);
    store(2, CODE + 2);
    sley_clock_init(&clock_kept);
    sley_clock_release(&clock_kept); /* not even a point of its own */
    join(other);
    return argument;
}

static void *
release_and_store(void *argument)
{
    make_cell();
    uint32_t other = sley_task_spawn(acquire_and_store, NULL, NULL, LOUD);
    sley_point(SLEY_OP_YIELD, 0, LOUD);
    sley_clock_init(&clock_kept);
    sley_clock_release(&clock_kept);
    store(2, CODE + 2); /* right behind the release, with no point between */
    join(other);
    return argument;
}

static void
a_release_orders_the_quiet_accesses_before_it_alone(void **state)
{
    (void)state;
    run(store_and_release, &by_place);
    assert_int_equal(result.verdicts, 0);
    assert_true(result.conflict);
    run(release_and_store, &by_place);
    assert_int_equal(result.verdicts, SLEY_BIT(RACE));
    run(release_and_store, &all);
    assert_int_equal(result.verdicts, SLEY_BIT(RACE));
}

static void *
use_after_free(void *argument)
{
    make_cell();
    sley_heap_free((void *)(uintptr_t)cell, LOUD);
    sley_access((uintptr_t)cell, 8, SLEY_OP_READ, 0, CODE);
    return argument;
}

static void
a_quiet_access_to_a_freed_block_is_reported(void **state)
{
    (void)state;
    run(use_after_free, &all);
    assert_int_equal(result.verdicts, SLEY_BIT(HEAP));
}

static void *
a_stretch(void *argument)
{
    make_cell();
    for (uint32_t i = 0; i < STRETCH + STRETCH / 2 + 2; i++) {
        store(i, CODE);
    }
    sley_point(SLEY_OP_YIELD, 0, LOUD);
    for (uint32_t i = 0; i < STRETCH; i++) {
        store(i, CODE);
    }
    return argument;
}

static void
in_a_long_row_of_quiet_accesses_some_are_points(void **state)
{
    (void)state;
    run(a_stretch, &all);
    assert_int_equal(result.step_count, 3);
}

static void *
spin(void *argument)
{
    make_cell();
    uint32_t other = sley_task_spawn(store_quietly, NULL, NULL, LOUD);
    while (load(CODE) == 0) {
        rounds++;
    }
    join(other);
    return argument;
}

/* The task that runs goes on whenever it can: what ends the loop is the fair tail. */
static void
a_loop_that_waits_by_quiet_accesses_ends(void **state)
{
    (void)state;
    run(spin, &all);
    assert_int_equal(result.verdicts & ~SLEY_BIT(RACE), 0);
    assert_true(result.unfair);
    assert_true(rounds > STEPS && rounds < 3 * STEPS);
}

static void *
spin_and_count(void *argument)
{
    make_cell();
    volatile uint64_t *flag = cell;
    uint32_t other = sley_task_spawn(store_quietly, NULL, NULL, LOUD);
    do {
        cell = flag + 1;
        store(rounds++, CODE + 2);
        cell = flag;
    } while (load(CODE) == 0);
    join(other);
    return argument;
}

static void
a_loop_that_waits_and_counts_ends(void **state)
{
    (void)state;
    run(spin_and_count, &all);
    assert_true(result.unfair);
    assert_true(rounds > STRETCH && rounds < STRETCH + STEPS * (STRETCH / 64));
}

static void *
read_it_all(void *argument)
{
    enum { COUNT = 1000 };
    uintptr_t block = (uintptr_t)sley_heap_allocate(8 * COUNT, 16, true, CODE);
    for (uintptr_t i = 0; i < COUNT; i++) {
        sley_access(block, 8, SLEY_OP_READ, 0, CODE); /* how many there are */
        sley_access(block + 8 * i, 8, SLEY_OP_READ, 0, CODE + 1);
    }
    return argument;
}

static void
a_loop_that_reads_something_else_each_time_does_not_wait(void **state)
{
    (void)state;
    run(read_it_all, &all);
    assert_int_equal(result.step_count, 0);
}

static void
a_run_does_not_depend_on_those_before_it(void **state)
{
    (void)state;
    run(read_it_all, &all);
    run(spin, &all);
    uint32_t first = rounds;
    uint64_t hash = result.hash;
    for (int i = 0; i < 8; i++) {
        run(i % 2 ? read_it_all : spin_and_count, &all);
        run(spin, &all);
        assert_int_equal(rounds, first);
        assert_true(result.hash == hash);
    }
}

static void *
for_ever(void *argument)
{
    make_cell();
    while (rounds < UINT32_MAX) {
        store(rounds, CODE);
        if (++rounds % (STRETCH / 2) == 0) {
            sley_point(SLEY_OP_YIELD, 0, LOUD);
        }
    }
    return argument;
}

static void
the_quiet_accesses_of_a_run_are_bounded(void **state)
{
    (void)state;
    enum { POINTS = QUIET_MAX / (STRETCH / 2) };
    run_with(for_ever, (struct sley_run_options){
                           .places = &all, .steps_max = POINTS + 10, .races_off = true});
    assert_true(result.unfair);
    assert_true(rounds >= QUIET_MAX && rounds < QUIET_MAX + 10 * POINTS);
}

static void
keep_event(void *context, const struct sley_event *event)
{
    (void)context;
    if (event_count < sizeof events / sizeof events[0]) {
        events[event_count++] = *event;
    }
}

static void
an_observer_sees_quiet_accesses_as_such(void **state)
{
    (void)state;
    run(points_and_others, &by_place);
    uint64_t hash = result.hash;
    run_with(points_and_others,
             (struct sley_run_options){.places = &by_place, .observer = {.event = keep_event}});
    assert_true(result.hash == hash);
    assert_int_equal(result.step_count, 3);
    assert_int_equal(event_count, 7);
    assert_int_equal(events[0].flags & SLEY_EVENT_QUIET, SLEY_EVENT_QUIET);
    assert_int_equal(events[0].step, 0);
    assert_int_equal(events[1].flags & SLEY_EVENT_QUIET, 0);
    assert_int_equal(events[1].step, 1);
    assert_int_equal(events[2].flags & SLEY_EVENT_QUIET, SLEY_EVENT_QUIET);
    assert_int_equal(events[2].step, 1);
    assert_int_equal(events[4].step, 2);
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
        cmocka_unit_test(a_quiet_access_is_no_step_and_no_part_of_the_hash),
        cmocka_unit_test(an_atomic_access_is_always_a_point),
        cmocka_unit_test(quiet_accesses_that_race_are_reported_with_their_places),
        cmocka_unit_test(a_release_orders_the_quiet_accesses_before_it_alone),
        cmocka_unit_test(a_quiet_access_to_a_freed_block_is_reported),
        cmocka_unit_test(in_a_long_row_of_quiet_accesses_some_are_points),
        cmocka_unit_test(a_loop_that_waits_by_quiet_accesses_ends),
        cmocka_unit_test(a_loop_that_waits_and_counts_ends),
        cmocka_unit_test(a_loop_that_reads_something_else_each_time_does_not_wait),
        cmocka_unit_test(a_run_does_not_depend_on_those_before_it),
        cmocka_unit_test(the_quiet_accesses_of_a_run_are_bounded),
        cmocka_unit_test(an_observer_sees_quiet_accesses_as_such),
    };
    return cmocka_run_group_tests_name("places", tests, engine_init, NULL);
}
