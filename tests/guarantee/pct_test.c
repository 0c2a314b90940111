/* PCT against its bound 1/(n k^(d-1)), on programs for which the bound is what PCT reaches, and
 * against the exact probability of every interleaving. */
#include "guarantee/cells.h"
#include "guarantee/program.h"
#include "strategy/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

enum { RUNS = 1000000, CHANGES_MAX = 2 };

static _Alignas(16) unsigned char memory[1 << 14];
static const struct sley_strategy_ops *const pct = &sley_strategy_pct;

static struct sley_source
begin(uint32_t depth, uint32_t tasks, uint32_t points, uint64_t seed, uint64_t run)
{
    struct sley_parameters parameters = {.count = 3, .value = {depth, tasks, points}};
    pct->begin(memory, &parameters, seed, run);
    return (struct sley_source){pct, memory};
}

/* --- the bound --- */

struct bug {
    struct program program;
    uint32_t depth, tasks, points; /* as PCT is told */
    const char *first;             /* the run shows the bug iff its operations begin like this */
};

static uint64_t
count_hits(const struct bug *bug, uint64_t seed)
{
    program_order wanted = program_order_of(bug->first);
    uint64_t hits = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        struct sley_source source = begin(bug->depth, bug->tasks, bug->points, seed, run);
        program_order order = program_run(&bug->program, source, NULL);
        while (order > wanted && order >> 2 >= wanted) {
            order >>= 2;
        }
        hits += order == wanted;
    }
    return hits;
}

/* Whether the hits neither fall below the bound nor rise above `times` the bound by more than
 * chance. Miss probability: 1e-7 (cells.h), since each side is one half of a two-sided comparison.
 */
static bool
reaches(const struct bug *bug, uint64_t hits, double times)
{
    double bound = 1 / (bug->tasks * pow(bug->points, bug->depth - 1));
    double rate = (double)hits / RUNS;
    bool low = rate < bound && cells_surprise(hits, RUNS, bound) > cells_surprise_max(1);
    bool high =
        rate > times * bound && cells_surprise(hits, RUNS, times * bound) > cells_surprise_max(1);
    return !low && !high;
}

/* Task 3 first: iff it drew the highest of four priorities. Exactly 1/4. */
static void
a_bug_of_depth_1_is_found_with_the_probability_of_the_bound(void **state)
{
    (void)state;
    const struct bug bug = {{4, {"w0j1j2j3", "w0", "w0", "w0"}}, 1, 4, 7, "3"};
    assert_true(reaches(&bug, count_hits(&bug, 31), 1));
}

/* Task 1 is interrupted after its first operation by all that the others can do: iff it drew the
 * highest of three priorities and the change point hits step 2 of 9. Exactly 1/27: while the first
 * task of the order is demoted at step 1, no change point is left to interrupt the second. */
static void
a_bug_of_depth_2_is_found_with_the_probability_of_the_bound(void **state)
{
    (void)state;
    struct bug bug = {{3, {"w0j1j2", "w0w0w0", "w0w0w0"}}, 2, 3, 9, "10222"};
    uint64_t hits = count_hits(&bug, 32);
    bug.first = "12220";
    assert_true(reaches(&bug, hits + count_hits(&bug, 32), 1));
}

/* Tasks 0 and 1 take turns twice: iff task 0 drew the higher of two priorities and the change
 * points hit steps 2 (to the higher of the low priorities) and 3 (to the lower) of 7. Exactly 1/98.
 */
static void
a_bug_of_depth_3_is_found_with_the_probability_of_the_bound(void **state)
{
    (void)state;
    const struct bug bug = {{2, {"w0w0w0j1", "w0w0w0"}}, 3, 2, 7, "010011"};
    assert_true(reaches(&bug, count_hits(&bug, 33), 1));
}

/* With n = 4 and k = 18 for the program of depth 2: 1/3 * 1/18, four thirds of the bound. */
static void
the_bound_holds_for_upper_bounds_of_tasks_and_points(void **state)
{
    (void)state;
    struct bug bug = {{3, {"w0j1j2", "w0w0w0", "w0w0w0"}}, 2, 4, 18, "10222"};
    uint64_t hits = count_hits(&bug, 34);
    bug.first = "12220";
    assert_true(reaches(&bug, hits + count_hits(&bug, 34), 4.0 / 3));
}

/* --- the exact distribution --- */

