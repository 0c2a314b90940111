/* Whether a program's runs may share a process. */
#ifndef SLEY_CAMPAIGN_TRIAL_H
#define SLEY_CAMPAIGN_TRIAL_H

#include <sley/status.h>

#include <stdbool.h>
#include <stdint.h>

struct sley_campaign;
struct sley_search;

enum { SLEY_TRIED_RUNS = 4 /* first runs of a campaign that are executed twice */ };

/* What the first runs showed when they were executed again. */
struct sley_trial {
    bool differs;  /* two executions in one process differ */
    bool outside;  /* and so they do in processes of their own: what differs lies outside them */
    uint64_t run;  /* the first that differs */
    char text[96]; /* where; "" unless it differs */
};

/* Executes the campaign's first runs twice in one process (with a search the first run alone), and
 * if that shows a difference, twice in processes of their own. Counts and reports nothing. search
 * is NULL for strategies, and stands at its first run before and after. */
enum sley_status sley_trial_run(const struct sley_campaign *campaign, struct sley_search *search,
                                struct sley_trial *trial, struct sley_error *error);

#endif
