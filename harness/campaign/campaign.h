/* Campaigns: many runs of one property in one model, in worker processes. */
#ifndef SLEY_CAMPAIGN_CAMPAIGN_H
#define SLEY_CAMPAIGN_CAMPAIGN_H

#include "campaign/schedules.h"
#include "campaign/tally.h"
#include "campaign/trial.h"
#include "search/exhaustive.h"

struct sley_campaign;

/* Called by the campaign in the parent process; NULL members are not called. */
struct sley_campaign_listener {
    /* A failure with a new signature and its token; or, with distinct->index SLEY_FAILURES_MAX, the
     * first run without the event of an `always`. Returns only when whatever must survive
     * is on disk: the next run starts after that. */
    enum sley_status (*failure)(void *context, const struct sley_campaign *campaign,
                                const struct sley_distinct *distinct,
                                const struct sley_token *token, struct sley_error *error);
    /* The first run of a worker with an outcome, in the order in which workers come to them; an
     * outcome's first run of all is the least of those reported. */
    enum sley_status (*outcome)(void *context, const struct sley_campaign *campaign, uint64_t run,
                                const struct sley_reported *reported,
                                const struct sley_token *token, struct sley_error *error);
    /* Blocks up to run `next` are merged; called about once a second and at the end. */
    void (*progress)(void *context, const struct sley_campaign *campaign, uint64_t next);
    /* One line on how the campaign goes on. */
    void (*remark)(void *context, const struct sley_campaign *campaign, const char *text);
    void *context;
};

/* A failure that so many runs all show does not depend on the schedule. A block ends there. */
enum { SLEY_ALIKE_RUNS = 128 };

/* All zero is the documented default. */
struct sley_campaign_options {
    const char *strategy; /* as sley_strategy_parse reads it, or "exhaustive" or
                             "exhaustive:PREEMPTIONS"; NULL: the property's own way */
    uint64_t seed;        /* 0..sley_seed_max */
    uint64_t runs;        /* 0: the property's budget, or without bound if time_ms is set */
    uint64_t time_ms;     /* wall time after which no new block starts; 0: no limit */
    uint32_t jobs;        /* worker processes; 0: 1 */
    const struct sley_sums *resume;                /* goes on from here; NULL: from the start */
    const struct sley_schedules *resume_schedules; /* the same of the schedules; NULL: none known */
    bool until_event; /* stop at the first block that decides the finding */
    bool stop_alike;  /* stop when the first SLEY_ALIKE_RUNS runs, or more, all failed in one way */
    struct sley_campaign_listener listener;
};

struct sley_campaign {
    struct sley_target target;
    struct sley_campaign_options options;
    const struct sley_strategy_ops *ops; /* NULL: exhaustive search */
    struct sley_parameters parameters;
    struct sley_census *census; /* that strategies draw from; NULL: none asks for it */
    struct sley_search_options search;
    uint64_t runs; /* budget; UINT64_MAX: until the time is over */
    struct sley_tally *tally;
    struct sley_schedules *schedules; /* of the sampled runs; empty after a search */
    uint64_t resumed_count;           /* runs of earlier calls in the tally */
    bool forked;                      /* each run has a process of its own */
    struct sley_trial trial;          /* of a program's first runs */
    bool exhausted;                   /* the search executed every run within its bounds */
    bool truncated;                   /* the search met a limit of its own */
    bool interrupted;                 /* by a signal to the harness */
    bool alike;                       /* it stopped since all runs failed in one way */
    uint64_t elapsed_ms;
    /* of the same property in the model that its outcomes are held against; borrowed, NULL: none */
    const struct sley_campaign *reference;
};

/* Runs a campaign to its end and fills campaign, whose tally is owned by the caller until
 * sley_campaign_deinit. Operating errors only: what the runs show is in the tally. */
enum sley_status sley_campaign_run(struct sley_campaign *campaign, const struct sley_target *target,
                                   const struct sley_campaign_options *options,
                                   struct sley_error *error);
void sley_campaign_deinit(struct sley_campaign *campaign);

/* SLEY_ERROR_USAGE if text is no strategy of sley_campaign_options, else SLEY_OK. */
enum sley_status sley_campaign_strategy_check(const char *text, struct sley_error *error);

/* How a run of the campaign is answered: by the campaign's strategy, or by the one whose turn it is
 * where that one draws parameters for the run, so that a token names them. For the exhaustive
 * search the choices must be captured first: the recipe has none. */
struct sley_recipe sley_campaign_recipe(const struct sley_campaign *campaign, uint64_t run);

/* Hands the line to the listener, if it takes any. */
void sley_campaign_remark(const struct sley_campaign *campaign, const char *text);

/* Asks the running campaign, and whatever else executes runs, to stop after those under way; safe
 * in a signal handler. */
void sley_campaign_interrupt(void);

/* Whether that was asked. */
bool sley_campaign_is_interrupted(void);

#endif
