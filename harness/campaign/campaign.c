#include "campaign/campaign.h"

#include "campaign/capture.h"
#include "campaign/census.h"
#include "campaign/driver.h"
#include "campaign/reset.h"
#include "campaign/survey.h"

#include <stdlib.h>
#include <string.h>

enum { SEARCH_RUNS_DEFAULT = 2000000 };
enum sley_reset sley_reset_wanted;

static const uint64_t runs_default = 2000;

/* The strategy whose turn run is, with its own parameters; NULL: a search. */
static const struct sley_strategy_ops *
turn_of(const struct sley_campaign *campaign, uint64_t run, struct sley_parameters *own)
{
    *own = campaign->parameters;
    return campaign->ops && campaign->ops->part
               ? campaign->ops->part(&campaign->parameters, run, own)
               : campaign->ops;
}

/* Whether the strategy draws parameters that nobody gave. */
static bool
draws(const struct sley_strategy_ops *ops, const struct sley_parameters *own)
{
    return ops && ops->draw && own->count == 0;
}

struct sley_recipe
sley_campaign_recipe(const struct sley_campaign *campaign, uint64_t run)
{
    struct sley_recipe recipe = {
        .ops = campaign->ops,
        .parameters = campaign->parameters,
        .seed = campaign->options.seed,
        .run = run,
    };
    struct sley_parameters own;
    const struct sley_strategy_ops *ops = turn_of(campaign, run, &own);
    if (campaign->census && draws(ops, &own)) {
        ops->draw(&own, campaign->census, recipe.seed, run);
    }
    if (ops && ops->draw && own.count > 0) {
        recipe.ops = ops;
        recipe.parameters = own;
    }
    return recipe;
}

static bool
wants_census(const struct sley_campaign *campaign)
{
    bool wanted = false;
    for (uint64_t run = 0; run < SLEY_ROTATION; run++) {
        struct sley_parameters own;
        const struct sley_strategy_ops *ops = turn_of(campaign, run, &own);
        wanted |= draws(ops, &own);
    }
    return wanted;
}

/* Parameters that are 0: the last is the points of a run, the one before it the tasks. */
static void
measure(struct sley_parameters *parameters, const struct sley_run_result *result)
{
    uint32_t last = parameters->count - 1;
    if (parameters->value[last] == 0) {
        parameters->value[last] = result->step_count ? result->step_count : 1;
    }
    if (parameters->value[last - 1] == 0) {
        parameters->value[last - 1] = result->task_count ? result->task_count : 1;
    }
}

/* A run without preemption in which a task waits for another by asking again and again tells how
 * long the run may be, and nothing of what the task does: another run takes its place. */
static enum sley_status
take_census(struct sley_campaign *campaign, struct sley_capture *capture, struct sley_error *error)
{
    struct sley_recipe recipe = {.ops = &sley_strategy_random_walk, .seed = campaign->options.seed};
    if (capture->result.unfair) {
        enum sley_status status = sley_capture_run(capture, &campaign->target, &recipe, error);
        if (status != SLEY_OK) {
            return status;
        }
    }
    return sley_census_of(campaign->census, capture, error);
}

/* What nobody gave is measured in the run without preemption. */
static enum sley_status
profile(struct sley_campaign *campaign, struct sley_error *error)
{
    struct sley_parameters *parameters = &campaign->parameters;
    bool missing = false;
    for (uint32_t i = 0; i < parameters->count && !campaign->ops->draw; i++) {
        missing |= parameters->value[i] == 0;
    }
    bool wanted = wants_census(campaign);
    if (!missing && !wanted) {
        return SLEY_OK;
    }
    if (missing && campaign->target.property->program) {
        measure(parameters, &campaign->trial.plain);
        missing = false;
    }
    wanted &= !(campaign->trial.plain.verdicts & SLEY_BIT(STUCK)); /* it would take as long again */
    if (!missing && !wanted) {
        return SLEY_OK;
    }
    struct sley_capture *capture = sley_capture_create();
    campaign->census = wanted ? malloc(sizeof *campaign->census) : NULL;
    if (!capture || (wanted && !campaign->census)) {
        sley_capture_destroy(capture);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a profiling run");
    }
    struct sley_recipe recipe = {0};
    enum sley_status status = sley_capture_run(capture, &campaign->target, &recipe, error);
    if (status == SLEY_OK && missing) {
        measure(parameters, &capture->result);
    }
    if (status == SLEY_OK && wanted) {
        status = take_census(campaign, capture, error);
    }
    sley_capture_destroy(capture);
    return status;
}

