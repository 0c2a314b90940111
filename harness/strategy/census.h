/* What a campaign learned of a program in one run: which objects its tasks share, and how often
 * each task operates on each of them. Strategies draw from it. */
#ifndef SLEY_STRATEGY_CENSUS_H
#define SLEY_STRATEGY_CENSUS_H

#include <sley/strategy.h>

enum { SLEY_CENSUS_OBJECTS_MAX = 64 };

struct sley_census_object {
    uint32_t key;                     /* low half of the logical object's key */
    uint32_t event_count;             /* operations on it, of all tasks */
    uint32_t by_task[SLEY_TASKS_MAX]; /* of each task */
};

struct sley_census {
    uint32_t task_count;
    uint16_t parent[SLEY_TASKS_MAX]; /* the task that started each one; below it; task 0: 0 */
    uint32_t object_count;           /* 0: the tasks share nothing that is written */
    uint64_t event_count;            /* sum over the objects */
    struct sley_census_object object[SLEY_CENSUS_OBJECTS_MAX];
};

/* Whether operations of that kind are ones on an object that tasks share, as far as a census goes:
 * not those on tasks, on time, or on none. */
static inline bool
sley_census_counts(enum sley_op op)
{
    const uint64_t others = UINT64_C(1) << SLEY_OP_BEGIN | UINT64_C(1) << SLEY_OP_SPAWN |
                            UINT64_C(1) << SLEY_OP_JOIN | UINT64_C(1) << SLEY_OP_EXIT |
                            UINT64_C(1) << SLEY_OP_YIELD | UINT64_C(1) << SLEY_OP_SLEEP |
                            UINT64_C(1) << SLEY_OP_CLOCK | UINT64_C(1) << SLEY_OP_FENCE;
    return !(others >> op & 1);
}

#endif
