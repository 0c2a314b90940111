#include "cli/catalogue.h"
#include "cli/claims.h"
#include "cli/commands.h"
#include "cli/falsifier.h"
#include "cli/fault.h"
#include "cli/options.h"

#include "campaign/finding.h"
#include "models/registry.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: sley list [--json | --ctest | --claims | --models | --faults | --compiler]\n"
    "                 [--evidence KIND] [FILTER...]\n\n"
    "Lists the properties: name, quantifier, expected finding in each model, what it says.\n"
    "FILTER is a name, a claim's id, a part of one, or a glob.\n"
    "  --json   one JSON object a line\n"
    "  --ctest  as an include file for ctest (used by the build)\n"
    "  --evidence KIND  only what some finding of rests on KIND when all goes as expected: "
    "schedule,\n"
    "                   sampled, machine, profile or fact\n"
    "  --claims  every claim of the catalogue: its truth there, and how many properties it has, "
    "or\n"
    "            why it has none\n"
    "  --models  the execution models, each with a line on it\n"
    "  --faults  the faults that --fault plants, and the property that notices each\n"
    "  --compiler  only the letter of the compiler family that tokens of this build carry\n";

static const struct sley_options *
options_of(const void *context)
{
    return context;
}

/* Whether a finding of the property, as expected, rests on the wanted kind of evidence. */
static bool
rests_on(const struct sley_property *property, const char *wanted)
{
    bool is = wanted == NULL;
    for (int i = 0; wanted && i < SLEY_EXPECTATIONS_MAX && property->expect[i].model; i++) {
        enum sley_evidence evidence = sley_evidence_expected(property, property->expect[i].finding);
        is |= strcmp(sley_evidence_word(evidence), wanted) == 0;
    }
    return is;
}

static enum sley_status
check_evidence(const char *wanted, struct sley_error *error)
{
    bool known = wanted == NULL;
    for (int e = SLEY_EVIDENCE_NONE + 1; wanted && e < SLEY_EVIDENCE_COUNT; e++) {
        known |= strcmp(sley_evidence_word((enum sley_evidence)e), wanted) == 0;
    }
    return known ? SLEY_OK
                 : sley_error_set(error, SLEY_ERROR_USAGE,
                                  "--evidence '%s': expected schedule, sampled, machine, profile "
                                  "or fact",
                                  wanted);
}

static void
print_falsifier(const struct sley_property *property)
{
    char text[256];
    if (sley_falsifier_of(property, text, sizeof text)) {
        printf("    falsified by: %s\n", text);
    }
}

static enum sley_status
list_text(void *context, const struct sley_property *property, struct sley_error *error)
{
    (void)error;
    if (!rests_on(property, options_of(context)->evidence)) {
        return SLEY_OK;
    }
    printf("%s\n    %s: %s%s%s [%s%s, %s]\n    expected:", property->name,
           sley_quantifier_word(property->quantifier), property->says,
           property->when ? "; when " : "", property->when ? property->when : "",
           property->twin ? "twin of " : "", property->claim, property->source);
    for (int i = 0; i < SLEY_EXPECTATIONS_MAX && property->expect[i].model; i++) {
        const struct sley_expectation *e = &property->expect[i];
        printf("%s %s %s%s%s%s", i ? ";" : "", e->model, sley_finding_word(e->finding),
               e->reason && e->reason[0] ? " (" : "", e->reason ? e->reason : "",
               e->reason && e->reason[0] ? ")" : "");
    }
    printf("\n");
    print_falsifier(property);
    return SLEY_OK;
}

static enum sley_status
list_json(void *context, const struct sley_property *property, struct sley_error *error)
{
    char falsifier[256];
    (void)error;
    if (!rests_on(property, options_of(context)->evidence)) {
        return SLEY_OK;
    }
    json_t *expected = json_object();
    for (int i = 0; i < SLEY_EXPECTATIONS_MAX && property->expect[i].model; i++) {
        json_object_set_new(expected, property->expect[i].model,
                            json_string(sley_finding_word(property->expect[i].finding)));
    }
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "type", "property", "name", property->name,
                  "claim", property->claim, "source", property->source, "says", property->says,
                  "quantifier", sley_quantifier_word(property->quantifier), "expected", expected);
    if (property->when) {
        json_object_set_new(line, "when", json_string(property->when));
    }
    if (sley_falsifier_of(property, falsifier, sizeof falsifier)) {
        json_object_set_new(line, "falsifier", json_string(falsifier));
    }
    json_object_set_new(line, "twin", json_boolean(property->twin));
    json_dumpf(line, stdout, JSON_COMPACT);
    printf("\n");
    json_decref(line);
    return SLEY_OK;
}

/* The name that selects this model and none of its policies. */
static const char *
exact_name(const struct sley_model *model)
{
    static char name[64];
    size_t length = strlen(model->name);
    bool has_policies = false;
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        has_policies |= strncmp((*m)->name, model->name, length) == 0 && (*m)->name[length] == ':';
    }
    snprintf(name, sizeof name, "%s%s", model->name, has_policies ? ":" : "");
    return name;
}

