#include "campaign/worker.h"

#include "campaign/difference.h"
#include "campaign/execution.h"
#include "engine/baton.h"
#include "engine/lane.h"
#include "pthread/foreign.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CHECKED_RUNS = 4 /* first runs of a campaign that are executed twice */ };

struct worker {
    struct sley_execution execution;
    struct sley_channel *channel;
    struct sley_recording *recordings; /* [2], where every process of a run sees them */
    int socket;
};

static void
send_message(const struct worker *worker, enum sley_message message)
{
    char byte = (char)message;
    if (write(worker->socket, &byte, 1) != 1) {
        sley_baton_close();
        _exit(0); /* the parent is gone */
    }
}

static void
await_message(const struct worker *worker)
{
    char byte;
    if (read(worker->socket, &byte, 1) != 1) {
        sley_baton_close();
        _exit(0);
    }
}

struct sley_failure *
sley_worker_nondeterminism(struct sley_run_result *result)
{
    result->verdicts |= SLEY_BIT(NONDETERMINISM);
    if (result->failure_count == SLEY_FAILURES_MAX) {
        result->failure_count--;
    }
    struct sley_failure *failure = &result->failure[result->failure_count++];
    memset(failure, 0, sizeof *failure);
    failure->verdict = SLEY_VERDICT_NONDETERMINISM;
    failure->task[1] = SLEY_TASKS_MAX;
    return failure;
}

static void
record(const struct worker *worker, struct sley_recording *recording)
{
    struct sley_observer observer = sley_recording_observer(recording);
    struct sley_channel *channel = worker->channel;
    sley_execution_run_either(&worker->execution, channel->run, &observer, &channel->again);
}

/* Executes the run twice more, observed, and says where the two part. */
static void
name_difference(const struct worker *worker, char *text, size_t size)
{
    record(worker, &worker->recordings[0]);
    record(worker, &worker->recordings[1]);
    sley_recording_compare(&worker->recordings[0], &worker->recordings[1], text, size);
}

/* A second execution must be the same run. */
static void
check_determinism(const struct worker *worker)
{
    struct sley_channel *channel = worker->channel;
    struct sley_run_result *result = &channel->result;
    channel->repeating = true; /* a crash now is a difference to the first execution */
    sley_execution_run_either(&worker->execution, channel->run, NULL, &channel->again);
    channel->repeating = false;
    if (sley_results_agree(result, &channel->again)) {
        return;
    }
    struct sley_failure *failure = sley_worker_nondeterminism(result);
    name_difference(worker, failure->text, sizeof failure->text);
}

static bool
newly_seen(struct sley_channel *channel, uint64_t signature)
{
    for (uint32_t i = 0; i < channel->seen_count; i++) {
        if (channel->seen[i] == signature) {
            return false;
        }
    }
    if (channel->seen_count == SLEY_SEEN_MAX) {
        return false;
    }
    channel->seen[channel->seen_count++] = signature;
    return true;
}

static bool
outcome_is_new(struct sley_channel *channel)
{
    const struct sley_run_result *result = &channel->result;
    struct sley_outcome_entry entry = {result->reported.outcome, 1, channel->run, ""};
    bool counts = result->reported.has_outcome && !result->pruned &&
                  !(result->verdicts & SLEY_BIT(DISCARDED));
    return counts && sley_outcomes_add(&channel->outcomes_seen, &entry);
}

static void
note_schedule(struct sley_channel *channel)
{
    const struct sley_run_result *result = &channel->result;
    bool counts = result->canonical && !result->pruned &&
                  !(result->verdicts & SLEY_BIT(DISCARDED)) &&
                  channel->schedule_count < SLEY_BLOCK_MAX;
    if (!counts) {
        return;
    }
    uint32_t at = channel->schedule_count++;
    if (result->coarse) {
        channel->schedule[at] = channel->schedule[channel->coarse_count];
        at = channel->coarse_count++;
    }
    channel->schedule[at] = result->canonical;
}

