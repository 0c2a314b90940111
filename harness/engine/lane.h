/* A lane beside `explore`: what another race detector must be told of a run, while the schedule and
 * the token stay the same. */
#ifndef SLEY_ENGINE_LANE_H
#define SLEY_ENGINE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sley_lane_mutex {
    SLEY_LANE_TAKEN,
    SLEY_LANE_TRIED, /* taken by a call that would not have waited */
    SLEY_LANE_RELEASED,
    SLEY_LANE_DESTROYED,
};

struct sley_lane_ops {
    const char *name;
    /* The driver begins and ends a run. Nothing of an earlier run may race with a later one. */
    void (*run_begin)(void);
    void (*run_end)(void);
    /* The next instruction of the program is that of task (SLEY_TASKS_MAX: of the driver). No
     * happens-before edge comes of it. */
    void (*switch_to)(uint32_t task);
    /* What the current task did so far happens before what task does from now on. */
    void (*hand_over)(uint32_t task);
    /* The current task releases to, or acquires from, the object that address identifies. */
    void (*release)(const void *address);
    void (*acquire)(const void *address);
    /* What the current task just did with a mutex of the program. */
    void (*mutex)(void *address, enum sley_lane_mutex event);
    /* The current task accesses a range of the program's memory by a library function. */
    void (*memory)(void *address, size_t size, bool writes);
    /* What the current task does is not looked at from now on, or is again: its synchronisation, or
     * its accesses. Sections nest; those open at a run's end are the lane's to close. */
    void (*ignore)(bool sync, bool begins);
    /* Races on the range are none in this run. */
    void (*benign)(void *address, size_t size, const char *why);
    /* Whether a live block of the process's own heap, not the run's, begins at memory. */
    bool (*owns)(const void *memory);
};

/* The lane of this program; NULL: explore. Set before the first run. */
extern const struct sley_lane_ops *sley_lane;

#endif
