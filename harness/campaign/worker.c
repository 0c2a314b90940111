#include "campaign/worker.h"

#include "campaign/signals.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { CHECKED_RUNS = 4 }; /* first runs of a campaign that are executed twice */

struct worker {
    const struct sley_campaign *campaign;
    struct sley_channel *channel;
    struct sley_search *search;
    void *state;
    int socket;
};

static void
send_message(const struct worker *worker, enum sley_message message)
{
    char byte = (char)message;
    if (write(worker->socket, &byte, 1) != 1) {
        _exit(0); /* the parent is gone */
    }
}

static void
await_message(const struct worker *worker)
{
    char byte;
    if (read(worker->socket, &byte, 1) != 1) {
        _exit(0);
    }
}

static void
execute(const struct worker *worker, struct sley_run_result *result)
{
    const struct sley_campaign *campaign = worker->campaign;
    struct sley_source source;
    if (worker->search) {
        source = sley_search_source(worker->search);
    } else {
        const struct sley_strategy_ops *ops = campaign->ops; /* set whenever there is no search */
        source = (struct sley_source){ops, worker->state};
        ops->begin(worker->state, &campaign->parameters, campaign->options.seed,
                   worker->channel->run); // NOLINT(clang-analyzer-core.NullDereference)
    }
    sley_target_run(&campaign->target, &source, NULL, result);
}

/* A second execution must be the same run. */
static void
check_determinism(const struct worker *worker)
{
    static struct sley_run_result again;
    struct sley_run_result *first = &worker->channel->result;
    static struct sley_run_result kept;
    kept = *first;
    execute(worker, first);
    again = *first;
    *first = kept;
    if (again.hash == kept.hash && again.step_count == kept.step_count &&
        again.verdicts == kept.verdicts) {
        return;
    }
    first->verdicts |= SLEY_BIT(NONDETERMINISM);
    if (first->failure_count == SLEY_FAILURES_MAX) {
        first->failure_count--;
    }
    struct sley_failure *failure = &first->failure[first->failure_count++];
    memset(failure, 0, sizeof *failure);
    failure->verdict = SLEY_VERDICT_NONDETERMINISM;
    failure->task[1] = SLEY_TASKS_MAX;
    snprintf(failure->text, sizeof failure->text,
             "executed twice: %u points and %u points, verdicts %x and %x", kept.step_count,
             again.step_count, kept.verdicts, again.verdicts);
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

void
sley_worker_account(const struct sley_campaign *campaign, struct sley_channel *channel)
{
    const struct sley_run_result *result = &channel->result;
    uint32_t fresh =
        sley_tally_add(&channel->tally, campaign->target.property, channel->run, result);
    channel->fresh = 0;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        if ((fresh >> i & 1) && newly_seen(channel, sley_failure_signature(&result->failure[i]))) {
            channel->fresh |= 1u << i;
        }
    }
    channel->fresh_miss = campaign->target.property->quantifier == SLEY_ALWAYS &&
                          !channel->miss_seen && channel->tally.first_miss_run == channel->run;
    channel->miss_seen |= channel->fresh_miss;
}

static void
one_run(const struct worker *worker, uint64_t run)
{
    struct sley_channel *channel = worker->channel;
    channel->run = run;
    channel->in_run = true;
    execute(worker, &channel->result);
    if (run < CHECKED_RUNS && !channel->result.pruned) {
        check_determinism(worker);
    }
    channel->in_run = false;
    sley_worker_account(worker->campaign, channel);
    if (channel->fresh || channel->fresh_miss) {
        send_message(worker, SLEY_MESSAGE_FAILURE);
        await_message(worker);
    }
}

static void
serve_block(const struct worker *worker)
{
    struct sley_channel *channel = worker->channel;
    for (uint64_t run = channel->begin; run < channel->end && !channel->search_done; run++) {
        one_run(worker, run);
        channel->begin = run + 1;
        if (worker->search && !sley_search_next(worker->search)) {
            channel->search_done = true;
        }
    }
}

void
sley_worker_main(const struct sley_campaign *campaign, struct sley_channel *channel,
                 struct sley_search *search, int socket)
{
    struct worker worker = {campaign, channel, search, NULL, socket};
    struct sley_error error;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the parent decides when to stop */
    worker.state = calloc(1, campaign->ops ? campaign->ops->state_size : 1);
    if (!worker.state || sley_engine_init(&error) != SLEY_OK ||
        sley_signals_install(&error) != SLEY_OK) {
        _exit(3);
    }
    for (;;) {
        await_message(&worker);
        serve_block(&worker);
        send_message(&worker, SLEY_MESSAGE_BLOCK);
    }
}
