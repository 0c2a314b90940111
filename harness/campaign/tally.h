/* What a block of runs adds up to. Tallies of blocks merge in any order to the same sum. */
#ifndef SLEY_CAMPAIGN_TALLY_H
#define SLEY_CAMPAIGN_TALLY_H

#include "campaign/outcomes.h"
#include "campaign/target.h"

enum { SLEY_DISTINCT_MAX = 64, SLEY_NOTE_MAX = 160 };

/* A failure as a campaign knows it: told apart from others by its signature. */
struct sley_distinct {
    uint64_t signature;
    uint64_t first_run;
    uint64_t run_count;            /* runs that showed it */
    uint32_t index;                /* of the failure within result */
    struct sley_run_result result; /* of the first run */
};

/* The runs k, k + SLEY_ROTATION, ... by themselves: of one strategy, whatever the campaign mixes.
 */
struct sley_share {
    uint64_t run_count;   /* neither discarded nor given up */
    uint64_t event_count; /* of them with the property's event */
};

/* Runs that ended in order but for a lock whose owner had ended: worth a word, and no failure. */
struct sley_left_locked {
    uint64_t run_count;
    uint64_t first_run;    /* valid if there is one */
    struct sley_held held; /* of the first run */
};

struct sley_tally {
    uint64_t run_count;
    uint64_t discarded_count;
    uint64_t event_count;     /* runs that showed the property's event */
    uint64_t first_event_run; /* UINT64_MAX: none */
    uint64_t first_miss_run;  /* first run, not discarded, without the event; UINT64_MAX: none */
    uint64_t first_unexpected_run; /* UINT64_MAX: none */
    uint64_t unexpected_count;     /* runs with a verdict that the property does not expect */
    uint64_t verdict_count[SLEY_VERDICT_COUNT];
    uint64_t step_count;
    uint64_t unfair_count;
    uint64_t unreported_count; /* runs that ended in order without the report they owe */
    uint64_t pruned_count;     /* runs that a search gave up as redundant */
    uint32_t step_max, task_max;
    uint32_t verdicts; /* union over the runs */
    bool conflict, contended, time_bound, outside;
    bool input_ended;            /* some run read standard input to its end */
    char profile[SLEY_NOTE_MAX]; /* whose costs the runs' time follows; "": nobody's */
    bool several_schedules;      /* two runs differ in their hash */
    uint64_t first_hash;
    struct sley_share share[SLEY_ROTATION];
    struct sley_ratio_range ratios;
    struct sley_outcomes outcomes;
    struct sley_left_locked left_locked;
    uint32_t distinct_count;
    struct sley_distinct distinct[SLEY_DISTINCT_MAX];
};

/* The part of a tally that outlives the process: what a resumed campaign goes on from. */
struct sley_sums {
    uint64_t next; /* first run that is not counted */
    uint64_t run_count, discarded_count, event_count, unexpected_count;
    uint64_t first_event_run, first_miss_run, first_unexpected_run; /* UINT64_MAX: none */
    uint64_t step_count;
    uint32_t step_max, task_max;
    struct sley_share share[SLEY_ROTATION];
    uint64_t unreported_count;
    uint32_t verdicts;
    bool conflict, contended, several_schedules;
    struct sley_ratio_range ratios;
    struct sley_outcomes outcomes;
    char profile[SLEY_NOTE_MAX];
};

void sley_tally_init(struct sley_tally *tally);

/* The sums of a tally, and a tally that begins with them. */
void sley_tally_sums(const struct sley_tally *tally, uint64_t next, struct sley_sums *sums);
void sley_tally_resume(struct sley_tally *tally, const struct sley_sums *sums);

/* Adds a run. Returns the mask of failures (by index in result) whose signature is new here. */
uint32_t sley_tally_add(struct sley_tally *tally, const struct sley_property *property,
                        uint64_t run, const struct sley_run_result *result);

void sley_tally_merge(struct sley_tally *sum, const struct sley_tally *block);

/* Verdict and places of a failure as a number; the order of the two places does not matter. */
uint64_t sley_failure_signature(const struct sley_failure *failure);

#endif
