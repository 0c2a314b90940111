/* A program that knows nothing of sley: its bug is found and replays, its world is its own in every
 * run, and its ends are verdicts. */
#include "campaign/capture.h"
#include "campaign/finding.h"
#include "models/registry.h"
#include "tests/program/bank_property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>

static struct sley_campaign campaign;
static struct sley_capture *captures[2];

static int
begin(void **state)
{
    (void)state;
    campaign.tally = NULL;
    for (int i = 0; i < 2; i++) {
        captures[i] = sley_capture_create();
    }
    return captures[0] && captures[1] ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    sley_campaign_deinit(&campaign);
    sley_capture_destroy(captures[0]);
    sley_capture_destroy(captures[1]);
    return 0;
}

/* The campaign of property in the thread model, judged. */
static struct sley_judgement
judge(const struct sley_property *property)
{
    const struct sley_target target = {.property = property, .model = &sley_model_thread};
    const struct sley_campaign_options options = {.seed = 1, .jobs = 1};
    struct sley_error error;
    struct sley_judgement judgement;
    if (sley_campaign_run(&campaign, &target, &options, &error) != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    sley_finding_judge(&judgement, &campaign);
    for (uint32_t i = 0; i < campaign.tally->distinct_count; i++) {
        const struct sley_distinct *distinct = &campaign.tally->distinct[i];
        const struct sley_failure *failure = &distinct->result.failure[distinct->index];
        print_message("%s, run %llu: %s: %s\n", property->name,
                      (unsigned long long)distinct->first_run, sley_verdict_text(failure->verdict),
                      failure->text);
    }
    return judgement;
}

/* Executes a run of the campaign twice; the two are the same, event by event. */
static const struct sley_run_result *
replay(uint64_t run)
{
    const struct sley_recipe recipe = sley_campaign_recipe(&campaign, run);
    for (int i = 0; i < 2; i++) {
        struct sley_error error;
        if (sley_capture_run(captures[i], &campaign.target, &recipe, &error) != SLEY_OK) {
            fail_msg("%s", error.text);
        }
    }
    assert_int_equal(sley_capture_compare(captures[0], captures[1]), -1);
    assert_true(captures[0]->event_count > 0);
    assert_true(captures[0]->result.hash == captures[1]->result.hash);
    return &captures[0]->result;
}

static void
the_planted_bug_is_found_and_replays(void **state)
{
    (void)state;
    struct sley_judgement judgement = judge(&bank_hasty);
    assert_int_equal(judgement.finding, SLEY_CONFIRMED);
    assert_int_equal(campaign.tally->verdicts, SLEY_BIT(ASSERTION));
    /* Not in every schedule: the bug is one of atomicity. */
    assert_true(campaign.tally->first_miss_run != UINT64_MAX);
    const struct sley_run_result *result = replay(judgement.run);
    assert_int_equal(result->verdicts, SLEY_BIT(ASSERTION));
    assert_string_equal(result->failure[0].text, "balance >= 0");
}

/* The choices of a run that was captured lead to the same run, as its token in choice form. */
static void
the_planted_bug_replays_from_its_choices(void **state)
{
    (void)state;
    struct sley_judgement judgement = judge(&bank_hasty);
    replay(judgement.run);
    struct sley_recipe recipe = {.choices = captures[0]->choices,
                                 .choice_count = captures[0]->choice_count};
    struct sley_error error;
    assert_int_equal(sley_capture_run(captures[1], &campaign.target, &recipe, &error), SLEY_OK);
    assert_true(captures[1]->replayed);
    assert_int_equal(sley_capture_compare(captures[0], captures[1]), -1);
}

/* Its assertions say as well that globals and function statics begin afresh in every run, and that
 * errno and thread-local variables are each task's own. */
static void
the_fixed_program_passes_five_thousand_runs(void **state)
{
    (void)state;
    struct sley_judgement judgement = judge(&bank_careful);
    assert_int_equal(judgement.finding, SLEY_CONFIRMED);
    assert_int_equal(campaign.tally->run_count, 5000);
    assert_int_equal(campaign.tally->verdicts, 0);
    assert_true(campaign.tally->several_schedules);
}

/* Every run ends by that code. */
static void
check_exit(const struct sley_property *property, uint32_t code, bool by_task_0)
{
    struct sley_judgement judgement = judge(property);
    char text[32];
    snprintf(text, sizeof text, "exit(%u)", code);
    assert_int_equal(judgement.finding, SLEY_CONFIRMED);
    assert_int_equal(campaign.tally->verdicts, SLEY_BIT(EXIT));
    assert_int_equal(campaign.tally->event_count, property->runs);
    const struct sley_run_result *result = replay(0);
    assert_int_equal(result->verdicts, SLEY_BIT(EXIT));
    assert_int_equal(result->failure[0].detail, code);
    assert_string_equal(result->failure[0].text, text);
    assert_int_equal(result->failure[0].task[0] == 0, by_task_0);
}

static void
exit_in_a_task_is_a_verdict_with_its_code(void **state)
{
    (void)state;
    check_exit(&bank_leave, 3, false);
}

static void
a_result_of_main_other_than_0_is_a_verdict_with_its_code(void **state)
{
    (void)state;
    check_exit(&bank_fail, 5, true);
}

static void
arguments_of_the_program_may_be_drawn(void **state)
{
    (void)state;
    struct sley_judgement judgement = judge(&bank_drawn);
    const struct sley_tally *tally = campaign.tally;
    assert_int_equal(judgement.finding, SLEY_CONFIRMED);
    assert_true(tally->event_count > 0 && tally->event_count < tally->run_count);
    assert_true(tally->verdict_count[SLEY_VERDICT_ASSERTION] > 0);
    assert_int_equal(tally->unexpected_count, 0);
    assert_int_equal(replay(judgement.run)->failure[0].detail, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_planted_bug_is_found_and_replays),
        TEST(the_planted_bug_replays_from_its_choices),
        TEST(the_fixed_program_passes_five_thousand_runs),
        TEST(exit_in_a_task_is_a_verdict_with_its_code),
        TEST(a_result_of_main_other_than_0_is_a_verdict_with_its_code),
        TEST(arguments_of_the_program_may_be_drawn),
    };
    return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
