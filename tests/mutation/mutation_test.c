/* One planted fault of a model or an object: the property that names it must notice.
 *
 * usage: mutation_test FAULT, or mutation_test --list; ctest has an entry for each fault. */
#include "campaign/campaign.h"
#include "campaign/finding.h"
#include "cli/catalogue.h"
#include "cli/reference.h"
#include "models/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum sley_fault fault;

/* Whether the campaign of the killer, with that fault, ends as expected. */
static bool
passes(enum sley_fault active)
{
    const struct sley_fault_entry *entry = &sley_faults[fault];
    struct sley_target target = {.property = sley_catalogue_property(entry->killer),
                                 .model = sley_catalogue_model(entry->model)};
    struct sley_campaign_options options = {0};
    struct sley_campaign campaign, reference;
    struct sley_judgement judgement;
    struct sley_error error;
    assert_non_null(target.property);
    assert_non_null(target.model);
    sley_fault_current = active;
    enum sley_status status = sley_campaign_run(&campaign, &target, &options, &error);
    if (status == SLEY_OK) {
        status = sley_reference_run(&reference, &campaign, &error);
    }
    sley_fault_current = SLEY_FAULT_NONE;
    if (status != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    sley_finding_judge(&judgement, &campaign);
    sley_campaign_deinit(&reference);
    sley_campaign_deinit(&campaign);
    print_message("%s: %s, %s\n", entry->killer, sley_finding_word(judgement.finding),
                  judgement.text);
    return judgement.expected;
}

static void
the_killer_notices_the_fault_and_nothing_else(void **state)
{
    (void)state;
    assert_true(passes(SLEY_FAULT_NONE));
    assert_false(passes(fault));
}

int
main(int argc, char **argv)
{
    const char *wanted = argc == 2 ? argv[1] : "";
    for (int i = SLEY_FAULT_NONE + 1; i < SLEY_FAULT_COUNT; i++) {
        if (strcmp(wanted, "--list") == 0) {
            printf("%s\t%s\t%s\t%s\n", sley_faults[i].name, sley_faults[i].model,
                   sley_faults[i].killer, sley_faults[i].what);
        } else if (strcmp(wanted, sley_faults[i].name) == 0) {
            fault = (enum sley_fault)i;
        }
    }
    if (fault == SLEY_FAULT_NONE) {
        return strcmp(wanted, "--list") == 0 ? 0 : 2;
    }
    const struct CMUnitTest tests[] = {
        {wanted, the_killer_notices_the_fault_and_nothing_else, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
