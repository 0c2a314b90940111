/* The worker's side of a campaign: executes blocks of runs and reports through shared memory. */
#ifndef SLEY_CAMPAIGN_WORKER_H
#define SLEY_CAMPAIGN_WORKER_H

#include "campaign/campaign.h"

enum {
    SLEY_SEEN_MAX = 1024,
    SLEY_BLOCK_MAX = 4096,   /* runs of a block */
    SLEY_STUCK_RUNS_MAX = 3, /* of a program, with nothing else before them */
};

/* Shared by a worker and its parent. The worker writes while it has a block; the parent reads when
 * the worker waits for an answer or is dead. */
struct sley_channel {
    uint64_t begin, end; /* the block */
    uint64_t run;        /* under way */
    bool stop;           /* the parent wants no further run of the block */
    bool in_run;         /* the worker is executing `run` */
    bool repeating;      /* the run is executed a second time; result is the first execution's */
    bool search_done;    /* exhaustive: there is no further run */
    bool worn;           /* libraries have allocated much in the worker that nobody frees */
    uint32_t fresh;      /* mask of failures of result that are new to this worker */
    bool fresh_miss;     /* the run is this worker's first without the event of an `always` */
    bool miss_seen;
    bool fresh_outcome; /* the run is this worker's first with its outcome */
    struct sley_outcomes outcomes_seen;
    uint32_t seen_count;
    uint64_t seen[SLEY_SEEN_MAX];  /* signatures that were reported */
    struct sley_run_result result; /* of the run under way or just finished */
    struct sley_run_result again;  /* of a further execution of the run */
    struct sley_tally tally;       /* of the block */
    uint32_t schedule_count;       /* runs of the block that took the canonical hash */
    uint32_t coarse_count; /* the first so many of schedule[] are those with a coarse hash */
    uint64_t schedule[SLEY_BLOCK_MAX]; /* schedule[schedule_count]: their hashes */
};

enum sley_message {
    SLEY_MESSAGE_BLOCK = 'B',   /* worker: block done; parent: here is a block */
    SLEY_MESSAGE_FAILURE = 'F', /* worker: fresh failures; waits for GO */
    SLEY_MESSAGE_GO = 'g',
};

/* Body of a worker process: serves blocks that arrive on the socket until it closes. search is NULL
 * for strategies. Does not return. */
void sley_worker_main(const struct sley_campaign *campaign, struct sley_channel *channel,
                      struct sley_search *search, int socket) __attribute__((noreturn));

/* Whether no further run is worth its time: the first ones are all stuck, which takes a second
 * each, or half a minute. Such a block is cut short, as it is when the parent stops it. */
bool sley_worker_gives_up(const struct sley_campaign *campaign, const struct sley_channel *channel);

/* Adds the verdict nondeterminism to a result and returns its failure, to be given a text. */
struct sley_failure *sley_worker_nondeterminism(struct sley_run_result *result);

/* Adds channel->result (and to it, what the trial of the runs showed) as run channel->run to the
 * tally and decides which failures are fresh. */
void sley_worker_account(const struct sley_campaign *campaign, struct sley_channel *channel);

#endif