/* One ctest entry for each property and model that can run. */
static enum sley_status
list_ctest(void *context, const struct sley_property *property, struct sley_error *error)
{
    (void)context;
    (void)error;
    if (sley_falsifier_names(property)) {
        printf("add_test([[falsifier.%s]] \"${FALSIFIER_TEST}\" [[%s]])\n"
               "set_tests_properties([[falsifier.%s]] PROPERTIES TIMEOUT 120 LABELS "
               "\"mutation;%s\")\n",
               property->name, property->name, property->name, sley_catalogue_scenario(property));
    }
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        const struct sley_expectation *e = sley_finding_expectation(property, (*m)->name);
        if ((*m)->missing || !e || e->finding == SLEY_NOT_APPLICABLE || !property->body) {
            continue;
        }
        printf("add_test([[%s/%s]] \"${CONFORMANCE_TEST}\" [[%s]] [[%s]])\n", property->name,
               (*m)->name, property->name, (*m)->name);
        printf("set_tests_properties([[%s/%s]] PROPERTIES TIMEOUT 120 LABELS "
               "\"claim;%s;%s;%s;explore\")\n",
               property->name, (*m)->name, sley_catalogue_scenario(property), (*m)->name,
               sley_quantifier_word(property->quantifier));
        if ((*m)->quiet || (*m)->processes || property->timed) {
            /* Nothing there is ThreadSanitizer's to see, which knows one process; virtual time is
             * the same in every lane. */
            continue;
        }
        printf("if(SLEY_TSAN)\n    add_test([[%s/%s/tsan]] \"${SLEY_COMMAND}\" run [[%s]] --model "
               "[[%s]] --lane tsan --runs 400)\n",
               property->name, (*m)->name, property->name, exact_name(*m));
        printf("    set_tests_properties([[%s/%s/tsan]] PROPERTIES TIMEOUT 120 LABELS "
               "\"claim;%s;%s;%s;tsan\")\nendif()\n",
               property->name, (*m)->name, sley_catalogue_scenario(property), (*m)->name,
               sley_quantifier_word(property->quantifier));
    }
    return SLEY_OK;
}

static void
list_claims(bool json)
{
    size_t count;
    const struct sley_claim *claims = sley_claims(&count);
    for (size_t i = 0; i < count; i++) {
        const struct sley_claim *claim = &claims[i];
        const char *truth = sley_truth_word(sley_claim_truth(claim));
        int properties = sley_catalogue_count(claim->id);
        const char *why = properties ? "" : sley_claim_why(claim);
        if (json) {
            json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s}", "type", "claim", "id",
                                     claim->id, "kind", claim->kind, "catalogue", truth,
                                     "properties", properties, "reason", why);
            json_dumpf(line, stdout, JSON_COMPACT);
            printf("\n");
            json_decref(line);
        } else if (properties) {
            printf("%s\n    %s; %d propert%s\n", claim->id, truth, properties,
                   properties == 1 ? "y" : "ies");
        } else {
            printf("%s\n    %s: %s\n", claim->id, truth, why);
        }
    }
}

static void
list_models(bool json)
{
    int width = 0;
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        int length = (int)strlen((*m)->name);
        width = length > width ? length : width;
    }
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        const char *missing = (*m)->missing;
        if (json) {
            json_t *line = json_pack("{s:s, s:s, s:s, s:b, s:s}", "type", "model", "name",
                                     (*m)->name, "summary", (*m)->summary, "runs", !missing,
                                     "missing", missing ? missing : "");
            json_dumpf(line, stdout, JSON_COMPACT);
            printf("\n");
            json_decref(line);
            continue;
        }
        printf("%-*s  %s%s%s%s\n", width, (*m)->name, (*m)->summary, missing ? " (" : "",
               missing ? missing : "", missing ? ")" : "");
    }
}

int
sley_command_list(const char *program, int argc, char **argv)
{
    struct sley_options options;
    struct sley_error error;
    (void)program;
    enum sley_status status = sley_options_parse(&options, "JcCMkEL", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK && options.models) {
        list_models(options.json);
        return 0;
    }
    if (status == SLEY_OK && options.claims) {
        list_claims(options.json);
        return 0;
    }
    if (status == SLEY_OK && options.faults) {
        sley_fault_list(options.json);
        return 0;
    }
    if (status == SLEY_OK && options.compiler) {
        printf("%c\n", sley_token_compiler());
        return 0;
    }
    if (status == SLEY_OK && options.json && options.ctest) {
        status = sley_error_set(&error, SLEY_ERROR_USAGE,
                                "--json and --ctest contradict each other: give one of them");
    }
    if (status == SLEY_OK) {
        status = check_evidence(options.evidence, &error);
    }
    if (status == SLEY_OK) {
        status = sley_catalogue_visit(options.filters, options.filter_count,
                                      options.ctest  ? list_ctest
                                      : options.json ? list_json
                                                     : list_text,
                                      &options, &error);
    }
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error.text);
        return SLEY_EXIT_ERROR;
    }
    return 0;
}
