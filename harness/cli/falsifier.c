#include "cli/falsifier.h"

#include "cli/catalogue.h"

#include "scenarios/registry.h"

#include <stdio.h>
#include <string.h>

static const char fault_prefix[] = "fault:";
static const char none_prefix[] = "none: ";

/* The first model in which the property is expected to have the finding; NULL: none. */
static const char *
model_with(const struct sley_property *property, enum sley_finding finding)
{
    for (int i = 0; i < SLEY_EXPECTATIONS_MAX && property->expect[i].model; i++) {
        if (property->expect[i].finding == finding) {
            return property->expect[i].model;
        }
    }
    return NULL;
}

bool
sley_falsifier_needed(const struct sley_property *property)
{
    bool absence = property->quantifier == SLEY_ALWAYS || property->quantifier == SLEY_NEVER;
    return absence && property->body && model_with(property, SLEY_CONFIRMED);
}

static bool
begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

enum sley_fault
sley_falsifier_fault(const struct sley_property *property)
{
    const char *name = property->falsifier;
    for (int i = SLEY_FAULT_NONE + 1; name && begins(name, fault_prefix) && i < SLEY_FAULT_COUNT;
         i++) {
        if (strcmp(sley_faults[i].name, name + strlen(fault_prefix)) == 0) {
            return (enum sley_fault)i;
        }
    }
    return SLEY_FAULT_NONE;
}

const struct sley_property *
sley_falsifier_twin(const struct sley_property *property)
{
    return property->falsifier ? sley_catalogue_property(property->falsifier) : NULL;
}

bool
sley_falsifier_names(const struct sley_property *property)
{
    return property->falsifier && !begins(property->falsifier, none_prefix);
}

/* The first fault that names the property as what notices it. */
static const char *
killed_fault(const struct sley_property *property)
{
    for (int i = SLEY_FAULT_NONE + 1; i < SLEY_FAULT_COUNT; i++) {
        if (strcmp(sley_faults[i].killer, property->name) == 0) {
            return sley_faults[i].name;
        }
    }
    return NULL;
}

bool
sley_falsifier_of(const struct sley_property *property, char *text, size_t size)
{
    const char *fault = killed_fault(property), *model = model_with(property, SLEY_REFUTED);
    if (property->falsifier) {
        snprintf(text, size, "%s", property->falsifier);
        return true;
    }
    if (fault) {
        snprintf(text, size, "fault:%s", fault);
        return true;
    }
    if (model) {
        snprintf(text, size, "model %s", model);
        return true;
    }
    return false;
}

static enum sley_status
check(const struct sley_property *property, struct sley_error *error)
{
    if (!sley_falsifier_names(property) || sley_falsifier_fault(property) != SLEY_FAULT_NONE ||
        sley_falsifier_twin(property)) {
        return SLEY_OK;
    }
    return sley_error_set(error, SLEY_ERROR_USAGE,
                          "property '%s' names the falsifier '%s', which is neither a property nor "
                          "fault:NAME with a name of models/faults.def, nor \"none: why\"",
                          property->name, property->falsifier);
}

enum sley_status
sley_falsifier_check(struct sley_error *error)
{
    enum sley_status status = SLEY_OK;
    for (const struct sley_property *const *s = sley_scenarios; *s && status == SLEY_OK; s++) {
        for (const struct sley_property *p = *s; p->name && status == SLEY_OK; p++) {
            status = check(p, error);
        }
    }
    return status;
}
