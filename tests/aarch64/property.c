/* One claim end to end on another architecture: the lost update is found, the lock prevents it. */
#include "campaign/finding.h"

#include "models/registry.h"
#include "scenarios/registry.h"

#include <stdio.h>
#include <string.h>

static int
judge(const char *name)
{
    for (const struct sley_property *p = sley_scenario_counter; p->name; p++) {
        struct sley_target target = {.property = p, .model = &sley_model_thread};
        struct sley_campaign_options options = {.runs = 500, .jobs = 1};
        struct sley_campaign campaign;
        struct sley_judgement judgement;
        struct sley_error error;
        if (strcmp(p->name, name) != 0) {
            continue;
        }
        if (sley_campaign_run(&campaign, &target, &options, &error) != SLEY_OK) {
            fprintf(stderr, "%s\n", error.text);
            return 2;
        }
        sley_finding_judge(&judgement, &campaign);
        printf("%s: %s, %s\n", name, sley_finding_word(judgement.finding), judgement.text);
        sley_campaign_deinit(&campaign);
        return judgement.expected ? 0 : 1;
    }
    return 2;
}

int
main(void)
{
    struct sley_error error;
    if (sley_engine_init(&error) != SLEY_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 2;
    }
    return judge("thread-race-on-shared") | judge("atomic-increment-not-atomic") |
           judge("lock-makes-critical-section-atomic");
}
