/* What is run: a property in a model, and the recipe for one of its runs. */
#ifndef SLEY_CAMPAIGN_TARGET_H
#define SLEY_CAMPAIGN_TARGET_H

#include "campaign/token.h"
#include "strategy/registry.h"

#include <sley/model.h>
#include <sley/property.h>

struct sley_survey;

struct sley_target {
    const struct sley_property *property;
    const struct sley_model *model;
    const struct sley_survey *survey; /* which accesses are points (campaign/survey.h); NULL: all */
};

/* How the choices of one run are answered. */
struct sley_recipe {
    const struct sley_strategy_ops *ops; /* NULL: by the list of choices */
    struct sley_parameters parameters;
    uint64_t seed;
    uint64_t run;
    const struct sley_choice *choices; /* borrowed */
    uint32_t choice_count;
};

/* The recipe that token names; choices are borrowed from it. */
enum sley_status sley_recipe_of_token(struct sley_recipe *recipe, const struct sley_token *token,
                                      struct sley_error *error);

/* Fills token with the head and the seed form or choices of recipe; the stamp is another step. */
void sley_token_of_recipe(struct sley_token *token, const struct sley_target *target,
                          const struct sley_recipe *recipe);

/* Executes one run of target in this process, with answers from source. */
void sley_target_run(const struct sley_target *target, const struct sley_source *source,
                     const struct sley_observer *observer, struct sley_run_result *result);

/* The same, with the canonical hash (engine/canonical.h), which takes about a third longer. */
void sley_target_run_canonical(const struct sley_target *target, const struct sley_source *source,
                               const struct sley_observer *observer,
                               struct sley_run_result *result);

/* Whether the run shows the event that the property speaks of. */
bool sley_target_event(const struct sley_property *property, uint32_t verdicts);

/* The same for a run, by what it reported too: with SLEY_RATIO, a run whose ratio lies outside does
 * not show the event. */
bool sley_target_shows(const struct sley_property *property, const struct sley_run_result *result);

/* Whether a run that ended in order lacks the report that the quantifier speaks of. */
bool sley_target_unreported(const struct sley_property *property,
                            const struct sley_run_result *result);

/* Verdicts of the run that the property neither speaks of nor expects. */
uint32_t sley_target_unexpected(const struct sley_property *property, uint32_t verdicts);

/* The strongest failure of a run that the property speaks of, else the strongest; NULL: none. */
const struct sley_failure *sley_target_failure(const struct sley_property *property,
                                               const struct sley_run_result *result);

/* A finite budget of spurious wake-ups in a run, the same for every strategy and the search. */
enum { SLEY_SPURIOUS_MAX = 1 };

/* Zeroed memory for a strategy's state (ops NULL: a byte), shared with processes forked later;
 * never given back. NULL: the system refused. */
void *sley_strategy_memory(const struct sley_strategy_ops *ops);

#endif
