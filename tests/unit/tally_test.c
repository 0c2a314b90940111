#include "campaign/tally.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

enum { BLOCKS = 5, RUNS_PER_BLOCK = 40 };

static const struct sley_property never_races = {
    .quantifier = SLEY_NEVER, .event = SLEY_BIT(RACE), .also = SLEY_BIT(INVERSION)};

static struct sley_tally blocks[BLOCKS], sum, other;

static struct sley_run_result
passed(uint64_t hash)
{
    return (struct sley_run_result){.hash = hash, .step_count = 10, .task_count = 2};
}

static struct sley_run_result
failed(uint64_t hash, enum sley_verdict verdict, uintptr_t pc)
{
    struct sley_run_result result = passed(hash);
    result.verdicts = 1u << verdict;
    result.failure_count = 1;
    result.failure[0] = (struct sley_failure){.verdict = verdict, .pc = {pc, 0}};
    return result;
}

static int
new_tally(void **state)
{
    (void)state;
    sley_tally_init(&sum);
    return 0;
}

static void
runs_are_counted_by_verdict_and_event(void **state)
{
    (void)state;
    struct sley_run_result results[] = {
        passed(1),
        failed(2, SLEY_VERDICT_RACE, 0x10),
        failed(3, SLEY_VERDICT_INVERSION, 0x20), /* expected to show as well */
        failed(4, SLEY_VERDICT_LEAK, 0x30),      /* not expected */
        failed(5, SLEY_VERDICT_RACE, 0x10),
    };
    results[3].step_count = 99;
    results[4].task_count = 7;
    for (uint64_t i = 0; i < 5; i++) {
        sley_tally_add(&sum, &never_races, 100 + i, &results[i]);
    }
    assert_int_equal(sum.run_count, 5);
    assert_int_equal(sum.event_count, 2);
    assert_int_equal(sum.first_event_run, 101);
    assert_int_equal(sum.first_miss_run, 100);
    assert_int_equal(sum.unexpected_count, 1);
    assert_int_equal(sum.verdict_count[SLEY_VERDICT_RACE], 2);
    assert_int_equal(sum.verdict_count[SLEY_VERDICT_LEAK], 1);
    assert_int_equal(sum.verdicts, SLEY_BIT(RACE) | SLEY_BIT(INVERSION) | SLEY_BIT(LEAK));
    assert_int_equal(sum.step_count, 10 * 4 + 99);
    assert_int_equal(sum.step_max, 99);
    assert_int_equal(sum.task_max, 7);
    assert_true(sum.several_schedules);
}

static void
a_discarded_run_counts_neither_as_event_nor_as_miss(void **state)
{
    (void)state;
    struct sley_run_result result = failed(1, SLEY_VERDICT_DISCARDED, 0x10);
    assert_int_equal(sley_tally_add(&sum, &never_races, 3, &result), 0);
    assert_int_equal(sum.run_count, 1);
    assert_int_equal(sum.discarded_count, 1);
    assert_true(sum.first_event_run == UINT64_MAX);
    assert_true(sum.first_miss_run == UINT64_MAX);
    assert_int_equal(sum.distinct_count, 0);
}

static void
a_pruned_run_is_no_miss(void **state)
{
    (void)state;
    struct sley_run_result result = passed(1);
    result.pruned = true;
    sley_tally_add(&sum, &never_races, 0, &result);
    assert_int_equal(sum.pruned_count, 1);
    assert_true(sum.first_miss_run == UINT64_MAX);
}

