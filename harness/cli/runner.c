#include "cli/runner.h"

#include "base/rng.h"
#include "campaign/survey.h"
#include "cli/lane.h"
#include "cli/lines.h"
#include "cli/listener.h"
#include "cli/outcome_tokens.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "cli/statistics.h"
#include "cli/trace_store.h"
#include "cli/why.h"
#include "engine/lane.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What the listener remembers of a campaign under way. */
struct runner {
    struct sley_session *session;
    const struct sley_target *target;
    char key[256];         /* of the campaign in the store */
    struct sley_sums sums; /* of the merged blocks */
    uint64_t decisive;     /* earliest run seen that shows the event, or misses it for `always` */
    uint64_t unexpected;   /* earliest run seen with an unexpected verdict */
    struct sley_store_tokens found;
    uint64_t failure_count;
    uint64_t merged; /* every run before it is in the campaign's tally */
    uint64_t noted;  /* last progress written */
    time_t noted_at;
    int turn;          /* whose of the two files of schedules is written next */
    uint64_t shown_ms; /* last line of progress */
    struct sley_outcome_tokens *tokens;
    struct sley_lines lines; /* with --json */
};

/* The run that a listener is told of, observed in a process of its own. */
static enum sley_status
capture_run(struct runner *runner, const struct sley_token *token, struct sley_error *error)
{
    struct sley_recipe recipe;
    enum sley_status status = sley_recipe_of_token(&recipe, token, error);
    return status == SLEY_OK ? sley_session_capture(runner->session, runner->target, &recipe, error)
                             : status;
}

static enum sley_status
store_trace(struct runner *runner, const char *name, const struct sley_token *token,
            const char *text, struct sley_error *error)
{
    enum sley_status status = capture_run(runner, token, error);
    if (status == SLEY_OK) {
        status = sley_trace_store_write(runner->session, name, error);
    }
    return status == SLEY_OK ? sley_trace_store_keep(runner->session, text, error) : status;
}

static enum sley_status
keep_failure(struct runner *runner, const struct sley_failure *failure, uint64_t run,
             const struct sley_token *token, const char *text, struct sley_error *error)
{
    struct sley_session *session = runner->session;
    char name[17];
    sley_session_failure_name(session, runner->target, failure, name);
    json_t *line = sley_line_of_failure(session, runner->target, name, failure, run, text);
    char *dumped = line ? json_dumps(line, JSON_COMPACT) : NULL;
    enum sley_status status = SLEY_OK;
    if (!dumped) {
        status = sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a failure");
    } else if (session->store && !sley_store_knows(session->store, name)) {
        status = sley_store_failure(session->store, name, dumped, error);
        if (status == SLEY_OK) {
            status = store_trace(runner, name, token, text, error);
        }
    }
    if (status == SLEY_OK && session->options->json) {
        sley_lines_collect(&runner->lines, name, line);
    }
    const struct sley_listener *listener = session->listener;
    if (status == SLEY_OK && listener && listener->failure) {
        const struct sley_told_failure told = {name, failure, run, text};
        status = listener->failure(listener->context, runner->target, &told, error);
    }
    free(dumped);
    json_decref(line);
    return status;
}

/* Whether the run decides the finding of the property. */
static bool
is_decisive(const struct sley_property *property, const struct sley_run_result *result)
{
    bool event = sley_target_shows(property, result);
    switch (property->quantifier) {
    case SLEY_ALWAYS:
    case SLEY_RATIO:
        return !event;
    case SLEY_SOMETIMES:
    case SLEY_NEVER:
        return event;
    case SLEY_OUTCOMES:
        break; /* an outcome decides, by a token of its own */
    }
    return false;
}

static enum sley_status
on_failure(void *context, const struct sley_campaign *campaign,
           const struct sley_distinct *distinct, const struct sley_token *token,
           struct sley_error *error)
{
    struct runner *runner = context;
    const struct sley_property *property = campaign->target.property;
    char text[SLEY_TOKEN_TEXT_MAX + 1];
    enum sley_status status = sley_session_token(runner->session, token, text, sizeof text, error);
    if (status != SLEY_OK) {
        return status;
    }
    uint64_t run = distinct->first_run;
    if (is_decisive(property, &distinct->result) && run < runner->decisive) {
        runner->decisive = run;
        strcpy(runner->found.decisive, text);
    }
    if (sley_target_unexpected(property, distinct->result.verdicts) && run < runner->unexpected) {
        runner->unexpected = run;
        strcpy(runner->found.unexpected, text);
    }
    if (distinct->index >= distinct->result.failure_count) {
        return SLEY_OK;
    }
    runner->failure_count++;
    return keep_failure(runner, &distinct->result.failure[distinct->index], run, token, text,
                        error);
}

