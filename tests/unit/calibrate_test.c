/* Measuring this machine's costs: what is printed is a profile, whatever the figures are. */
#include "models/machine/calibrate.h"

#include "models/machine/measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

static struct sley_calibration calibration;
static struct sley_error error;

/* The calibration as printed; the caller frees it. */
static char *
printed(size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    assert_non_null(out);
    sley_calibration_print(out, &calibration);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
what_is_measured_prints_as_a_profile(void **state)
{
    (void)state;
    struct sley_profile profile;
    struct sley_calibrate_options options = {.rounds = 3, .scale = 1};
    enum sley_status status = sley_calibrate(&calibration, &options, &error);
    if (status != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    size_t length;
    char *text = printed(&length);
    status = sley_profile_parse(&profile, text, length, "here.profile", &error);
    free(text);
    if (status != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    assert_string_equal(profile.name, "here");
    for (int i = 0; i < SLEY_MEASURE_COUNT; i++) {
        const struct sley_figure *figure = &calibration.figure[sley_measures[i].cost];
        assert_true(figure->low <= figure->median && figure->median <= figure->high);
        assert_int_equal(profile.value[sley_measures[i].cost], figure->median / 1000);
    }
    assert_true(profile.value[SLEY_COST_CREATE_THREAD] > 0);
    assert_true(profile.value[SLEY_COST_SWITCH_PROCESS] > 0);
    assert_true(profile.value[SLEY_COST_MEMORY_FORK] > 0);
    assert_int_equal(profile.value[SLEY_COST_CREATE_FORKSERVER],
                     profile.value[SLEY_COST_CREATE_FORK]);
}

static void
a_busy_machine_is_told_in_the_profile_itself(void **state)
{
    (void)state;
    size_t length;
    calibration = (struct sley_calibration){.rounds = 1, .share = SLEY_CALIBRATE_SHARE_MIN - 1};
    char *text = printed(&length);
    assert_non_null(strstr(text, "# NOTE: this machine was busy"));
    assert_non_null(strstr(text, "busy with other work: not to trust"));
    free(text);
    calibration.share = SLEY_CALIBRATE_SHARE_MIN;
    text = printed(&length);
    assert_null(strstr(text, "busy"));
    free(text);
}

static void
the_number_of_rounds_has_a_bound(void **state)
{
    (void)state;
    struct sley_calibrate_options options = {.rounds = SLEY_CALIBRATE_ROUNDS_MAX + 1};
    assert_int_equal(sley_calibrate(&calibration, &options, &error), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "1 to 31 are right"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_measured_prints_as_a_profile),
        cmocka_unit_test(a_busy_machine_is_told_in_the_profile_itself),
        cmocka_unit_test(the_number_of_rounds_has_a_bound),
    };
    return cmocka_run_group_tests_name("calibrate", tests, NULL, NULL);
}
