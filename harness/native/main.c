/* The program sley-native: `sley run --lane native`. It has no engine and knows one command. */
#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/lane.h"
#include "cli/options.h"
#include "engine/lane.h"
#include "native/result.h"

#include "models/registry.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { TIME_MS_DEFAULT = 2000 };

static const char usage[] =
    "usage: sley run [FLAGS] [FILTER...] --lane native\n\n"
    "Runs properties of the model thread on real threads under ThreadSanitizer, uncontrolled, and\n"
    "says what chance found; for comparison, what sley itself finds in the same time (strategy\n"
    "mix). A run whose threads all sleep for half a second is blocked. A run that shows something\n"
    "costs a process of its own: with TSAN_OPTIONS=report_bugs=0 races are neither reported nor\n"
    "paid for.\n"
    "  --time T   for each property, such as 10s, 5m (default 2s)\n"
    "  --runs N   instead of --time\n"
    "  --seed S   of the inputs, and of sley's runs (default 0); the schedules have none\n"
    "  --json     one JSON object a line\n"
    "exit code: 0 whatever was found, 2 usage or operating error, 3 bug of sley\n";

/* No engine: the lane is but a name. */
static const struct sley_lane_ops lane = {.name = "native"};
const struct sley_lane_ops *sley_lane = &lane;

/* For the catalogue: the one model of this lane, whose operations are this program's own. */
static const struct sley_model thread = {.name = "thread", .summary = "real threads"};
const struct sley_model *const sley_models[] = {&thread, NULL};

struct command {
    struct sley_options options;
    int property_count;
};

/* What speaks of virtual time says nothing of real threads. */
static bool
is_stated(const struct sley_property *property)
{
    if (property->timed || !property->body) {
        return false;
    }
    for (int i = 0; i < SLEY_EXPECTATIONS_MAX && property->expect[i].model; i++) {
        if (strcmp(property->expect[i].model, "thread") == 0) {
            return property->expect[i].finding != SLEY_NOT_APPLICABLE;
        }
    }
    return false;
}

static enum sley_status
run_property(void *context, const struct sley_property *property, struct sley_error *error)
{
    struct command *command = context;
    struct sley_native_result result;
    struct sley_native_explore explore;
    struct sley_native_options options = {
        .property = property,
        .seed = command->options.seed,
        .runs = command->options.runs,
        .time_ms = command->options.time_ms,
    };
    if (!is_stated(property) || sley_native_interrupted()) {
        return SLEY_OK;
    }
    command->property_count++;
    enum sley_status status = sley_native_stress(&result, &options, error);
    if (status != SLEY_OK) {
        return status;
    }
    struct sley_error missing = {.text = "not run"};
    bool compared =
        !result.interrupted &&
        sley_native_explore(&explore, &options, result.elapsed_ns / 1000000, &missing) == SLEY_OK;
    struct sley_native_report report = {property, &result, compared ? &explore : NULL,
                                        missing.text};
    if (command->options.json) {
        sley_native_print_json(stdout, &report);
    } else {
        sley_native_print(stdout, &report);
    }
    fflush(stdout);
    return SLEY_OK;
}

static void
on_interrupt(int number)
{
    (void)number;
    sley_native_interrupt();
}

static enum sley_status
run_command(struct command *command, struct sley_error *error)
{
    struct sley_options *options = &command->options;
    const struct sley_model *model;
    enum sley_status status =
        options->model ? sley_catalogue_model_of(options->model, &model, error) : SLEY_OK;
    if (status != SLEY_OK) {
        return status;
    }
    if (!options->runs && !options->time_ms) {
        options->time_ms = TIME_MS_DEFAULT;
    }
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    status =
        sley_catalogue_visit(options->filters, options->filter_count, run_property, command, error);
    if (status == SLEY_OK && command->property_count == 0) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "nothing to run: no selected property is stated for model 'thread'");
    }
    return status;
}

int
main(int argc, char **argv)
{
    static struct command command;
    struct sley_error error;
    const char *asked = sley_lane_flag(&argc, argv);
    if (asked && strcmp(asked, "native") != 0) {
        fprintf(stderr, "sley: --lane %s: this program is the lane native\n", asked);
        return SLEY_EXIT_ERROR;
    }
    if (argc < 2 || strcmp(argv[1], "run") != 0) {
        fprintf(stderr, "sley: --lane native: this lane has one command: run\n");
        return SLEY_EXIT_ERROR;
    }
    enum sley_status status =
        sley_options_parse(&command.options, "mntSJ", argc - 1, argv + 1, &error);
    if (status == SLEY_OK && command.options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK) {
        status = run_command(&command, &error);
    }
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error.text);
        return status == SLEY_ERROR_BUG ? SLEY_EXIT_BUG : SLEY_EXIT_ERROR;
    }
    return 0;
}
