/* POS against the exact probability of every interleaving.
 *
 * All priorities are independent draws from one continuous distribution, so only their order
 * counts: a new draw falls into each of the gaps between all draws before it, forgotten ones
 * included, with the same probability. The enumeration keeps, for each order of operations, the
 * distribution of the ranks of the pending priorities among all draws. */
#include "guarantee/cells.h"
#include "guarantee/program.h"
#include "strategy/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 1000000, RANKS_MAX = 1 << 14 };

/* rank[task]: of its pending priority among draw_count draws, from 1; 0: not drawn. */
struct ranks {
    uint8_t rank[PROGRAM_TASKS_MAX];
    double probability;
};

struct law {
    uint32_t draw_count;
    uint32_t count;
    struct ranks *ranks;
};

static struct cells cells;

static int
by_rank(const void *a, const void *b)
{
    return memcmp(((const struct ranks *)a)->rank, ((const struct ranks *)b)->rank,
                  PROGRAM_TASKS_MAX);
}

/* Adds up the probabilities of equal ranks. */
static void
law_merge(struct law *law)
{
    qsort(law->ranks, law->count, sizeof law->ranks[0], by_rank);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < law->count; i++) {
        if (kept > 0 && by_rank(&law->ranks[kept - 1], &law->ranks[i]) == 0) {
            law->ranks[kept - 1].probability += law->ranks[i].probability;
        } else {
            law->ranks[kept++] = law->ranks[i];
        }
    }
    law->count = kept;
}

static struct law
law_create(uint32_t draw_count)
{
    struct law law = {.draw_count = draw_count};
    law.ranks = malloc(RANKS_MAX * sizeof law.ranks[0]);
    if (!law.ranks) {
        abort();
    }
    return law;
}

static void
law_add(struct law *law, const struct ranks *ranks)
{
    if (law->count == RANKS_MAX) {
        abort();
    }
    law->ranks[law->count++] = *ranks;
}

/* Task draws a priority: it gets each of the ranks 1..draw_count+1, those from there on move up. */
static void
law_draw(struct law *law, uint32_t task)
{
    struct law after = law_create(law->draw_count + 1);
    for (uint32_t i = 0; i < law->count; i++) {
        for (uint32_t rank = 1; rank <= after.draw_count; rank++) {
            struct ranks drawn = law->ranks[i];
            for (uint32_t t = 0; t < PROGRAM_TASKS_MAX; t++) {
                drawn.rank[t] = (uint8_t)(drawn.rank[t] + (drawn.rank[t] >= rank));
            }
            drawn.rank[task] = (uint8_t)rank;
            drawn.probability /= after.draw_count;
            law_add(&after, &drawn);
        }
    }
    law_merge(&after);
    free(law->ranks);
    *law = after;
}

/* The part of law in which task has the highest priority; it and those in forgets draw anew. */
static struct law
law_choose(const struct law *law, uint32_t task, const uint8_t *tasks, uint32_t task_count,
           uint32_t forgets)
{
    struct law after = law_create(law->draw_count);
    bool all = true; /* nothing is left that the former draws could be compared with */
    for (uint32_t i = 0; i < law->count; i++) {
        struct ranks kept = law->ranks[i];
        uint32_t higher = 0;
        for (uint32_t j = 0; j < task_count; j++) {
            higher += kept.rank[tasks[j]] > kept.rank[task];
        }
        for (uint32_t t = 0; t < PROGRAM_TASKS_MAX; t++) {
            if (t == task || (forgets >> t & 1)) {
                kept.rank[t] = 0;
            }
            all = all && kept.rank[t] == 0;
        }
        if (higher == 0) {
            law_add(&after, &kept);
        }
    }
    law_merge(&after);
    after.draw_count = all ? 0 : law->draw_count;
    return after;
}

static bool
drawn(const struct law *law, uint32_t task)
{
    return law->ranks[0].rank[task] != 0; /* the same in all of them */
}

