/* Who can run: the ascending list of tasks in the engine's state, and the timers of those that
 * cannot. */
#ifndef SLEY_ENGINE_RUNNABLE_H
#define SLEY_ENGINE_RUNNABLE_H

#include "engine/engine.h"

/* Moves a blocked task to the runnable ones, or back (state: blocked or done). */
void sley_task_set_runnable(uint32_t task);
void sley_task_set_blocked(uint32_t task, enum sley_task_state state);

/* The same for tasks[count], ascending, at the cost of one walk over those that can run. */
void sley_tasks_set_runnable(const uint16_t *tasks, uint32_t count);
void sley_tasks_set_blocked(const uint16_t *tasks, uint32_t count);

/* A blocked task waits until another time. */
void sley_task_set_deadline(uint32_t task, uint64_t deadline_ns);

/* Where a task that can run stands among them. */
static inline uint32_t
sley_runnable_place(uint32_t task)
{
    const struct sley_engine *e = &sley_engine;
    uint32_t low = 0;
    for (uint32_t count = e->runnable_count; count > 8; count -= count / 2) {
        low += e->runnable[low + count / 2] <= task ? count / 2 : 0;
    }
    while (e->runnable[low] != task) {
        low++;
    }
    return low;
}

#endif
