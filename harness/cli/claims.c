#include "cli/claims.h"

#include "cli/tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char text[] = {
#include "claims.inc"
    0};

enum { FIELDS = sizeof(struct sley_claim) / sizeof(const char *) };

/* The columns of the file are the members, one for one. */
_Static_assert(FIELDS == 9, "a member of struct sley_claim is no column");

static struct sley_claim claims[SLEY_CLAIMS_MAX];

unsigned
sley_claim_place(const char *sources)
{
    unsigned document = 0, line = 0;
    return sscanf(sources, "%3u:%6u", &document, &line) == 2 ? document * 1000000 + line : 0;
}

static int
by_place(const void *a, const void *b)
{
    const struct sley_claim *x = a, *y = b;
    unsigned p = sley_claim_place(x->sources), q = sley_claim_place(y->sources);
    return p != q ? (p > q) - (p < q) : strcmp(x->id, y->id);
}

const struct sley_claim *
sley_claims(size_t *count)
{
    static size_t claim_count;
    static const char *fields[SLEY_CLAIMS_MAX * FIELDS];
    if (claim_count == 0) {
        claim_count = sley_tsv_split((char *)text, FIELDS, SLEY_CLAIMS_MAX, fields);
        memcpy(claims, fields, claim_count * sizeof claims[0]);
        qsort(claims, claim_count, sizeof claims[0], by_place);
    }
    *count = claim_count;
    return claims;
}

const struct sley_claim *
sley_claim_of(const char *id)
{
    size_t count;
    const struct sley_claim *all = sley_claims(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].id, id) == 0) {
            return &all[i];
        }
    }
    return NULL;
}

static const char *const truth_words[SLEY_TRUTH_COUNT] = {
    [SLEY_HOLDS] = "holds",
    [SLEY_FALSE] = "false",
    [SLEY_CONDITIONAL] = "holds only under conditions",
    [SLEY_UNCHECKABLE] = "not checkable",
};

const char *
sley_truth_word(enum sley_truth truth)
{
    return truth_words[truth];
}

enum sley_truth
sley_claim_truth(const struct sley_claim *claim)
{
    size_t length = strcspn(claim->verdict, ":");
    for (int i = 0; i < SLEY_TRUTH_COUNT; i++) {
        if (strlen(truth_words[i]) == length &&
            strncmp(truth_words[i], claim->verdict, length) == 0) {
            return (enum sley_truth)i;
        }
    }
    return SLEY_UNCHECKABLE;
}

const char *
sley_claim_why(const struct sley_claim *claim)
{
    const char *why = claim->verdict + strcspn(claim->verdict, ":");
    return why + strspn(why, ": ");
}

/* Whether sources name the place, or a place of the document: "004:49 " and not "004:491 ". */
static bool
has_place(const char *sources, const char *place)
{
    size_t length = strlen(place);
    bool whole = strchr(place, ':') != NULL;
    for (const char *at = sources; (at = strstr(at, place)); at++) {
        bool begins = at == sources || at[-1] == ' ';
        if (begins && at[length] == (whole ? ' ' : ':')) {
            return true;
        }
    }
    return false;
}

bool
sley_claim_matches(const struct sley_claim *claim, const char *wanted)
{
    if (wanted[0] && strspn(wanted, "0123456789:") == strlen(wanted)) {
        return has_place(claim->sources, wanted);
    }
    return strstr(claim->id, wanted) || strstr(claim->statement, wanted) ||
           strstr(claim->sources, wanted);
}
