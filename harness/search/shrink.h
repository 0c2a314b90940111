/* Shrinking: from the decisions of a failing run to fewer and smaller ones that fail alike.
 *
 * Inputs and schedule are one list of choices, and 0 is always the least surprising answer, so
 * smaller lists of smaller numbers are simpler runs (D. MacIver, A. Donaldson, ECOOP 2020, on
 * reduction at the source of choices; A. Zeller, R. Hildebrandt, TSE 28, 2002, on the order in
 * which parts are left out). Every candidate is executed. */
#ifndef SLEY_SEARCH_SHRINK_H
#define SLEY_SEARCH_SHRINK_H

#include "engine/engine.h"

enum { SLEY_SHRINK_CHOICES_MAX = 4096 };

/* One execution, told by the decisions other than 0 that it took. */
struct sley_shrink_run {
    uint32_t choice_count;
    uint32_t step_count;
    struct sley_choice choices[SLEY_SHRINK_CHOICES_MAX];
    uint32_t question_count; /* decisions that could have been others, in the order of the run */
    struct sley_choice questions[SLEY_SHRINK_CHOICES_MAX]; /* their values are 0 */
};

struct sley_shrink_options {
    /* Executes the run that answers with choices[choice_count], where an answer that does not fit
     * counts as 0, and fills taken with what it decided. Returns whether it fails like the run that
     * is shrunk: the same verdict at the same places. */
    bool (*fails)(void *context, const struct sley_choice *choices, uint32_t choice_count,
                  struct sley_shrink_run *taken);
    void *context;
    uint32_t tries_max;  /* executions; 0: 4,000 */
    bool (*stops)(void); /* asked before each; true: no more. NULL: never */
};

struct sley_shrink_result {
    uint32_t try_count;
    bool minimal; /* no single decision can be left out, lowered or put off; false: tries ran out,
                     or they were stopped */
};

/* Shrinks run in place. What it holds on return has been executed and fails. Deterministic if
 * `fails` is. The measure that never grows, in this order: sum of the drawn inputs, number of
 * decisions, sum of their values, points of the run; then preemptions move to later points. Beside
 * leaving out, lowering and putting off, all runs with fewer decisions are tried while there are
 * not too many of them: leaving out alone does not get from "the second task first, then a
 * preemption" to the one preemption that does the same in the other task. */
struct sley_shrink_result sley_shrink(struct sley_shrink_run *run,
                                      const struct sley_shrink_options *options);

#endif