static void
a_failure_is_new_once(void **state)
{
    (void)state;
    struct sley_run_result first = failed(1, SLEY_VERDICT_RACE, 0x10);
    struct sley_run_result second = failed(2, SLEY_VERDICT_RACE, 0x20);
    second.failure[1] = (struct sley_failure){.verdict = SLEY_VERDICT_LEAK, .pc = {0x30, 0}};
    second.failure_count = 2;
    second.verdicts |= SLEY_BIT(LEAK);
    assert_int_equal(sley_tally_add(&sum, &never_races, 0, &first), 1u << 0);
    assert_int_equal(sley_tally_add(&sum, &never_races, 1, &first), 0);
    assert_int_equal(sley_tally_add(&sum, &never_races, 2, &second), 1u << 0 | 1u << 1);
    assert_int_equal(sum.distinct_count, 3);
    assert_int_equal(sum.distinct[0].run_count, 2);
    assert_int_equal(sum.distinct[0].first_run, 0);
    assert_int_equal(sum.distinct[2].index, 1);
    assert_int_equal(sum.distinct[2].result.failure[1].verdict, SLEY_VERDICT_LEAK);
}

static void
more_failures_than_have_room_are_still_counted(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < SLEY_DISTINCT_MAX + 10; i++) {
        struct sley_run_result result = failed(i + 1, SLEY_VERDICT_RACE, 0x1000 + 16 * i);
        sley_tally_add(&sum, &never_races, i, &result);
    }
    assert_int_equal(sum.distinct_count, SLEY_DISTINCT_MAX);
    assert_int_equal(sum.verdict_count[SLEY_VERDICT_RACE], SLEY_DISTINCT_MAX + 10);
}

static void
a_signature_ignores_which_of_two_places_came_first(void **state)
{
    (void)state;
    struct sley_failure a = {.verdict = SLEY_VERDICT_RACE, .pc = {0x10, 0x20}};
    struct sley_failure b = {.verdict = SLEY_VERDICT_RACE, .pc = {0x20, 0x10}, .task = {3, 4}};
    struct sley_failure c = {.verdict = SLEY_VERDICT_RACE, .pc = {0x10, 0x21}};
    struct sley_failure d = {.verdict = SLEY_VERDICT_LEAK, .pc = {0x10, 0x20}};
    assert_true(sley_failure_signature(&a) == sley_failure_signature(&b));
    assert_true(sley_failure_signature(&a) != sley_failure_signature(&c));
    assert_true(sley_failure_signature(&a) != sley_failure_signature(&d));
}

static void
a_cycle_has_one_signature_wherever_it_is_entered(void **state)
{
    (void)state;
    struct sley_failure a = {
        .verdict = SLEY_VERDICT_DEADLOCK_CYCLE, .pc = {0x10}, .cycle_count = 2};
    struct sley_failure b = {
        .verdict = SLEY_VERDICT_DEADLOCK_CYCLE, .pc = {0x20}, .cycle_count = 2};
    a.cycle[0].wait_pc = b.cycle[1].wait_pc = 0x10;
    a.cycle[1].wait_pc = b.cycle[0].wait_pc = 0x20;
    assert_true(sley_failure_signature(&a) == sley_failure_signature(&b));
    b.cycle[0].wait_pc = 0x30;
    assert_true(sley_failure_signature(&a) != sley_failure_signature(&b));
}

static void
fill_blocks(void)
{
    struct sley_rng rng;
    sley_rng_init(&rng, 9, 0);
    for (uint64_t b = 0; b < BLOCKS; b++) {
        sley_tally_init(&blocks[b]);
        for (uint64_t i = 0; i < RUNS_PER_BLOCK; i++) {
            static const enum sley_verdict verdicts[] = {SLEY_VERDICT_RACE, SLEY_VERDICT_LEAK,
                                                         SLEY_VERDICT_DISCARDED};
            uint64_t kind = sley_rng_below(&rng, 6), pc = 16 * sley_rng_below(&rng, 8);
            uint64_t hash = 1 + sley_rng_below(&rng, 100);
            struct sley_run_result result =
                kind < 3 ? failed(hash, verdicts[kind], 0x100 + pc) : passed(hash);
            result.step_count = (uint32_t)sley_rng_below(&rng, 1000);
            result.conflict = kind == 4;
            result.unfair = kind == 5;
            result.pruned = kind == 3;
            sley_tally_add(&blocks[b], &never_races, b * RUNS_PER_BLOCK + i, &result);
        }
    }
}

