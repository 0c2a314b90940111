/* The default strategy: which strategy run k uses, and that a run is a function of (seed, k). */
#include "guarantee/program.h"
#include "strategy/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum { RUNS = 512, STATE_MAX = 1 << 16 };

static const struct program program = {4, {"w0w1j1j2j3", "w0w1w0w1w0", "l0w0w1u0w0", "l0w1w0u0w1"}};

static struct sley_run_result result;

/* Run `run` of the strategy that text names; its hash. */
static uint64_t
hash_of(const char *text, uint64_t seed, uint64_t run)
{
    static _Alignas(16) unsigned char memory[STATE_MAX];
    const struct sley_strategy_ops *ops = NULL;
    struct sley_parameters parameters;
    struct sley_error error;
    if (sley_strategy_parse(text, &ops, &parameters, &error) != SLEY_OK ||
        ops->state_size > sizeof memory) {
        abort();
    }
    memset(memory, 0, sizeof memory);
    ops->begin(memory, &parameters, seed, run);
    program_run(&program, (struct sley_source){ops, memory}, &result);
    return result.hash;
}

static void
run_k_uses_the_strategy_of_its_place_in_the_rotation(void **state)
{
    (void)state;
    static const char *const rotation[] = {"random",     "pct:2,4,20", "pos", "sticky:4",
                                           "pct:3,4,20", "surw",       "pos", "sticky:16"};
    for (uint64_t run = 0; run < RUNS; run++) {
        assert_int_equal(hash_of("mix:4,20", 61, run), hash_of(rotation[run % 8], 61, run));
    }
}

static void
the_same_seed_and_run_give_the_identical_run(void **state)
{
    (void)state;
    static uint64_t first[RUNS];
    for (uint64_t run = 0; run < RUNS; run++) {
        first[run] = hash_of("mix:4,20", 62, run);
    }
    for (uint64_t run = RUNS; run-- > 0;) { /* backwards: earlier runs leave nothing behind */
        assert_int_equal(hash_of("mix:4,20", 62, run), first[run]);
    }
}

static int
ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint32_t
distinct_of(uint64_t *hashes, uint32_t count)
{
    qsort(hashes, count, sizeof hashes[0], ascending);
    uint32_t distinct = 1;
    for (uint32_t i = 1; i < count; i++) {
        distinct += hashes[i] != hashes[i - 1];
    }
    return distinct;
}

/* 64 runs of the uniform walk. The first 9 questions at least have two candidates or more: one is
 * left only when task 0 waits (2 operations) and, of the others, either tasks 2 and 3 have ended or
 * wait, which takes the 6 choices of one and the begin of the other, or task 1 has ended (6
 * choices) and one of them holds the lock (2) that the other waits for (1). So a run is a given one
 * with probability at most 2^-9, and P(fewer than 8 distinct) <= C(63,6) (7 * 2^-9)^57 < 1e-90. */
static void
different_runs_and_seeds_give_different_runs(void **state)
{
    (void)state;
    uint64_t by_run[64];
    uint64_t by_seed[64];
    for (uint64_t i = 0; i < 64; i++) {
        by_run[i] = hash_of("mix:4,20", 63, 8 * i);
        by_seed[i] = hash_of("mix:4,20", 64 + i, 0);
    }
    assert_true(distinct_of(by_run, 64) >= 8);
    assert_true(distinct_of(by_seed, 64) >= 8);
}

/* With k = 1 a change point demotes the first task of the order at once; with k = 1000 that one
 * runs, unless one of at most two change points hits the 20 operations: probability below 0.05.
 * Priorities are the same. So the 128 runs of PCT all agree with probability below 0.05^128. */
static void
tasks_and_points_reach_pct(void **state)
{
    (void)state;
    uint32_t differ = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        bool is_pct = run % 8 == 1 || run % 8 == 4;
        bool differs = hash_of("mix:4,1", 65, run) != hash_of("mix:4,1000", 65, run);
        assert_true(is_pct || !differs);
        differ += differs;
    }
    assert_true(differ > 0);
}

static void
the_parameters_appear_in_the_name(void **state)
{
    (void)state;
    const struct sley_strategy_ops *ops = NULL;
    struct sley_parameters parameters;
    struct sley_error error;
    char text[64];
    assert_int_equal(sley_strategy_parse("mix:3,18", &ops, &parameters, &error), SLEY_OK);
    assert_ptr_equal(ops, &sley_strategy_mix);
    assert_ptr_equal(ops, sley_strategies[0]);
    assert_string_equal(ops->parameters, "tasks,points");
    assert_int_equal(sley_strategy_print(text, sizeof text, ops, &parameters), 8);
    assert_string_equal(text, "mix:3,18");
    assert_int_equal(sley_strategy_parse("mix:1,2,3", &ops, &parameters, &error), SLEY_ERROR_USAGE);
}

/* What was a random walk before SURW took its place still is one where no object is named: tokens
 * of the mix that were given before replay. */
static void
without_an_object_surw_is_the_random_walk(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < RUNS; run++) {
        assert_int_equal(hash_of("surw", 66, run), hash_of("random", 66, run));
    }
}

/* Campaigns give the memory of the mix to any strategy whose turn it is. */
static void
the_state_of_every_strategy_fits_into_the_mixs(void **state)
{
    (void)state;
    for (const struct sley_strategy_ops *const *s = sley_strategies; *s; s++) {
        assert_true((*s)->state_size <= sley_strategy_mix.state_size);
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
        cmocka_unit_test(run_k_uses_the_strategy_of_its_place_in_the_rotation),
        cmocka_unit_test(the_same_seed_and_run_give_the_identical_run),
        cmocka_unit_test(different_runs_and_seeds_give_different_runs),
        cmocka_unit_test(tasks_and_points_reach_pct),
        cmocka_unit_test(the_parameters_appear_in_the_name),
        cmocka_unit_test(without_an_object_surw_is_the_random_walk),
        cmocka_unit_test(the_state_of_every_strategy_fits_into_the_mixs),
    };
    return cmocka_run_group_tests_name("mix", tests, engine_init, NULL);
}
