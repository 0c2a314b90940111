#include "campaign/finding.h"

#include "campaign/survey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

/* A campaign as hand-made tallies describe it: 1,000 runs on which two tasks met. */
static struct sley_tally tally;
static struct sley_property property;
static struct sley_campaign campaign;
static struct sley_judgement judgement;

static const struct sley_model model = {.name = "thread"};
static const struct sley_strategy_ops ops = {.name = "sampled"};

static int
new_campaign(void **state)
{
    (void)state;
    sley_tally_init(&tally);
    tally.run_count = 1000;
    tally.conflict = tally.contended = tally.several_schedules = true;
    property = (struct sley_property){.name = "p", .event = SLEY_BIT(RACE)};
    campaign = (struct sley_campaign){.target = {.property = &property, .model = &model},
                                      .ops = &ops,
                                      .tally = &tally,
                                      .runs = 1000};
    return 0;
}

static void
seen_in(uint64_t count, uint64_t first_run)
{
    tally.event_count = count;
    tally.first_event_run = count > 0 ? first_run : UINT64_MAX;
}

static void
missed_first_in(uint64_t run)
{
    tally.first_miss_run = run;
}

static void
judge(enum sley_quantifier quantifier)
{
    property.quantifier = quantifier;
    sley_finding_judge(&judgement, &campaign);
}

static void
assert_finding(enum sley_finding finding, enum sley_evidence evidence)
{
    assert_int_equal(judgement.finding, finding);
    assert_int_equal(judgement.evidence, evidence);
}

static void
assert_decided_by(uint64_t run)
{
    assert_true(judgement.decided_by_run);
    assert_int_equal(judgement.run, run);
}

static void
assert_says(const char *text)
{
    if (!strstr(judgement.text, text)) {
        assert_string_equal(judgement.text, text);
    }
}

static void
never_is_refuted_by_one_run_with_the_event(void **state)
{
    (void)state;
    seen_in(3, 17);
    missed_first_in(0);
    judge(SLEY_NEVER);
    assert_finding(SLEY_REFUTED, SLEY_EVIDENCE_SCHEDULE);
    assert_decided_by(17);
    assert_says("counterexample in run 17; 3 of 1000 runs");
}

static void
never_is_confirmed_by_samples_without_the_event(void **state)
{
    (void)state;
    missed_first_in(0);
    judge(SLEY_NEVER);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SAMPLED);
    assert_false(judgement.decided_by_run);
    assert_says("p <= 0.003 at 95 %");
}

static void
a_finding_says_where_its_runs_could_not_switch(void **state)
{
    (void)state;
    const struct sley_survey shared = {
        .points = SLEY_POINTS_SHARED, .place_count = 40, .shared_count = 7};
    const struct sley_survey sync = {.points = SLEY_POINTS_SYNC};
    missed_first_in(0);
    campaign.target.survey = &shared;
    judge(SLEY_NEVER);
    assert_says("at 95 %; switches at synchronisation and at all plain accesses but 33 of 40");
    campaign.target.survey = &sync;
    judge(SLEY_NEVER);
    assert_says("at 95 %; switches at synchronisation only");
    campaign.target.survey = NULL;
    judge(SLEY_NEVER);
    assert_null(strstr(judgement.text, "switches"));
}

static void
sometimes_is_confirmed_by_a_witness(void **state)
{
    (void)state;
    seen_in(1, 999);
    missed_first_in(0);
    judge(SLEY_SOMETIMES);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SCHEDULE);
    assert_decided_by(999);
}

static void
sometimes_is_never_refuted_by_samples(void **state)
{
    (void)state;
    missed_first_in(0);
    judge(SLEY_SOMETIMES);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    assert_says("no witness in 1000 runs");
}

static void
always_is_refuted_by_the_first_run_without_the_event(void **state)
{
    (void)state;
    seen_in(990, 0);
    missed_first_in(42);
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_REFUTED, SLEY_EVIDENCE_SCHEDULE);
    assert_decided_by(42);
    assert_says("counterexample in run 42; 10 of 1000 runs");
}

static void
always_is_confirmed_when_every_run_shows_the_event(void **state)
{
    (void)state;
    seen_in(1000, 0);
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SAMPLED);
    campaign.exhausted = true;
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SCHEDULE);
}

