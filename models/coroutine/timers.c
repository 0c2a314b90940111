#include "models/coroutine/timers.h"

/* Moves the entry at position towards the root, as far as it is less than its parents. */
static void
move_up(struct loop_timers *timers, uint32_t start, uint32_t position)
{
    struct loop_timer timer = timers->at[position];
    while (position > start) {
        uint32_t parent = (position - 1) / 2;
        if (timer.when_ns >= timers->at[parent].when_ns) {
            break;
        }
        timers->at[position] = timers->at[parent];
        position = parent;
    }
    timers->at[position] = timer;
}

/* Moves the entry at position to a leaf, along the smaller children (the right one if they are
 * equal), then up again: that is how heapq does it, and it decides between equal times. */
static void
move_down(struct loop_timers *timers, uint32_t position)
{
    uint32_t start = position;
    struct loop_timer timer = timers->at[position];
    for (uint32_t child = 2 * position + 1; child < timers->count; child = 2 * position + 1) {
        uint32_t right = child + 1;
        if (right < timers->count && timers->at[child].when_ns >= timers->at[right].when_ns) {
            child = right;
        }
        timers->at[position] = timers->at[child];
        position = child;
    }
    timers->at[position] = timer;
    move_up(timers, start, position);
}

void
sley_timers_push(struct loop_timers *timers, struct loop_timer timer)
{
    timers->at[timers->count] = timer;
    move_up(timers, 0, timers->count++);
}

struct loop_timer
sley_timers_pop(struct loop_timers *timers)
{
    struct loop_timer last = timers->at[--timers->count];
    if (timers->count == 0) {
        return last;
    }
    struct loop_timer first = timers->at[0];
    timers->at[0] = last;
    move_down(timers, 0);
    return first;
}

void
sley_timers_heapify(struct loop_timers *timers)
{
    for (uint32_t i = timers->count / 2; i > 0; i--) {
        move_down(timers, i - 1);
    }
}