static enum sley_status
on_outcome(void *context, const struct sley_campaign *campaign, uint64_t run,
           const struct sley_reported *reported, const struct sley_token *token,
           struct sley_error *error)
{
    struct runner *runner = context;
    (void)campaign;
    return sley_outcome_tokens_note(runner->tokens, runner->session, reported->outcome, run, token,
                                    error);
}

static void
note_progress(struct runner *runner, const struct sley_campaign *campaign)
{
    struct sley_error ignored; /* what is not noted is executed again */
    struct sley_store *store = runner->session->store;
    sley_store_schedules(store, runner->key, runner->sums.next, runner->turn, campaign->schedules,
                         &ignored);
    sley_store_progress(store, runner->key, &runner->sums, &runner->found, &ignored);
    runner->turn = !runner->turn;
    runner->noted = runner->merged;
    runner->noted_at = time(NULL);
}

static void
on_progress(void *context, const struct sley_campaign *campaign, uint64_t next)
{
    struct runner *runner = context;
    struct sley_session *session = runner->session;
    runner->merged = next;
    sley_tally_sums(campaign->tally, next, &runner->sums);
    if (session->store && campaign->options.time_ms && campaign->ops && next > runner->noted &&
        time(NULL) != runner->noted_at) {
        note_progress(runner, campaign);
    }
    if (session->options->json) {
        sley_lines_print(&runner->lines, campaign, runner->merged, session->out);
    }
    sley_progress_show(session, campaign, runner->failure_count, &runner->shown_ms);
}

static void
on_remark(void *context, const struct sley_campaign *campaign, const char *text)
{
    (void)context;
    fprintf(stderr, "sley: %s: %s\n", campaign->target.property->name, text);
}

static void
key_make(struct runner *runner, const struct sley_options *options)
{
    /* Runs of other code, in another lane, with a planted fault, with other points, or of a program
     * with other arguments, are not this campaign's. */
    uint64_t digest = sley_world_digest();
    for (const char *c = sley_lane_suffix(); *c; c++) {
        digest = sley_mix64(digest ^ (unsigned char)*c);
    }
    const struct sley_survey *survey = runner->target->survey;
    if (survey) {
        digest = sley_mix64(digest ^ (uint64_t)survey->points << 32 ^ survey->digest);
    }
    snprintf(runner->key, sizeof runner->key, "%s/%s/%s/%" PRIu64 "/%s/%016" PRIx64,
             runner->target->property->name, runner->target->model->name,
             options->strategy ? options->strategy : "-", options->seed,
             sley_lane ? sley_lane->name : "explore", digest);
}

/* Takes up what an earlier call of the same campaign left; false: there was none. */
static bool
resume_campaign(struct runner *runner, struct sley_sums *sums, struct sley_schedules *schedules)
{
    struct sley_store *store = runner->session->store;
    if (!store || !runner->session->options->time_ms ||
        !sley_store_resume(store, runner->key, sums, &runner->found)) {
        return false;
    }
    runner->noted = sums->next;
    /* Nothing comes before a run of an earlier call. */
    runner->decisive = runner->found.decisive[0] ? 0 : UINT64_MAX;
    runner->unexpected = runner->found.unexpected[0] ? 0 : UINT64_MAX;
    if (sley_store_schedules_resume(store, runner->key, sums->next, schedules, &runner->turn)) {
        runner->turn = !runner->turn;
    }
    return true;
}

void
sley_runner_recorded(struct sley_session *session, const struct sley_target *target,
                     struct sley_outcome *outcome)
{
    const struct sley_options *options = session->options;
    const struct sley_expectation *expectation =
        sley_finding_expectation(target->property, target->model->name);
    *outcome = (struct sley_outcome){0};
    sley_finding_recorded(&outcome->judgement, target->property, expectation);
    if (options->json) {
        sley_lines_print_recorded(target, outcome, session->out);
    } else if (!options->tap && !options->quiet) {
        sley_why_finding(session, target, outcome);
    }
}

/* The token belongs to what the line says: the run that makes the finding unexpected, else one with
 * an unexpected verdict, else the run that decides. */
