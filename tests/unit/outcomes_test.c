/* Sets of outcomes and ranges of ratios, alone and as a judge and a campaign see them. */
#include "campaign/finding.h"
#include "campaign/judge.h"

#include "base/rng.h"

#include <sley/outcome.h>
#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static struct sley_outcomes set, other_set;
static struct sley_tally tally, other_tally;
static struct sley_property property;
static struct sley_campaign campaign, other;
static struct sley_judgement judgement;

static const struct sley_model model = {.name = "thread"};
static const struct sley_model other_model = {.name = "coroutine"};

/* Two exhausted campaigns without outcomes. */
static int
new_campaigns(void **state)
{
    (void)state;
    memset(&set, 0, sizeof set);
    memset(&other_set, 0, sizeof other_set);
    sley_tally_init(&tally);
    sley_tally_init(&other_tally);
    tally.run_count = other_tally.run_count = 100;
    tally.conflict = tally.contended = tally.several_schedules = true;
    property = (struct sley_property){.name = "p", .quantifier = SLEY_OUTCOMES};
    campaign = (struct sley_campaign){
        .target = {.property = &property, .model = &model}, .tally = &tally, .exhausted = true};
    other = (struct sley_campaign){.target = {.property = &property, .model = &other_model},
                                   .tally = &other_tally,
                                   .exhausted = true};
    return 0;
}

static void
add(struct sley_outcomes *outcomes, int64_t value, uint64_t run_count, uint64_t first_run)
{
    const struct sley_outcome_entry entry = {value, run_count, first_run, ""};
    sley_outcomes_add(outcomes, &entry);
}

static void
see(int64_t value)
{
    add(&tally.outcomes, value, 10, (uint64_t)value);
}

static void
see_other(int64_t value)
{
    add(&other_tally.outcomes, value, 10, (uint64_t)value);
}

static void
list_value(int64_t value)
{
    property.outcomes.values[property.outcomes.count++] = value;
}

static enum sley_finding
judge(enum sley_relation relation)
{
    property.outcomes.relation = relation;
    sley_finding_judge(&judgement, &campaign);
    return judgement.finding;
}

static void
assert_says(const char *text)
{
    if (!strstr(judgement.text, text)) {
        assert_string_equal(judgement.text, text);
    }
}

/* --- sets --- */

static void
outcomes_are_counted_and_keep_their_first_run(void **state)
{
    (void)state;
    add(&set, 5, 1, 9);
    add(&set, -3, 1, 4);
    add(&set, 5, 2, 7);
    add(&set, 5, 1, 8);
    assert_int_equal(set.count, 2);
    assert_int_equal(set.entry[0].value, -3);
    assert_int_equal(set.entry[1].run_count, 4);
    assert_int_equal(set.entry[1].first_run, 7);
    assert_null(sley_outcomes_find(&set, 0));
    assert_ptr_equal(sley_outcomes_find(&set, 5), &set.entry[1]);
}

static void
sets_merge_in_any_order_to_the_same(void **state)
{
    (void)state;
    static struct sley_outcomes parts[4], forth, back;
    struct sley_rng rng;
    sley_rng_init(&rng, 2, 0);
    for (uint64_t run = 0; run < 400; run++) {
        add(&parts[sley_rng_below(&rng, 4)], (int64_t)sley_rng_below(&rng, 30) - 15, 1, run);
    }
    for (int i = 0; i < 4; i++) {
        sley_outcomes_merge(&forth, &parts[i]);
        sley_outcomes_merge(&back, &parts[3 - i]);
    }
    assert_int_equal(forth.count, 30);
    assert_memory_equal(&forth, &back, sizeof forth);
}

static void
more_outcomes_than_there_is_room_for_overflow(void **state)
{
    (void)state;
    for (int64_t i = 0; i < SLEY_OUTCOMES_MAX; i++) {
        add(&set, i, 1, 0);
    }
    assert_false(set.overflow);
    add(&set, 3, 1, 0);
    assert_false(set.overflow);
    add(&set, 1000, 1, 0);
    assert_true(set.overflow);
    assert_int_equal(set.count, SLEY_OUTCOMES_MAX);
    sley_outcomes_merge(&other_set, &set);
    assert_true(other_set.overflow);
}

static void
a_set_is_printed_as_far_as_there_is_room(void **state)
{
    (void)state;
    char text[64];
    const struct sley_outcome_entry named = {2, 18, 0, "both count"};
    add(&set, 1, 2, 0);
    sley_outcomes_add(&set, &named);
    sley_outcomes_print(text, sizeof text, &set);
    assert_string_equal(text, "{1 x2, 2 (both count) x18}");
    for (int64_t i = 10; i < 30; i++) {
        add(&set, i, 1, 0);
    }
    sley_outcomes_print(text, sizeof text, &set);
    assert_string_equal(text, "{1 x2, 2 (both count) x18, 10 x1, 11 x1, ... 18 more}");
}

