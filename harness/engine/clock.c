/* Vector clocks of tasks and synchronisation objects. */
#include "detect/race.h"
#include "engine/internal.h"
#include "engine/lane.h"
#include "engine/suppress.h"

const struct sley_lane_ops *sley_lane;

/* Entries of a task's own clock; its own entry is not kept, since a task's accesses are ordered. */
static uint32_t *
row(uint32_t task)
{
    return sley_race_detector.clock[task];
}

/* Every entry becomes the later of the two. Without a branch: with many tasks it is the larger part
 * of what a lock costs. */
static void
join(uint32_t *restrict to, const uint32_t *restrict from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        to[i] = from[i] > to[i] ? from[i] : to[i];
    }
}

void
sley_clock_release(struct sley_clock *clock)
{
    struct sley_engine *e = &sley_engine;
    const uint32_t *mine = row(e->task);
    if (sley_ignores(SLEY_IGNORED_SYNC)) {
        return;
    }
    for (; clock->count < e->task_count; clock->count++) {
        clock->at[clock->count] = 0;
    }
    join(clock->at, mine, e->task_count);
    clock->at[e->task] = e->step;
    if (sley_lane) {
        sley_lane->release(clock);
    }
}

void
sley_clock_replace(struct sley_clock *clock)
{
    if (sley_ignores(SLEY_IGNORED_SYNC)) {
        return;
    }
    clock->count = 0;
    sley_clock_release(clock);
}

void
sley_clock_acquire(const struct sley_clock *clock)
{
    uint32_t *mine = row(sley_engine.task);
    if (sley_ignores(SLEY_IGNORED_SYNC)) {
        return;
    }
    join(mine, clock->at, clock->count);
    if (sley_lane) {
        sley_lane->acquire(clock);
    }
}

void
sley_clock_hand_over(uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    const uint32_t *mine = row(e->task);
    uint32_t *theirs = row(task);
    join(theirs, mine, e->task_count);
    theirs[e->task] = e->step;
    if (sley_lane) {
        sley_lane->hand_over(task);
    }
}
