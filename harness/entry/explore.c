#include "entry/explore.h"

#include "cli/batch.h"
#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/explorer.h"
#include "cli/lane.h"
#include "cli/listener.h"
#include "cli/runner.h"
#include "cli/statistics.h"

#include "report/failure.h"
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
    "  --strategy S    random, sticky:MEAN, pct:DEPTH,TASKS,POINTS, pos, mix (default), "
    "exhaustive\n"
    "                  or exhaustive:PREEMPTIONS\n"
    "  --runs N        runs (default 10,000)\n"
    "  --time T        instead of --runs: a time, such as 90s, 15m, 8h\n"
    "  --until-event   stop at the first failure that is no mere report (a race, an inversion of\n"
    "                  locks)\n"
    "  --race R        report (default): a data race is told, and the search goes on for what it\n"
    "                  leads to; fail: it is a failure like others; ignore: it is none\n"
    "  --exit-codes L  exit codes that are no failure, such as 0,3 (default 0)\n"
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
    char token[SLEY_TOKEN_TEXT_MAX + 1];
};

struct exploration {
    struct sley_batch *batch;
    struct found found[FAILURES_MAX];
    int found_count;
    bool more; /* than are kept */
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

static void
print_failure(const struct sley_session *session, enum sley_verdict verdict)
{
    const struct sley_run_result *result = &session->capture->result;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        if (result->failure[i].verdict == verdict) {
            fprintf(session->out, "  ");
            sley_failure_print(session->out, session->symbolizer, &result->failure[i]);
            return;
        }
    }
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
print_found(struct sley_session *session, const struct sley_target *target,
            const struct found *found, int number, struct sley_error *error)
{
    struct sley_shrunk shrunk = {0};
    char command[SLEY_TOKEN_TEXT_MAX + 8192];
    bool table = number == 1 || !is_report_alone(found->verdict);
    fprintf(session->out, "%sfailure %d: %s, first in run %" PRIu64 "\n", number == 1 ? "" : "\n",
            number, sley_verdict_word(found->verdict), found->run);
    enum sley_status status = capture(session, target, found->token, error);
    if (status == SLEY_OK && table) {
        status = sley_explorer_shrink(session, target, found->token, false, &shrunk, NULL, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    print_failure(session, found->verdict);
    if (table) {
        struct sley_table_options options = {.color = session->color, .width = session->width};
        sley_table_print(session->out, session->symbolizer, session->capture, &options);
    }
    sley_explorer_command(session, shrunk.token[0] ? shrunk.token : found->token, command,
                          sizeof command);
    fprintf(session->out, "%s\n", command);
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

static enum sley_status
print_exploration(struct exploration *exploration, const struct sley_outcome *outcome,
                  struct sley_error *error)
{
    struct sley_session *session = &exploration->batch->session;
    struct sley_target target = {sley_scenarios[0], sley_catalogue_model("thread")};
    enum sley_status status = SLEY_OK;
    qsort(exploration->found, (size_t)exploration->found_count, sizeof exploration->found[0],
          by_strength);
    for (int i = 0; i < exploration->found_count && status == SLEY_OK; i++) {
        status = print_found(session, &target, &exploration->found[i], i + 1, error);
    }
    fprintf(session->out, "%s%s: ", exploration->found_count ? "\n" : "", target.property->name);
    if (exploration->found_count) {
        fprintf(session->out, "%d distinct failure%s%s in %" PRIu64 " runs%s\n",
                exploration->found_count, exploration->found_count == 1 ? "" : "s",
                exploration->more ? " and more" : "", outcome->run_count,
                races_only(exploration) ? ", data races only" : "");
    } else {
        fprintf(session->out, "no failure; %s\n", outcome->judgement.text);
    }
    return status;
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
    enum sley_status status = sley_batch_check(options, error);
    if (status == SLEY_OK) {
        status = sley_session_init(&batch->session, options, program, true, error);
    }
    if (status == SLEY_OK) {
        struct sley_target target = {sley_scenarios[0], sley_catalogue_model("thread")};
        batch->session.listener = &listener;
        status = sley_runner_run(&batch->session, &target, &outcome, error);
    }
    batch->unexpected_count = exploration->found_count;
    batch->interrupted = outcome.interrupted;
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
    enum sley_status status = sley_options_parse(&options, "sntuSjoJpv", argc, argv, &error);
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