static void
always_of_the_bodys_own_checks_rests_on_their_absence_of_failure(void **state)
{
    (void)state;
    property.event = 0;
    seen_in(1000, 0);
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SAMPLED);
    tally.conflict = false;
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    assert_says("vacuous");
}

static void
absence_is_vacuous_when_no_two_tasks_met(void **state)
{
    (void)state;
    tally.conflict = false;
    missed_first_in(0);
    judge(SLEY_NEVER);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    assert_says("vacuous: no two tasks");
    property.alone = true;
    judge(SLEY_NEVER);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SAMPLED);
}

static void
absence_is_vacuous_when_only_one_of_several_schedules_ran(void **state)
{
    (void)state;
    tally.several_schedules = false;
    missed_first_in(0);
    judge(SLEY_NEVER);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    assert_says("vacuous: one schedule only");
    tally.contended = false; /* there is no other schedule */
    judge(SLEY_NEVER);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SAMPLED);
}

static void
a_witness_is_never_vacuous(void **state)
{
    (void)state;
    tally.conflict = false;
    tally.discarded_count = 999;
    seen_in(1, 5);
    judge(SLEY_NEVER);
    assert_finding(SLEY_REFUTED, SLEY_EVIDENCE_SCHEDULE);
    judge(SLEY_SOMETIMES);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SCHEDULE);
}

static void
absence_among_more_than_nine_of_ten_discarded_runs_says_nothing(void **state)
{
    (void)state;
    missed_first_in(0);
    tally.discarded_count = 900;
    judge(SLEY_NEVER);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SAMPLED);
    tally.discarded_count = 901;
    judge(SLEY_NEVER);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    assert_says("discarded");
    tally.discarded_count = 1000;
    missed_first_in(UINT64_MAX);
    judge(SLEY_NEVER);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
}

static void
an_exhausted_search_shows_absence_for_good(void **state)
{
    (void)state;
    campaign.ops = NULL;
    campaign.exhausted = true;
    missed_first_in(0);
    judge(SLEY_NEVER);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SCHEDULE);
    assert_says("exhausted: 1000 runs");
    judge(SLEY_SOMETIMES);
    assert_finding(SLEY_REFUTED, SLEY_EVIDENCE_SCHEDULE);
    campaign.search = (struct sley_search_options){.bound_preemptions = true, .preemptions_max = 2};
    judge(SLEY_SOMETIMES);
    assert_says("preemptions <= 2");
}

static void
a_search_with_unfair_runs_is_not_exhaustive(void **state)
{
    (void)state;
    campaign.ops = NULL;
    campaign.exhausted = true;
    tally.unfair_count = 1;
    missed_first_in(0);
    judge(SLEY_NEVER);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    judge(SLEY_SOMETIMES);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    seen_in(1000, 0);
    missed_first_in(UINT64_MAX);
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_SAMPLED);
}

static void
no_runs_decide_nothing(void **state)
{
    (void)state;
    tally.run_count = 0;
    for (enum sley_quantifier q = SLEY_ALWAYS; q <= SLEY_NEVER; q++) {
        judge(q);
        assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
        assert_says("no run was executed");
    }
}

static void
the_expectation_of_the_model_counts(void **state)
{
    (void)state;
    property.expect[0] = (struct sley_expectation){"coroutine", SLEY_CONFIRMED, ""};
    property.expect[1] = (struct sley_expectation){"thread", SLEY_REFUTED, "threads interleave"};
    seen_in(1, 0);
    judge(SLEY_NEVER);
    assert_true(judgement.expected);
    assert_string_equal(judgement.reason, "threads interleave");
    judge(SLEY_SOMETIMES);
    assert_false(judgement.expected);
    assert_null(sley_finding_expectation(&property, "process"));
    assert_ptr_equal(sley_finding_expectation(&property, "thread"), &property.expect[1]);
}

static void
an_unexpected_verdict_spoils_an_expected_finding(void **state)
{
    (void)state;
    property.expect[0] = (struct sley_expectation){"thread", SLEY_CONFIRMED, NULL};
    missed_first_in(0);
    judge(SLEY_NEVER);
    assert_true(judgement.expected);
    assert_string_equal(judgement.reason, "");
    tally.unexpected_count = 1;
    judge(SLEY_NEVER);
    assert_false(judgement.expected);
}

