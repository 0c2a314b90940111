/* How much a campaign's runs say: counts, schedules, probabilities. docs/statistics.md defines each
 * number, with its source and what it does not say. */
#ifndef SLEY_CAMPAIGN_STATISTICS_H
#define SLEY_CAMPAIGN_STATISTICS_H

#include "campaign/campaign.h"
#include "statistics/interval.h"

/* What PCT promises for the parameters in force. */
struct sley_pct_bound {
    bool stated; /* the strategy is PCT, and no run exceeded the n and k that it was told */
    uint32_t depth, tasks, points;
    double probability; /* 1/(n k^(d-1)): that a run shows any one bug of depth d, at least */
    double missed;      /* probability that none of the runs does, at most */
};

/* The runs of one strategy. */
struct sley_strategy_share {
    char name[SLEY_STRATEGY_TEXT]; /* as on the command line, with its parameters */
    bool over_bound;    /* PCT: some run had more tasks or points than the n and k it was told */
    uint64_t run_count; /* neither discarded nor given up */
    uint64_t hit_count;
    bool speaks;     /* estimate and interval are there */
    double estimate; /* of the probability that a run of this strategy hits */
    struct sley_interval interval;
    struct sley_pct_bound pct;
};

/* A hit is a run that decides: that refutes an `always`, `never` or ratio, or witnesses a
 * `sometimes`. */
struct sley_statistics {
    bool sampled;       /* false: an exhaustive search, no run of which was drawn */
    uint64_t run_count; /* neither discarded nor given up */
    uint64_t discarded_count;
    uint64_t pruned_count;
    uint64_t step_count;
    double rate;            /* runs a second of this call; 0: too short to tell */
    uint64_t schedule_runs; /* that took part in what follows */
    uint64_t distinct, single;
    bool exact;            /* distinct and single are counts, no estimates */
    uint64_t coarse_count; /* of schedule_runs, with a hash that an equal run may not have */
    double unseen;         /* estimated share of the runs to come with a schedule not seen yet */
    bool has_hits;         /* the quantifier speaks of single runs */
    bool waiting;          /* the campaign stopped at its first hit: the waiting-time law */
    uint64_t first_hit;    /* number of the run from 1; 0: none */
    struct sley_strategy_share all;
    uint32_t share_count; /* strategies that the campaign mixes; 0: one alone */
    struct sley_strategy_share share[SLEY_ROTATION];
};

void sley_statistics_of(struct sley_statistics *statistics, const struct sley_campaign *campaign);

/* PCT's bound for runs that had up to those numbers of tasks and points. */
struct sley_pct_bound sley_pct_bound(const struct sley_parameters *parameters, uint32_t task_max,
                                     uint32_t point_max, uint64_t run_count);

#endif
