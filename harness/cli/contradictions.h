/* Where the documents contradict each other (scenarios/claims/contradictions.tsv): which side the
 * findings support. */
#ifndef SLEY_CLI_CONTRADICTIONS_H
#define SLEY_CLI_CONTRADICTIONS_H

#include "cli/ledger.h"

#include <stdio.h>

/* The fields of a line, in its order. What a side expects: "claim=finding", or
 * "claim:column=finding", joined by commas. */
struct sley_contradiction {
    const char *number;
    const char *title;
    const char *side_a, *expect_a; /* what one document says, and what runs show if it is right */
    const char *side_b, *expect_b;
    const char *note;
};

/* The contradictions[*count]. */
const struct sley_contradiction *sley_contradictions(size_t *count);

/* Whether every finding is what the side expects. */
bool sley_contradiction_supports(const char *expect, const struct sley_ledger *ledger);

/* As a page of markdown. */
void sley_contradictions_print(FILE *out, const struct sley_ledger *ledger);

#endif
