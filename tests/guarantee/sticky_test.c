/* The sticky walk: stays are geometric, the next task is uniform among the others. */
#include "engine/engine.h"
#include "guarantee/cells.h"
#include "strategy/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum {
    MEAN = 4,
    STAYS = 20,    /* looked at in each run */
    POINTS = 2700, /* of each task: more than STAYS stays of the greatest length, 32 MEAN */
    LENGTHS = 24,  /* longer stays share one cell */
    RUNS = 20000,
    ASKED = 400000, /* questions put by hand */
};

static _Alignas(16) unsigned char memory[256];
static const struct sley_strategy_ops *const sticky = &sley_strategy_sticky;
static struct cells lengths, targets;
static uint64_t object;

/* Maximal sequences of points of one task. */
static uint32_t stay_count, stay_task, stay_length;

static void
count_point(void)
{
    uint32_t task = sley_engine.task;
    if (task == stay_task) {
        stay_length++;
        return;
    }
    if (stay_task != 0 && stay_count < STAYS) {
        stay_count++;
        cells_hit(&lengths, stay_length < LENGTHS ? stay_length : LENGTHS);
        cells_hit(&targets, stay_task * 8 + task);
    }
    stay_task = task;
    stay_length = 1;
}

static void *
worker(void *unused)
{
    count_point(); /* to begin is one */
    for (uint32_t i = 0; i < POINTS && stay_count < STAYS; i++) {
        sley_point(SLEY_OP_WRITE, (uintptr_t)&object, 1);
        count_point();
    }
    return unused;
}

static void *
entry(void *unused)
{
    for (uint32_t t = 1; t <= 3; t++) {
        sley_task_spawn(worker, NULL, NULL, 1);
    }
    for (uint32_t t = 1; t <= 3; t++) {
        sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[t].done, UINT64_MAX, 1);
    }
    return unused;
}

/* P(length) = (1 - 1/m)^(length-1) / m: whole numbers over m^length. */
static void
geometric_cells(struct cells *cells)
{
    double left = 1;
    cells->count = 0;
    for (uint64_t length = 1; length < LENGTHS; length++) {
        cells_add(cells, length, left / MEAN);
        left -= left / MEAN;
    }
    cells_add(cells, LENGTHS, left);
}

static void
begin(uint32_t mean, uint64_t seed, uint64_t run)
{
    struct sley_parameters parameters = {.count = 1, .value = {mean}};
    sticky->begin(memory, &parameters, seed, run);
}

/* Three tasks with more points than the stays need. A stay is cut at 32 MEAN points; the cut
 * changes a probability by at most (1 - 1/MEAN)^(32 MEAN) = 1e-16. Lengths are independent, and so
 * are the targets given where they start from: each of the 6 pairs has probability 1/6 in the long
 * run, but not independently; what is compared is the target among two, from each task. Miss
 * probability: at most 1e-7 for the lengths and 3e-7 for the targets (cells.h). */
static void
stays_are_geometric_and_the_next_task_is_uniform(void **state)
{
    (void)state;
    static struct sley_run_result result;
    struct sley_run_options options = {.source = {sticky, memory}, .entry = entry};
    geometric_cells(&lengths);
    targets.count = 0;
    for (uint64_t from = 1; from <= 3; from++) {
        for (uint64_t to = 1; to <= 3; to++) {
            cells_add(&targets, from * 8 + to, from == to ? 0 : 0.5);
        }
    }
    for (uint64_t run = 0; run < RUNS; run++) {
        stay_count = stay_task = stay_length = 0;
        begin(MEAN, 51, run);
        sley_engine_run(&options, &result);
    }
    assert_int_equal(cells_misfits(&lengths, (uint64_t)RUNS * STAYS), 0);
    for (uint32_t from = 0; from < 3; from++) {
        const struct cell *cell = &targets.cell[from * 3ul];
        uint64_t left = cell[0].hits + cell[1].hits + cell[2].hits;
        uint64_t hits = cell[from == 0].hits; /* the lower of the two others */
        assert_int_equal(cell[from].hits, 0);
        assert_true(cells_surprise(hits, left, 0.5) <= cells_surprise_max(1));
    }
}

