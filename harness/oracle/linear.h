/* The search for a sequential order of a history's calls. */
#ifndef SLEY_ORACLE_LINEAR_H
#define SLEY_ORACLE_LINEAR_H

#include <sley/history.h>

/* Calls on one part of one object, and what the search made of them. Large: static storage. */
struct sley_linear {
    struct sley_spec spec;
    struct sley_call calls[SLEY_HISTORY_MAX]; /* by their ends, pending ones last */
    uint64_t before[SLEY_HISTORY_MAX];        /* mask of calls that ended before it began */
    uint64_t required;                        /* mask of calls that are not pending */
    uint32_t count;
    uint32_t node_count; /* states visited */
    bool patient; /* goes on where the specification sees no hope: the longest order counts */
    struct sley_spec_state states[SLEY_HISTORY_MAX + 1];
    uint8_t order[SLEY_HISTORY_MAX];
    /* the longest order that fits, which is the witness if there is one */
    uint8_t best_order[SLEY_HISTORY_MAX];
    uint32_t best_count;
    struct sley_spec_state best_state;
};

/* Fills linear with the calls of history on the same part of the same object as its first call that
 * is not in `taken`, and adds them there; calls that begin at or after `cut` are left out, and
 * those that end at or after it are pending. False: all are taken. */
bool sley_linear_part(struct sley_linear *linear, const struct sley_history *history,
                      struct sley_spec spec, uint64_t cut, uint64_t *taken);

/* Searches. At most SLEY_HISTORY_NODES states are visited. */
enum sley_linearizable sley_linear_search(struct sley_linear *linear);

/* Whether the call may come next after the calls in the mask. */
static inline bool
sley_linear_candidate(const struct sley_linear *linear, uint64_t done, uint32_t call)
{
    return !(done >> call & 1) && (linear->before[call] & ~done) == 0;
}

/* Shortens the failing linear to the shortest prefix that fits no order, and searches it again. */
void sley_linear_shorten(struct sley_linear *linear);

/* Notes (base/note.h) the calls of a failed search, and why it failed. history is where the calls
 * came from. */
void sley_linear_note(const struct sley_linear *linear, const struct sley_history *history);

#endif
