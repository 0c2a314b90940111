/* The uniform random walk against the exact probability of every interleaving.
 *
 * The probabilities come from the walk's definition alone: at each question every task that can run
 * is equally likely, task 0 among them while it can. The strategy draws stays instead, and is asked
 * only when they are over. */
#include "guarantee/cells.h"
#include "guarantee/program.h"
#include "strategy/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

enum { RUNS = 1000000 };

static struct cells cells;

static void
enumerate(const struct program_state *state, double probability)
{
    if (program_over(state)) {
        cells_add(&cells, state->order, probability);
        return;
    }
    uint8_t tasks[PROGRAM_TASKS_MAX];
    uint32_t count = program_candidates(state, tasks);
    for (uint32_t i = 0; i < count; i++) {
        struct program_state next = *state;
        program_step(&next, tasks[i]);
        enumerate(&next, probability / count);
    }
}

/* Miss probability: 1e-7 for each program (cells.h), whatever the number of its interleavings. With
 * 1,000,000 runs a probability of 0.01 that is off by 7 % is found, one of 0.1 that is off by 2 %.
 */
static void
compare(const struct program *program, uint32_t interleavings, uint64_t seed)
{
    static _Alignas(16) unsigned char memory[256];
    const struct sley_strategy_ops *ops = &sley_strategy_random_walk;
    struct sley_parameters parameters = {0};
    struct program_state start = program_begin(program, false);
    cells.count = 0;
    assert_true(ops->state_size <= sizeof memory);
    enumerate(&start, 1);
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

/* The joins are operations too. The last is always the last operation; the first follows the end of
 * its task: C(6,3) = 20 ways to interleave a a j with b b b. */
static void
two_tasks_of_two_and_three_points_follow_the_exact_distribution(void **state)
{
    (void)state;
    const struct program program = {3, {"j1j2", "w0w0", "w0w0w0"}};
    compare(&program, 20, 11);
}

/* C(5,2) ways for a a j1 and b b, which j2 follows; C(8,2) ways to put c c among these: 280. */
static void
three_tasks_on_two_objects_follow_the_exact_distribution(void **state)
{
    (void)state;
    const struct program program = {4, {"j1j2j3", "w0w1", "w1w0", "w0w0"}};
    compare(&program, 280, 12);
}

/* C(4,2) ways for w w and b b, which j2 follows; C(7,2) ways to put a a among these: 126. */
static void
a_first_task_that_goes_on_is_a_candidate_like_any_other(void **state)
{
    (void)state;
    const struct program program = {3, {"w0w0j2j1", "w0w0", "w0w0"}};
    compare(&program, 126, 13);
}

/* The critical sections follow each other: j1 has 4 places behind that of task 1 if this comes
 * first, else 1; C(10,2) ways to put c c among these eight operations: 225. */
static void
blocked_tasks_are_no_candidates(void **state)
{
    (void)state;
    const struct program program = {4, {"j1j2j3", "l0w0u0", "l0w0u0", "w1w1"}};
    compare(&program, 225, 14);
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
        cmocka_unit_test(two_tasks_of_two_and_three_points_follow_the_exact_distribution),
        cmocka_unit_test(three_tasks_on_two_objects_follow_the_exact_distribution),
        cmocka_unit_test(a_first_task_that_goes_on_is_a_candidate_like_any_other),
        cmocka_unit_test(blocked_tasks_are_no_candidates),
    };
    return cmocka_run_group_tests_name("random_walk", tests, engine_init, NULL);
}
