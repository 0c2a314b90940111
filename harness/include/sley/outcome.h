/* What a body reports of its run beside its checks. No scheduling points. */
#ifndef SLEY_OUTCOME_H
#define SLEY_OUTCOME_H

#include <stdint.h>

/* The run's result, for the quantifier SLEY_OUTCOMES and `sley outcomes`. Once in a run; twice is
 * the verdict misuse. */
void sley_outcome(int64_t value);

/* The same; text (borrowed for the call, 23 bytes of it are kept) is shown beside the value.
 * Outcomes are told apart by value alone. */
void sley_outcome_text(int64_t value, const char *text);

/* A relation of two measured numbers, for the quantifier SLEY_RATIO: numerator / denominator, with
 * a denominator above 0. Once in a run. */
void sley_report_ratio(int64_t numerator, int64_t denominator);

#endif
