#include "entry/explore.h"

#include "cli/batch.h"
#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/explorer.h"
#include "cli/lane.h"
#include "cli/listener.h"
#include "cli/runner.h"
#include "cli/statistics.h"
#include "cli/trace_store.h"

#include "campaign/survey.h"
#include "report/failure.h"
#include "report/place.h"
#include "report/table.h"

#include "scenarios/registry.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: sley explore PROGRAM [FLAGS] [-- ARGUMENTS...]\n\n"
    "Runs a program that `sley cc` built under controlled schedules and reports each distinct\n"
    "failure once, shrunk, with the command that replays it.\n"
    "  --strategy S    random, sticky:MEAN, pct:DEPTH,TASKS,POINTS, pos, surw, mix (default),\n"
    "                  exhaustive or exhaustive:PREEMPTIONS\n"
    "  --points P      what scheduling points are: shared (synchronisation, and plain accesses to\n"
    "                  what several threads were seen to touch; default), all (every access;\n"
    "                  default of a search) or sync (synchronisation and atomics only)\n"
    "  --runs N        runs (default 10,000)\n"
    "  --time T        instead of --runs: a time, such as 90s, 15m, 8h\n"
    "  --until-failure stop at the first failure that is no mere report (a race, an inversion of\n"
    "                  locks); also --until-event\n"
    "  --all           go on where every one of the first 128 runs failed in one and the same way\n"
    "  --race R        report (default): a data race is told, and the search goes on for what it\n"
    "                  leads to; fail: it is a failure like others; ignore: it is none\n"
    "  --exit-codes L  exit codes that are no failure, such as 0,3 (default 0)\n"
    "  --reset R       between runs: process sets the program's one process back; fork gives each\n"
    "                  run a process of its own, which takes longer; auto (default) takes the "
    "first\n"
    "                  if that makes no difference to the program\n"
    "  --outside-wait MS  real milliseconds that a run waits for what is outside the program\n"
    "                  before it is called stuck (default 5,000)\n"
    "  --steps N       points of a run after which it is scheduled fairly to its end (default\n"
    "                  200,000)\n"
    "  --sleeps WHEN   early (default): a sleep or a time-out may end while others could run, as "
    "on\n"
    "                  a loaded machine; exact: only when nothing else can run\n"
    "  --seed S        0 to 2^48-1, or random (default 0)\n"
    "  --jobs J        worker processes (default 1)\n"
    "  --out DIR       where failures and traces are kept (default .sley)\n"
    "  --json          one JSON object a line, as sley run\n"
    "  --progress P    auto, plain or none\n"
    "  --verbose       statistics, and of each strategy of a mix\n"
    "exit code: 0 no run failed, 1 some did, 2 usage or operating error\n";

enum { FAILURES_MAX = 64 };

/* The earliest run of a failure. */
struct found {
    char name[17];
    uint64_t run;
    enum sley_verdict verdict;
    struct sley_failure failure;
    char token[SLEY_TOKEN_TEXT_MAX + 1];
};

struct exploration {
    struct sley_batch *batch;
    struct found found[FAILURES_MAX];
    int found_count;
    bool more; /* than are kept */
    char shown[FAILURES_MAX][17];
    int shown_count;
};

static enum sley_status
on_failure(void *context, const struct sley_target *target, const struct sley_told_failure *told,
           struct sley_error *error)
{
    struct exploration *exploration = context;
    struct found *at = exploration->found;
    struct found *end = at + exploration->found_count;
    (void)target;
    (void)error;
    while (at < end && strcmp(at->name, told->name) != 0) {
        at++;
    }
    if (at == exploration->found + FAILURES_MAX) {
        exploration->more = true;
        return SLEY_OK;
    }
    if (at == end) {
        exploration->found_count++;
    } else if (told->run >= at->run) {
        return SLEY_OK;
    }
    snprintf(at->name, sizeof at->name, "%s", told->name);
    snprintf(at->token, sizeof at->token, "%s", told->token);
    at->run = told->run;
    at->verdict = told->failure->verdict;
    at->failure = *told->failure;
    return SLEY_OK;
}

/* The strongest first; of one kind the earliest. */
static int
by_strength(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->verdict != y->verdict) {
        return (x->verdict > y->verdict) - (x->verdict < y->verdict);
    }
    return (x->run > y->run) - (x->run < y->run);
}

/* What shows in a run that goes on; the failure that such a run may end in is worth a table. */
static bool
is_report_alone(enum sley_verdict verdict)
{
    return verdict == SLEY_VERDICT_RACE || verdict == SLEY_VERDICT_INVERSION;
}

