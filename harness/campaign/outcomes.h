/* The distinct results of a campaign's runs, and the range of its ratios. */
#ifndef SLEY_CAMPAIGN_OUTCOMES_H
#define SLEY_CAMPAIGN_OUTCOMES_H

#include "engine/engine.h"

#include <sley/property.h>

enum { SLEY_OUTCOMES_MAX = 256 };

struct sley_outcome_entry {
    int64_t value;
    uint64_t run_count;
    uint64_t first_run;
    char text[SLEY_REPORT_TEXT]; /* of the first run; "" if none */
};

/* All zero is the empty set. */
struct sley_outcomes {
    uint32_t count;
    bool overflow;                                      /* there were more than SLEY_OUTCOMES_MAX */
    struct sley_outcome_entry entry[SLEY_OUTCOMES_MAX]; /* entry[count], values ascending */
};

/* Adds an entry's runs; returns whether its value is new. Sets add up to the same in any order,
 * unless they overflow. */
bool sley_outcomes_add(struct sley_outcomes *outcomes, const struct sley_outcome_entry *entry);
void sley_outcomes_merge(struct sley_outcomes *sum, const struct sley_outcomes *other);
const struct sley_outcome_entry *sley_outcomes_find(const struct sley_outcomes *outcomes,
                                                    int64_t value);

/* Writes "{1 (one is lost) x2, 2 x18}"; what finds no room is counted: "... 12 more". */
void sley_outcomes_print(char *text, size_t size, const struct sley_outcomes *outcomes);

/* All zero: no ratio was reported. */
struct sley_ratio_range {
    bool any;
    struct sley_ratio {
        int64_t numerator, denominator; /* denominator above 0 */
        uint64_t run;                   /* first one that reported it */
    } low, high;
};

void sley_ratio_add(struct sley_ratio_range *range, const struct sley_ratio *ratio);
void sley_ratio_merge(struct sley_ratio_range *sum, const struct sley_ratio_range *other);

/* Whether low/unit <= numerator/denominator <= high/unit. */
bool sley_ratio_within(const struct sley_ratio_claim *claim, int64_t numerator,
                       int64_t denominator);

#endif
