/* The exhaustive search executes every run within its bounds, and each of them once.
 *
 * Expected numbers come from closed forms and from the model of program.h, explored by brute force.
 * Every run ends with the joins of task 0, which are operations like any other. */
#include "guarantee/cells.h"
#include "guarantee/program.h"
#include "search/exhaustive.h"
#include "search/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { RUNS_MAX = 1000000, NO_BOUND = 1000 /* preemptions: more than any run has */ };

static struct sley_run_result result;

/* Sets of orders, with how often each was met: the probability is not used. */
static struct cells expected, found;

/* --- by brute force --- */

struct brute {
    struct program_state at;
    uint32_t preemptions;
    uint32_t preemptions_max;
    uint32_t yield_count; /* yields of the current task since another's last step */
};

static bool
can_go_on(const struct brute *brute, const uint8_t *tasks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (tasks[i] == brute->at.current) {
            return program_next(&brute->at, brute->at.current) != 'y';
        }
    }
    return false;
}

static void
brute_force(const struct brute *brute)
{
    uint8_t tasks[PROGRAM_TASKS_MAX];
    uint32_t count = program_candidates(&brute->at, tasks);
    if (program_over(&brute->at) || count == 0) {
        cells_add(&expected, brute->at.order, 1);
        return;
    }
    uint32_t current = brute->at.current;
    bool goes_on = can_go_on(brute, tasks, count);
    for (uint32_t i = 0; i < count; i++) {
        struct brute next = *brute;
        bool yields = program_next(&next.at, tasks[i]) == 'y';
        bool again = yields && tasks[i] == current && next.yield_count > 0 && count > 1;
        next.preemptions += goes_on && tasks[i] != current;
        if (again || next.preemptions > next.preemptions_max) {
            continue;
        }
        next.yield_count = (tasks[i] == current ? next.yield_count : 0) + yields;
        program_step(&next.at, tasks[i]);
        brute_force(&next);
    }
}

/* Fills `expected`; returns the number of orders. */
static uint32_t
count_orders(const struct program *program, uint32_t preemptions_max)
{
    const struct brute start = {
        .at = program_begin(program, true), /* the search makes no choice of a begin */
        .preemptions_max = preemptions_max,
    };
    expected.count = 0;
    brute_force(&start);
    return expected.count;
}

/* --- by the search --- */

struct tally {
    uint32_t complete; /* runs to the end */
    uint32_t pruned;   /* given up as redundant */
    uint32_t unfair;
    uint32_t verdicts; /* of all runs */
};

static struct tally
explore(const struct program *program, struct sley_search_options options)
{
    struct tally tally = {0};
    struct sley_search *search = sley_search_create(&options);
    found.count = 0;
    do {
        program_order order = program_run(program, sley_search_source(search), &result);
        if (result.pruned) {
            tally.pruned++;
        } else {
            tally.complete++;
            cells_add(&found, order, 1);
        }
        tally.unfair += result.unfair;
        tally.verdicts |= result.verdicts;
    } while (sley_search_next(search) && tally.complete + tally.pruned < RUNS_MAX);
    if (sley_search_truncated(search)) {
        tally.complete = 0;
    }
    sley_search_destroy(search);
    return tally;
}

static bool
same_orders(void)
{
    for (uint32_t i = 0; i < expected.count; i++) {
        if (!cells_hit(&found, expected.cell[i].key)) {
            return false;
        }
    }
    return found.count == expected.count;
}

static const struct sley_search_options plain = {.no_reduction = true};

/* --- without reduction --- */

/* Two tasks of n points and their joins: j2 is last, j1 follows the last point of task 1: the ways
 * to interleave a^n j1 with b^n, C(2n+1, n). */
static void
two_tasks_of_n_points_have_as_many_runs_as_interleavings(void **state)
{
    (void)state;
    static const char points[] = "w0w0w0w0w0w0";
    static const uint32_t counts[] = {3, 10, 35, 126, 462, 1716};
    for (uint32_t n = 1; n <= 6; n++) {
        const char *task = points + 2 * (6 - n);
        const struct program program = {3, {"j1j2", task, task}};
        assert_int_equal(explore(&program, plain).complete, counts[n - 1]);
        assert_int_equal(count_orders(&program, NO_BOUND), counts[n - 1]);
        assert_true(same_orders());
    }
}