/* PCT as its paper has it: the order that follows from one permutation and its change points. */
static program_order
predict(const struct program *program, const uint32_t priority[PROGRAM_TASKS_MAX],
        const uint32_t change[CHANGES_MAX], uint32_t change_count)
{
    struct program_state state = program_begin(program, false);
    uint32_t now[PROGRAM_TASKS_MAX];
    uint32_t step = 1;
    bool met[CHANGES_MAX] = {false};
    memcpy(now, priority, sizeof now);
    while (!program_over(&state)) {
        uint8_t tasks[PROGRAM_TASKS_MAX];
        uint32_t count = program_candidates(&state, tasks);
        uint32_t best = tasks[0];
        for (uint32_t c = 0; c <= change_count; c++) {
            for (uint32_t i = 0; i < count; i++) {
                best = now[tasks[i]] > now[best] ? tasks[i] : best;
            }
            if (c < change_count && change[c] == step && !met[c]) {
                now[best] = c + 1;
                met[c] = true; /* although a task that only begins takes no step */
            }
        }
        step += program_step(&state, best);
    }
    return state.order;
}

static struct cells cells;

static void
enumerate_changes(const struct program *program, const uint32_t priority[PROGRAM_TASKS_MAX],
                  uint32_t points, uint32_t change_count, double probability)
{
    uint32_t change[CHANGES_MAX] = {0};
    uint32_t combinations = change_count == 2 ? points * points : points;
    for (uint32_t i = 0; i < combinations; i++) {
        change[0] = 1 + i % points;
        change[1] = 1 + i / points;
        cells_add(&cells, predict(program, priority, change, change_count),
                  probability / combinations);
    }
}

/* Every permutation of three initial priorities above the change points' own. */
static void
enumerate(const struct program *program, uint32_t points, uint32_t change_count)
{
    cells.count = 0;
    for (uint32_t p = 0; p < 27; p++) {
        uint32_t priority[PROGRAM_TASKS_MAX] = {10 + p / 9, 10 + p / 3 % 3, 10 + p % 3, 0};
        if (priority[0] != priority[1] && priority[1] != priority[2] &&
            priority[0] != priority[2]) {
            enumerate_changes(program, priority, points, change_count, 1.0 / 6);
        }
    }
}

/* Miss probability: 1e-7 for each program and depth (cells.h). */
static void
compare(const struct program *program, uint32_t points, uint32_t depth, uint64_t seed)
{
    enumerate(program, points, depth - 1);
    assert_true(fabs(cells_total(&cells) - 1) < 1e-9);
    uint32_t impossible = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        struct sley_source source = begin(depth, 3, points, seed, run);
        impossible += !cells_hit(&cells, program_run(program, source, NULL));
    }
    assert_int_equal(impossible, 0);
    assert_int_equal(cells_misfits(&cells, RUNS), 0);
}

static void
every_interleaving_has_its_exact_probability(void **state)
{
    (void)state;
    const struct program program = {3, {"w0j1j2", "w0w0w0", "w0w0w0"}};
    compare(&program, 9, 2, 35);
    compare(&program, 9, 3, 36);
}

/* The first point after another task's end or block is a step like any other. */
static void
a_change_point_may_hit_the_first_step_after_a_tasks_end(void **state)
{
    (void)state;
    const struct program joins = {3, {"w0j1w0j2", "w0w1", "w0w0"}};
    const struct program locks = {3, {"w0j1w0j2", "l0w1u0", "l0w0u0"}};
    compare(&joins, 8, 2, 37);
    compare(&joins, 8, 3, 38);
    compare(&locks, 10, 3, 39);
}

/* --- single answers --- */

static struct sley_pending pending[SLEY_TASKS_MAX];

/* The task picked among those named by the digits of names, at a step. */
static uint32_t
ask(const char *names, uint32_t current, uint32_t step, bool yields, uint32_t *stay)
{
    uint16_t candidates[SLEY_TASKS_MAX] = {0};
    struct sley_view view = {
        .candidates = candidates,
        .current = current,
        .point = 1,
        .step = step,
        .task_count = 9,
        .changed = true,
        .current_yields = yields,
        .pending = pending,
    };
    for (; *names; names++) {
        uint32_t task = (uint32_t)(*names - '0');
        if (task == current) {
            view.default_index = view.candidate_count;
            view.current_runnable = true;
        }
        candidates[view.candidate_count++] = (uint16_t)task;
    }
    view.runnable_count = view.candidate_count;
    struct sley_pick answer = {0};
    pct->pick(memory, &view, &answer);
    if (stay) {
        *stay = answer.stay;
    }
    return candidates[answer.index];
}

/* Tasks 0, 1, 2 from the highest to the lowest initial priority of the run. */
static void
find_order(uint64_t run, uint32_t order[3])
{
    begin(1, 3, 1, 40, run);
    order[0] = ask("012", 0, 1, false, NULL);
    static const char *const others[] = {"12", "02", "01"};
    order[1] = ask(others[order[0] % 3], 0, 1, false, NULL);
    order[2] = 3 - order[0] - order[1];
}

