#include "campaign/worker.h"

#include "campaign/output.h"
#include "campaign/signals.h"
#include "engine/baton.h"
#include "engine/lane.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
    CHECKED_RUNS = 4,    /* first runs of a campaign that are executed twice */
    MARKS_MAX = 1 << 16, /* events of a run that are compared */
};

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

static void
execute(const struct worker *worker, const struct sley_observer *observer,
        struct sley_run_result *result)
{
    const struct sley_campaign *campaign = worker->campaign;
    struct sley_source source;
    if (worker->search) {
        source = sley_search_source(worker->search);
    } else {
        struct sley_recipe recipe = sley_campaign_recipe(campaign, worker->channel->run);
        source = (struct sley_source){recipe.ops, worker->state};
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): set whenever there is no search
        recipe.ops->begin(worker->state, &recipe.parameters, recipe.seed, recipe.run);
    }
    if (!worker->search && sley_schedules_takes(worker->channel->run)) {
        sley_target_run_canonical(&campaign->target, &source, observer, result);
    } else {
        sley_target_run(&campaign->target, &source, observer, result);
    }
    sley_descriptors_close();
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

/* What identifies an event; enough to name the first one that differs. */
struct mark {
    uint32_t object;
    uint16_t task;
    uint8_t op;
};

struct recording {
    uint32_t count;
    struct mark marks[MARKS_MAX];
};

static void
record_event(void *context, const struct sley_event *event)
{
    struct recording *recording = context;
    if (recording->count < MARKS_MAX) {
        recording->marks[recording->count++] = (struct mark){event->object, event->task, event->op};
    }
}

static void
record(const struct worker *worker, struct recording *recording)
{
    static struct sley_run_result scratch;
    struct sley_observer observer = {.event = record_event, .context = recording};
    recording->count = 0;
    execute(worker, &observer, &scratch);
}

/* Executes the run twice more, observed, and says where the two part. */
static void
name_difference(const struct worker *worker, char *text, size_t size)
{
    static struct recording a, b;
    record(worker, &a);
    record(worker, &b);
    uint32_t i = 0;
    while (i < a.count && i < b.count && a.marks[i].task == b.marks[i].task &&
           a.marks[i].op == b.marks[i].op && a.marks[i].object == b.marks[i].object) {
        i++;
    }
    if (i < a.count && i < b.count) {
        snprintf(text, size, "event %u differs: task %u %s, then task %u %s%s", i + 1,
                 a.marks[i].task, sley_op_text((enum sley_op)a.marks[i].op), b.marks[i].task,
                 sley_op_text((enum sley_op)b.marks[i].op),
                 a.marks[i].op == b.marks[i].op ? " another object" : "");
    } else if (a.count != b.count) {
        snprintf(text, size, "one execution ends after event %u, another goes on", i);
    } else {
        snprintf(text, size, "two executions differ, two observed ones do not");
    }
}

/* A second execution must be the same run. */
static void
check_determinism(const struct worker *worker)
{
    static struct sley_run_result again;
    struct sley_run_result *result = &worker->channel->result;
    worker->channel->repeating = true; /* a crash now is a difference to the first execution */
    execute(worker, NULL, &again);
    worker->channel->repeating = false;
    /* Another lane's detector may forget an access that it saw the first time. */
    uint32_t compared = sley_lane ? ~SLEY_BIT(RACE) : ~0u;
    bool same = result->hash == again.hash && result->step_count == again.step_count &&
                (result->verdicts & compared) == (again.verdicts & compared);
    if (same) {
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

void
sley_worker_account(const struct sley_campaign *campaign, struct sley_channel *channel)
{
    const struct sley_run_result *result = &channel->result;
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

static void
one_run(const struct worker *worker, uint64_t run)
{
    struct sley_channel *channel = worker->channel;
    channel->run = run;
    channel->in_run = true;
    execute(worker, NULL, &channel->result);
    if (run < CHECKED_RUNS && !channel->result.pruned) {
        check_determinism(worker);
    }
    channel->in_run = false;
    sley_worker_account(worker->campaign, channel);
    if (channel->fresh || channel->fresh_miss || channel->fresh_outcome) {
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
    static struct worker worker; /* where every process of a run sees it */
    struct sley_error error;
    worker = (struct worker){campaign, channel, search, NULL, socket};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sley_output_begin();
    signal(SIGINT, SIG_IGN); /* the parent decides when to stop */
    worker.state = sley_strategy_memory(campaign->ops);
    if (!worker.state || sley_engine_init(&error) != SLEY_OK ||
        sley_signals_install(&error) != SLEY_OK) {
        _exit(SLEY_EXIT_SETUP);
    }
    if (campaign->target.property->program) {
        sley_descriptors_begin();
    }
    for (;;) {
        await_message(&worker);
        serve_block(&worker);
        send_message(&worker, SLEY_MESSAGE_BLOCK);
    }
}