/* --- single answers --- */

static struct sley_pick
ask(uint32_t candidate_count, uint32_t current, bool changed, bool yields)
{
    static const uint16_t candidates[] = {0, 1, 2, 3};
    static const struct sley_pending pending[4];
    struct sley_view view = {
        .candidates = candidates,
        .candidate_count = candidate_count,
        .runnable_count = candidate_count,
        .current = current,
        .point = 1,
        .step = 1,
        .default_index = current < candidate_count ? current : 0,
        .task_count = 4,
        .changed = changed,
        .current_runnable = current < candidate_count,
        .current_yields = yields,
        .pending = pending,
    };
    struct sley_pick pick = {0};
    sticky->pick(memory, &view, &pick);
    return pick;
}

/* Counts the answers to one question, with candidates 0..candidate_count-1 = weights[0..3] / 12. */
static uint32_t
misfits(uint32_t candidate_count, uint32_t current, bool changed, bool yields,
        const uint32_t weights[4])
{
    targets.count = 0;
    geometric_cells(&lengths);
    for (uint64_t i = 0; i < 4; i++) {
        cells_add(&targets, i, weights[i] / 12.0);
    }
    begin(MEAN, 52, current);
    for (uint32_t i = 0; i < ASKED; i++) {
        struct sley_pick pick = ask(candidate_count, current, changed, yields);
        cells_hit(&targets, pick.index);
        cells_hit(&lengths, pick.stay < LENGTHS ? pick.stay : LENGTHS);
    }
    return cells_misfits(&targets, ASKED) + cells_misfits(&lengths, ASKED);
}

/* Miss probability: 2e-7 for each of the following questions (cells.h). */
static void
when_a_stay_is_over_another_task_follows(void **state)
{
    (void)state;
    assert_int_equal(misfits(4, 1, false, false, (uint32_t[]){4, 0, 4, 4}), 0);
    assert_int_equal(misfits(2, 0, false, false, (uint32_t[]){0, 12, 0, 0}), 0);
    assert_int_equal(misfits(1, 0, false, false, (uint32_t[]){12, 0, 0, 0}), 0);
}

static void
when_the_task_cannot_go_on_all_others_are_equally_likely(void **state)
{
    (void)state;
    assert_int_equal(misfits(3, 3, true, false, (uint32_t[]){4, 4, 4, 0}), 0);
    assert_int_equal(misfits(4, 1, true, true, (uint32_t[]){4, 0, 4, 4}), 0);
}

/* The stay goes on with probability 3/4, as at every other point. */
static void
a_change_of_the_candidates_does_not_make_a_stay_more_or_less_likely_to_end(void **state)
{
    (void)state;
    assert_int_equal(misfits(4, 1, true, false, (uint32_t[]){1, 9, 1, 1}), 0);
}

static void
a_mean_of_one_leaves_at_every_point(void **state)
{
    (void)state;
    begin(1, 53, 0);
    for (uint32_t i = 0; i < 1000; i++) {
        struct sley_pick pick = ask(4, i % 4, i % 3 == 0, false);
        assert_int_equal(pick.stay, 1);
        assert_int_not_equal(pick.index, i % 4);
    }
}

static int
engine_init(void **state)
{
    (void)state;
    return sticky->state_size <= sizeof memory && sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stays_are_geometric_and_the_next_task_is_uniform),
        cmocka_unit_test(when_a_stay_is_over_another_task_follows),
        cmocka_unit_test(when_the_task_cannot_go_on_all_others_are_equally_likely),
        cmocka_unit_test(
            a_change_of_the_candidates_does_not_make_a_stay_more_or_less_likely_to_end),
        cmocka_unit_test(a_mean_of_one_leaves_at_every_point),
    };
    return cmocka_run_group_tests_name("sticky", tests, engine_init, NULL);
}
