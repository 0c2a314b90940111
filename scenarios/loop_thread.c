/* Calls in threads beside the event loop: what freezes the loop, what does not (000:38, 000:333),
 * and how what they return comes back (000:231). */
#include "scenarios/loop_beat.h"

enum { WORK_MS = 20, CALLS_MAX = 5 };

static int counter;

static struct sley_awaited
blocking_call(void *unused)
{
    sley_block_ms(WORK_MS);
    return sley_result(unused);
}

static struct sley_awaited
offloaded_call(void *unused)
{
    return sley_loop_to_thread(blocking_call, unused);
}

static void
inline_freezes(void)
{
    beat_during(blocking_call);
    sley_check(gap_ns >= WORK_MS * NS_PER_MS);
}

static void
thread_freezes(void)
{
    beat_during(offloaded_call);
    sley_check(gap_ns >= WORK_MS * NS_PER_MS);
}

static void
thread_does_not(void)
{
    beat_during(offloaded_call);
    sley_check(gap_ns <= NS_PER_MS);
}

static void
inline_does_not(void)
{
    beat_during(blocking_call);
    sley_check(gap_ns <= NS_PER_MS);
}

/* --- the pool is bounded --- */

/* How long that many calls take in so many threads, in virtual ns. */
static uint64_t
calls_ns(int calls, int workers)
{
    struct sley_loop_executor executor;
    struct sley_async_future *futures[CALLS_MAX];
    sley_loop_executor_init(&executor, (uint32_t)workers);
    for (int i = 0; i < calls; i++) {
        futures[i] = sley_loop_run_in_executor(&executor, blocking_call, NULL);
    }
    sley_await(sley_loop_gather(futures, (uint32_t)calls, false));
    return sley_loop_time_ns();
}

static void
many_calls(void)
{
    int workers = sley_draw(1, 3);
    int calls = sley_draw(2, CALLS_MAX);
    int rounds = (calls + workers - 1) / workers;
    sley_check(calls_ns(calls, workers) == (uint64_t)rounds * WORK_MS * NS_PER_MS);
}

static void
a_thread_each(void)
{
    int calls = sley_draw(2, CALLS_MAX);
    sley_check(calls_ns(calls, calls) == WORK_MS * NS_PER_MS);
}

static void
too_few_threads(void)
{
    int calls = sley_draw(2, CALLS_MAX);
    sley_check(calls_ns(calls, sley_draw(1, calls - 1)) == WORK_MS * NS_PER_MS);
}

/* --- run_in_executor --- */

static struct sley_awaited
returns_or_raises(void *raises)
{
    return raises ? sley_exception(5) : sley_result(7);
}

static struct sley_awaited
await_executor(void *raises)
{
    return sley_await(sley_loop_run_in_executor(NULL, returns_or_raises, raises));
}

static void
outcome_is_delivered(void)
{
    bool raises = sley_draw(0, 1) == 1;
    struct sley_awaited outcome = await_executor(raises ? &counter : NULL);
    sley_check(outcome.kind == (raises ? SLEY_EXCEPTION : SLEY_RESULT));
    sley_check(outcome.value == (raises ? 5 : 7));
}

static struct sley_awaited
count_calls(void *cell)
{
    sley_block_ms(1);
    ++*(int *)cell;
    return sley_result(0);
}

/* With so many threads, the second of two calls is cancelled while the first runs. */
static void
cancelled_calls(uint32_t workers)
{
    static int begun[2];
    struct sley_loop_executor executor;
    sley_loop_executor_init(&executor, workers);
    struct sley_async_future *runs = sley_loop_run_in_executor(&executor, count_calls, &begun[0]);
    struct sley_async_future *waits = sley_loop_run_in_executor(&executor, count_calls, &begun[1]);
    sley_loop_sleep_ms(0);
    sley_loop_cancel(waits);
    sley_check(sley_await(waits).kind == SLEY_CANCELLED);
    sley_await(runs);
    sley_loop_executor_shutdown(&executor);
    sley_check(begun[0] == 1 && begun[1] == 0);
}