static int
by_signature(const void *a, const void *b)
{
    uint64_t x = ((const struct sley_distinct *)a)->signature;
    uint64_t y = ((const struct sley_distinct *)b)->signature;
    return (x > y) - (x < y);
}

static void
merge_in_order(struct sley_tally *into, const uint32_t order[BLOCKS])
{
    sley_tally_init(into);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        sley_tally_merge(into, &blocks[order[i]]);
    }
    qsort(into->distinct, into->distinct_count, sizeof into->distinct[0], by_signature);
}

static void
assert_same(const struct sley_tally *a, const struct sley_tally *b)
{
    assert_int_equal(a->run_count, b->run_count);
    assert_int_equal(a->discarded_count, b->discarded_count);
    assert_int_equal(a->event_count, b->event_count);
    assert_int_equal(a->first_event_run, b->first_event_run);
    assert_int_equal(a->first_miss_run, b->first_miss_run);
    assert_int_equal(a->unexpected_count, b->unexpected_count);
    assert_memory_equal(a->verdict_count, b->verdict_count, sizeof a->verdict_count);
    assert_int_equal(a->step_count, b->step_count);
    assert_int_equal(a->unfair_count, b->unfair_count);
    assert_int_equal(a->pruned_count, b->pruned_count);
    assert_int_equal(a->step_max, b->step_max);
    assert_int_equal(a->verdicts, b->verdicts);
    assert_int_equal(a->conflict, b->conflict);
    assert_int_equal(a->several_schedules, b->several_schedules);
    assert_int_equal(a->first_unexpected_run, b->first_unexpected_run);
    assert_memory_equal(a->share, b->share, sizeof a->share);
    assert_int_equal(a->distinct_count, b->distinct_count);
    for (uint32_t i = 0; i < a->distinct_count; i++) {
        assert_int_equal(a->distinct[i].signature, b->distinct[i].signature);
        assert_int_equal(a->distinct[i].first_run, b->distinct[i].first_run);
        assert_int_equal(a->distinct[i].run_count, b->distinct[i].run_count);
        assert_int_equal(a->distinct[i].result.hash, b->distinct[i].result.hash);
    }
}

static void
blocks_merge_in_any_order_to_the_same_sum(void **state)
{
    (void)state;
    static const uint32_t forward[BLOCKS] = {0, 1, 2, 3, 4};
    static const uint32_t orders[][BLOCKS] = {
        {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}, {1, 3, 0, 2, 4}, {3, 4, 1, 0, 2}};
    fill_blocks();
    merge_in_order(&sum, forward);
    assert_int_equal(sum.run_count, BLOCKS * RUNS_PER_BLOCK);
    assert_int_equal(sum.distinct_count, 16);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        merge_in_order(&other, orders[i]);
        assert_same(&other, &sum);
    }
}

static void
several_schedules_shows_across_blocks_as_well(void **state)
{
    (void)state;
    for (uint64_t b = 0; b < 2; b++) {
        struct sley_run_result result = passed(11);
        sley_tally_init(&blocks[b]);
        sley_tally_add(&blocks[b], &never_races, b, &result);
        sley_tally_merge(&sum, &blocks[b]);
    }
    assert_false(sum.several_schedules);
    struct sley_run_result result = passed(12);
    sley_tally_init(&blocks[2]);
    sley_tally_add(&blocks[2], &never_races, 2, &result);
    sley_tally_merge(&sum, &blocks[2]);
    assert_true(sum.several_schedules);
}

