/* What a task is, to a cost profile. */
#ifndef SLEY_UNIT_H
#define SLEY_UNIT_H

#include <stdint.h>

enum sley_unit {
    SLEY_UNIT_THREAD,
    SLEY_UNIT_FORK,       /* a process forked from the parent */
    SLEY_UNIT_FORKSERVER, /* a process forked from a small server */
    SLEY_UNIT_SPAWN,      /* a fresh process that imports everything anew */
    SLEY_UNIT_COROUTINE,
    SLEY_UNIT_COUNT
};

struct sley_unit_costs {
    uint64_t create_ns;    /* to start one, and to see its end */
    uint64_t switch_ns;    /* for a core, or a loop, to turn to another one */
    uint64_t memory_bytes; /* that an idle one holds */
};

/* What the run's profile charges for a unit, also one that the model's tasks are not: the other
 * side of a comparison. All 0 in a run that is not timed. */
struct sley_unit_costs sley_unit_costs(enum sley_unit unit);

#endif
