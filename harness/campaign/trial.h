/* Whether a program's runs may share a process. */
#ifndef SLEY_CAMPAIGN_TRIAL_H
#define SLEY_CAMPAIGN_TRIAL_H

#include "engine/engine.h"

#include <sley/status.h>

struct sley_campaign;
struct sley_target;
struct sley_search;

enum { SLEY_TRIED_RUNS = 4 /* first runs of a campaign that are executed twice */ };

/* What runs showed when they were executed again. */
struct sley_trial {
    struct sley_run_result plain; /* of the run without preemption, the first execution of all */
    bool differs;                 /* two executions in one process differ */
    bool outside;                 /* two executions in processes of their own differ */
    uint64_t run;                 /* the first that differs */
    char text[96];                /* where; "" unless it differs */
};

/* Executes the run without preemption twice, each time in a process of its own, before anything
 * else of the campaign runs. What the first one left behind outside its process, such as a file,
 * may make the second another one. Fills trial. */
enum sley_status sley_trial_begin(const struct sley_target *target, struct sley_trial *trial,
                                  struct sley_error *error);

/* Decides whether each run gets a process of its own: as it was asked for; or (auto) executes the
 * campaign's first runs twice in one process, with a search the first run alone, and if that shows
 * a difference, twice in processes of their own. Counts and reports nothing but a remark. search is
 * NULL for strategies, and stands at its first run before and after. Fills campaign->forked and
 * campaign->trial. */
enum sley_status sley_trial_settle(struct sley_campaign *campaign, struct sley_search *search,
                                   struct sley_error *error);

#endif