/* 280 and 126 are derived in random_walk_test.c. */
static void
three_tasks_have_as_many_runs_as_interleavings(void **state)
{
    (void)state;
    const struct program three = {4, {"j1j2j3", "w0w1", "w1w0", "r0r1"}};
    const struct program first = {3, {"w0w0j2j1", "w0w0", "w0w0"}};
    assert_int_equal(explore(&three, plain).complete, 280);
    assert_int_equal(count_orders(&three, NO_BOUND), 280);
    assert_true(same_orders());
    assert_int_equal(explore(&first, plain).complete, 126);
    assert_int_equal(count_orders(&first, NO_BOUND), 126);
    assert_true(same_orders());
}

static void
tasks_that_wait_have_the_runs_of_the_model(void **state)
{
    (void)state;
    const struct program program = {3, {"j1j2", "l0w1u0w1", "w1l0w1u0"}};
    struct tally tally = explore(&program, plain);
    assert_int_equal(tally.complete, count_orders(&program, NO_BOUND));
    assert_int_equal(tally.pruned, 0);
    assert_true(same_orders());
}

/* --- with sleep sets --- */

/* Sleep sets leave exactly one complete run for each class of equivalent interleavings. Those of
 * two tasks of n writes to one object: C(2n, n), since the joins commute with what follows them. */
static void
sleep_sets_execute_each_order_of_conflicting_points_once(void **state)
{
    (void)state;
    static const char points[] = "w0w0w0w0w0w0";
    static const uint32_t counts[] = {2, 6, 20, 70, 252, 924};
    for (uint32_t n = 1; n <= 6; n++) {
        const char *task = points + 2 * (6 - n);
        const struct program program = {3, {"j1j2", task, task}};
        assert_int_equal(explore(&program, (struct sley_search_options){0}).complete,
                         counts[n - 1]);
    }
    /* 6! / (2! 2! 2!) */
    const struct program three = {4, {"j1j2j3", "w0w0", "w0w0", "w0w0"}};
    assert_int_equal(explore(&three, (struct sley_search_options){0}).complete, 90);
    /* one write among n + 1 places of n reads, whose own order does not matter */
    const struct program reads = {4, {"j1j2j3", "r0r0", "r0r0", "w0"}};
    assert_int_equal(explore(&reads, (struct sley_search_options){0}).complete, 9);
}

/* Before each of the three points of task 1, and before j1, task 2 could go first: a run that is
 * given up when nothing else is left. */
static void
sleep_sets_execute_independent_tasks_once(void **state)
{
    (void)state;
    const struct program writes = {3, {"j1j2", "w0w0w0", "w1w1w1"}};
    const struct program reads = {4, {"j1j2j3", "r0r0", "r0r0", "r0r0"}};
    struct tally tally = explore(&writes, (struct sley_search_options){0});
    assert_int_equal(tally.complete, 1);
    assert_int_equal(tally.pruned, 4);
    assert_int_equal(explore(&reads, (struct sley_search_options){0}).complete, 1);
}

/* Two tasks that enter n critical sections each: C(2n, n) orders of these, whatever happens within.
 * Task 0 reads the counter after the joins. */
static void
sleep_sets_execute_each_order_of_critical_sections_once(void **state)
{
    (void)state;
    static const char sections[] = "l0r1w1u0l0r1w1u0l0r1w1u0";
    static const uint32_t counts[] = {2, 6, 20};
    for (uint32_t n = 1; n <= 3; n++) {
        const char *task = sections + 8 * (3 - n);
        const struct program program = {3, {"j1j2r1", task, task}};
        assert_int_equal(explore(&program, (struct sley_search_options){0}).complete,
                         counts[n - 1]);
    }
}

/* Opposite lock orders: task 1 before 2, 2 before 1, and both holding their first lock. */
static void
sleep_sets_keep_the_deadlock(void **state)
{
    (void)state;
    const struct program program = {3, {"j1j2", "l0l1u1u0", "l1l0u0u1"}};
    struct tally tally = explore(&program, (struct sley_search_options){0});
    assert_true(tally.verdicts & SLEY_BIT(DEADLOCK_CYCLE));
    tally = explore(&program, plain);
    assert_true(tally.verdicts & SLEY_BIT(DEADLOCK_CYCLE));
    assert_int_equal(tally.complete, count_orders(&program, NO_BOUND));
    assert_true(same_orders());
}

