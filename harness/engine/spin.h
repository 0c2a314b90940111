/* A task that waits by looking: `while (!flag);` and the like.
 *
 * Strategies of priorities would run such a task until the step bound, since it can always go on.
 * So a task that has run for a while without a switch is watched: when its operations repeat, at
 * the same places, on the same objects, with the same values, it is said to give way, like one that
 * yields. So is one whose sleeps or timed waits are over early again and again while others could
 * run. All of that depends on the run's operations alone, so a replay comes to the same end. */
#ifndef SLEY_ENGINE_SPIN_H
#define SLEY_ENGINE_SPIN_H

#include "engine/engine.h"

enum {
    SLEY_SPIN_FIRST = 64,       /* points without a switch before the watch begins */
    SLEY_SPIN_LATEST = 1 << 14, /* and at most, after watches that found nothing */
    SLEY_SPIN_PERIOD_MAX = 32,  /* operations of a loop that is told from work */
    SLEY_SPIN_EVENTS = 128,     /* operations that must repeat one period */
    SLEY_SPIN_EARLY = 32,       /* waits cut short in a row, by choice, before it gives way */
};

/* Another task runs from the engine's current step on. */
static inline void
sley_spin_switched(void)
{
    struct sley_engine *e = &sley_engine;
    e->spin_look = e->step - e->base + SLEY_SPIN_FIRST;
    e->spin_new = true;
    e->early_row = 0;
    if (e->limit > e->base + e->spin_look) {
        e->limit = e->base + e->spin_look;
    }
}

/* Notes the operation that the current task is about to execute, at a step >= spin_look. Whether
 * the task is seen to spin. */
bool sley_spin_note(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc);

#endif
