#include "cli/catalogue.h"

#include "cli/options.h"

#include "models/registry.h"
#include "scenarios/registry.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static const char *const scenario_names[] = {
#define SLEY_SCENARIO(symbol) #symbol,
#include "scenarios/scenarios.def"
#undef SLEY_SCENARIO
};

const struct sley_property *
sley_catalogue_property(const char *name)
{
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            if (strcmp(p->name, name) == 0) {
                return p;
            }
        }
    }
    return NULL;
}

const char *
sley_catalogue_scenario(const struct sley_property *property)
{
    for (size_t i = 0; sley_scenarios[i]; i++) {
        for (const struct sley_property *p = sley_scenarios[i]; p->name; p++) {
            if (p == property) {
                return scenario_names[i];
            }
        }
    }
    return "";
}

const struct sley_model *
sley_catalogue_model(const char *name)
{
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        if (strcmp((*m)->name, name) == 0) {
            return *m;
        }
    }
    return NULL;
}

bool
sley_catalogue_model_matches(const char *name, const struct sley_model *model)
{
    size_t length = strlen(name);
    bool begins = strncmp(model->name, name, length) == 0;
    if (length > 0 && name[length - 1] == ':') {
        return strlen(model->name) == length - 1 && strncmp(model->name, name, length - 1) == 0;
    }
    return begins && (model->name[length] == '\0' || model->name[length] == ':');
}

static enum sley_status
unknown_model(const char *name, struct sley_error *error)
{
    char names[256] = "";
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        size_t used = strlen(names);
        if ((*m)->missing) {
            continue;
        }
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", (*m)->name);
    }
    return sley_error_set(error, SLEY_ERROR_USAGE, "unknown model '%s'; known are %s", name, names);
}

static enum sley_status
cannot_run(const struct sley_model *model, struct sley_error *error)
{
    return sley_error_set(error, SLEY_ERROR_USAGE, "model '%s' cannot run: %s", model->name,
                          model->missing);
}

enum sley_status
sley_catalogue_model_check(const char *name, struct sley_error *error)
{
    const struct sley_model *missing = NULL;
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        if (!sley_catalogue_model_matches(name, *m)) {
            continue;
        }
        if (!(*m)->missing) {
            return SLEY_OK;
        }
        missing = *m;
    }
    return missing ? cannot_run(missing, error) : unknown_model(name, error);
}

enum sley_status
sley_catalogue_model_of(const char *name, const struct sley_model **model, struct sley_error *error)
{
    *model = sley_catalogue_model(name);
    if (!*model) {
        return unknown_model(name, error);
    }
    return (*model)->missing ? cannot_run(*model, error) : SLEY_OK;
}

static bool
is_policy_word(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-:") == strlen(text) && text[0];
}

/* Names of models are part of tokens, ctest names and labels. */
static enum sley_status
check_models(struct sley_error *error)
{
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        if (!is_policy_word((*m)->name) || strlen((*m)->name) >= 32) {
            return sley_error_set(error, SLEY_ERROR_USAGE,
                                  "the model's name '%s' is not of a-z, 0-9, - and :, or too long",
                                  (*m)->name);
        }
    }
    return SLEY_OK;
}

static enum sley_status
check_reference(const struct sley_property *property, struct sley_error *error)
{
    const char *model = property->outcomes.of_model;
    if (!model || sley_catalogue_model(model)) {
        return SLEY_OK;
    }
    return sley_error_set(error, SLEY_ERROR_USAGE,
                          "property '%s' is held against model '%s', which is not in "
                          "models/models.def",
                          property->name, model);
}

enum sley_status
sley_catalogue_check(struct sley_error *error)
{
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            enum sley_status status = check_reference(p, error);
            if (status == SLEY_OK && !p->body && !p->fact) {
                status =
                    sley_error_set(error, SLEY_ERROR_USAGE,
                                   "property '%s' has neither a body nor a recorded fact", p->name);
            }
            if (status != SLEY_OK) {
                return status;
            }
            for (int i = 0; i < SLEY_EXPECTATIONS_MAX && p->expect[i].model; i++) {
                if (!sley_catalogue_model(p->expect[i].model)) {
                    return sley_error_set(error, SLEY_ERROR_USAGE,
                                          "property '%s' expects something of model '%s', which "
                                          "is not in models/models.def",
                                          p->name, p->expect[i].model);
                }
            }
        }
    }
    return check_models(error);
}

bool
sley_catalogue_names(const char *filter)
{
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            if (strcmp(p->name, filter) == 0 || strcmp(p->claim, filter) == 0) {
                return true;
            }
        }
    }
    return false;
}

int
sley_catalogue_count(const char *claim)
{
    int count = 0;
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            count += strcmp(p->claim, claim) == 0;
        }
    }
    return count;
}

static bool
selects(const char *filter, bool exact, const struct sley_property *p)
{
    if (exact) {
        return strcmp(p->name, filter) == 0 ||
               (!sley_catalogue_property(filter) && strcmp(p->claim, filter) == 0);
    }
    if (strpbrk(filter, "*?[")) {
        return fnmatch(filter, p->name, 0) == 0 || fnmatch(filter, p->claim, 0) == 0;
    }
    return strstr(p->name, filter) || strstr(p->claim, filter);
}

/* Edit distance (V. Levenshtein, 1966), for names of at most 95 characters. */
static int
distance(const char *a, const char *b)
{
    int row[96];
    int length = (int)strlen(b);
    if (length > 95) {
        return 1000;
    }
    for (int j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= length; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[length];
}

static enum sley_status
nothing_selected(const char *filter, struct sley_error *error)
{
    const char *nearest = "";
    int best = 1000;
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            int d = distance(filter, p->name);
            if (d < best) {
                best = d;
                nearest = p->name;
            }
        }
    }
    return sley_error_set(
        error, SLEY_ERROR_USAGE,
        "no property matches '%s'; the nearest name is '%s' (sley list shows all)", filter,
        nearest);
}

enum sley_status
sley_catalogue_visit(const char *const *filters, int filter_count,
                     enum sley_status (*visit)(void *context, const struct sley_property *property,
                                               struct sley_error *error),
                     void *context, struct sley_error *error)
{
    bool used[SLEY_FILTERS_MAX] = {false};
    bool exact[SLEY_FILTERS_MAX] = {false};
    for (int f = 0; f < filter_count && f < SLEY_FILTERS_MAX; f++) {
        exact[f] = sley_catalogue_names(filters[f]);
        for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
            for (const struct sley_property *p = *s; p->name; p++) {
                used[f] |= selects(filters[f], exact[f], p);
            }
        }
        if (!used[f]) {
            return nothing_selected(filters[f], error);
        }
    }
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            bool selected = filter_count == 0;
            for (int f = 0; f < filter_count; f++) {
                selected |= selects(filters[f], exact[f], p);
            }
            enum sley_status status = selected ? visit(context, p, error) : SLEY_OK;
            if (status != SLEY_OK) {
                return status;
            }
        }
    }
    return SLEY_OK;
}