static void
cancelled_in_line(void)
{
    cancelled_calls(1);
}

static void
cancelled_under_way(void)
{
    cancelled_calls(2);
}

#define THREAD(property, id, origin, text, entry, found, why)                                      \
    .name = property, .claim = id, .source = origin, .says = text, .quantifier = SLEY_ALWAYS,      \
    .body = entry, .expect = {{"coroutine", found, why}}

#define SYNC "loop-sync-io-blocks-despite-gil-release"
#define TO_THREAD "loop-to-thread-keeps-responsive"
#define AWAITABLE "loop-run-in-executor-awaitable"
#define FREEZES "keeps every other task waiting for as long"
#define OVERLAP "calls of one duration in a pool of threads take that duration together"

const struct sley_property sley_scenario_loop_thread[] = {
    {
        THREAD(SYNC, SYNC, "000:333", "a blocking call inside a coroutine " FREEZES, inline_freezes,
               SLEY_CONFIRMED, ""),
        .exhaustive = true,
        .falsifier = "loop-sync-io-blocks-despite-gil-release.offloaded",
    },
    {
        THREAD("loop-sync-io-blocks-despite-gil-release.offloaded", SYNC, "000:339",
               "a blocking call in to_thread " FREEZES, thread_freezes, SLEY_REFUTED,
               "it blocks another thread"),
        .twin = true,
        .runs = 200,
    },
    {
        THREAD(TO_THREAD, TO_THREAD, "000:38",
               "a blocking call in to_thread does not delay the loop", thread_does_not,
               SLEY_CONFIRMED, ""),
        .when = "the call waits for the outside world",
        .falsifier = "loop-to-thread-keeps-responsive.inline",
    },
    {
        THREAD("loop-to-thread-keeps-responsive.inline", TO_THREAD, "000:337",
               "a blocking call inside a coroutine does not delay the loop", inline_does_not,
               SLEY_REFUTED, "it blocks the loop's own thread"),
        .twin = true,
        .exhaustive = true,
    },
    {
        THREAD("loop-to-thread-keeps-responsive.pool-bounded", TO_THREAD, "000:344",
               "n calls of one duration in a pool of w threads take ceil(n / w) durations",
               many_calls, SLEY_CONFIRMED, ""),
        .when = "a pool of any size, and the time that it takes to come to a call counted in",
    },
    {
        THREAD("loop-to-thread-keeps-responsive.thread-each", TO_THREAD, "000:344", OVERLAP,
               a_thread_each, SLEY_CONFIRMED, ""),
        .when = "a thread for each call",
        .falsifier = "loop-to-thread-keeps-responsive.too-few",
    },
    {
        THREAD("loop-to-thread-keeps-responsive.too-few", TO_THREAD, "000:344", OVERLAP,
               too_few_threads, SLEY_REFUTED, "the pool is bounded: later calls wait"),
        .when = "more calls than threads",
    },
    {
        THREAD(AWAITABLE, AWAITABLE, "000:231",
               "run_in_executor delivers the result, or the exception, to who awaits it",
               outcome_is_delivered, SLEY_CONFIRMED, ""),
    },
    {
        THREAD("loop-run-in-executor-awaitable.cancelled", AWAITABLE, "000:231",
               "a cancelled call that waits for a thread never begins; one that runs goes on",
               cancelled_in_line, SLEY_CONFIRMED, ""),
        .falsifier = "loop-run-in-executor-awaitable.under-way",
    },
    {
        THREAD("loop-run-in-executor-awaitable.under-way", AWAITABLE, "000:231",
               "a cancelled call that has a thread never begins", cancelled_under_way, SLEY_REFUTED,
               "it may have begun already"),
        .twin = true,
    },
    {0},
};
