/* Replay of recorded decisions: the source that answers from a list, and 0 beyond it. */
#ifndef SLEY_SEARCH_REPLAY_H
#define SLEY_SEARCH_REPLAY_H

#include "engine/engine.h"

/* Caller's storage. choices[choice_count] in any order, borrowed until the run is over. */
struct sley_replay {
    const struct sley_choice *choices;
    uint32_t choice_count;
    bool lenient;        /* an answer is given whatever the operation, if it is possible */
    uint32_t used_count; /* choices that were met so far */
    struct sley_choice *questions; /* [question_max]: what could have been decided, in order, with
                                      value 0; NULL: not asked for */
    uint32_t question_max;
    uint32_t question_count;  /* may exceed question_max, which cuts the list off */
    int32_t mismatch;         /* index of the first choice that does not fit; -1: none */
    uint32_t mismatch_bound;  /* the bound that was met there */
    enum sley_op mismatch_op; /* the operation that was met there */
};

/* The source that answers with choices. */
struct sley_source sley_replay_source(struct sley_replay *replay, const struct sley_choice *choices,
                                      uint32_t choice_count);

/* After the run: whether every choice was met and fitted. If not, fills text with which one did
 * not, and how. */
bool sley_replay_fits(const struct sley_replay *replay, char *text, size_t text_size);

#endif