/* --- the judge --- */

static void
equal_sets_are_confirmed_when_exhausted(void **state)
{
    (void)state;
    list_value(2);
    list_value(1);
    see(1);
    see(2);
    assert_int_equal(judge(SLEY_EQUALS), SLEY_CONFIRMED);
    assert_int_equal(judgement.evidence, SLEY_EVIDENCE_SCHEDULE);
    assert_says("outcomes {1 x10, 2 x10} equal {2, 1}; exhausted: 100 runs");
    campaign.exhausted = false;
    assert_int_equal(judge(SLEY_EQUALS), SLEY_INCONCLUSIVE);
    assert_says("not exhausted after 100 runs");
}

static void
an_outlier_refutes_even_a_sample(void **state)
{
    (void)state;
    list_value(1);
    see(1);
    see(7);
    see(4);
    for (int exhausted = 0; exhausted < 2; exhausted++) {
        campaign.exhausted = exhausted;
        assert_int_equal(judge(SLEY_EQUALS), SLEY_REFUTED);
        assert_int_equal(judge(SLEY_WITHIN), SLEY_REFUTED);
        assert_true(judgement.decided_by_outcome);
        assert_int_equal(judgement.outcome, 4); /* seen first */
        assert_int_equal(judgement.run, 4);
        assert_says("do not lie in {1}: 4 in run 4");
    }
    assert_int_equal(judge(SLEY_CONTAINS), SLEY_CONFIRMED);
}

static void
a_missing_value_refutes_only_what_is_exhausted(void **state)
{
    (void)state;
    list_value(1);
    list_value(2);
    see(1);
    assert_int_equal(judge(SLEY_EQUALS), SLEY_REFUTED);
    assert_false(judgement.decided_by_outcome);
    assert_says("2 is missing");
    assert_int_equal(judge(SLEY_CONTAINS), SLEY_REFUTED);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_CONFIRMED);
    campaign.exhausted = false;
    assert_int_equal(judge(SLEY_EQUALS), SLEY_INCONCLUSIVE);
    assert_int_equal(judge(SLEY_CONTAINS), SLEY_INCONCLUSIVE);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_INCONCLUSIVE);
}

static void
a_sample_with_every_listed_value_contains_them(void **state)
{
    (void)state;
    campaign.exhausted = false;
    list_value(1);
    see(1);
    see(2);
    assert_int_equal(judge(SLEY_CONTAINS), SLEY_CONFIRMED);
}

static void
too_many_outcomes_decide_nothing_but_an_outlier(void **state)
{
    (void)state;
    see(1);
    tally.outcomes.overflow = true;
    list_value(1);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_INCONCLUSIVE);
    assert_says("more than 256 outcomes");
    assert_int_equal(judge(SLEY_EQUALS), SLEY_INCONCLUSIVE);
    see(2);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_REFUTED);
}

static void
runs_without_a_report_decide_nothing(void **state)
{
    (void)state;
    list_value(1);
    see(1);
    tally.unreported_count = 3;
    assert_int_equal(judge(SLEY_EQUALS), SLEY_INCONCLUSIVE);
    assert_says("3 of 100 runs ended in order and reported nothing");
}

static void
sets_of_a_vacuous_campaign_decide_nothing(void **state)
{
    (void)state;
    list_value(1);
    see(1);
    tally.conflict = false;
    assert_int_equal(judge(SLEY_EQUALS), SLEY_INCONCLUSIVE);
    assert_says("vacuous");
}

static void
the_other_model_must_be_known(void **state)
{
    (void)state;
    property.outcomes.of_model = "coroutine";
    see(1);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_INCONCLUSIVE);
    assert_says("the outcomes of coroutine are not known");
    campaign.reference = &other;
    see_other(1);
    see_other(2);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_CONFIRMED);
    assert_says("lie in those of coroutine {1 x10, 2 x10}");
    assert_int_equal(judge(SLEY_EQUALS), SLEY_REFUTED);
    assert_int_equal(judge(SLEY_CONTAINS), SLEY_REFUTED);
}

