/* The same run twice is the same run, for every property in every model that can run; and the
 * default strategy finds the two classic bugs at once.
 *
 * usage: determinism_test [RUNS]; default 1 for each property and model. */
#include "campaign/capture.h"
#include "campaign/finding.h"
#include "cli/catalogue.h"

#include "models/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 100 };

static uint64_t runs_each = 1;

static struct sley_capture *first, *second;

/* Both captures, their tokens and the one made of the recorded choices must agree. */
static bool
replays(const struct sley_target *target, const struct sley_recipe *recipe)
{
    static struct sley_token token;
    char text[300];
    struct sley_error error;
    if (sley_capture_run(first, target, recipe, &error) != SLEY_OK ||
        sley_capture_run(second, target, recipe, &error) != SLEY_OK ||
        sley_capture_compare(first, second) != -1 || first->result.hash != second->result.hash) {
        return false;
    }
    sley_token_stamp(&token, &first->result);
    struct sley_recipe choices = {.choices = first->choices, .choice_count = first->choice_count};
    if (first->result.unfair || first->choices_dropped) {
        return true; /* has no choice form */
    }
    return sley_capture_run(second, target, &choices, &error) == SLEY_OK && second->replayed &&
           sley_token_matches(&token, &second->result, text, sizeof text) &&
           sley_capture_compare(first, second) == -1;
}

static enum sley_status
check_property(void *context, const struct sley_property *property, struct sley_error *error)
{
    int *failures = context;
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        const struct sley_expectation *e = sley_finding_expectation(property, (*m)->name);
        if ((*m)->missing || !e || e->finding == SLEY_NOT_APPLICABLE || !property->body) {
            continue;
        }
        struct sley_target target = {.property = property, .model = *m};
        static uint64_t turn; /* the strategies of the mix take turns from run to run */
        for (uint64_t run = 0; run < runs_each; run++) {
            struct sley_recipe recipe = {.ops = &sley_strategy_mix,
                                         .parameters = {2, {3, 40}},
                                         .seed = 7,
                                         .run = turn++ % SLEY_ROTATION};
            if (!replays(&target, &recipe)) {
                printf("not the same twice: %s, %s, run %d\n", property->name, (*m)->name,
                       (int)recipe.run);
                (*failures)++;
            }
        }
    }
    (void)error;
    return SLEY_OK;
}

static void
every_property_replays_event_by_event_in_seed_form_and_in_choice_form(void **state)
{
    int failures = 0;
    struct sley_error error;
    (void)state;
    assert_int_equal(sley_catalogue_visit(NULL, 0, check_property, &failures, &error), SLEY_OK);
    assert_int_equal(failures, 0);
}

static int
ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Median over the seeds of the number of runs up to the first witness. */
static uint64_t
median_runs(const char *name)
{
    uint64_t runs[SEEDS];
    struct sley_target target = {.property = sley_catalogue_property(name),
                                 .model = sley_catalogue_model("thread")};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct sley_campaign_options options = {.strategy = "mix", .seed = seed, .runs = 64};
        struct sley_campaign campaign;
        struct sley_error error;
        runs[seed] = UINT64_MAX;
        if (sley_campaign_run(&campaign, &target, &options, &error) == SLEY_OK &&
            campaign.tally->first_event_run != UINT64_MAX) {
            runs[seed] = campaign.tally->first_event_run + 1;
        }
        sley_campaign_deinit(&campaign);
    }
    qsort(runs, SEEDS, sizeof runs[0], ascending);
    printf("%s: median %d runs, worst %d of 64\n", name, (int)runs[SEEDS / 2],
           (int)runs[SEEDS - 1]);
    return runs[SEEDS / 2];
}

static void
the_lost_update_is_found_within_ten_runs_at_the_median(void **state)
{
    (void)state;
    assert_in_range(median_runs("atomic-increment-not-atomic"), 1, 10);
}

static void
the_abba_deadlock_is_found_within_ten_runs_at_the_median(void **state)
{
    (void)state;
    assert_in_range(median_runs("deadlock-abba"), 1, 10);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_property_replays_event_by_event_in_seed_form_and_in_choice_form),
        cmocka_unit_test(the_lost_update_is_found_within_ten_runs_at_the_median),
        cmocka_unit_test(the_abba_deadlock_is_found_within_ten_runs_at_the_median),
    };
    struct sley_error error;
    if (argc == 2) {
        runs_each = strtoull(argv[1], NULL, 10);
    }
    first = sley_capture_create();
    second = sley_capture_create();
    if (!first || !second || sley_engine_init(&error) != SLEY_OK) {
        return 2;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
