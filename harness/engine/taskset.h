/* A set of task indices. */
#ifndef SLEY_ENGINE_TASKSET_H
#define SLEY_ENGINE_TASKSET_H

#include <sley/strategy.h>

struct sley_taskset {
    uint64_t word[SLEY_TASKS_MAX / 64];
};

static inline void
sley_taskset_add(struct sley_taskset *set, uint32_t task)
{
    set->word[task / 64] |= (uint64_t)1 << (task % 64);
}

static inline void
sley_taskset_remove(struct sley_taskset *set, uint32_t task)
{
    set->word[task / 64] &= ~((uint64_t)1 << (task % 64));
}

static inline bool
sley_taskset_has(const struct sley_taskset *set, uint32_t task)
{
    return (set->word[task / 64] >> (task % 64)) & 1;
}

static inline bool
sley_taskset_is_empty(const struct sley_taskset *set)
{
    _Static_assert(SLEY_TASKS_MAX == 256, "four words");
    return (set->word[0] | set->word[1] | set->word[2] | set->word[3]) == 0;
}

/* The smallest member >= from, or SLEY_TASKS_MAX. */
static inline uint32_t
sley_taskset_next(const struct sley_taskset *set, uint32_t from)
{
    for (uint32_t w = from / 64; w < SLEY_TASKS_MAX / 64; w++) {
        uint64_t bits = set->word[w];
        if (w == from / 64) {
            bits &= ~(uint64_t)0 << (from % 64);
        }
        if (bits) {
            return w * 64 + (uint32_t)__builtin_ctzll(bits);
        }
    }
    return SLEY_TASKS_MAX;
}

#endif
