/* One property in one model: the finding must be the expected one, and nothing unexpected may show.
 *
 * usage: conformance_test PROPERTY MODEL; ctest has an entry for each pair. */
#include "cli/catalogue.h"
#include "cli/runner.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct sley_property *property;
static const struct sley_model *model;

static void
the_finding_is_the_expected_one(void **state)
{
    struct sley_session session;
    struct sley_options options = {.jobs = 1, .out = ".sley"};
    struct sley_target target = {.property = property, .model = model};
    struct sley_outcome outcome = {0};
    struct sley_error error = {SLEY_OK, ""};
    (void)state;
    enum sley_status status = sley_session_init(&session, &options, SLEY_COMMAND, false, &error);
    if (status == SLEY_OK) {
        status = sley_runner_run(&session, &target, &outcome, &error);
    }
    sley_session_deinit(&session);
    if (status != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(outcome.judgement.finding, outcome.judgement.expected_finding);
    assert_true(outcome.judgement.expected);
}

int
main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    property = argc == 3 ? sley_catalogue_property(argv[1]) : NULL;
    model = argc == 3 ? sley_catalogue_model(argv[2]) : NULL;
    if (!property || !model || model->missing) {
        fprintf(stderr, "usage: conformance_test PROPERTY MODEL\n");
        return 2;
    }
    char name[160];
    snprintf(name, sizeof name, "%s/%s", argv[1], argv[2]);
    const struct CMUnitTest tests[] = {
        {name, the_finding_is_the_expected_one, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
