/* A set of task indices. All zero is the empty set; what it costs to empty, copy and walk one
 * depends on its members, not on how many tasks a run may have. */
#ifndef SLEY_ENGINE_TASKSET_H
#define SLEY_ENGINE_TASKSET_H

#include <sley/strategy.h>

struct sley_taskset {
    uint64_t used; /* bit w: word[w] has members; without it, it says nothing */
    uint64_t word[SLEY_TASKS_MAX / 64]; /* bit b of word w: task 64 * w + b */
};

_Static_assert(SLEY_TASKS_MAX % 64 == 0 && SLEY_TASKS_MAX <= 64 * 64,
               "one word tells of the others");

static inline void
sley_taskset_clear(struct sley_taskset *set)
{
    set->used = 0;
}

static inline void
sley_taskset_add(struct sley_taskset *set, uint32_t task)
{
    uint64_t word = (uint64_t)1 << (task / 64);
    uint64_t others = set->used & word ? set->word[task / 64] : 0;
    set->word[task / 64] = others | (uint64_t)1 << (task % 64);
    set->used |= word;
}

static inline void
sley_taskset_remove(struct sley_taskset *set, uint32_t task)
{
    uint64_t word = (uint64_t)1 << (task / 64);
    uint64_t others = set->word[task / 64] & ~((uint64_t)1 << (task % 64));
    set->word[task / 64] = others;
    set->used &= others ? ~(uint64_t)0 : ~word;
}

static inline bool
sley_taskset_has(const struct sley_taskset *set, uint32_t task)
{
    return (set->used >> (task / 64) & 1) && (set->word[task / 64] >> (task % 64) & 1);
}

static inline bool
sley_taskset_is_empty(const struct sley_taskset *set)
{
    return set->used == 0;
}

/* The smallest member >= from, or SLEY_TASKS_MAX. */
static inline uint32_t
sley_taskset_next(const struct sley_taskset *set, uint32_t from)
{
    uint32_t w = from / 64;
    if (w < SLEY_TASKS_MAX / 64 && (set->used >> w & 1)) {
        uint64_t bits = set->word[w] & ~(uint64_t)0 << (from % 64);
        if (bits) {
            return w * 64 + (uint32_t)__builtin_ctzll(bits);
        }
    }
    uint64_t later = w + 1 < 64 ? set->used & ~(uint64_t)0 << (w + 1) : 0;
    if (later == 0) {
        return SLEY_TASKS_MAX;
    }
    w = (uint32_t)__builtin_ctzll(later);
    return w * 64 + (uint32_t)__builtin_ctzll(set->word[w]);
}

static inline void
sley_taskset_copy(struct sley_taskset *to, const struct sley_taskset *from)
{
    to->used = from->used;
    for (uint64_t left = from->used; left != 0; left &= left - 1) {
        uint32_t w = (uint32_t)__builtin_ctzll(left);
        to->word[w] = from->word[w];
    }
}

/* Adds the members of another set. */
static inline void
sley_taskset_join(struct sley_taskset *to, const struct sley_taskset *from)
{
    for (uint64_t left = from->used; left != 0; left &= left - 1) {
        uint32_t w = (uint32_t)__builtin_ctzll(left);
        to->word[w] = (to->used >> w & 1 ? to->word[w] : 0) | from->word[w];
    }
    to->used |= from->used;
}

#endif