/* Consumes law. */
static void
enumerate(const struct program_state *state, struct law law)
{
    uint8_t tasks[PROGRAM_TASKS_MAX];
    uint32_t count = program_candidates(state, tasks);
    if (program_over(state)) {
        for (uint32_t i = 0; i < law.count; i++) {
            cells_add(&cells, state->order, law.ranks[i].probability);
        }
        free(law.ranks);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!drawn(&law, tasks[i])) {
            law_draw(&law, tasks[i]);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct program_state next = *state;
        uint32_t forgets = 0;
        for (uint32_t t = 0; t < state->program->task_count && state->begun[tasks[i]]; t++) {
            bool conflicts =
                t != tasks[i] && state->begun[t] && program_conflict(state, t, tasks[i]);
            forgets |= (uint32_t)conflicts << t;
        }
        struct law chosen = law_choose(&law, tasks[i], tasks, count, forgets);
        program_step(&next, tasks[i]);
        if (chosen.count == 0) {
            free(chosen.ranks);
        } else {
            enumerate(&next, chosen);
        }
    }
    free(law.ranks);
}

/* Miss probability: 1e-7 for each program (cells.h). */
static void
compare(const struct program *program, uint32_t interleavings, uint64_t seed)
{
    const struct sley_strategy_ops *ops = &sley_strategy_pos;
    static _Alignas(16) unsigned char memory[1 << 14];
    struct sley_parameters parameters = {0};
    struct program_state start = program_begin(program, false);
    struct law nothing = law_create(0);
    law_add(&nothing, &(struct ranks){.probability = 1});
    cells.count = 0;
    assert_true(ops->state_size <= sizeof memory);
    enumerate(&start, nothing);
    assert_int_equal(cells.count, interleavings);
    assert_true(fabs(cells_total(&cells) - 1) < 1e-9);
    uint32_t impossible = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        ops->begin(memory, &parameters, seed, run);
        impossible +=
            !cells_hit(&cells, program_run(program, (struct sley_source){ops, memory}, NULL));
    }
    assert_int_equal(impossible, 0);
    assert_int_equal(cells_misfits(&cells, RUNS), 0);
}

/* The numbers of interleavings are derived in random_walk_test.c. */
static void
two_tasks_that_conflict_at_every_point_follow_the_exact_distribution(void **state)
{
    (void)state;
    const struct program program = {3, {"j1j2", "w0w0", "w0w0w0"}};
    compare(&program, 20, 21);
}

/* Priorities that nothing conflicts with live on from question to question. */
static void
three_tasks_with_some_conflicts_follow_the_exact_distribution(void **state)
{
    (void)state;
    const struct program program = {4, {"j1j2j3", "w0w1", "r1r0", "w2w0"}};
    compare(&program, 280, 22);
}

static void
a_first_task_that_goes_on_draws_priorities_like_any_other(void **state)
{
    (void)state;
    const struct program program = {3, {"w0r1j2j1", "w0w1", "r0r0"}};
    compare(&program, 126, 23);
}

/* Who waits for the lock draws anew with each operation on it. Task 1 locks first: its three
 * operations, then j1 and those of task 2, of which the first may also come earlier: 3 * 3 + 4
 * orders; else 3 + 1: 17. */
static void
locking_and_unlocking_conflict_with_a_pending_lock(void **state)
{
    (void)state;
    const struct program program = {3, {"j1j2", "w1l0u0", "r1l0u0"}};
    compare(&program, 17, 24);
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
        cmocka_unit_test(two_tasks_that_conflict_at_every_point_follow_the_exact_distribution),
        cmocka_unit_test(three_tasks_with_some_conflicts_follow_the_exact_distribution),
        cmocka_unit_test(a_first_task_that_goes_on_draws_priorities_like_any_other),
        cmocka_unit_test(locking_and_unlocking_conflict_with_a_pending_lock),
    };
    return cmocka_run_group_tests_name("pos", tests, engine_init, NULL);
}
