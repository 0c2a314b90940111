/* `sley calibrate` as a process. */
#include "tests/cli/process.h"

#include "models/machine/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void
the_file_is_a_profile_and_nothing_else_is_printed(void **state)
{
    (void)state;
    struct sley_ended ended;
    struct sley_profile profile;
    struct sley_error error;
    assert_int_equal(sley_process_run(&ended, sley_test_directory, "calibrate --out my.profile"),
                     0);
    if (ended.code != 0) {
        fail_msg("exit code %d: %s", ended.code, ended.err);
    }
    assert_string_equal(ended.out, "");
    sley_ended_deinit(&ended);
    char *text = sley_file_text(sley_test_directory, "my.profile");
    enum sley_status status = sley_profile_parse(&profile, text, strlen(text), "my", &error);
    free(text);
    if (status != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    assert_string_equal(profile.name, "here");
}

static void
a_file_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    struct sley_ended ended;
    assert_int_equal(sley_process_run(&ended, sley_test_directory, "calibrate --out no/where"), 0);
    assert_int_equal(ended.code, 2);
    assert_non_null(strstr(ended.err, "cannot write no/where"));
    sley_ended_deinit(&ended);
}

static void
an_argument_is_refused(void **state)
{
    (void)state;
    struct sley_ended ended;
    assert_int_equal(sley_process_run(&ended, sley_test_directory, "calibrate everything"), 0);
    assert_int_equal(ended.code, 2);
    assert_non_null(strstr(ended.err, "'everything'"));
    sley_ended_deinit(&ended);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_file_is_a_profile_and_nothing_else_is_printed,
                                        sley_test_begin, sley_test_end),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_written_is_an_error, sley_test_begin,
                                        sley_test_end),
        cmocka_unit_test_setup_teardown(an_argument_is_refused, sley_test_begin, sley_test_end),
    };
    return cmocka_run_group_tests_name("calibrate", tests, NULL, NULL);
}