/* The failure in the observed run, where a place inside a library's headers has become that of the
 * program's own code which led there. What only runs that are not observed show stays as it is. */
static const struct sley_failure *
observed(const struct sley_session *session, const struct sley_failure *found)
{
    const struct sley_run_result *result = &session->capture->result;
    const struct sley_failure *alike = found;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        const struct sley_failure *failure = &result->failure[i];
        if (failure->verdict != found->verdict) {
            continue;
        }
        if (memcmp(failure->step, found->step, sizeof found->step) == 0) {
            return failure;
        }
        /* Two accesses of one line of the program are one failure here. */
        alike = alike == found && failure->pc[0] == found->pc[0] ? failure : alike;
    }
    return alike;
}

/* The same failure in the run that is captured now, which may have shrunk. */
static const struct sley_failure *
as_captured(const struct sley_session *session, const struct sley_target *target,
            const struct sley_failure *shown)
{
    const struct sley_run_result *result = &session->capture->result;
    char wanted[17], name[17];
    sley_session_failure_name(session, target, shown, wanted);
    for (uint32_t i = 0; i < result->failure_count; i++) {
        sley_session_failure_name(session, target, &result->failure[i], name);
        if (strcmp(name, wanted) == 0) {
            return &result->failure[i];
        }
    }
    return shown;
}

/* Whether no failure of the same verdict at the same places was shown before. */
static bool
is_new(struct exploration *exploration, const struct sley_target *target,
       const struct sley_failure *failure)
{
    char name[17];
    sley_session_failure_name(&exploration->batch->session, target, failure, name);
    for (int i = 0; i < exploration->shown_count; i++) {
        if (strcmp(exploration->shown[i], name) == 0) {
            return false;
        }
    }
    memcpy(exploration->shown[exploration->shown_count++], name, sizeof name);
    return true;
}

static enum sley_status
capture(struct sley_session *session, const struct sley_target *target, const char *text,
        struct sley_error *error)
{
    static struct sley_token token;
    struct sley_recipe recipe;
    enum sley_status status = sley_token_parse(&token, text, error);
    if (status == SLEY_OK) {
        status = sley_recipe_of_token(&recipe, &token, error);
    }
    return status == SLEY_OK ? sley_session_capture(session, target, &recipe, error) : status;
}

