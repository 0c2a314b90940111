/* What a property names as its falsifier must refute that same property, in a model where it is
 * confirmed without: the planted fault, or the body of its buggy twin.
 *
 * usage: falsifier_test PROPERTY; ctest has an entry for each property that names one. */
#include "campaign/finding.h"
#include "cli/catalogue.h"
#include "cli/falsifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct sley_property *property;

static enum sley_finding
find(const struct sley_property *tested, const char *model, enum sley_fault fault)
{
    struct sley_target target = {.property = tested, .model = sley_catalogue_model(model)};
    struct sley_campaign_options options = {.until_event = true};
    struct sley_campaign campaign;
    struct sley_judgement judgement;
    struct sley_error error;
    assert_non_null(target.model);
    sley_fault_current = fault;
    enum sley_status status = sley_campaign_run(&campaign, &target, &options, &error);
    sley_fault_current = SLEY_FAULT_NONE;
    if (status != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    sley_finding_judge(&judgement, &campaign);
    sley_campaign_deinit(&campaign);
    print_message("%s: %s, %s\n", model, sley_finding_word(judgement.finding), judgement.text);
    return judgement.finding;
}

static void
the_falsifier_refutes_the_same_property(void **state)
{
    const struct sley_property *twin = sley_falsifier_twin(property);
    enum sley_fault fault = sley_falsifier_fault(property);
    struct sley_property tested = *property;
    bool refuted = false;
    (void)state;
    tested.body = twin ? twin->body : property->body;
    for (int i = 0; i < SLEY_EXPECTATIONS_MAX && property->expect[i].model && !refuted; i++) {
        const struct sley_expectation *e = &property->expect[i];
        if (e->finding == SLEY_CONFIRMED && (!twin || sley_finding_expectation(twin, e->model))) {
            refuted = find(&tested, e->model, fault) == SLEY_REFUTED;
        }
    }
    assert_true(refuted);
}

int
main(int argc, char **argv)
{
    property = argc == 2 ? sley_catalogue_property(argv[1]) : NULL;
    if (!property || !sley_falsifier_names(property)) {
        fprintf(stderr, "usage: falsifier_test PROPERTY (one that names a falsifier)\n");
        return 2;
    }
    const struct CMUnitTest tests[] = {
        {argv[1], the_falsifier_refutes_the_same_property, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
