/* One canary, named on the command line: its campaign's finding, and the replay of its first run
 * with the bug. */
#include "campaign/capture.h"
#include "campaign/finding.h"
#include "campaign/prober.h"
#include "models/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#define SLEY_CANARY(symbol) extern const struct sley_property sley_canary_##symbol[];
#include "tests/canary/canaries.def"
#undef SLEY_CANARY

static const struct sley_property *const canaries[] = {
#define SLEY_CANARY(symbol) sley_canary_##symbol,
#include "tests/canary/canaries.def"
#undef SLEY_CANARY
    NULL,
};

static const struct sley_property *property; /* under test */
static struct sley_campaign campaign;

/* A campaign that is decided stops early only if every witness takes a second. */
static int
run_campaign(void **state)
{
    (void)state;
    const struct sley_target target = {.property = property, .model = &sley_model_thread};
    const struct sley_campaign_options options = {
        .seed = 1,
        .jobs = 1,
        .until_event = (property->event & ~SLEY_BIT(STUCK)) == 0,
    };
    struct sley_error error;
    if (sley_campaign_run(&campaign, &target, &options, &error) != SLEY_OK) {
        print_error("%s\n", error.text);
        return -1;
    }
    return 0;
}

static int
forget_campaign(void **state)
{
    (void)state;
    sley_campaign_deinit(&campaign);
    return 0;
}

static void
print_unexpected(void)
{
    for (uint32_t i = 0; i < campaign.tally->distinct_count; i++) {
        const struct sley_distinct *distinct = &campaign.tally->distinct[i];
        const struct sley_failure *failure = &distinct->result.failure[distinct->index];
        if (sley_target_unexpected(property, 1u << failure->verdict)) {
            print_error("run %llu: %s: %s\n", (unsigned long long)distinct->first_run,
                        sley_verdict_text(failure->verdict), failure->text);
        }
    }
}

static void
the_finding_is_the_expected_one_and_nothing_else_shows(void **state)
{
    (void)state;
    struct sley_judgement judgement;
    sley_finding_judge(&judgement, &campaign);
    print_message("%s: %s (%s)\n", property->name, sley_finding_word(judgement.finding),
                  judgement.text);
    print_unexpected();
    assert_string_equal(sley_finding_word(judgement.finding), "confirmed");
    assert_int_equal(campaign.tally->unexpected_count, 0);
    assert_true(judgement.expected);
}

/* The result of the first run with the event, as the campaign kept it. */
static const struct sley_run_result *
first_result(void)
{
    const struct sley_tally *tally = campaign.tally;
    for (uint32_t i = 0; i < tally->distinct_count; i++) {
        if (tally->distinct[i].first_run == tally->first_event_run) {
            return &tally->distinct[i].result;
        }
    }
    return NULL;
}