static void
pct_runs_the_highest_candidate_until_the_candidates_change(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < 100; run++) {
        uint32_t order[3];
        uint32_t stay = 0;
        find_order(run, order);
        begin(1, 3, 1, 40, run);
        for (uint32_t step = 1; step < 5; step++) {
            assert_int_equal(ask("012", step % 3, step, false, &stay), order[0]);
            assert_int_equal(stay, UINT32_MAX);
        }
    }
}

/* With k = 1 the change point is at step 1. */
static void
pct_demotes_the_running_task_at_a_change_point(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < 100; run++) {
        uint32_t order[3];
        uint32_t stay = 0;
        find_order(run, order);
        begin(2, 3, 1, 40, run);
        assert_int_equal(ask("012", 0, 1, false, &stay), order[1]);
        assert_int_equal(stay, UINT32_MAX);
        assert_int_equal(ask("012", order[1], 2, false, NULL), order[1]);
        const char low[] = {(char)('0' + order[0]), (char)('0' + order[2]), '\0'};
        assert_int_equal(ask(low, order[1], 3, false, NULL), order[2]);
    }
}

/* Both change points at step 1: the second demotes the next one, and not below the first. */
static void
pct_gives_later_change_points_higher_priorities(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < 100; run++) {
        uint32_t order[3];
        find_order(run, order);
        begin(3, 3, 1, 40, run);
        assert_int_equal(ask("012", 0, 1, false, NULL), order[2]);
        const char low[] = {(char)('0' + order[0]), (char)('0' + order[1]), '\0'};
        assert_int_equal(ask(low, order[2], 2, false, NULL), order[1]);
    }
}

/* A change point at step 1 is over with the first question. */
static void
pct_asks_to_be_asked_at_the_change_point(void **state)
{
    (void)state;
    uint32_t later = 0;
    for (uint64_t run = 0; run < 100; run++) {
        uint32_t stay = 0;
        uint32_t again = 0;
        begin(2, 3, 10, 41, run);
        uint32_t first = ask("012", 0, 1, false, &stay);
        if (stay == UINT32_MAX) {
            continue;
        }
        assert_in_range(stay, 1, 9);
        later++;
        assert_int_equal(ask("012", 0, stay, false, &again), first);
        assert_int_equal(again, 1);
        assert_int_not_equal(ask("012", 0, stay + 1, false, &again), first);
        assert_int_equal(again, UINT32_MAX);
    }
    assert_true(later > 0);
}

static void
pct_demotes_a_task_that_yields_below_all_others(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < 100; run++) {
        begin(2, 3, 1, 42, run);
        uint32_t first = ask("012", 0, 1, false, NULL);
        uint32_t second = ask("012", first, 2, true, NULL);
        uint32_t third = ask("012", second, 3, true, NULL);
        assert_int_equal(first + second + third, 3);
        assert_int_equal(ask("012", third, 4, true, NULL), first);
    }
}

/* A task beyond n = 3 falls into each of the four gaps with the same probability.
 * Miss probability: 1e-7 (cells.h). */
static void
pct_gives_tasks_beyond_n_a_uniform_place_in_the_order(void **state)
{
    (void)state;
    cells.count = 0;
    for (uint64_t rank = 0; rank < 4; rank++) {
        cells_add(&cells, rank, 0.25);
    }
    for (uint64_t run = 0; run < RUNS; run++) {
        begin(1, 3, 1, 43, run);
        uint64_t higher = 0;
        higher += ask("07", 0, 1, false, NULL) == 0;
        higher += ask("17", 0, 1, false, NULL) == 1;
        higher += ask("27", 0, 1, false, NULL) == 2;
        cells_hit(&cells, higher);
    }
    assert_int_equal(cells_misfits(&cells, RUNS), 0);
}

static int
engine_init(void **state)
{
    (void)state;
    return pct->state_size <= sizeof memory && sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bug_of_depth_1_is_found_with_the_probability_of_the_bound),
        cmocka_unit_test(a_bug_of_depth_2_is_found_with_the_probability_of_the_bound),
        cmocka_unit_test(a_bug_of_depth_3_is_found_with_the_probability_of_the_bound),
        cmocka_unit_test(the_bound_holds_for_upper_bounds_of_tasks_and_points),
        cmocka_unit_test(every_interleaving_has_its_exact_probability),
        cmocka_unit_test(a_change_point_may_hit_the_first_step_after_a_tasks_end),
        cmocka_unit_test(pct_runs_the_highest_candidate_until_the_candidates_change),
        cmocka_unit_test(pct_demotes_the_running_task_at_a_change_point),
        cmocka_unit_test(pct_gives_later_change_points_higher_priorities),
        cmocka_unit_test(pct_asks_to_be_asked_at_the_change_point),
        cmocka_unit_test(pct_demotes_a_task_that_yields_below_all_others),
        cmocka_unit_test(pct_gives_tasks_beyond_n_a_uniform_place_in_the_order),
    };
    return cmocka_run_group_tests_name("pct", tests, engine_init, NULL);
}
