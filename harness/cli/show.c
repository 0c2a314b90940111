#include "cli/commands.h"
#include "cli/digest.h"
#include "cli/options.h"

#include "cli/catalogue.h"

#include "scenarios/registry.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: sley show WHAT\n\n"
    "Shows a claim: where the documents say it, what the catalogue holds of it, the properties "
    "that\n"
    "test it and their files. WHAT is the claim's id, a place such as 004:49, a document, or a "
    "part\n"
    "of a quote or of the statement. Several claims are listed, a line for each.\n"
    "exit code: 0, or 2 if there is no such claim\n";

static void
print_expectations(const struct sley_property *property)
{
    for (int i = 0; i < SLEY_EXPECTATIONS_MAX && property->expect[i].model; i++) {
        const struct sley_expectation *e = &property->expect[i];
        const char *reason = e->reason ? e->reason : "";
        printf("      %s: expected %s%s%s%s\n", e->model, sley_finding_word(e->finding),
               reason[0] ? " (" : "", reason, reason[0] ? ")" : "");
    }
}

/* Returns how many properties the claim has. */
static int
print_properties(const struct sley_claim *claim)
{
    int count = 0;
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            if (strcmp(p->claim, claim->id) != 0) {
                continue;
            }
            printf("%s  %s, %s%s: %s%s%s\n    in scenarios/%s.c\n", count ? "" : "\n", p->name,
                   sley_quantifier_word(p->quantifier), p->twin ? ", twin" : "", p->says,
                   p->when ? "; when " : "", p->when ? p->when : "", sley_catalogue_scenario(p));
            print_expectations(p);
            count++;
        }
    }
    return count;
}

static void
show(const char *program, const struct sley_claim *claim)
{
    sley_digest_sentence(stdout, claim, false);
    printf("  expected by the catalogue\n    threads: %s\n    processes: %s\n    coroutines: %s\n",
           claim->threads, claim->processes, claim->coroutines);
    if (print_properties(claim)) {
        printf("\nwhat runs find of it, with its smallest counterexample:\n%s findings %s\n",
               program, claim->id);
    } else if (sley_claim_truth(claim) == SLEY_UNCHECKABLE) {
        printf("\nno property: %s\n", sley_claim_why(claim));
    } else {
        printf("\nno property yet\n");
    }
}

static enum sley_status
show_matching(const char *program, const char *wanted, struct sley_error *error)
{
    size_t count, found = 0;
    const struct sley_property *property = sley_catalogue_property(wanted);
    const struct sley_claim *claims = sley_claims(&count), *exact = sley_claim_of(wanted);
    if (!exact && property) {
        exact = sley_claim_of(property->claim);
    }
    const struct sley_claim *last = exact;
    for (size_t i = 0; i < count && !exact; i++) {
        if (sley_claim_matches(&claims[i], wanted)) {
            found++;
            last = &claims[i];
        }
    }
    if (!last) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "no claim matches '%s': expected an id (sley list --claims), a place "
                              "such as 004:49, or a part of a quote",
                              wanted);
    }
    if (exact || found == 1) {
        show(program, last);
        return SLEY_OK;
    }
    for (size_t i = 0; i < count; i++) {
        if (sley_claim_matches(&claims[i], wanted)) {
            printf("%-50s %s\n    %s\n", claims[i].id,
                   sley_truth_word(sley_claim_truth(&claims[i])), claims[i].statement);
        }
    }
    printf("\n%zu claims; sley show ID shows one of them\n", found);
    return SLEY_OK;
}

int
sley_command_show(const char *program, int argc, char **argv)
{
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == SLEY_OK && options.filter_count != 1) {
        status = sley_error_set(&error, SLEY_ERROR_USAGE,
                                "show: expected one claim, place or part of a quote; got %d",
                                options.filter_count);
    }
    if (status == SLEY_OK) {
        status = show_matching(program, options.filters[0], &error);
    }
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error.text);
        return SLEY_EXIT_ERROR;
    }
    return 0;
}
