/* Tasks of one kind, started together, and what such a task does for so long as its argument says:
 * shared by the scenarios that look at time, and at what tasks make of it. Each task gets all that
 * it needs as its argument, so that nothing has to be shared. */
#ifndef SLEY_SCENARIOS_TASKS_H
#define SLEY_SCENARIOS_TASKS_H

#include <sley/sley.h>

/* --- what a task does --- */

static inline void *
compute(void *duration_us)
{
    sley_compute_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* A call of C code that releases the interpreter lock. */
static inline void *
call_released(void *duration_us)
{
    sley_call_us((uint32_t)(uintptr_t)duration_us, true);
    return NULL;
}

static inline void *
call_held(void *duration_us)
{
    sley_call_us((uint32_t)(uintptr_t)duration_us, false);
    return NULL;
}

static inline void *
block(void *duration_us)
{
    sley_block_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* --- all together --- */

enum { RUN_TASKS_MAX = 64 };

/* Runs count (at most 64) tasks entry(argument), and waits for them. */
static inline void
run_tasks(int count, void *(*entry)(void *), uintptr_t argument)
{
    uintptr_t tasks[RUN_TASKS_MAX];
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
}

/* Starts tasks entry(0), entry(1), ...; the caller joins them. */
static inline void
spawn_all(uintptr_t *tasks, int count, void *(*entry)(void *))
{
    for (intptr_t i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)i);
    }
}

static inline void
join_all(const uintptr_t *tasks, int count)
{
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
}

/* How often so many cores have to take a task each until all have had one. */
static inline uint64_t
rounds(int count, int cores)
{
    return (uint64_t)((count + cores - 1) / cores);
}

#endif
