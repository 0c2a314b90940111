/* What a whole call found, kept for reports: a record for each property and model, and how a claim
 * stands by them. */
#ifndef SLEY_CLI_LEDGER_H
#define SLEY_CLI_LEDGER_H

#include "cli/listener.h"

struct sley_record {
    const struct sley_property *property;
    const struct sley_model *model;
    enum sley_finding finding;
    enum sley_finding expected_finding;
    enum sley_evidence evidence;
    bool expected;
    bool in_tsan;                   /* the tsan lane ran it as well */
    enum sley_finding tsan_finding; /* what that showed */
    const char *reason;             /* of the expectation; "" if none */
    char *text;                     /* the evidence in one line */
    char *token;                    /* of the run that decides; "" if none does */
};

/* All zero is empty; sley_ledger_deinit frees it. */
struct sley_ledger {
    struct sley_record *records; /* records[count], in the order of the registry */
    size_t count, capacity;
};

void sley_ledger_deinit(struct sley_ledger *ledger);

/* A listener that enters everything into ledger. */
struct sley_listener sley_ledger_listener(struct sley_ledger *ledger);

/* The columns of the documents' tables. */
enum sley_column { SLEY_THREADS, SLEY_PROCESSES, SLEY_COROUTINES, SLEY_COLUMN_COUNT };

const char *sley_column_word(enum sley_column column);
enum sley_column sley_column_of(const struct sley_model *model);

/* How a claim stands: its records, without those of twins. */
struct sley_standing {
    int confirmed, refuted, inconclusive, not_applicable;
    int unexpected;
    /* The first confirmed and the first refuted; of several one with a run that decides. */
    const struct sley_record *confirmation, *refutation;
};

/* Of the claim, or of the property of exactly that name ("=NAME": of the property alone, where a
 * claim has the same name), in the models that the filter selects
 * (sley_catalogue_model_matches; NULL: all) of the column (SLEY_COLUMN_COUNT: all). */
struct sley_standing sley_ledger_standing(const struct sley_ledger *ledger, const char *name,
                                          enum sley_column column, const char *model);

/* One for both: what is negated is confirmed where the other is refuted. */
void sley_standing_add(struct sley_standing *sum, const struct sley_standing *other, bool negated);

/* "confirmed", "refuted", "conditional" (both), "inconclusive", "not applicable", or "-". */
const char *sley_standing_word(const struct sley_standing *standing);

#endif