static enum sley_status
fill_outcome(struct runner *runner, const struct sley_campaign *campaign,
             struct sley_outcome *outcome, struct sley_error *error)
{
    const struct sley_judgement *j = &outcome->judgement;
    bool surprising =
        (j->decided_by_run || j->decided_by_outcome) && j->finding != j->expected_finding;
    bool other = campaign->tally->unexpected_count > 0 && !surprising;
    const char *decisive = j->decided_by_run ? runner->found.decisive : "";
    enum sley_status status = SLEY_OK;
    if (j->decided_by_outcome) {
        const struct sley_outcome_entry *entry =
            sley_outcomes_find(&campaign->tally->outcomes, j->outcome);
        status = sley_outcome_tokens_get(runner->tokens, runner->session, campaign, entry,
                                         runner->found.decisive, error);
        decisive = runner->found.decisive;
    }
    snprintf(outcome->token, sizeof outcome->token, "%s",
             other ? runner->found.unexpected : decisive);
    outcome->run_count = campaign->tally->run_count;
    outcome->failure_count = runner->failure_count;
    outcome->elapsed_ms = campaign->elapsed_ms;
    outcome->interrupted = campaign->interrupted;
    outcome->alike = campaign->alike;
    outcome->input_missed = campaign->tally->input_ended && (campaign->tally->event_count > 0 ||
                                                             !campaign->tally->several_schedules);
    outcome->left_locked = campaign->tally->left_locked;
    return status;
}

/* The finding for people, its statistics where they were asked for, and what explains it. */
static enum sley_status
print_outcome(struct sley_session *session, const struct sley_campaign *campaign,
              const struct sley_outcome *outcome, struct sley_error *error)
{
    const struct sley_options *options = session->options;
    const struct sley_target *target = &campaign->target;
    uint32_t verdicts = campaign->tally->verdicts;
    enum sley_status status = SLEY_OK;
    sley_why_finding(session, target, outcome);
    if (options->verbose || options->time_ms || options->runs) {
        sley_statistics_print(session->out, campaign, options->verbose);
    }
    if (verdicts & SLEY_BIT(INVERSION) && !(verdicts & SLEY_ANY_DEADLOCK)) {
        status = sley_why_deadlock(session, target, error);
    }
    if (status == SLEY_OK && !outcome->judgement.expected && outcome->token[0]) {
        status = sley_why_unexpected(session, target, outcome, error);
    }
    return status;
}

enum sley_status
sley_runner_run(struct sley_session *session, const struct sley_target *given,
                struct sley_outcome *outcome, struct sley_error *error)
{
    const struct sley_options *options = session->options;
    struct sley_target surveyed = *given;
    const struct sley_target *target = &surveyed;
    enum sley_status status = SLEY_OK;
    if (options->points) {
        status = sley_survey_take(&surveyed, (enum sley_points)options->points, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    struct runner runner = {
        .session = session, .target = target, .decisive = UINT64_MAX, .unexpected = UINT64_MAX};
    key_make(&runner, options);
    struct sley_sums resume;
    static struct sley_schedules schedules;
    bool resumed = resume_campaign(&runner, &resume, &schedules);
    struct sley_campaign_options campaign_options = {
        .strategy = options->strategy,
        .seed = options->seed,
        .runs = options->runs,
        .time_ms = options->time_ms,
        .jobs = options->jobs,
        .resume = resumed ? &resume : NULL,
        .resume_schedules = resumed ? &schedules : NULL,
        .until_event = options->until_event,
        .stop_alike = options->stop_alike && !options->all,
        .listener = {.failure = on_failure,
                     .outcome = on_outcome,
                     .progress = on_progress,
                     .remark = on_remark,
                     .context = &runner},
    };
    struct sley_campaign campaign, reference = {0};
    *outcome = (struct sley_outcome){0};
    static struct sley_outcome_tokens tokens;
    tokens.count = 0;
    runner.tokens = &tokens;
    sley_lines_init(&runner.lines, resumed ? resume.next : 0);
    status = sley_campaign_run(&campaign, target, &campaign_options, error);
    if (session->store && options->time_ms && runner.merged > runner.noted) {
        note_progress(&runner, &campaign);
    }
    if (status == SLEY_OK) {
        status = sley_reference_run(&reference, &campaign, error);
    }
    if (status == SLEY_OK) {
        sley_finding_judge(&outcome->judgement, &campaign);
        outcome->outside = campaign.tally->outside;
        status = fill_outcome(&runner, &campaign, outcome, error);
    }
    if (status == SLEY_OK && options->json) {
        status =
            sley_lines_print_finding(&runner.lines, session, &campaign, outcome, &tokens, error);
    }
    const struct sley_listener *listener = session->listener;
    if (status == SLEY_OK && listener && listener->finding) {
        status = listener->finding(listener->context, &campaign, outcome, error);
    }
    if (status == SLEY_OK && !options->json && !options->tap && !options->quiet) {
        status = print_outcome(session, &campaign, outcome, error);
    }
    fflush(session->out);
    sley_lines_deinit(&runner.lines);
    sley_campaign_deinit(&reference);
    sley_campaign_deinit(&campaign);
    return status;
}
