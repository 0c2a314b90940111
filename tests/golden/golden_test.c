/* Texts for people, one for each kind of verdict, compared with the files of this directory. */
#include "cli/catalogue.h"
#include "cli/explorer.h"
#include "cli/token_command.h"
#include "models/registry.h"
#include "report/select.h"
#include "report/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

struct golden {
    const char *name;
    const char *property;
    const char *model;
    enum sley_verdict verdict;
    uint32_t marked; /* guilty steps, at least */
};

static const struct golden goldens[] = {
#define SLEY_GOLDEN(name, property, model, verdict, marked)                                        \
    {name, property, model, SLEY_VERDICT_##verdict, marked},
#include "tests/golden/golden.def"
#undef SLEY_GOLDEN
};

enum { GOLDEN_COUNT = sizeof goldens / sizeof goldens[0], WIDTH = 80 };

static const struct golden *golden; /* under test */
static bool renew;                  /* the file is written instead of compared */
static struct sley_session session;
static struct sley_options options = {.jobs = 1, .out = ".sley"};

static const struct sley_property *
property_of(const char *name)
{
    for (const struct sley_property *const *list = canaries; *list; list++) {
        for (const struct sley_property *canary = *list; canary->name; canary++) {
            if (strcmp(canary->name, name) == 0) {
                return canary;
            }
        }
    }
    return sley_catalogue_property(name);
}

/* That verdict comes of executing a run twice: the campaign has it, and no capture. */
static void
adopt_failure(const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    for (uint32_t i = 0; i < tally->distinct_count; i++) {
        const struct sley_distinct *distinct = &tally->distinct[i];
        const struct sley_failure *failure = &distinct->result.failure[distinct->index];
        if (failure->verdict == SLEY_VERDICT_NONDETERMINISM) {
            struct sley_run_result *result = &session.capture->result;
            result->verdicts |= SLEY_BIT(NONDETERMINISM);
            result->failure[result->failure_count++] = *failure;
            return;
        }
    }
}

/* The first run of a fixed seed that shows the verdict, shrunk, in session.capture. */
static void
find_run(const struct sley_target *target)
{
    static struct sley_campaign campaign;
    struct sley_property sought = *target->property;
    sought.quantifier = SLEY_SOMETIMES;
    sought.event = 1u << golden->verdict;
    const struct sley_target copy = {.property = &sought, .model = target->model};
    const struct sley_campaign_options campaign_options = {
        .strategy = "mix", .seed = 1, .jobs = 1, .until_event = true};
    struct sley_error error = {.text = ""};
    struct sley_shrunk shrunk;
    enum sley_status status = sley_campaign_run(&campaign, &copy, &campaign_options, &error);
    if (status == SLEY_OK && campaign.tally->event_count == 0) {
        fail_msg("no run of %s shows %s", golden->property, sley_verdict_word(golden->verdict));
    }
    if (status == SLEY_OK) {
        const struct sley_recipe recipe =
            sley_campaign_recipe(&campaign, campaign.tally->first_event_run);
        status = sley_session_capture(&session, &copy, &recipe, &error);
    }
    if (status == SLEY_OK && golden->verdict == SLEY_VERDICT_NONDETERMINISM) {
        adopt_failure(&campaign);
    } else if (status == SLEY_OK) {
        status = sley_explorer_shrink(&session, &copy, "", false, &shrunk, NULL, &error);
    }
    sley_campaign_deinit(&campaign);
    if (status != SLEY_OK) {
        fail_msg("%s", error.text);
    }
}

static uint32_t
count_marked(void)
{
    struct sley_selection selection;
    uint32_t count = 0;
    assert_true(sley_selection_init(&selection, session.capture, 40));
    for (uint32_t i = 0; i < selection.row_count; i++) {
        count += selection.rows[i].guilty;
    }
    sley_selection_deinit(&selection);
    return count;
}

static char *
text_of(const struct sley_target *target)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    const struct sley_table_options table = {.width = WIDTH};
    session.out = out;
    fprintf(out, "%s\n", target->property->says ? target->property->says : "");
    sley_token_print_verdicts(&session, target);
    if (golden->verdict != SLEY_VERDICT_NONDETERMINISM) {
        sley_table_print(out, session.symbolizer, session.capture, &table);
    }
    fclose(out);
    session.out = stdout;
    return text;
}

static void
compare_file(const char *path, const char *text)
{
    FILE *file = fopen(path, renew ? "w" : "r");
    if (!file) {
        fail_msg("cannot open %s", path);
    }
    if (renew) {
        fputs(text, file);
        assert_int_equal(fclose(file), 0);
        return;
    }
    static char kept[1 << 16];
    kept[fread(kept, 1, sizeof kept - 1, file)] = '\0';
    fclose(file);
    if (strcmp(kept, text) != 0) {
        fail_msg("not as in %s (ci/golden --renew writes it anew):\n%s", path, text);
    }
}

static void
the_text_marks_the_guilty_steps_and_is_the_kept_one(void **state)
{
    (void)state;
    char path[512];
    const struct sley_target target = {.property = property_of(golden->property),
                                       .model = sley_catalogue_model(golden->model)};
    assert_non_null(target.property);
    assert_non_null(target.model);
    find_run(&target);
    char *text = text_of(&target);
    snprintf(path, sizeof path, "%s/%s.txt", SLEY_GOLDEN_DIRECTORY, golden->name);
    compare_file(path, text);
    assert_true(session.capture->result.verdicts >> golden->verdict & 1);
    if (count_marked() < golden->marked) {
        fail_msg("%u steps are marked, not %u:\n%s", count_marked(), golden->marked, text);
    }
    free(text);
}

static int
begin(void **state)
{
    struct sley_error error;
    (void)state;
    if (sley_session_init(&session, &options, "sley", false, &error) != SLEY_OK) {
        print_error("%s\n", error.text);
        return -1;
    }
    session.color = session.terminal = false;
    return 0;
}

static int
end(void **state)
{
    (void)state;
    sley_session_deinit(&session);
    return 0;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_marks_the_guilty_steps_and_is_the_kept_one),
    };
    renew = argc == 3 && strcmp(argv[1], "--renew") == 0;
    for (int i = 0; i < GOLDEN_COUNT && argc >= 2; i++) {
        if (strcmp(argv[argc - 1], goldens[i].name) == 0) {
            golden = &goldens[i];
        }
    }
    if (!golden) {
        fprintf(stderr, "usage: %s [--renew] NAME\n", argv[0]);
        return 2;
    }
    return cmocka_run_group_tests_name(golden->name, tests, begin, end);
}
