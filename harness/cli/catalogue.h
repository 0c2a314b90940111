/* Finding properties and models by the names that users write. */
#ifndef SLEY_CLI_CATALOGUE_H
#define SLEY_CLI_CATALOGUE_H

#include "campaign/target.h"

/* A filter that begins so is a claim's id: all of its properties, also where one is named like it.
 */
#define SLEY_CLAIM_PREFIX "claim:"

/* Calls visit for every property that a filter names, in the order of the registry. A filter that
 * is exactly a name or a claim's id selects those; otherwise it is a glob if it has one of *?[,
 * else a part of the name or id. No filter selects all. SLEY_ERROR_USAGE when a filter selects
 * nothing. */
enum sley_status
sley_catalogue_visit(const char *const *filters, int filter_count,
                     enum sley_status (*visit)(void *context, const struct sley_property *property,
                                               struct sley_error *error),
                     void *context, struct sley_error *error);

/* Whether a property has exactly that name, or that claim. */
bool sley_catalogue_names(const char *name);

/* How many properties have the claim. */
int sley_catalogue_count(const char *claim);

/* The property, or model, of exactly that name; NULL if there is none. */
const struct sley_property *sley_catalogue_property(const char *name);
const struct sley_model *sley_catalogue_model(const char *name);

/* Whether a name that a user wrote selects the model: its own name, or "gil" for every policy of it
 * ("gil:py310"), or "process:" for the one that has no policy in its name. */
bool sley_catalogue_model_matches(const char *name, const struct sley_model *model);

/* SLEY_ERROR_USAGE if the name selects no model that can run: names the known ones, or why not. */
enum sley_status sley_catalogue_model_check(const char *name, struct sley_error *error);

/* The model of exactly that name, which can run; else as sley_catalogue_model_check. */
enum sley_status sley_catalogue_model_of(const char *name, const struct sley_model **model,
                                         struct sley_error *error);

/* Checks what the compiler cannot: that every expectation names a model. */
enum sley_status sley_catalogue_check(struct sley_error *error);

/* The scenario that a property belongs to: its index in sley_scenarios. */
const char *sley_catalogue_scenario(const struct sley_property *property);

#endif
