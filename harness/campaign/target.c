#include "campaign/target.h"

#include "campaign/outcomes.h"
#include "campaign/survey.h"
#include "model/machine.h"
#include "pthread/front.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum sley_status
sley_recipe_of_token(struct sley_recipe *recipe, const struct sley_token *token,
                     struct sley_error *error)
{
    *recipe = (struct sley_recipe){
        .seed = token->seed,
        .run = token->run,
        .choices = token->choices,
        .choice_count = token->choice_count,
    };
    if (token->strategy[0] == '\0') {
        return SLEY_OK;
    }
    return sley_strategy_parse(token->strategy, &recipe->ops, &recipe->parameters, error);
}

void
sley_token_of_recipe(struct sley_token *token, const struct sley_target *target,
                     const struct sley_recipe *recipe)
{
    token->strategy[0] = '\0';
    snprintf(token->property, sizeof token->property, "%s", target->property->name);
    snprintf(token->model, sizeof token->model, "%s", target->model->name);
    token->points = (char)(target->survey ? target->survey->points : SLEY_POINTS_ALL);
    token->survey = target->survey ? target->survey->digest : 0;
    token->seed = recipe->seed;
    token->run = recipe->run;
    token->choice_count = 0;
    if (recipe->ops) {
        sley_strategy_print(token->strategy, sizeof token->strategy, recipe->ops,
                            &recipe->parameters);
        return;
    }
    token->choice_count = recipe->choice_count;
    memcpy(token->choices, recipe->choices, recipe->choice_count * sizeof recipe->choices[0]);
}

void *
sley_strategy_memory(const struct sley_strategy_ops *ops)
{
    size_t size = ops && ops->state_size ? ops->state_size : 1;
    void *at =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static void
execute(const struct sley_target *target, const struct sley_source *source, bool canonical,
        const struct sley_observer *observer, struct sley_run_result *result)
{
    const struct sley_model *model = target->model;
    /* The engine's entry returns a pointer that nobody reads; a body returns nothing. */
    void *(*entry)(void *) = (void *(*)(void *))(void (*)(void))target->property->body;
    struct sley_run_options options = {
        .source = *source,
        .entry = entry,
        .steps_max = target->property->steps_max,
        .spurious_max = SLEY_SPURIOUS_MAX,
        .canonical = canonical,
        .early_max = 1,
        .strict_time =
            model->strict_time || target->property->timed || target->property->strict_time,
        .quiet = model->quiet,
        .places = target->survey ? &target->survey->places : NULL,
        .program = target->property->program,
        .exit_codes = target->property->exit_codes,
        .ignored = target->property->ignored,
        .weak_cas = target->property->weak_cas,
        .reuse = target->property->reuse,
        .processes = model->processes,
        .stop_at_race = target->property->stop_at_race,
        .task_end = model->task->ended ? model->task->ended : sley_pthread_task_end,
    };
    if (observer) {
        options.observer = *observer;
    }
    sley_model_current = model;
    sley_machine_reset();
    model->task->begin();
    sley_engine_run(&options, result);
}

void
sley_target_run(const struct sley_target *target, const struct sley_source *source,
                const struct sley_observer *observer, struct sley_run_result *result)
{
    execute(target, source, false, observer, result);
}

void
sley_target_run_canonical(const struct sley_target *target, const struct sley_source *source,
                          const struct sley_observer *observer, struct sley_run_result *result)
{
    execute(target, source, true, observer, result);
}

/* Checks that were never reached did not hold. */
static const uint32_t cut_short = SLEY_BIT(CRASH) | SLEY_BIT(STACK_OVERFLOW) |
                                  SLEY_BIT(OUT_OF_MEMORY) | SLEY_BIT(EXIT) | SLEY_BIT(STUCK) |
                                  SLEY_BIT(LIVELOCK) | SLEY_BIT(STEP_BOUND) | SLEY_ANY_DEADLOCK;

bool
sley_target_event(const struct sley_property *property, uint32_t verdicts)
{
    if (property->event == 0) {
        return (verdicts & (SLEY_BIT(ASSERTION) | (cut_short & ~property->also))) == 0;
    }
    return (verdicts & property->event) != 0;
}

const struct sley_failure *
sley_target_failure(const struct sley_property *property, const struct sley_run_result *result)
{
    uint32_t event = property->event ? property->event : SLEY_BIT(ASSERTION);
    const struct sley_failure *best = NULL;
    bool best_spoken_of = false;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        const struct sley_failure *failure = &result->failure[i];
        bool spoken_of = event >> failure->verdict & 1;
        if (!best || (spoken_of && !best_spoken_of) ||
            (spoken_of == best_spoken_of && failure->verdict < best->verdict)) {
            best = failure;
            best_spoken_of = spoken_of;
        }
    }
    return best;
}

static bool
speaks_of_reports(const struct sley_property *property)
{
    return property->quantifier == SLEY_OUTCOMES || property->quantifier == SLEY_RATIO;
}

bool
sley_target_shows(const struct sley_property *property, const struct sley_run_result *result)
{
    const struct sley_reported *reported = &result->reported;
    if (!speaks_of_reports(property)) {
        return sley_target_event(property, result->verdicts);
    }
    return property->quantifier == SLEY_OUTCOMES || !reported->has_ratio ||
           sley_ratio_within(&property->ratio, reported->numerator, reported->denominator);
}

bool
sley_target_unreported(const struct sley_property *property, const struct sley_run_result *result)
{
    const struct sley_reported *reported = &result->reported;
    bool in_order = !(result->verdicts & (cut_short | SLEY_BIT(ASSERTION)));
    return speaks_of_reports(property) && in_order &&
           !(property->quantifier == SLEY_RATIO ? reported->has_ratio : reported->has_outcome);
}

uint32_t
sley_target_unexpected(const struct sley_property *property, uint32_t verdicts)
{
    uint32_t spoken_of =
        property->event || speaks_of_reports(property) ? property->event : SLEY_BIT(ASSERTION);
    return verdicts & ~(spoken_of | property->also | SLEY_BIT(DISCARDED));
}
