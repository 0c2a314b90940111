#include "cli/runner.h"

#include "base/rng.h"
#include "cli/lane.h"
#include "cli/lines.h"
#include "cli/listener.h"
#include "cli/outcome_tokens.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "cli/statistics.h"
#include "engine/lane.h"

#include "report/failure.h"
#include "report/table.h"
#include "report/trace.h"

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
    bool plain;              /* text for people is printed: neither --json nor --tap */
    struct sley_lines lines; /* with --json */
};

enum { DEADLOCK_RUNS = 10000 }; /* that an inversion is worth */

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
            struct sley_error *error)
{
    struct sley_session *session = runner->session;
    char file_name[32];
    FILE *file;
    enum sley_status status = capture_run(runner, token, error);
    if (status != SLEY_OK) {
        return status;
    }
    snprintf(file_name, sizeof file_name, "%s.trace", name);
    status = sley_store_file(session->store, "traces", file_name, &file, NULL, 0, error);
    if (status == SLEY_OK) {
        sley_trace_write(file, session->symbolizer, session->capture);
        bool failed = ferror(file) != 0;
        if (fclose(file) != 0 || failed) {
            status =
                sley_error_set(error, SLEY_ERROR_IO, "cannot write the trace of failure %s", name);
        }
    }
    return status;
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
            status = store_trace(runner, name, token, error);
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
print_finding(const struct sley_session *session, const struct sley_target *target,
              const struct sley_outcome *outcome)
{
    const struct sley_judgement *j = &outcome->judgement;
    const char *color = sley_session_paint(session, j->expected ? "\033[32m" : "\033[31m");
    const char *reset = sley_session_paint(session, "\033[0m");
    sley_progress_clear(session);
    fprintf(session->out, "%s%-12s%s %s, %s: %s\n", color, sley_finding_word(j->finding), reset,
            target->property->name, target->model->name, j->text);
    if (j->finding != j->expected_finding) {
        fprintf(session->out, "    UNEXPECTED: expected %s%s%s\n",
                sley_finding_word(j->expected_finding), j->reason[0] ? ": " : "", j->reason);
    } else if (!j->expected) {
        fprintf(session->out, "    UNEXPECTED: some runs show a verdict that the property does not "
                              "name\n");
    } else if (j->reason[0]) {
        fprintf(session->out, "    as expected: %s\n", j->reason);
    }
    if (outcome->token[0]) {
        fprintf(session->out, "    %s replay %s%s\n", session->program, outcome->token,
                sley_lane_suffix());
    }
}

/* Failures that the property does not expect, and the interleaving of the token's run. */
static enum sley_status
print_why(struct sley_session *session, const struct sley_target *target,
          const struct sley_outcome *outcome, struct sley_error *error)
{
    static struct sley_token token;
    struct sley_recipe recipe;
    enum sley_status status = sley_token_parse(&token, outcome->token, error);
    if (status == SLEY_OK) {
        status = sley_recipe_of_token(&recipe, &token, error);
    }
    if (status == SLEY_OK) {
        status = sley_session_capture(session, target, &recipe, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    const struct sley_run_result *result = &session->capture->result;
    char text[300];
    if (!sley_token_matches(&token, result, text, sizeof text)) {
        fprintf(session->out, "    the run does not replay in a fresh process: %s\n", text);
        return SLEY_OK;
    }
    fprintf(session->out, "    %s explain %s%s\n", session->program, outcome->token,
            sley_lane_suffix());
    for (uint32_t i = 0; i < result->failure_count; i++) {
        fprintf(session->out, "    ");
        sley_failure_print(session->out, session->symbolizer, &result->failure[i]);
    }
    fputs(session->capture->note, session->out);
    struct sley_table_options table = {.color = session->color, .width = session->width};
    sley_table_print(session->out, session->symbolizer, session->capture, &table);
    return SLEY_OK;
}

/* The first run of a fresh campaign that really deadlocks. */
struct deadlock_search {
    struct runner runner;
    char token[SLEY_TOKEN_TEXT_MAX + 1];
};

static enum sley_status
on_deadlock(void *context, const struct sley_campaign *campaign,
            const struct sley_distinct *distinct, const struct sley_token *token,
            struct sley_error *error)
{
    struct deadlock_search *search = context;
    (void)campaign;
    if (search->token[0] || !(distinct->result.verdicts & SLEY_ANY_DEADLOCK)) {
        return SLEY_OK;
    }
    return sley_session_token(search->runner.session, token, search->token, sizeof search->token,
                              error);
}

/* An inversion was seen on schedules that did not deadlock: is there one that does? */
static enum sley_status
search_deadlock(struct sley_session *session, const struct sley_target *target,
                struct sley_error *error)
{
    struct sley_property property = *target->property;
    property.quantifier = SLEY_SOMETIMES;
    property.event = SLEY_ANY_DEADLOCK;
    struct sley_target copy = {&property, target->model};
    static struct deadlock_search search;
    search = (struct deadlock_search){.runner.session = session};
    struct sley_campaign_options options = {
        .strategy = "mix",
        .seed = session->options->seed,
        .runs = DEADLOCK_RUNS,
        .until_event = true,
        .listener = {.failure = on_deadlock, .context = &search},
    };
    struct sley_campaign campaign;
    enum sley_status status = sley_campaign_run(&campaign, &copy, &options, error);
    if (status == SLEY_OK && search.token[0]) {
        fprintf(session->out, "    the inverted locks deadlock: %s replay %s%s\n", session->program,
                search.token, sley_lane_suffix());
    } else if (status == SLEY_OK) {
        fprintf(session->out, "    locks are inverted; no deadlock found in %" PRIu64 " runs\n",
                campaign.tally->run_count);
    }
    sley_campaign_deinit(&campaign);
    return status;
}

static void
key_make(struct runner *runner, const struct sley_options *options)
{
    /* Runs of other code, in another lane, with a planted fault, or of a program with other
     * arguments, are not this campaign's. */
    uint64_t digest = sley_world_digest();
    for (const char *c = sley_lane_suffix(); *c; c++) {
        digest = sley_mix64(digest ^ (unsigned char)*c);
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
        print_finding(session, target, outcome);
    }
}

enum sley_status
sley_runner_run(struct sley_session *session, const struct sley_target *target,
                struct sley_outcome *outcome, struct sley_error *error)
{
    const struct sley_options *options = session->options;
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
        .listener = {.failure = on_failure,
                     .outcome = on_outcome,
                     .progress = on_progress,
                     .context = &runner},
    };
    struct sley_campaign campaign, reference = {0};
    *outcome = (struct sley_outcome){0};
    static struct sley_outcome_tokens tokens;
    tokens.count = 0;
    runner.tokens = &tokens;
    runner.plain = !options->json && !options->tap && !options->quiet;
    sley_lines_init(&runner.lines, resumed ? resume.next : 0);
    enum sley_status status = sley_campaign_run(&campaign, target, &campaign_options, error);
    if (session->store && options->time_ms && runner.merged > runner.noted) {
        note_progress(&runner, &campaign);
    }
    if (status == SLEY_OK) {
        status = sley_reference_run(&reference, &campaign, error);
    }
    if (status == SLEY_OK) {
        sley_finding_judge(&outcome->judgement, &campaign);
        /* The token belongs to what the line says: the run that makes the finding unexpected, else
         * one with an unexpected verdict, else the run that decides. */
        const struct sley_judgement *j = &outcome->judgement;
        bool surprising =
            (j->decided_by_run || j->decided_by_outcome) && j->finding != j->expected_finding;
        bool other = campaign.tally->unexpected_count > 0 && !surprising;
        const char *decisive = j->decided_by_run ? runner.found.decisive : "";
        if (j->decided_by_outcome) {
            status =
                sley_outcome_tokens_get(&tokens, session, &campaign,
                                        sley_outcomes_find(&campaign.tally->outcomes, j->outcome),
                                        runner.found.decisive, error);
            decisive = runner.found.decisive;
        }
        const char *token = other ? runner.found.unexpected : decisive;
        snprintf(outcome->token, sizeof outcome->token, "%s", token);
        outcome->run_count = campaign.tally->run_count;
        outcome->failure_count = runner.failure_count;
        outcome->elapsed_ms = campaign.elapsed_ms;
        outcome->interrupted = campaign.interrupted;
        if (status == SLEY_OK && options->json) {
            status = sley_lines_print_finding(&runner.lines, session, &campaign, outcome, &tokens,
                                              error);
        }
        const struct sley_listener *listener = session->listener;
        if (status == SLEY_OK && listener && listener->finding) {
            status = listener->finding(listener->context, &campaign, outcome, error);
        }
        if (runner.plain) {
            print_finding(session, target, outcome);
            if (options->verbose || options->time_ms || options->runs) {
                sley_statistics_print(session->out, &campaign, options->verbose);
            }
        }
        bool inverted = campaign.tally->verdicts & SLEY_BIT(INVERSION);
        if (status == SLEY_OK && inverted && !(campaign.tally->verdicts & SLEY_ANY_DEADLOCK) &&
            runner.plain) {
            status = search_deadlock(session, target, error);
        }
        if (status == SLEY_OK && !outcome->judgement.expected && outcome->token[0] &&
            runner.plain) {
            status = print_why(session, target, outcome, error);
        }
    }
    fflush(session->out);
    sley_lines_deinit(&runner.lines);
    sley_campaign_deinit(&reference);
    sley_campaign_deinit(&campaign);
    return status;
}
