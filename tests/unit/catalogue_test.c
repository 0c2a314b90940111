/* Names of models as users write them, and the table of findings. */
#include "cli/catalogue.h"
#include "cli/findings.h"
#include "cli/lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static bool
matches(const char *name, const char *model_name)
{
    const struct sley_model model = {.name = model_name};
    return sley_catalogue_model_matches(name, &model);
}

static void
a_model_stands_for_all_of_its_policies(void **state)
{
    (void)state;
    assert_true(matches("gil", "gil:py2"));
    assert_true(matches("gil", "gil:per-interpreter"));
    assert_true(matches("process", "process"));
    assert_true(matches("process", "process:spawn"));
    assert_false(matches("gil", "gilt"));
    assert_false(matches("g", "gil:py2"));
    assert_false(matches("", "gil"));
}

static void
a_policy_stands_for_itself(void **state)
{
    (void)state;
    assert_true(matches("gil:py310", "gil:py310"));
    assert_false(matches("gil:py31", "gil:py310"));
    assert_false(matches("gil:py310", "gil:py31"));
    assert_false(matches("process:spawn", "process"));
}

static void
a_colon_at_the_end_asks_for_the_model_without_a_policy(void **state)
{
    (void)state;
    assert_true(matches("process:", "process"));
    assert_false(matches("process:", "process:spawn"));
    assert_false(matches("process:", "proces"));
}

static void
every_registered_model_is_known_by_its_name(void **state)
{
    (void)state;
    int count = 0;
    struct sley_error error;
    assert_int_equal(sley_catalogue_check(&error), SLEY_OK);
    for (; sley_models[count]; count++) {
        assert_ptr_equal(sley_catalogue_model(sley_models[count]->name), sley_models[count]);
        assert_true(matches(sley_models[count]->name, sley_models[count]->name));
    }
    assert_int_equal(count, SLEY_MODEL_COUNT);
}

static void
the_unknown_model_is_answered_with_the_known_ones(void **state)
{
    (void)state;
    struct sley_error error;
    assert_int_equal(sley_catalogue_model_check("fibre", &error), SLEY_ERROR_USAGE);
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        assert_true((*m)->missing || strstr(error.text, (*m)->name));
    }
}

/* --- the table --- */

static struct sley_findings_row rows[2];
static const struct sley_property first = {.name = "first"};
static const struct sley_property second = {.name = "the-second"};

static void
set(int row, int model, const char *cell)
{
    snprintf(rows[row].cell[model], SLEY_FINDINGS_CELL, "%s", cell);
}

static char *
table_of(uint32_t width)
{
    char *text = NULL;
    size_t size;
    struct sley_session session = {.width = width};
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    sley_findings_print(out, &session, rows, 2);
    fclose(out);
    return text;
}

static int
new_rows(void **state)
{
    (void)state;
    memset(rows, 0, sizeof rows);
    rows[0].property = &first;
    rows[1].property = &second;
    return 0;
}

static void
models_without_a_cell_have_no_column(void **state)
{
    (void)state;
    set(0, 0, "confirmed");
    set(1, 0, "-");
    set(1, SLEY_MODEL_COUNT - 1, "refuted");
    char expected[200];
    snprintf(expected, sizeof expected,
             "\nproperty    %-9s  %s\nfirst       confirmed  -\nthe-second  -          refuted\n",
             sley_models[0]->name, sley_models[SLEY_MODEL_COUNT - 1]->name);
    char *text = table_of(100);
    assert_string_equal(text, expected);
    free(text);
}

/* A width that has room for one column beside the names. */
static void
columns_that_do_not_fit_stand_below(void **state)
{
    (void)state;
    set(0, 0, "confirmed");
    set(1, SLEY_MODEL_COUNT - 1, "refuted !");
    char expected[200];
    snprintf(expected, sizeof expected,
             "\nproperty  %s\nfirst     confirmed\n\nproperty    %s\nthe-second  refuted !\n",
             sley_models[0]->name, sley_models[SLEY_MODEL_COUNT - 1]->name);
    char *text = table_of(24);
    assert_string_equal(text, expected);
    free(text);
}

static void
a_planted_fault_is_part_of_every_printed_command(void **state)
{
    (void)state;
    assert_string_equal(sley_lane_suffix(), "");
    sley_lane_suffix_fault("gremlin");
    assert_string_equal(sley_lane_suffix(), " --fault gremlin");
    sley_lane_suffix_fault(NULL);
    assert_string_equal(sley_lane_suffix(), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_stands_for_all_of_its_policies),
        cmocka_unit_test(a_policy_stands_for_itself),
        cmocka_unit_test(a_colon_at_the_end_asks_for_the_model_without_a_policy),
        cmocka_unit_test(every_registered_model_is_known_by_its_name),
        cmocka_unit_test(the_unknown_model_is_answered_with_the_known_ones),
        cmocka_unit_test_setup(models_without_a_cell_have_no_column, new_rows),
        cmocka_unit_test_setup(columns_that_do_not_fit_stand_below, new_rows),
        cmocka_unit_test(a_planted_fault_is_part_of_every_printed_command),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
