#include "oracle/linear.h"

#include "base/rng.h"

#include <string.h>

enum {
    MEMO_SLOTS = SLEY_HISTORY_NODES * 2, /* a power of two */
    MEMO_WORDS = 1 << 20,                /* for the states of one search */
};

/* Pairs of a set of done calls and a state that were visited: whatever order led there, what
 * follows is the same. The generation clears the table at once. */
static struct memo {
    struct {
        uint64_t done;
        uint32_t generation;
        uint32_t at; /* of the state in words: its count, then its items */
    } slots[MEMO_SLOTS];
    int64_t words[MEMO_WORDS];
    uint32_t used;
    uint32_t generation;
} memo;

static void
memo_clear(void)
{
    memo.used = 0;
    if (++memo.generation == 0) {
        memset(memo.slots, 0, sizeof memo.slots);
        memo.generation = 1;
    }
}

static uint64_t
state_hash(uint64_t done, const struct sley_spec_state *state)
{
    uint64_t hash = sley_mix64(done ^ (uint64_t)state->count << 57);
    for (int64_t i = 0; i < state->count; i++) {
        hash = sley_mix64(hash ^ (uint64_t)state->item[i]);
    }
    return hash;
}

enum visit { VISIT_NEW, VISIT_KNOWN, VISIT_FULL };

static enum visit
memo_visit(uint64_t done, const struct sley_spec_state *state)
{
    uint64_t slot = state_hash(done, state);
    size_t bytes = (size_t)state->count * sizeof state->item[0];
    for (;; slot++) {
        uint32_t i = (uint32_t)(slot % MEMO_SLOTS);
        if (memo.slots[i].generation != memo.generation) {
            if (memo.used + (uint64_t)state->count + 1 > MEMO_WORDS) {
                return VISIT_FULL;
            }
            memo.slots[i].done = done;
            memo.slots[i].generation = memo.generation;
            memo.slots[i].at = memo.used;
            memo.words[memo.used] = state->count;
            memcpy(&memo.words[memo.used + 1], state->item, bytes);
            memo.used += (uint32_t)state->count + 1;
            return VISIT_NEW;
        }
        const int64_t *words = &memo.words[memo.slots[i].at];
        if (memo.slots[i].done == done && words[0] == state->count &&
            memcmp(words + 1, state->item, bytes) == 0) {
            return VISIT_KNOWN;
        }
    }
}

static void
note_best(struct sley_linear *linear, uint32_t depth)
{
    if (depth >= linear->best_count) {
        linear->best_count = depth;
        memcpy(linear->best_order, linear->order, depth);
        linear->best_state = linear->states[depth];
    }
}

/* The state after `depth` calls, the set `done`, is states[depth]. */
static enum sley_linearizable
extend(struct sley_linear *linear, uint64_t done, uint32_t depth)
{
    struct sley_spec_state *state = &linear->states[depth];
    enum visit visit = memo_visit(done, state);
    if (visit == VISIT_KNOWN) {
        return SLEY_NOT_LINEARIZABLE;
    }
    note_best(linear, depth);
    if ((done & linear->required) == linear->required) {
        return SLEY_LINEARIZABLE;
    }
    if (visit == VISIT_FULL || ++linear->node_count >= SLEY_HISTORY_NODES) {
        return SLEY_NOT_DECIDED;
    }
    if (!linear->patient && linear->spec.ops->hopeless &&
        linear->spec.ops->hopeless(state, linear->calls, linear->count, done)) {
        return SLEY_NOT_LINEARIZABLE;
    }
    for (uint32_t i = 0; i < linear->count; i++) {
        if (!sley_linear_candidate(linear, done, i)) {
            continue;
        }
        struct sley_spec_state *next = &linear->states[depth + 1];
        next->count = state->count;
        memcpy(next->item, state->item, sizeof state->item);
        if (linear->spec.ops->apply(&linear->spec, next, &linear->calls[i])) {
            continue;
        }
        linear->order[depth] = (uint8_t)i;
        enum sley_linearizable found = extend(linear, done | (uint64_t)1 << i, depth + 1);
        if (found != SLEY_NOT_LINEARIZABLE) {
            return found;
        }
    }
    return SLEY_NOT_LINEARIZABLE;
}