static void
a_sampled_other_model_is_no_bound(void **state)
{
    (void)state;
    property.outcomes.of_model = "coroutine";
    campaign.reference = &other;
    other.exhausted = false;
    see(1);
    see_other(1);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_CONFIRMED); /* more there changes nothing */
    assert_int_equal(judge(SLEY_EQUALS), SLEY_INCONCLUSIVE);
    assert_int_equal(judge(SLEY_CONTAINS), SLEY_INCONCLUSIVE);
    assert_says("of the other model");
    see(2);
    assert_int_equal(judge(SLEY_WITHIN), SLEY_INCONCLUSIVE);
    assert_says("the other model is not exhausted");
    see_other(3);
    assert_int_equal(judge(SLEY_CONTAINS), SLEY_REFUTED);
}

/* --- ratios --- */

static void
ratios_are_compared_exactly(void **state)
{
    (void)state;
    const struct sley_ratio_claim claim = {.low = 19, .high = 20, .unit = 10};
    assert_true(sley_ratio_within(&claim, 19, 10));
    assert_true(sley_ratio_within(&claim, INT64_MAX / 20 * 19, INT64_MAX / 20 * 10));
    assert_false(sley_ratio_within(&claim, 18999999999999999, 10000000000000000));
    assert_true(sley_ratio_within(&claim, 2, 1));
    assert_false(sley_ratio_within(&claim, 2000000000000000001, 1000000000000000000));
    const struct sley_ratio_claim plain = {.low = -1, .high = 3};
    assert_true(sley_ratio_within(&plain, -5, 5));
    assert_false(sley_ratio_within(&plain, -6, 5));
}

static void
a_range_keeps_the_earliest_of_equal_ratios(void **state)
{
    (void)state;
    struct sley_ratio_range a = {0}, b = {0};
    const struct sley_ratio ratios[] = {{1, 2, 5}, {2, 4, 3}, {3, 1, 9}, {3, 1, 8}};
    for (int i = 0; i < 4; i++) {
        sley_ratio_add(&a, &ratios[i]);
        sley_ratio_add(&b, &ratios[3 - i]);
    }
    assert_int_equal(a.low.run, 3);
    assert_int_equal(a.high.run, 8);
    assert_int_equal(b.low.run, 3);
    assert_int_equal(b.high.run, 8);
}

static void
ratios_are_judged_by_the_first_outside(void **state)
{
    (void)state;
    property.quantifier = SLEY_RATIO;
    property.ratio = (struct sley_ratio_claim){.low = 19, .high = 20, .unit = 10};
    assert_int_equal(judge(SLEY_EQUALS), SLEY_INCONCLUSIVE);
    assert_says("no run reported a ratio");
    const struct sley_ratio inside = {195, 100, 3};
    sley_ratio_add(&tally.ratios, &inside);
    assert_int_equal(judge(SLEY_EQUALS), SLEY_CONFIRMED);
    assert_int_equal(judgement.evidence, SLEY_EVIDENCE_SCHEDULE);
    assert_says("ratio from 195/100 = 1.95 to 195/100 = 1.95 over 100 runs, exhausted; claimed 1.9 "
                "to 2");
    tally.first_miss_run = 17;
    assert_int_equal(judge(SLEY_EQUALS), SLEY_REFUTED);
    assert_true(judgement.decided_by_run);
    assert_int_equal(judgement.run, 17);
}

/* --- whole campaigns --- */

static int shared;
static int ratio_of_first;

void __tsan_read4(void *address);
void __tsan_write4(void *address);

static void *
increment(void *unused)
{
    __tsan_read4(&shared);
    int value = shared;
    __tsan_write4(&shared);
    shared = value + 1;
    return unused;
}

static uintptr_t
spawn(void *(*entry)(void *), void *argument)
{
    return sley_task_spawn(entry, argument, NULL, 0);
}

static void *
join(uintptr_t task)
{
    struct sley_task *ended = &sley_engine.task_table[task];
    sley_point_gate(SLEY_OP_JOIN, &ended->done, UINT64_MAX, 0);
    sley_clock_acquire(&ended->exit_clock);
    return ended->result;
}

static void
begin(void)
{
    shared = 0;
}

static void
two_increments(void)
{
    sley_gather(2, increment);
    sley_outcome_text(shared, shared == 2 ? "both" : "");
}

static void
many_outcomes(void)
{
    sley_gather(2, increment);
    sley_outcome(sley_draw(0, SLEY_OUTCOMES_MAX + 10));
}

static void
ratio(void)
{
    sley_gather(2, increment);
    sley_report_ratio(ratio_of_first + shared, 2);
}

static void
twice(void)
{
    sley_outcome(1);
    sley_outcome(1);
}

static void
by_nothing(void)
{
    sley_report_ratio(1, 0);
}

