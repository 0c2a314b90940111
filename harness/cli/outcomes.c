/* sley outcomes: every result that the runs of a property report. */
#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/lane.h"
#include "cli/outcome_tokens.h"

#include "models/registry.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: sley outcomes [FLAGS] PROPERTY\n\n"
    "Runs a property and lists the distinct outcomes that its runs report, how many runs report\n"
    "each, and a command that replays the first of them. Nothing is judged.\n"
    "  --model M       in this execution model, or in all policies of it; default: every model\n"
    "                  that the property is stated for\n"
    "  --strategy S, --runs N, --time T, --seed S, --jobs J, --json, --fault F  as in sley run\n"
    "exit code: 0 the outcomes are listed, 2 usage or operating error\n";

struct listing {
    struct sley_session session;
    struct sley_outcome_tokens tokens;
};

static enum sley_status
on_outcome(void *context, const struct sley_campaign *campaign, uint64_t run,
           const struct sley_reported *reported, const struct sley_token *token,
           struct sley_error *error)
{
    struct listing *listing = context;
    (void)campaign;
    return sley_outcome_tokens_note(&listing->tokens, &listing->session, reported->outcome, run,
                                    token, error);
}

static enum sley_status
print_outcome(struct listing *listing, const struct sley_campaign *campaign,
              const struct sley_outcome_entry *entry, struct sley_error *error)
{
    char token[SLEY_TOKEN_TEXT_MAX + 1];
    FILE *out = listing->session.out;
    enum sley_status status =
        sley_outcome_tokens_get(&listing->tokens, &listing->session, campaign, entry, token, error);
    if (status != SLEY_OK) {
        return status;
    }
    if (listing->session.options->json) {
        json_t *line = json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:s}", "type", "outcome",
                                 "property", campaign->target.property->name, "model",
                                 campaign->target.model->name, "value", (json_int_t)entry->value,
                                 "text", entry->text, "runs", (json_int_t)entry->run_count,
                                 "first_run", (json_int_t)entry->first_run, "token", token);
        json_dumpf(line, out, JSON_COMPACT);
        fprintf(out, "\n");
        json_decref(line);
        return SLEY_OK;
    }
    fprintf(out, "  %" PRId64 "%s%s: %" PRIu64 " runs, first in run %" PRIu64 "\n", entry->value,
            entry->text[0] ? " " : "", entry->text, entry->run_count, entry->first_run);
    if (token[0]) {
        fprintf(out, "    %s replay %s%s\n", listing->session.program, token, sley_lane_suffix());
    }
    return SLEY_OK;
}

static enum sley_status
print_outcomes(struct listing *listing, const struct sley_campaign *campaign,
               struct sley_error *error)
{
    const struct sley_outcomes *outcomes = &campaign->tally->outcomes;
    enum sley_status status = SLEY_OK;
    if (!listing->session.options->json) {
        fprintf(listing->session.out, "%s, %s: %" PRIu32 "%s outcomes in %" PRIu64 " runs%s\n",
                campaign->target.property->name, campaign->target.model->name, outcomes->count,
                outcomes->overflow ? " or more" : "",
                campaign->tally->run_count - campaign->tally->pruned_count,
                campaign->exhausted ? ", exhausted" : "");
    }
    for (uint32_t i = 0; i < outcomes->count && status == SLEY_OK; i++) {
        status = print_outcome(listing, campaign, &outcomes->entry[i], error);
    }
    return status;
}

static enum sley_status
list_outcomes(struct listing *listing, const struct sley_target *target, struct sley_error *error)
{
    const struct sley_options *options = listing->session.options;
    struct sley_campaign_options campaign_options = {
        .strategy = options->strategy,
        .seed = options->seed,
        .runs = options->runs,
        .time_ms = options->time_ms,
        .jobs = options->jobs,
        .listener = {.outcome = on_outcome, .context = listing},
    };
    struct sley_campaign campaign;
    listing->tokens.count = 0;
    enum sley_status status = sley_campaign_run(&campaign, target, &campaign_options, error);
    if (status == SLEY_OK) {
        status = print_outcomes(listing, &campaign, error);
    }
    sley_campaign_deinit(&campaign);
    return status;
}

/* Whether the outcomes of the property in the model are asked for. */
static bool
is_asked_for(const struct sley_options *options, const struct sley_property *property,
             const struct sley_model *model)
{
    const struct sley_expectation *expectation = sley_finding_expectation(property, model->name);
    bool stated = expectation && expectation->finding != SLEY_NOT_APPLICABLE;
    return !model->missing &&
           (options->model ? sley_catalogue_model_matches(options->model, model) : stated);
}

static enum sley_status
list_models(struct listing *listing, struct sley_error *error)
{
    const struct sley_options *options = listing->session.options;
    struct sley_target target = {.property = sley_catalogue_property(options->filters[0])};
    int listed = 0;
    enum sley_status status = SLEY_OK;
    for (const struct sley_model *const *m = sley_models; *m && status == SLEY_OK; m++) {
        target.model = *m;
        if (is_asked_for(options, target.property, *m)) {
            status = list_outcomes(listing, &target, error);
            listed++;
        }
    }
    return status == SLEY_OK && listed == 0
               ? sley_error_set(error, SLEY_ERROR_USAGE, "property '%s' is stated for no model",
                                options->filters[0])
               : status;
}

static enum sley_status
check_arguments(const struct sley_options *options, struct sley_error *error)
{
    if (options->filter_count != 1) {
        return sley_error_set(error, SLEY_ERROR_USAGE, "outcomes: expected one property, got %d",
                              options->filter_count);
    }
    if (!sley_catalogue_property(options->filters[0])) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "no property is named '%s' (sley list shows all)",
                              options->filters[0]);
    }
    enum sley_status status =
        options->model ? sley_catalogue_model_check(options->model, error) : SLEY_OK;
    return status == SLEY_OK && options->strategy
               ? sley_campaign_strategy_check(options->strategy, error)
               : status;
}

int
sley_command_outcomes(const char *program, int argc, char **argv)
{
    static struct listing listing;
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "msntSjoJf", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK) {
        status = check_arguments(&options, &error);
    }
    if (status == SLEY_OK) {
        status = sley_session_init(&listing.session, &options, program, false, &error);
    }
    if (status == SLEY_OK) {
        status = list_models(&listing, &error);
    }
    sley_session_deinit(&listing.session);
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error.text);
        return status == SLEY_ERROR_BUG ? SLEY_EXIT_BUG : SLEY_EXIT_ERROR;
    }
    return SLEY_EXIT_EXPECTED;
}