/* 1 - 0.05^(1/n): with probability p per run, n runs all miss with probability (1 - p)^n. */
static void
the_upper_bound_is_what_all_runs_miss_with_five_percent(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 100000000; n *= 10) {
        double p = sley_finding_upper_bound(n);
        double missed = exp((double)n * log1p(-p));
        assert_true(fabs(missed - 0.05) < 1e-9);
    }
    assert_true(sley_finding_upper_bound(0) == 1);
}

#define TEST(name) cmocka_unit_test_setup(name, new_campaign)

static void
timed_by(const char *profile)
{
    property.timed = true;
    tally.conflict = tally.several_schedules = false;
    strcpy(tally.profile, profile);
    missed_first_in(UINT64_MAX);
    property.event = 0;
}

static void
what_speaks_of_virtual_time_rests_on_the_profile(void **state)
{
    (void)state;
    timed_by("mine: a test");
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_CONFIRMED, SLEY_EVIDENCE_PROFILE);
    assert_says("by profile mine: a test; 1000 runs");
    assert_string_equal(sley_evidence_word(judgement.evidence), "profile");
}

static void
a_long_note_on_the_profile_leaves_the_bounds_of_a_ratio(void **state)
{
    (void)state;
    char note[SLEY_NOTE_MAX];
    memset(note, 'n', sizeof note - 1);
    note[sizeof note - 1] = '\0';
    timed_by(note);
    const int64_t large = INT64_MAX;
    tally.ratios =
        (struct sley_ratio_range){.any = true,
                                  .low = {.numerator = large - 1, .denominator = large},
                                  .high = {.numerator = large, .denominator = large - 1}};
    property.ratio.low = 17;
    property.ratio.high = 20;
    property.ratio.unit = 10;
    tally.run_count = UINT64_MAX;
    judge(SLEY_RATIO);
    assert_says("nnn...; ratio from 9223372036854775806/9223372036854775807 = 1 to ");
    assert_says("claimed 1.7 to 2");
}

static void
a_counterexample_in_virtual_time_rests_on_the_profile_and_replays(void **state)
{
    (void)state;
    timed_by("mine: a test");
    missed_first_in(3);
    tally.event_count = 999;
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_REFUTED, SLEY_EVIDENCE_PROFILE);
    assert_decided_by(3);
    assert_says("by profile mine: a test; counterexample in run 3; 1 of 1000 runs");
}

static void
a_timed_property_without_a_machine_is_vacuous(void **state)
{
    (void)state;
    timed_by("");
    judge(SLEY_ALWAYS);
    assert_finding(SLEY_INCONCLUSIVE, SLEY_EVIDENCE_NONE);
    assert_says("vacuous: no run was given cores");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(never_is_refuted_by_one_run_with_the_event),
        TEST(never_is_confirmed_by_samples_without_the_event),
        TEST(a_finding_says_where_its_runs_could_not_switch),
        TEST(sometimes_is_confirmed_by_a_witness),
        TEST(sometimes_is_never_refuted_by_samples),
        TEST(always_is_refuted_by_the_first_run_without_the_event),
        TEST(always_is_confirmed_when_every_run_shows_the_event),
        TEST(always_of_the_bodys_own_checks_rests_on_their_absence_of_failure),
        TEST(absence_is_vacuous_when_no_two_tasks_met),
        TEST(absence_is_vacuous_when_only_one_of_several_schedules_ran),
        TEST(a_witness_is_never_vacuous),
        TEST(absence_among_more_than_nine_of_ten_discarded_runs_says_nothing),
        TEST(an_exhausted_search_shows_absence_for_good),
        TEST(a_search_with_unfair_runs_is_not_exhaustive),
        TEST(no_runs_decide_nothing),
        TEST(the_expectation_of_the_model_counts),
        TEST(an_unexpected_verdict_spoils_an_expected_finding),
        TEST(what_speaks_of_virtual_time_rests_on_the_profile),
        TEST(a_long_note_on_the_profile_leaves_the_bounds_of_a_ratio),
        TEST(a_counterexample_in_virtual_time_rests_on_the_profile_and_replays),
        TEST(a_timed_property_without_a_machine_is_vacuous),
        TEST(the_upper_bound_is_what_all_runs_miss_with_five_percent),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
