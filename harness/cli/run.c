#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/runner.h"

#include "models/registry.h"

#include <signal.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "usage: sley run [FLAGS] [FILTER...]\n\n"
    "Runs properties and says of each claim whether it is confirmed or refuted.\n"
    "FILTER is a name, a claim's id, a part of one, or a glob.\n"
    "  --model M       in this execution model only; gil stands for every policy gil:...\n"
    "  --strategy S    random, sticky:MEAN, pct:DEPTH,TASKS,POINTS, pos, mix, exhaustive or\n"
    "                  exhaustive:PREEMPTIONS; default: the property's own way, else mix\n"
    "  --runs N        runs for each property and model (default: the property's own budget)\n"
    "  --time T        instead of --runs: time for each, such as 90s, 15m, 8h; a second call with\n"
    "                  the same --out goes on after the last finished block of runs\n"
    "  --until-event   stop as soon as a run decides the finding\n"
    "  --seed S        0 to 2^48-1, or random (default 0); run k of a seed is the same everywhere\n"
    "  --jobs J        worker processes (default 1)\n"
    "  --out DIR       where failures and traces are kept (default .sley, created when needed)\n"
    "  --progress P    auto (a line on a terminal, else quiet), plain (a line each 30 s on\n"
    "                  standard error) or none\n"
    "  --verbose       statistics of every campaign, and of each strategy of a mix; given --runs\n"
    "                  or --time, the former are printed anyway (docs/statistics.md)\n"
    "  --json          one JSON object a line, statistics in full; rates only with --verbose or\n"
    "                  --time, since they differ from call to call\n"
    "  --fault F       with a fault planted into the model; nothing that it shows is kept\n"
    "exit code: 0 all as expected, 1 something unexpected, 2 usage or operating error\n";

enum { ROWS_MAX = 1024 };

struct report {
    struct sley_session session;
    const char *only; /* models that this name selects; NULL: every model */
    struct sley_findings_row rows[ROWS_MAX];
    int row_count;
    int finding_counts[4];
    int unexpected_count;
    bool interrupted;
};

static void
on_interrupt(int number)
{
    (void)number;
    sley_campaign_interrupt();
}

static enum sley_status
run_cell(struct report *report, struct sley_findings_row *row, int column,
         const struct sley_model *model, struct sley_error *error)
{
    const struct sley_expectation *expectation =
        sley_finding_expectation(row->property, model->name);
    char *cell = row->cell[column];
    if (model->missing || !expectation) {
        snprintf(cell, sizeof row->cell[0], "%s",
                 model->missing && expectation ? model->missing : "-");
        return SLEY_OK;
    }
    if (expectation->finding == SLEY_NOT_APPLICABLE) {
        snprintf(cell, sizeof row->cell[0], "n/a");
        report->finding_counts[SLEY_NOT_APPLICABLE]++;
        return SLEY_OK;
    }
    struct sley_target target = {row->property, model};
    struct sley_outcome outcome;
    enum sley_status status = sley_runner_run(&report->session, &target, &outcome, error);
    if (status != SLEY_OK) {
        return status;
    }
    const struct sley_judgement *j = &outcome.judgement;
    row->unexpected[column] = !j->expected;
    report->unexpected_count += !j->expected;
    report->finding_counts[j->finding]++;
    report->interrupted |= outcome.interrupted;
    snprintf(cell, sizeof row->cell[0], "%s%s", sley_finding_word(j->finding),
             j->expected ? "" : " !");
    return SLEY_OK;
}

static enum sley_status
run_property(void *context, const struct sley_property *property, struct sley_error *error)
{
    struct report *report = context;
    if (report->row_count == ROWS_MAX) {
        return sley_error_set(error, SLEY_ERROR_USAGE, "more than %d properties at once", ROWS_MAX);
    }
    struct sley_findings_row *row = &report->rows[report->row_count++];
    *row = (struct sley_findings_row){.property = property};
    for (int i = 0; sley_models[i] && !report->interrupted; i++) {
        if (report->only && !sley_catalogue_model_matches(report->only, sley_models[i])) {
            continue;
        }
        enum sley_status status = run_cell(report, row, i, sley_models[i], error);
        if (status != SLEY_OK) {
            return status;
        }
    }
    return SLEY_OK;
}

static void
print_summary(const struct report *report)
{
    const int *count = report->finding_counts;
    int total = count[SLEY_CONFIRMED] + count[SLEY_REFUTED] + count[SLEY_INCONCLUSIVE];
    FILE *out = report->session.out;
    fprintf(out, "\n%d findings: %d confirmed, %d refuted, %d inconclusive; ", total,
            count[SLEY_CONFIRMED], count[SLEY_REFUTED], count[SLEY_INCONCLUSIVE]);
    if (report->unexpected_count) {
        fprintf(out, "%d unexpected (marked !)\n", report->unexpected_count);
    } else {
        fprintf(out, "all as expected\n");
    }
}

static enum sley_status
pass_over(void *context, const struct sley_property *property, struct sley_error *error)
{
    (void)context;
    (void)property;
    (void)error;
    return SLEY_OK;
}

/* Everything that the user may have written wrong is found here, before anything is created. */
static enum sley_status
configure(struct report *report, const struct sley_options *options, struct sley_error *error)
{
    enum sley_status status =
        options->model ? sley_catalogue_model_check(options->model, error) : SLEY_OK;
    report->only = options->model;
    if (status == SLEY_OK && options->strategy) {
        status = sley_campaign_strategy_check(options->strategy, error);
    }
    return status == SLEY_OK ? sley_catalogue_visit(options->filters, options->filter_count,
                                                    pass_over, NULL, error)
                             : status;
}

int
sley_command_run(const char *program, int argc, char **argv)
{
    static struct report report;
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "msntSjoJufpv", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK) {
        status = configure(&report, &options, &error);
    }
    if (status == SLEY_OK) {
        status = sley_session_init(&report.session, &options, program, true, &error);
    }
    if (status == SLEY_OK) {
        signal(SIGINT, on_interrupt);
        signal(SIGTERM, on_interrupt);
        status = sley_catalogue_visit(options.filters, options.filter_count, run_property, &report,
                                      &error);
    }
    const int *count = report.finding_counts;
    if (status == SLEY_OK && !report.interrupted &&
        count[0] + count[1] + count[2] + count[3] == 0) {
        status = sley_error_set(&error, SLEY_ERROR_USAGE,
                                "nothing to run: no selected property is stated for model '%s'",
                                options.model ? options.model : "any");
    }
    if (status == SLEY_OK && !options.json) {
        sley_findings_print(report.session.out, &report.session, report.rows, report.row_count);
        print_summary(&report);
    }
    sley_session_deinit(&report.session);
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error.text);
        return status == SLEY_ERROR_BUG ? SLEY_EXIT_BUG : SLEY_EXIT_ERROR;
    }
    if (report.interrupted) {
        fprintf(stderr, "sley: interrupted: what is printed is what was done until then\n");
        return SLEY_EXIT_ERROR;
    }
    return report.unexpected_count ? SLEY_EXIT_UNEXPECTED : SLEY_EXIT_EXPECTED;
}