static void
run_campaign(void (*body)(void), const char *strategy, uint64_t runs)
{
    static const struct sley_model_task_ops task_ops = {
        .begin = begin, .spawn = spawn, .join = join};
    static const struct sley_model bare = {.name = "bare", .task = &task_ops};
    struct sley_campaign_options options = {.strategy = strategy, .runs = runs};
    struct sley_target target = {.property = &property, .model = &bare};
    struct sley_error error;
    property.body = body;
    property.also = SLEY_BIT(RACE);
    assert_int_equal(sley_campaign_run(&campaign, &target, &options, &error), SLEY_OK);
    sley_finding_judge(&judgement, &campaign);
}

static void
two_unlocked_increments_leave_one_or_two(void **state)
{
    (void)state;
    list_value(1);
    list_value(2);
    for (int sampled = 0; sampled < 2; sampled++) {
        run_campaign(two_increments, sampled ? "random" : "exhaustive", sampled ? 200 : 0);
        const struct sley_outcomes *outcomes = &campaign.tally->outcomes;
        assert_int_equal(outcomes->count, 2);
        assert_int_equal(outcomes->entry[0].value, 1);
        assert_string_equal(outcomes->entry[1].text, "both");
        assert_int_equal(outcomes->entry[0].run_count + outcomes->entry[1].run_count,
                         campaign.tally->run_count - campaign.tally->pruned_count);
        assert_int_equal(judgement.finding, sampled ? SLEY_INCONCLUSIVE : SLEY_CONFIRMED);
        assert_int_equal(campaign.tally->unexpected_count, 0);
        sley_campaign_deinit(&campaign);
    }
}

static void
outcomes_beyond_the_room_for_them_are_inconclusive(void **state)
{
    (void)state;
    property.outcomes.relation = SLEY_CONTAINS;
    run_campaign(many_outcomes, "exhaustive", 0);
    assert_true(campaign.tally->outcomes.overflow);
    assert_int_equal(judgement.finding, SLEY_INCONCLUSIVE);
    sley_campaign_deinit(&campaign);
}

static void
the_range_of_ratios_is_that_of_the_runs(void **state)
{
    (void)state;
    property.quantifier = SLEY_RATIO;
    property.ratio = (struct sley_ratio_claim){.low = 5, .high = 10, .unit = 10};
    run_campaign(ratio, "exhaustive", 0);
    assert_int_equal(judgement.finding, SLEY_CONFIRMED);
    assert_int_equal(campaign.tally->ratios.low.numerator, 1);
    assert_int_equal(campaign.tally->ratios.high.numerator, 2);
    sley_campaign_deinit(&campaign);
    property.ratio.low = 6; /* a lost update is one too few */
    run_campaign(ratio, "random", 200);
    assert_int_equal(judgement.finding, SLEY_REFUTED);
    assert_int_equal(judgement.run, campaign.tally->ratios.low.run);
    sley_campaign_deinit(&campaign);
}

static void
a_second_outcome_and_a_ratio_to_nothing_are_misuse(void **state)
{
    (void)state;
    void (*const bodies[])(void) = {twice, by_nothing};
    for (int i = 0; i < 2; i++) {
        run_campaign(bodies[i], "random", 5);
        assert_int_equal(campaign.tally->verdict_count[SLEY_VERDICT_MISUSE], 5);
        assert_int_equal(campaign.tally->unexpected_count, 5);
        sley_campaign_deinit(&campaign);
    }
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup(name, new_campaigns)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(outcomes_are_counted_and_keep_their_first_run),
        TEST(sets_merge_in_any_order_to_the_same),
        TEST(more_outcomes_than_there_is_room_for_overflow),
        TEST(a_set_is_printed_as_far_as_there_is_room),
        TEST(equal_sets_are_confirmed_when_exhausted),
        TEST(an_outlier_refutes_even_a_sample),
        TEST(a_missing_value_refutes_only_what_is_exhausted),
        TEST(a_sample_with_every_listed_value_contains_them),
        TEST(too_many_outcomes_decide_nothing_but_an_outlier),
        TEST(runs_without_a_report_decide_nothing),
        TEST(sets_of_a_vacuous_campaign_decide_nothing),
        TEST(the_other_model_must_be_known),
        TEST(a_sampled_other_model_is_no_bound),
        TEST(ratios_are_compared_exactly),
        TEST(a_range_keeps_the_earliest_of_equal_ratios),
        TEST(ratios_are_judged_by_the_first_outside),
        TEST(two_unlocked_increments_leave_one_or_two),
        TEST(outcomes_beyond_the_room_for_them_are_inconclusive),
        TEST(the_range_of_ratios_is_that_of_the_runs),
        TEST(a_second_outcome_and_a_ratio_to_nothing_are_misuse),
    };
    return cmocka_run_group_tests_name("outcomes", tests, engine_init, NULL);
}
