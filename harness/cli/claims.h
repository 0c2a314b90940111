/* The claims catalogue (scenarios/claims/claims.tsv): what the documents say, and what the
 * catalogue expects of each sentence. Only runs say whether that is so. */
#ifndef SLEY_CLI_CLAIMS_H
#define SLEY_CLI_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

/* The fields of a line, in its order. */
struct sley_claim {
    const char *id;
    const char *kind;      /* safety, liveness, performance, ... */
    const char *statement; /* the sentence in English */
    const char *sources;   /* "000:9 「quote」 ; 004:140 「quote」" */
    const char *threads;   /* expected of each way to run */
    const char *processes;
    const char *coroutines;
    const char *verdict; /* "holds: why", "false: why", ... */
    const char *check;   /* how to check it */
};

enum { SLEY_CLAIMS_MAX = 512 };

/* What the catalogue holds for the truth of a sentence. */
enum sley_truth { SLEY_HOLDS, SLEY_FALSE, SLEY_CONDITIONAL, SLEY_UNCHECKABLE, SLEY_TRUTH_COUNT };

/* The claims[*count] in the order of their first place in the documents. */
const struct sley_claim *sley_claims(size_t *count);

/* NULL: there is none of that id. */
const struct sley_claim *sley_claim_of(const char *id);

enum sley_truth sley_claim_truth(const struct sley_claim *claim);
const char *sley_truth_word(enum sley_truth truth);

/* Why the claim has that truth: what follows the word in its verdict. */
const char *sley_claim_why(const struct sley_claim *claim);

/* Whether the text is the claim's id, a place of it ("004:49"), a document ("004"), or a part of
 * its id, its statement or a quote. */
bool sley_claim_matches(const struct sley_claim *claim, const char *text);

/* The order of places "004:49" in the documents, of the first place that sources names. */
unsigned sley_claim_place(const char *sources);

#endif