static void
a_tally_that_begins_with_sums_goes_on_from_them(void **state)
{
    (void)state;
    static const uint32_t forward[BLOCKS] = {0, 1, 2, 3, 4};
    fill_blocks();
    merge_in_order(&other, forward);
    for (uint32_t b = 0; b < BLOCKS; b++) {
        struct sley_sums sums;
        sley_tally_merge(&sum, &blocks[b]);
        sley_tally_sums(&sum, (b + 1) * RUNS_PER_BLOCK, &sums);
        assert_int_equal(sums.next, (b + 1) * RUNS_PER_BLOCK);
        sley_tally_resume(&sum, &sums);
    }
    assert_int_equal(sum.run_count, other.run_count);
    assert_int_equal(sum.discarded_count, other.discarded_count);
    assert_int_equal(sum.event_count, other.event_count);
    assert_int_equal(sum.unexpected_count, other.unexpected_count);
    assert_int_equal(sum.first_event_run, other.first_event_run);
    assert_int_equal(sum.first_miss_run, other.first_miss_run);
    assert_int_equal(sum.verdicts, other.verdicts);
    assert_int_equal(sum.conflict, other.conflict);
    assert_int_equal(sum.several_schedules, other.several_schedules);
    assert_int_equal(sum.first_unexpected_run, other.first_unexpected_run);
    assert_int_equal(sum.step_count, other.step_count);
    assert_int_equal(sum.step_max, other.step_max);
    assert_memory_equal(sum.share, other.share, sizeof sum.share);
}

/* Each eighth run is of one strategy, discarded and given-up ones left out. */
static void
runs_are_counted_by_their_turn(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < 80; run++) {
        struct sley_run_result result =
            run % SLEY_ROTATION == 3 ? failed(run, SLEY_VERDICT_RACE, 0x10) : passed(run);
        result.pruned = run == 16;
        if (run == 24) {
            result = failed(run, SLEY_VERDICT_DISCARDED, 0x10);
        }
        sley_tally_add(&sum, &never_races, run, &result);
    }
    for (int turn = 0; turn < SLEY_ROTATION; turn++) {
        assert_int_equal(sum.share[turn].run_count, turn == 0 ? 8 : 10);
        assert_int_equal(sum.share[turn].event_count, turn == 3 ? 10 : 0);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, new_tally)

static struct sley_run_result
timed_by(const char *profile)
{
    struct sley_run_result result = passed(1);
    result.profile = profile;
    return result;
}

static void
the_profile_of_the_runs_is_kept_and_several_are_told(void **state)
{
    (void)state;
    struct sley_tally block;
    struct sley_sums sums;
    struct sley_run_result first = timed_by("a: one"), second = timed_by("b: two");
    struct sley_run_result none = timed_by(NULL);
    sley_tally_init(&sum);
    sley_tally_init(&block);
    sley_tally_add(&block, &never_races, 0, &first);
    sley_tally_add(&block, &never_races, 1, &none);
    sley_tally_merge(&sum, &block);
    assert_string_equal(sum.profile, "a: one");
    sley_tally_sums(&sum, 2, &sums);
    sley_tally_resume(&sum, &sums);
    assert_string_equal(sum.profile, "a: one");
    sley_tally_add(&sum, &never_races, 2, &second);
    assert_string_equal(sum.profile, "several profiles");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(runs_are_counted_by_verdict_and_event),
        TEST(a_discarded_run_counts_neither_as_event_nor_as_miss),
        TEST(a_pruned_run_is_no_miss),
        TEST(a_failure_is_new_once),
        TEST(more_failures_than_have_room_are_still_counted),
        TEST(a_signature_ignores_which_of_two_places_came_first),
        TEST(a_cycle_has_one_signature_wherever_it_is_entered),
        TEST(blocks_merge_in_any_order_to_the_same_sum),
        TEST(several_schedules_shows_across_blocks_as_well),
        TEST(a_tally_that_begins_with_sums_goes_on_from_them),
        TEST(the_profile_of_the_runs_is_kept_and_several_are_told),
        TEST(runs_are_counted_by_their_turn),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