/* What lies outside the processes differed when the runs were tried, and may not any more. */
static void
tell_of_trial(const struct sley_trial *trial, struct sley_channel *channel)
{
    struct sley_run_result *result = &channel->result;
    if (trial->outside && trial->run == channel->run &&
        !(result->verdicts & SLEY_BIT(NONDETERMINISM))) {
        struct sley_failure *failure = sley_worker_nondeterminism(result);
        snprintf(failure->text, sizeof failure->text, "%s", trial->text);
    }
}

void
sley_worker_account(const struct sley_campaign *campaign, struct sley_channel *channel)
{
    const struct sley_run_result *result = &channel->result;
    tell_of_trial(&campaign->trial, channel);
    uint32_t fresh =
        sley_tally_add(&channel->tally, campaign->target.property, channel->run, result);
    note_schedule(channel);
    channel->fresh = 0;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        if ((fresh >> i & 1) && newly_seen(channel, sley_failure_signature(&result->failure[i]))) {
            channel->fresh |= 1u << i;
        }
    }
    channel->fresh_outcome = outcome_is_new(channel);
    enum sley_quantifier quantifier = campaign->target.property->quantifier;
    channel->fresh_miss = (quantifier == SLEY_ALWAYS || quantifier == SLEY_RATIO) &&
                          !channel->miss_seen && channel->tally.first_miss_run == channel->run;
    channel->miss_seen |= channel->fresh_miss;
}

bool
sley_worker_gives_up(const struct sley_campaign *campaign, const struct sley_channel *channel)
{
    return campaign->target.property->program && channel->run + 1 == SLEY_STUCK_RUNS_MAX &&
           channel->tally.verdict_count[SLEY_VERDICT_STUCK] == SLEY_STUCK_RUNS_MAX;
}

static void
one_run(const struct worker *worker, uint64_t run)
{
    struct sley_channel *channel = worker->channel;
    channel->run = run;
    channel->in_run = true;
    sley_execution_run_either(&worker->execution, run, NULL, &channel->result);
    if (run < CHECKED_RUNS && !channel->result.pruned) {
        check_determinism(worker);
    }
    channel->in_run = false;
    sley_worker_account(worker->execution.campaign, channel);
    if (channel->fresh || channel->fresh_miss || channel->fresh_outcome) {
        send_message(worker, SLEY_MESSAGE_FAILURE);
        await_message(worker);
    }
}

/* What a program's libraries allocate in a run and nobody frees lives on in the process: libc may
 * still use it. Beyond this a new worker goes on. */
static const size_t foreign_bytes_max = (size_t)64 << 20;

static void
serve_block(const struct worker *worker)
{
    struct sley_channel *channel = worker->channel;
    channel->worn = false;
    for (uint64_t run = channel->begin;
         run < channel->end && !channel->search_done && !channel->stop && !channel->worn; run++) {
        one_run(worker, run);
        channel->worn = sley_foreign_bytes > foreign_bytes_max;
        channel->begin = run + 1;
        channel->stop |= sley_worker_gives_up(worker->execution.campaign, channel);
        if (worker->execution.search && !sley_search_next(worker->execution.search)) {
            channel->search_done = true;
        }
    }
}

void
sley_worker_main(const struct sley_campaign *campaign, struct sley_channel *channel,
                 struct sley_search *search, int socket)
{
    static struct worker worker; /* where every process of a run sees it */
    struct sley_error error;
    worker = (struct worker){
        .channel = channel, .recordings = sley_recording_create(2), .socket = socket};
    if (!worker.recordings ||
        sley_execution_init(&worker.execution, campaign, search, &error) != SLEY_OK) {
        _exit(SLEY_EXIT_SETUP);
    }
    for (;;) {
        await_message(&worker);
        serve_block(&worker);
        send_message(&worker, SLEY_MESSAGE_BLOCK);
    }
}