/* The failure with its places; shrunk and as a table unless another failure's run shows it. */
static enum sley_status
print_found(struct exploration *exploration, const struct sley_target *target,
            const struct found *found, struct sley_error *error)
{
    struct sley_session *session = &exploration->batch->session;
    struct sley_shrunk shrunk = {0};
    char command[SLEY_TOKEN_TEXT_MAX + 8192];
    enum sley_status status = capture(session, target, found->token, error);
    if (status != SLEY_OK) {
        return status;
    }
    struct sley_failure shown = *observed(session, &found->failure);
    if (!is_new(exploration, target, &shown)) {
        return SLEY_OK;
    }
    int number = exploration->shown_count;
    /* One run by itself does not show that two of them differ. */
    bool table = found->verdict != SLEY_VERDICT_NONDETERMINISM &&
                 (number == 1 || !is_report_alone(found->verdict));
    fprintf(session->out, "%sfailure %d: %s, first in run %" PRIu64 "\n", number == 1 ? "" : "\n",
            number, sley_verdict_word(found->verdict), found->run);
    if (table) {
        status = sley_explorer_shrink(session, target, found->token, false, &shrunk, NULL, error);
    }
    if (status == SLEY_OK && shrunk.token[0]) {
        status = sley_trace_store_keep(session, shrunk.token, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    fprintf(session->out, "  ");
    sley_failure_print(session->out, session->symbolizer, as_captured(session, target, &shown));
    if (table) {
        struct sley_table_options options = {.color = session->color, .width = session->width};
        sley_table_print(session->out, session->symbolizer, session->capture, &options);
    }
    sley_explorer_command(session, shrunk.token[0] ? shrunk.token : found->token, command,
                          sizeof command);
    fprintf(session->out, "%s\n", command);
    if (shrunk.token[0]) {
        fprintf(session->out, "first found as %s\n", found->token);
    }
    return SLEY_OK;
}

static bool
races_only(const struct exploration *exploration)
{
    for (int i = 0; i < exploration->found_count; i++) {
        if (exploration->found[i].verdict != SLEY_VERDICT_RACE) {
            return false;
        }
    }
    return true;
}

/* No failure, but a lock that nobody can take any more. */
static void
print_left_locked(struct sley_session *session, const struct sley_outcome *outcome)
{
    const struct sley_left_locked *left = &outcome->left_locked;
    char lock[SLEY_OBJECT_TEXT], place[SLEY_PLACE_TEXT];
    if (left->run_count == 0) {
        return;
    }
    sley_object_text(session->symbolizer, left->held.address, 0, lock, sizeof lock);
    sley_place_phrase(session->symbolizer, left->held.place, place, sizeof place);
    fprintf(session->out,
            "note: %s was still locked when its owner, task %u, ended, first in run %" PRIu64
            " of %" PRIu64 " such runs; taken at %s\n",
            lock, left->held.task, left->first_run, left->run_count, place);
}

static enum sley_status
print_exploration(struct exploration *exploration, const struct sley_outcome *outcome,
                  struct sley_error *error)
{
    struct sley_session *session = &exploration->batch->session;
    struct sley_target target = {.property = sley_scenarios[0],
                                 .model = sley_catalogue_model("thread")};
    enum sley_status status = SLEY_OK;
    status = sley_survey_take(&target, (enum sley_points)session->options->points, error);
    qsort(exploration->found, (size_t)exploration->found_count, sizeof exploration->found[0],
          by_strength);
    for (int i = 0; i < exploration->found_count && status == SLEY_OK; i++) {
        status = print_found(exploration, &target, &exploration->found[i], error);
    }
    fprintf(session->out, "%s", exploration->found_count ? "\n" : "");
    print_left_locked(session, outcome);
    fprintf(session->out, "%s: ", target.property->name);
    if (exploration->found_count) {
        fprintf(session->out, "%d distinct failure%s%s in %" PRIu64 " runs%s\n",
                exploration->shown_count, exploration->shown_count == 1 ? "" : "s",
                exploration->more ? " and more" : "", outcome->run_count,
                races_only(exploration) ? ", data races only" : "");
        if (outcome->alike) {
            fprintf(session->out, "every run failed so: it does not take a certain schedule; "
                                  "--all goes on\n");
        }
    } else {
        fprintf(session->out, "no failure; %s\n", outcome->judgement.text);
    }
    if (outcome->input_missed) {
        fprintf(session->out,
                "note: the program read its standard input, which is empty in these runs; let it "
                "read a file that its arguments name\n");
    }
    if (outcome->outside) {
        fputs("note: some runs waited for, or wrote to, a pipe, socket or terminal outside the "
              "program; the schedule does not control when that answers\n",
              session->out);
    }
    return status;
}

/* What finds most in the least time (docs/points.md); a search is to leave nothing out. */
static enum sley_points
points_default(const struct sley_options *options)
{
    bool search = options->strategy && strncmp(options->strategy, "exhaustive", 10) == 0;
    return search ? SLEY_POINTS_ALL : SLEY_POINTS_SHARED;
}

static enum sley_status
explore(struct exploration *exploration, struct sley_options *options, const char *program,
        struct sley_error *error)
{
    static struct sley_listener listener;
    struct sley_outcome outcome = {0};
    struct sley_batch *batch = exploration->batch;
    listener = (struct sley_listener){on_failure, NULL, NULL, exploration};
    options->quiet = true;
    options->stop_alike = true;
    if (!options->points) {
        options->points = (char)points_default(options);
    }
    enum sley_status status = sley_batch_check(options, error);
    if (status == SLEY_OK) {
        status = sley_session_init(&batch->session, options, program, true, error);
    }
    if (status == SLEY_OK) {
        struct sley_target target = {.property = sley_scenarios[0],
                                     .model = sley_catalogue_model("thread")};
        batch->session.listener = &listener;
        sley_batch_heed_interrupts();
        status = sley_runner_run(&batch->session, &target, &outcome, error);
    }
    batch->unexpected_count = exploration->found_count;
    batch->interrupted = outcome.interrupted || sley_campaign_is_interrupted();
    if (status == SLEY_OK && !options->json) {
        status = print_exploration(exploration, &outcome, error);
    }
    return status;
}

int
sley_entry_explore(const char *program, int argc, char **argv)
{
    static struct sley_batch batch;
    static struct exploration exploration = {.batch = &batch};
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "sPntuaSjoJpv", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK && options.filter_count != 0) {
        status = sley_error_set(&error, SLEY_ERROR_USAGE,
                                "explore: '%s' is one program too many; the program's own "
                                "arguments stand behind --",
                                options.filters[0]);
    }
    if (status == SLEY_OK) {
        status = explore(&exploration, &options, program, &error);
    }
    return sley_batch_end(&batch, status, &error);
}