/* --- bounds --- */

static void
a_preemption_bound_leaves_exactly_the_runs_with_so_many_preemptions(void **state)
{
    (void)state;
    const struct program programs[] = {
        {3, {"j1j2", "w0w0w0", "w0w0w0"}},       {3, {"w0w0j2j1", "w0w0", "w0w0"}},
        {4, {"j1j2j3", "w0w0", "w0w0", "w0w0"}}, {3, {"w1j1j2", "l0w1u0", "l0w1u0w1"}},
        {3, {"j1j2", "w0y0w0", "w0y0w0"}},
    };
    for (uint32_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        uint32_t first = count_orders(&programs[i], 0);
        uint32_t last = 0;
        for (uint32_t bound = 0; bound <= 3; bound++) {
            struct sley_search_options options = {true, bound, false};
            last = count_orders(&programs[i], bound);
            assert_int_equal(explore(&programs[i], options).complete, last);
            assert_true(same_orders());
        }
        assert_true(last > first);
    }
}

/* Two tasks a^n, b^n and a first task that only joins. Without preemption: a before b, with j1
 * right after a or after b, or b before a: 3 runs, for every n. */
static void
no_preemption_means_one_task_after_the_other(void **state)
{
    (void)state;
    const struct program program = {3, {"j1j2", "w0w0w0w0", "w0w0w0w0"}};
    assert_int_equal(explore(&program, (struct sley_search_options){true, 0, false}).complete, 3);
}

/* A task that yields a second time without a step of another lets another one go first. */
static void
yields_in_a_row_are_bounded(void **state)
{
    (void)state;
    const struct program programs[] = {
        {3, {"j1j2", "w0y0y0w0", "w0w0"}},
        {3, {"j1j2", "y0y0w0", "y0y0w0"}},
        {3, {"j1j2", "w0y0w0y0", "w0w0w0"}},
    };
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(explore(&programs[i], plain).complete,
                         count_orders(&programs[i], NO_BOUND));
        assert_true(same_orders());
    }
    assert_true(cells_hit(&found, program_order_of("111212200")));
    assert_false(cells_hit(&found, program_order_of("111122200")));
}

/* --- replay --- */

/* The decisions of every run of a search lead to the same run again. */
static void
the_choices_of_a_run_replay_it(void **state)
{
    (void)state;
    static struct sley_choice choices[SLEY_SEARCH_CHOICES_MAX];
    static struct sley_run_result again;
    const struct program program = {4, {"w1j1j2j3", "l0w1u0", "w1y0w1", "l0w1u0"}};
    struct sley_search *search = sley_search_create(&(struct sley_search_options){0});
    uint32_t runs = 0;
    do {
        struct sley_replay replay;
        uint32_t count;
        program_order order = program_run(&program, sley_search_source(search), &result);
        sley_search_choices(search, choices, &count);
        if (!result.pruned) {
            char text[256];
            struct sley_source source = sley_replay_source(&replay, choices, count);
            assert_true(program_run(&program, source, &again) == order);
            assert_true(sley_replay_fits(&replay, text, sizeof text));
            assert_true(result.hash == again.hash);
            runs++;
        }
    } while (sley_search_next(search));
    sley_search_destroy(search);
    assert_true(runs > 100);
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
        cmocka_unit_test(two_tasks_of_n_points_have_as_many_runs_as_interleavings),
        cmocka_unit_test(three_tasks_have_as_many_runs_as_interleavings),
        cmocka_unit_test(tasks_that_wait_have_the_runs_of_the_model),
        cmocka_unit_test(sleep_sets_execute_each_order_of_conflicting_points_once),
        cmocka_unit_test(sleep_sets_execute_independent_tasks_once),
        cmocka_unit_test(sleep_sets_execute_each_order_of_critical_sections_once),
        cmocka_unit_test(sleep_sets_keep_the_deadlock),
        cmocka_unit_test(a_preemption_bound_leaves_exactly_the_runs_with_so_many_preemptions),
        cmocka_unit_test(no_preemption_means_one_task_after_the_other),
        cmocka_unit_test(yields_in_a_row_are_bounded),
        cmocka_unit_test(the_choices_of_a_run_replay_it),
    };
    return cmocka_run_group_tests_name("search", tests, engine_init, NULL);
}
