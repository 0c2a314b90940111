/* One run of a campaign, executed: in this process, or in a process of its own. */
#ifndef SLEY_CAMPAIGN_EXECUTION_H
#define SLEY_CAMPAIGN_EXECUTION_H

#include "campaign/campaign.h"

/* What a process that executes a campaign's runs has. */
struct sley_execution {
    const struct sley_campaign *campaign; /* borrowed */
    struct sley_search *search;           /* NULL for strategies */
    void *state;                          /* of the strategy, shared with processes forked later */
};

/* Prepares this process, in which nothing of the code under test has run: its output, its signals,
 * the engine. search is NULL for strategies. */
enum sley_status sley_execution_init(struct sley_execution *execution,
                                     const struct sley_campaign *campaign,
                                     struct sley_search *search, struct sley_error *error);

/* Executes run in this process, and takes back what it changed of it. With a search the run is the
 * one that the search stands at. observer may be NULL. A crash ends the process. */
void sley_execution_run(const struct sley_execution *execution, uint64_t run,
                        const struct sley_observer *observer, struct sley_run_result *result);

/* The same in a process forked for this run. result, and what the observer fills, are shared with
 * processes forked later. A crash is a verdict in result. This process must not have executed a run
 * itself. */
void sley_execution_run_forked(const struct sley_execution *execution, uint64_t run,
                               const struct sley_observer *observer,
                               struct sley_run_result *result);

/* Executes body(context) in a process forked for it, which it does not outlive; what it fills is
 * shared with processes forked later. It executes a run into result; a death that nobody recorded
 * is added to that. For processes that sley_execution_init or its like has prepared. */
void sley_execution_fork(void (*body)(void *context), void *context,
                         struct sley_run_result *result);

/* Either of the two, as the campaign has it. */
void sley_execution_run_either(const struct sley_execution *execution, uint64_t run,
                               const struct sley_observer *observer,
                               struct sley_run_result *result);

#endif
