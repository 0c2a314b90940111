/* The loop's timers: a binary heap that breaks ties exactly as Python's heapq does. */
#ifndef SLEY_MODELS_COROUTINE_TIMERS_H
#define SLEY_MODELS_COROUTINE_TIMERS_H

#include <sley/loop.h>

/* An entry is a number that means something to the caller, ordered by its time alone. */
struct loop_timer {
    uint64_t when_ns;
    uint16_t id;
};

struct loop_timers {
    uint32_t count;
    uint32_t cancelled; /* of the entries that wait, as the caller counts them */
    struct loop_timer at[SLEY_LOOP_HANDLES_MAX];
};

/* heappush; there must be room. */
void sley_timers_push(struct loop_timers *timers, struct loop_timer timer);

/* heappop; must not be empty. */
struct loop_timer sley_timers_pop(struct loop_timers *timers);

/* heapify of the first count entries, in any order. */
void sley_timers_heapify(struct loop_timers *timers);

#endif
