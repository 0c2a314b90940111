/* Exhaustive search: depth-first enumeration of every choice, run by run.
 *
 * A prefix is replayed by running it again; there are no snapshots. Without a preemption bound,
 * sleep sets (P. Godefroid, "Partial-order methods for the verification of concurrent systems",
 * LNCS 1032, 1996) leave out interleavings that only reorder independent operations: the set of
 * final states, deadlocks and races stays the same. With a preemption bound (M. Musuvathi, S.
 * Qadeer, PLDI 2007) they are off, since together they lose outcomes. */
#ifndef SLEY_SEARCH_EXHAUSTIVE_H
#define SLEY_SEARCH_EXHAUSTIVE_H

#include "engine/engine.h"

/* All zero is the documented default. */
struct sley_search_options {
    bool bound_preemptions; /* explore at most preemptions_max preemptions in a run */
    uint32_t preemptions_max;
    bool no_reduction; /* every interleaving: the oracle reads global order or time */
};

struct sley_search;

/* Creates a search at its first run. Owned by the caller; NULL when memory is refused. */
struct sley_search *sley_search_create(const struct sley_search_options *options);
void sley_search_destroy(struct sley_search *search);

/* The source for the next run; valid until destroy. */
struct sley_source sley_search_source(struct sley_search *search);

enum { SLEY_SEARCH_CHOICES_MAX = 4096 };

/* Fills choices[*choice_count] (room for SLEY_SEARCH_CHOICES_MAX) with the decisions other than 0
 * of the run executed last. */
void sley_search_choices(const struct sley_search *search, struct sley_choice *choices,
                         uint32_t *choice_count);

/* Moves on after a run. False: every run within the bounds has been executed. */
bool sley_search_next(struct sley_search *search);

/* Whether a limit of the search itself (not of its options) cut something off. */
bool sley_search_truncated(const struct sley_search *search);

#endif
