/* A coroutine that beats each millisecond beside what a scenario does on its event loop: the
 * longest time between two beats says how long the loop was kept waiting. */
#ifndef SLEY_SCENARIOS_LOOP_BEAT_H
#define SLEY_SCENARIOS_LOOP_BEAT_H

#include <sley/loop.h>
#include <sley/sley.h>

enum { NS_PER_MS = 1000000 };

static uint64_t gap_ns; /* longest time between two beats */
static bool done;

static inline struct sley_awaited
heartbeat(void *unused)
{
    uint64_t last_ns = sley_loop_time_ns();
    while (!done) {
        sley_loop_sleep_ms(1);
        uint64_t now_ns = sley_loop_time_ns();
        gap_ns = now_ns - last_ns > gap_ns ? now_ns - last_ns : gap_ns;
        last_ns = now_ns;
    }
    return sley_result(unused);
}

/* Runs one call beside the heartbeat. */
static inline void beat_during(struct sley_awaited (*call)(void *))
{
    struct sley_async_future *beats = sley_loop_task(heartbeat, NULL);
    sley_loop_sleep_ms(1);
    sley_check(call(NULL).kind == SLEY_RESULT);
    done = true;
    sley_await(beats);
}

#endif