static bool
names_search(const char *text)
{
    size_t length = strlen("exhaustive");
    return strncmp(text, "exhaustive", length) == 0 &&
           (text[length] == '\0' || text[length] == ':');
}

/* Takes the bound on preemptions from the text, if it has one, into options. */
static enum sley_status
search_parse(const char *text, struct sley_search_options *options, struct sley_error *error)
{
    const char *number = text + strlen("exhaustive");
    if (*number == '\0') {
        return SLEY_OK;
    }
    number++;
    char *end;
    unsigned long bound = strtoul(number, &end, 10);
    if (*number < '0' || *number > '9' || *end != '\0' || bound > 1000) {
        return sley_error_set(
            error, SLEY_ERROR_USAGE,
            "strategy '%s': expected exhaustive or exhaustive:PREEMPTIONS with at "
            "most 1000",
            text);
    }
    options->bound_preemptions = true;
    options->preemptions_max = (uint32_t)bound;
    return SLEY_OK;
}

static enum sley_status
configure_search(struct sley_campaign *campaign, const char *text, struct sley_error *error)
{
    const struct sley_property *property = campaign->target.property;
    campaign->search.no_reduction = property->global_order || property->timed;
    campaign->search.preemptions_max = property->preemptions_max;
    campaign->search.bound_preemptions = property->preemptions_max > 0;
    return text ? search_parse(text, &campaign->search, error) : SLEY_OK;
}

enum sley_status
sley_campaign_strategy_check(const char *text, struct sley_error *error)
{
    struct sley_search_options options;
    const struct sley_strategy_ops *ops;
    struct sley_parameters parameters;
    return names_search(text) ? search_parse(text, &options, error)
                              : sley_strategy_parse(text, &ops, &parameters, error);
}

static enum sley_status
configure(struct sley_campaign *campaign, struct sley_error *error)
{
    const char *text = campaign->options.strategy;
    const struct sley_property *property = campaign->target.property;
    bool search = text ? names_search(text) : property->exhaustive;
    uint64_t budget = property->runs ? property->runs : runs_default;
    if (search && !property->runs) {
        budget = SEARCH_RUNS_DEFAULT;
    }
    campaign->runs = campaign->options.runs ? campaign->options.runs : budget;
    if (campaign->options.time_ms && !campaign->options.runs) {
        campaign->runs = UINT64_MAX / 64;
    }
    if (search) {
        return configure_search(campaign, text, error);
    }
    enum sley_status status = sley_strategy_parse(text ? text : sley_strategies[0]->name,
                                                  &campaign->ops, &campaign->parameters, error);
    return status == SLEY_OK ? profile(campaign, error) : status;
}

enum sley_status
sley_campaign_run(struct sley_campaign *campaign, const struct sley_target *target,
                  const struct sley_campaign_options *options, struct sley_error *error)
{
    *campaign = (struct sley_campaign){.target = *target, .options = *options};
    if (!target->property->body) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "'%s' is a recorded fact: there is nothing to run",
                              target->property->name);
    }
    campaign->tally = malloc(sizeof *campaign->tally);
    campaign->schedules = calloc(1, sizeof *campaign->schedules);
    if (!campaign->tally || !campaign->schedules) {
        sley_campaign_deinit(campaign);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a campaign");
    }
    sley_tally_init(campaign->tally);
    enum sley_status status = SLEY_OK;
    if (target->property->program) {
        status = sley_trial_begin(&campaign->target, &campaign->trial, error);
        /* The survey's runs came first: what they left behind, these find. */
        const struct sley_survey *survey = campaign->target.survey;
        if (status == SLEY_OK && survey && survey->trial.outside) {
            campaign->trial.outside = true;
            campaign->trial.run = 0;
            memcpy(campaign->trial.text, survey->trial.text, sizeof survey->trial.text);
        }
    }
    if (status == SLEY_OK) {
        status = configure(campaign, error);
    }
    return status == SLEY_OK ? sley_driver_run(campaign, error) : status;
}

void
sley_campaign_remark(const struct sley_campaign *campaign, const char *text)
{
    const struct sley_campaign_listener *listener = &campaign->options.listener;
    if (listener->remark) {
        listener->remark(listener->context, campaign, text);
    }
}

void
sley_campaign_deinit(struct sley_campaign *campaign)
{
    free(campaign->tally);
    free(campaign->schedules);
    free(campaign->census);
    campaign->census = NULL;
    campaign->tally = NULL;
    campaign->schedules = NULL;
}
