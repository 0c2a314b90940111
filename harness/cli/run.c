#include "campaign/survey.h"
#include "cli/batch.h"
#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/runner.h"
#include "cli/scan.h"
#include "cli/tap.h"

static const char usage[] =
    "usage: sley run [FLAGS] [FILTER...]\n\n"
    "Runs properties and says of each claim whether it is confirmed or refuted.\n"
    "FILTER is a name, a claim's id, a part of one, or a glob.\n"
    "  --model M       in this execution model only; gil stands for every policy gil:...\n"
    "  --strategy S    random, sticky:MEAN, pct:DEPTH,TASKS,POINTS, pos, surw, mix, exhaustive or\n"
    "                  exhaustive:PREEMPTIONS; default: the property's own way, else mix\n"
    "  --points P      what scheduling points are: all accesses (default), shared "
    "(synchronisation,\n"
    "                  and plain accesses to what several tasks were seen to touch) or sync\n"
    "                  (synchronisation and atomics only); gil and process models have their own\n"
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
    "  --json          one JSON object a line: campaign, failure, progress, end, finding, with\n"
    "                  statistics in full; rates only with --verbose or --time, since they differ\n"
    "                  from call to call\n"
    "  --tap           one test point a finding (TAP 14); skipped where it does not apply\n"
    "  --sarif FILE    also every failure for code scanning (SARIF 2.1.0): level error if it is\n"
    "                  unexpected, level note if it shows what the property expects\n"
    "  --fault F       with a fault planted into the model; nothing that it shows is kept\n"
    "exit code: 0 all as expected, 1 something unexpected, 2 usage or operating error\n";

/* What is written beside the lines of each campaign. */
struct outputs {
    const struct sley_options *options;
    struct sley_tap tap;
    struct sley_scan scan;
};

static enum sley_status
on_failure(void *context, const struct sley_target *target, const struct sley_told_failure *told,
           struct sley_error *error)
{
    struct outputs *outputs = context;
    return outputs->options->sarif ? sley_scan_failure(&outputs->scan, target, told, error)
                                   : SLEY_OK;
}

static enum sley_status
on_finding(void *context, const struct sley_campaign *campaign, const struct sley_outcome *outcome,
           struct sley_error *error)
{
    struct outputs *outputs = context;
    (void)error;
    if (outputs->options->sarif) {
        sley_scan_finding(&outputs->scan, &outcome->judgement);
    }
    if (outputs->options->tap) {
        sley_tap_finding(&outputs->tap, &campaign->target, outcome);
    }
    return SLEY_OK;
}

static enum sley_status
on_skipped(void *context, const struct sley_target *target,
           const struct sley_expectation *expectation, struct sley_error *error)
{
    struct outputs *outputs = context;
    (void)error;
    if (outputs->options->tap) {
        sley_tap_skipped(&outputs->tap, target, expectation->reason);
    }
    return SLEY_OK;
}

/* Other points than all are asked of a model that has no others. */
static enum sley_status
check_points(const struct sley_options *options, struct sley_error *error)
{
    bool applies = !options->model || !options->points || options->points == SLEY_POINTS_ALL;
    for (int i = 0; sley_models[i] && !applies; i++) {
        applies = sley_catalogue_model_matches(options->model, sley_models[i]) &&
                  sley_survey_applies(sley_models[i]);
    }
    return applies ? SLEY_OK
                   : sley_error_set(error, SLEY_ERROR_USAGE,
                                    "--points: the model '%s' has points of its own; give --points "
                                    "all, or none",
                                    options->model);
}

static enum sley_status
configure(const struct sley_options *options, struct sley_error *error)
{
    if (options->json && options->tap) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "--json and --tap contradict each other: give one of them");
    }
    enum sley_status status = sley_batch_check(options, error);
    return status == SLEY_OK ? check_points(options, error) : status;
}

/* The checked options, from the first campaign to the last file. */
static enum sley_status
execute(struct sley_batch *batch, const struct sley_options *options, const char *program,
        struct sley_error *error)
{
    static struct outputs outputs;
    const struct sley_listener listener = {on_failure, on_finding, on_skipped, &outputs};
    outputs.options = options;
    enum sley_status status = sley_scan_init(&outputs.scan, &batch->session, options->sarif, error);
    if (options->tap) {
        sley_tap_begin(&outputs.tap, stdout, program);
    }
    if (status == SLEY_OK) {
        status = sley_batch_run(batch, options, program, &listener, error);
    }
    if (options->tap) {
        const char *problem = batch->interrupted ? "interrupted" : NULL;
        sley_tap_end(&outputs.tap, status == SLEY_OK ? problem : error->text);
    } else if (status == SLEY_OK && !options->json) {
        sley_batch_print(batch);
    }
    if (status == SLEY_OK && options->sarif) {
        status = sley_scan_write(&outputs.scan, error);
    }
    sley_scan_deinit(&outputs.scan);
    return status;
}

int
sley_command_run(const char *program, int argc, char **argv)
{
    static struct sley_batch batch;
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "msPntSjoJTRufpv", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK) {
        status = configure(&options, &error);
    }
    if (status == SLEY_OK) {
        status = execute(&batch, &options, program, &error);
    }
    return sley_batch_end(&batch, status, &error);
}