enum sley_linearizable
sley_linear_search(struct sley_linear *linear)
{
    memo_clear();
    linear->node_count = linear->best_count = 0;
    linear->states[0] = (struct sley_spec_state){0};
    linear->spec.ops->init(&linear->spec, &linear->states[0]);
    return extend(linear, 0, 0);
}

/* Keeps the calls in the order of their ends: earlier ones first lead to an order sooner. */
static void
insert(struct sley_linear *linear, const struct sley_call *call)
{
    uint32_t at = linear->count++;
    for (; at > 0 && linear->calls[at - 1].end > call->end; at--) {
        linear->calls[at] = linear->calls[at - 1];
    }
    linear->calls[at] = *call;
}

static void
relate(struct sley_linear *linear)
{
    linear->required = 0;
    for (uint32_t i = 0; i < linear->count; i++) {
        linear->before[i] = 0;
        if (linear->calls[i].end != UINT64_MAX) {
            linear->required |= (uint64_t)1 << i;
        }
        for (uint32_t k = 0; k < linear->count; k++) {
            if (k != i && linear->calls[k].end <= linear->calls[i].begin) {
                linear->before[i] |= (uint64_t)1 << k;
            }
        }
    }
}

static int64_t
part_of(struct sley_spec spec, const struct sley_call *call)
{
    return spec.ops->part ? spec.ops->part(call) : 0;
}

bool
sley_linear_part(struct sley_linear *linear, const struct sley_history *history,
                 struct sley_spec spec, uint64_t cut, uint64_t *taken)
{
    const struct sley_call *first = NULL;
    linear->spec = spec;
    linear->count = 0;
    for (int i = 0; i < history->count && i < SLEY_HISTORY_MAX; i++) {
        const struct sley_call *call = &history->calls[i];
        if (*taken >> i & 1 || (first && (call->object != first->object ||
                                          part_of(spec, call) != part_of(spec, first)))) {
            continue;
        }
        first = first ? first : call;
        *taken |= (uint64_t)1 << i;
        struct sley_call copy = *call;
        if (copy.end >= cut) {
            copy.end = UINT64_MAX;
        }
        if (copy.begin < cut) {
            insert(linear, &copy);
        }
    }
    relate(linear);
    return first != NULL;
}

enum sley_linearizable
sley_history_judge(const struct sley_history *history, struct sley_spec spec)
{
    static struct sley_linear linear;
    uint64_t taken = 0;
    enum sley_linearizable verdict = SLEY_LINEARIZABLE;
    while (sley_linear_part(&linear, history, spec, UINT64_MAX, &taken)) {
        enum sley_linearizable found = sley_linear_search(&linear);
        if (found == SLEY_NOT_LINEARIZABLE) {
            return found;
        }
        verdict = found == SLEY_LINEARIZABLE ? verdict : found;
    }
    return verdict;
}

/* The calls of linear alone, as a history. */
static void
history_of(struct sley_history *history, const struct sley_linear *linear)
{
    history->count = (int)linear->count;
    memcpy(history->calls, linear->calls, linear->count * sizeof linear->calls[0]);
}

void
sley_linear_shorten(struct sley_linear *linear)
{
    static struct sley_history whole;
    uint64_t ends[SLEY_HISTORY_MAX];
    uint32_t end_count = 0;
    history_of(&whole, linear);
    while (end_count < linear->count && linear->calls[end_count].end != UINT64_MAX) {
        ends[end_count] = linear->calls[end_count].end;
        end_count++;
    }
    /* Every prefix of a linearizable history is linearizable: the first end after which one is not
     * is found by halving. */
    uint32_t low = 0, high = end_count;
    while (low + 1 < high) {
        uint32_t middle = (low + high) / 2;
        uint64_t taken = 0;
        sley_linear_part(linear, &whole, linear->spec, ends[middle - 1] + 1, &taken);
        if (sley_linear_search(linear) == SLEY_NOT_LINEARIZABLE) {
            high = middle;
        } else {
            low = middle;
        }
    }
    uint64_t taken = 0;
    uint64_t cut = high > 0 ? ends[high - 1] + 1 : UINT64_MAX;
    sley_linear_part(linear, &whole, linear->spec, cut, &taken);
    linear->patient = true;
    sley_linear_search(linear); /* for the longest order: its verdict is known */
    linear->patient = false;
}
