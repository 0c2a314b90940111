#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/explorer.h"
#include "cli/runner.h"

#include "models/registry.h"
#include "report/dashboard.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] =
    "usage: sley report --html DIR [FLAGS] [FILTER...]\n\n"
    "Runs properties as sley run does, and writes DIR/index.html: the claims by document with\n"
    "their findings in each model, filters, counts, plots, and for each counterexample or witness\n"
    "a page of its own to step through it, made as by sley explain --html. DIR is created when\n"
    "needed. A plot is there when its property is among those that ran: speed.by-cores,\n"
    "heartbeat.by-work.\n"
    "  --model M, --strategy S, --runs N, --seed S, --jobs J, --out DIR, --fault F: as sley run\n"
    "exit code: as sley run\n";

/* A property whose outcomes are points of a plot: outcome = place * 10^7 + number, and the
 * outcome's text is the label. */
static const struct plotted {
    const char *property;
    const char *title;
    const char *unit;
} plotted[] = {
    {"speed.by-cores", "Speedup of 16 equal computations over cores", "x"},
    {"heartbeat.by-work", "Longest gap of a 2 ms heartbeat beside other work", " ms"},
};

enum { PLACE = 10000000 };

struct dashboard {
    struct sley_batch *batch;
    const char *directory;
    json_t *findings;
    json_t *plots;
};

static void
add_plots(struct dashboard *dashboard, const struct sley_campaign *campaign)
{
    const struct sley_outcomes *outcomes = &campaign->tally->outcomes;
    for (size_t i = 0; i < sizeof plotted / sizeof plotted[0]; i++) {
        if (strcmp(plotted[i].property, campaign->target.property->name) != 0) {
            continue;
        }
        char title[128];
        json_t *bars = json_array();
        for (uint32_t k = 0; k < outcomes->count; k++) {
            double number = (double)(outcomes->entry[k].value % PLACE) / 1000;
            json_array_append_new(bars, json_pack("[s, f]", outcomes->entry[k].text, number));
        }
        snprintf(title, sizeof title, "%s: %s", plotted[i].title, campaign->target.model->name);
        json_array_append_new(dashboard->plots, json_pack("{s:s, s:s, s:o}", "title", title, "unit",
                                                          plotted[i].unit, "bars", bars));
    }
}

/* Names the page after the pair; a model's name may have characters that are none of a file's. */
static void
page_name(const struct sley_target *target, char *name, size_t size)
{
    snprintf(name, size, "%s-%s.html", target->property->name, target->model->name);
    for (; *name; name++) {
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_", *name)) {
            *name = '_';
        }
    }
}

static void
add_finding(struct dashboard *dashboard, const struct sley_target *target, const char *finding,
            json_t *more)
{
    const struct sley_property *property = target->property;
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "property", property->name, "claim",
                  property->claim, "source", property->source, "says", property->says, "quantifier",
                  sley_quantifier_word(property->quantifier), "model", target->model->name,
                  "finding", finding);
    json_object_update(line, more);
    json_array_append_new(dashboard->findings, line);
    json_decref(more);
}

static enum sley_status
on_finding(void *context, const struct sley_campaign *campaign, const struct sley_outcome *outcome,
           struct sley_error *error)
{
    struct dashboard *dashboard = context;
    const struct sley_target *target = &campaign->target;
    const struct sley_judgement *j = &outcome->judgement;
    bool decided = j->decided_by_run || j->decided_by_outcome;
    char page[192] = "", path[4096 + 192];
    enum sley_status status = SLEY_OK;
    if (outcome->token[0]) {
        page_name(target, page, sizeof page);
        snprintf(path, sizeof path, "%s/%s", dashboard->directory, page);
        status =
            sley_explorer_make(&dashboard->batch->session, target, outcome->token, path, error);
    }
    add_finding(dashboard, target, sley_finding_word(j->finding),
                json_pack("{s:b, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I}", "expected", j->expected,
                          "expectedFinding", sley_finding_word(j->expected_finding), "reason",
                          j->reason, "evidence", sley_evidence_word(j->evidence), "text", j->text,
                          "runs", (json_int_t)outcome->run_count, "token", outcome->token, "page",
                          page, "firstRun", decided ? (json_int_t)j->run : -1));
    add_plots(dashboard, campaign);
    return status;
}

static enum sley_status
on_skipped(void *context, const struct sley_target *target,
           const struct sley_expectation *expectation, struct sley_error *error)
{
    (void)error;
    add_finding(context, target, sley_finding_word(SLEY_NOT_APPLICABLE),
                json_pack("{s:b, s:s, s:s, s:s, s:i, s:s, s:s, s:i}", "expected", 1, "reason",
                          expectation->reason, "evidence", "none", "text", "not applicable", "runs",
                          0, "token", "", "page", "", "firstRun", -1));
    return SLEY_OK;
}

static enum sley_status
write_page(struct dashboard *dashboard, struct sley_error *error)
{
    char path[4096 + 16];
    json_t *models = json_array();
    for (int i = 0; sley_models[i]; i++) {
        json_array_append_new(models, json_string(sley_models[i]->name));
    }
    const char *fault = dashboard->batch->session.options->fault;
    char version[256];
    snprintf(version, sizeof version, "sley " SLEY_VERSION ", built with " __VERSION__ "%s%s",
             fault ? ", with the planted fault " : "", fault ? fault : "");
    json_t *data = json_pack("{s:o, s:O, s:O, s:s}", "models", models, "findings",
                             dashboard->findings, "plots", dashboard->plots, "version", version);
    snprintf(path, sizeof path, "%s/index.html", dashboard->directory);
    FILE *file = data ? fopen(path, "w") : NULL;
    bool written = file && sley_dashboard_write(file, data);
    json_decref(data);
    if ((file && fclose(file) != 0) || !written) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write '%s'", path);
    }
    fprintf(dashboard->batch->session.out, "the findings as a page: %s\n", path);
    return SLEY_OK;
}

static enum sley_status
configure(const struct sley_options *options, struct sley_error *error)
{
    if (!options->html || strlen(options->html) > 4000) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "report: expected --html DIR, the directory for the page");
    }
    enum sley_status status = sley_batch_check(options, error);
    if (status == SLEY_OK && mkdir(options->html, 0777) != 0 && errno != EEXIST) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot create '%s': %s", options->html,
                              strerror(errno));
    }
    return status;
}

int
sley_command_report(const char *program, int argc, char **argv)
{
    static struct sley_batch batch;
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "wmsnSjof", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK) {
        status = configure(&options, &error);
    }
    struct dashboard dashboard = {&batch, options.html, json_array(), json_array()};
    const struct sley_listener listener = {NULL, on_finding, on_skipped, &dashboard};
    if (status == SLEY_OK) {
        status = sley_batch_run(&batch, &options, program, &listener, &error);
    }
    if (status == SLEY_OK) {
        sley_batch_print(&batch);
        status = write_page(&dashboard, &error);
    }
    json_decref(dashboard.findings);
    json_decref(dashboard.plots);
    return sley_batch_end(&batch, status, &error);
}