static void
capture(struct sley_capture *into)
{
    const struct sley_recipe recipe =
        sley_campaign_recipe(&campaign, campaign.tally->first_event_run);
    struct sley_error error;
    assert_non_null(into);
    if (sley_capture_run(into, &campaign.target, &recipe, &error) != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    assert_true(into->replayed);
    assert_int_equal(into->events_dropped, 0);
    assert_true(into->event_count > 0);
}

static void
the_first_run_with_the_bug_replays(void **state)
{
    (void)state;
    struct sley_capture *first = sley_capture_create();
    struct sley_capture *second = sley_capture_create();
    const struct sley_run_result *kept = first_result();
    assert_non_null(kept);
    capture(first);
    capture(second);
    assert_int_equal(sley_capture_compare(first, second), -1);
    assert_int_equal(first->result.verdicts, second->result.verdicts);
    assert_true(first->result.hash == second->result.hash);
    /* That verdict comes of executing a run twice, so no single execution shows it. */
    if (!(kept->verdicts & SLEY_BIT(NONDETERMINISM))) {
        assert_int_equal(first->result.verdicts, kept->verdicts);
        assert_true(first->result.hash == kept->hash);
    }
    sley_capture_destroy(first);
    sley_capture_destroy(second);
}

static bool
shows(const struct sley_run_result *result, uint64_t signature)
{
    for (uint32_t i = 0; i < result->failure_count; i++) {
        if (sley_failure_signature(&result->failure[i]) == signature) {
            return true;
        }
    }
    return false;
}

/* The shrunk decisions, replayed to the letter, show the same failure and decide nothing else. */
static void
assert_replays(struct sley_capture *into, const struct sley_shrink_run *run, uint64_t signature)
{
    struct sley_recipe recipe = {.choices = run->choices, .choice_count = run->choice_count};
    struct sley_error error;
    assert_int_equal(sley_capture_run(into, &campaign.target, &recipe, &error), SLEY_OK);
    assert_true(into->replayed);
    assert_int_equal(into->choice_count, run->choice_count);
    assert_true(shows(&into->result, signature));
}

/* For the reader of the output alone: nothing is decided by it. */
static uint64_t
now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void
the_first_run_shrinks_to_the_known_minimum_and_replays(void **state)
{
    (void)state;
    static struct sley_shrink_run run;
    struct sley_capture *first = sley_capture_create();
    struct sley_shrink_result shrunk;
    struct sley_error error;
    const struct sley_failure *failure = sley_target_failure(property, first_result());
    if (!property->minimum.known) {
        skip();
    }
    assert_non_null(failure);
    uint64_t signature = sley_failure_signature(failure);
    capture(first);
    run.choice_count = first->choice_count;
    run.step_count = first->result.step_count;
    memcpy(run.choices, first->choices, first->choice_count * sizeof run.choices[0]);
    uint64_t begin_ns = now_ns();
    if (sley_prober_shrink(&campaign.target, signature, &run, &shrunk, &error) != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    print_message("%u choices to %u in %u executions, %.1f ms\n", first->choice_count,
                  run.choice_count, shrunk.try_count, (double)(now_ns() - begin_ns) / 1e6);
    assert_true(shrunk.minimal);
    assert_int_equal(run.choice_count, property->minimum.choices);
    assert_replays(first, &run, signature);
    sley_capture_destroy(first);
}

/* Calls visit for each canary until it returns true; whether one did. */
static bool
any(bool (*visit)(const struct sley_property *canary, const char *argument), const char *argument)
{
    for (const struct sley_property *const *list = canaries; *list; list++) {
        for (const struct sley_property *canary = *list; canary->name; canary++) {
            if (visit(canary, argument)) {
                return true;
            }
        }
    }
    return false;
}

static bool
is_named(const struct sley_property *canary, const char *name)
{
    property = canary;
    return strcmp(canary->name, name) == 0;
}

static bool
list(const struct sley_property *canary, const char *unused)
{
    (void)unused;
    printf("%s\n", canary->name);
    return false;
}

/* The entry of a canary in a file that ctest includes. */
static bool
list_test(const struct sley_property *canary, const char *program)
{
    printf("add_test(\"%s\" \"%s\" \"%s\")\n", canary->name, program, canary->name);
    printf("set_tests_properties(\"%s\" PROPERTIES LABELS canary TIMEOUT 60)\n", canary->name);
    return false;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest bug[] = {
        cmocka_unit_test(the_finding_is_the_expected_one_and_nothing_else_shows),
        cmocka_unit_test(the_first_run_with_the_bug_replays),
        cmocka_unit_test(the_first_run_shrinks_to_the_known_minimum_and_replays),
    };
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(the_finding_is_the_expected_one_and_nothing_else_shows),
    };
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        return any(list, NULL);
    }
    if (argc == 2 && strcmp(argv[1], "--ctest") == 0) {
        return any(list_test, argv[0]);
    }
    if (argc != 2 || !any(is_named, argv[1])) {
        fprintf(stderr, "usage: %s NAME | --list | --ctest\n", argv[0]);
        return 2;
    }
    return property->quantifier == SLEY_SOMETIMES
               ? cmocka_run_group_tests_name(property->name, bug, run_campaign, forget_campaign)
               : cmocka_run_group_tests_name(property->name, fixed, run_campaign, forget_campaign);
}
