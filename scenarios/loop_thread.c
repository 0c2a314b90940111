/* The event loop and threads beside it: what freezes the loop, what does not (000:38, 000:333), and
 * why there is something to lock (001:65). */
#include <sley/loop.h>
#include <sley/sley.h>

#include <pthread.h>

enum { WORK_MS = 20 };

static uint64_t gap_ns; /* longest time between two beats */
static bool working, done;
static long counter;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int calls;

/* Beats each millisecond until the work is done. */
static struct sley_awaited
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

static struct sley_awaited
blocking_call(void *unused)
{
    working = true;
    sley_block_ms(WORK_MS);
    working = false;
    return sley_result(unused);
}

static void
beat_during(bool offloaded)
{
    struct sley_async_future *beats = sley_loop_task(heartbeat, NULL);
    sley_loop_sleep_ms(1);
    if (offloaded) {
        sley_loop_to_thread(blocking_call, NULL);
    } else {
        blocking_call(NULL);
    }
    done = true;
    sley_await(beats);
}

static void
inline_freezes(void)
{
    beat_during(false);
    sley_check(gap_ns >= WORK_MS * 1000000ull);
}

static void
thread_does_not(void)
{
    beat_during(true);
    sley_check(gap_ns <= 1000000);
}

/* --- the pool is bounded --- */

static struct sley_awaited
call_one_of_many(void *unused)
{
    sley_block_ms(WORK_MS);
    return sley_result(unused);
}

static void
many_calls(void)
{
    struct sley_loop_executor executor;
    struct sley_async_future *futures[5];
    int workers = sley_draw(1, 3);
    calls = sley_draw(2, 5);
    sley_loop_executor_init(&executor, (uint32_t)workers);
    for (int i = 0; i < calls; i++) {
        futures[i] = sley_loop_run_in_executor(&executor, call_one_of_many, NULL);
    }
    sley_await(sley_loop_gather(futures, (uint32_t)calls, false));
    int rounds = (calls + workers - 1) / workers;
    sley_check(sley_loop_time_ns() == (uint64_t)rounds * WORK_MS * 1000000);
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
    struct sley_awaited outcome = await_executor(raises ? &calls : NULL);
    sley_check(outcome.kind == (raises ? SLEY_EXCEPTION : SLEY_RESULT));
    sley_check(outcome.value == (raises ? 5 : 7));
}

static struct sley_awaited
count_calls(void *unused)
{
    sley_block_ms(1);
    counter++;
    return sley_result(unused);
}

/* With one thread: the call that runs goes on, the one that waits never begins. */
static void
cancelled_calls(void)
{
    struct sley_loop_executor executor;
    sley_loop_executor_init(&executor, 1);
    struct sley_async_future *runs = sley_loop_run_in_executor(&executor, count_calls, NULL);
    struct sley_async_future *waits = sley_loop_run_in_executor(&executor, count_calls, NULL);
    sley_loop_sleep_ms(0);
    sley_loop_cancel(waits);
    sley_check(sley_await(waits).kind == SLEY_CANCELLED);
    sley_await(runs);
    sley_loop_executor_shutdown(&executor);
    sley_check(counter == 1);
}

/* --- one variable, a coroutine and a thread --- */

static struct sley_awaited
add_in_thread(void *locked)
{
    if (locked) {
        pthread_mutex_lock(&mutex);
    }
    sley_add(&counter, 1);
    if (locked) {
        pthread_mutex_unlock(&mutex);
    }
    return sley_result(0);
}

static void
add_both(void *locked)
{
    struct sley_async_future *other = sley_loop_run_in_executor(NULL, add_in_thread, locked);
    add_in_thread(locked);
    sley_await(other);
    sley_check(counter == 2);
}

static void
unlocked_counter(void)
{
    add_both(NULL);
}

static void
locked_counter(void)
{
    add_both(&mutex);
}

/* What the thread did before its return happens before what the coroutine does with the result. */
static struct sley_awaited
write_in_thread(void *unused)
{
    counter = 42;
    return sley_result(unused);
}

static void
result_is_published(void)
{
    sley_loop_to_thread(write_in_thread, NULL);
    sley_check(counter == 42);
    counter++;
}

static void
callback_adds(void *unused)
{
    (void)unused;
    counter++;
    done = true;
}

static struct sley_awaited
post_from_thread(void *unused)
{
    sley_loop_call_soon_threadsafe(callback_adds, NULL);
    return sley_result(unused);
}

/* The loop's own thread does all the adding, so no lock is needed. */
static void
posted(void)
{
    sley_loop_run_in_executor(NULL, post_from_thread, NULL);
    while (!done) {
        counter++;
        sley_loop_sleep_ms(1);
        counter--;
    }
    sley_check(counter == 1);
}

const struct sley_property sley_scenario_loop_thread[] = {
    {
        .name = "loop-sync-io-blocks-despite-gil-release",
        .claim = "loop-sync-io-blocks-despite-gil-release",
        .source = "000:333",
        .says = "a blocking call inside a coroutine keeps every other task waiting for as long",
        .quantifier = SLEY_ALWAYS,
        .body = inline_freezes,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-to-thread-keeps-responsive",
        .claim = "loop-to-thread-keeps-responsive",
        .source = "000:38",
        .says = "a blocking call in to_thread does not delay the loop",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = thread_does_not,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-to-thread-keeps-responsive.pool-bounded",
        .claim = "loop-to-thread-keeps-responsive",
        .source = "000:344",
        .says = "n calls of one duration in a pool of w threads take ceil(n / w) durations",
        .quantifier = SLEY_ALWAYS,
        .body = many_calls,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-run-in-executor-awaitable",
        .claim = "loop-run-in-executor-awaitable",
        .source = "000:231",
        .says = "run_in_executor delivers the result, or the exception, to who awaits it",
        .quantifier = SLEY_ALWAYS,
        .body = outcome_is_delivered,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-run-in-executor-awaitable.cancelled",
        .claim = "loop-run-in-executor-awaitable",
        .source = "000:231",
        .says = "a cancelled call that has not begun never begins; one that runs goes on",
        .quantifier = SLEY_ALWAYS,
        .body = cancelled_calls,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-no-locks-needed",
        .claim = "coro-no-locks-needed",
        .source = "001:65",
        .says = "with asyncio no lock is needed: a coroutine and to_thread lose no update",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = unlocked_counter,
        .expect = {{"coroutine", SLEY_REFUTED, "an executor's thread runs beside the loop"}},
    },
    {
        .name = "coro-no-locks-needed.race",
        .claim = "coro-no-locks-needed",
        .source = "001:65",
        .says = "a coroutine and an executor's thread race for a common variable",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(RACE),
        .also = SLEY_BIT(ASSERTION),
        .body = unlocked_counter,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-no-locks-needed.locked",
        .claim = "coro-no-locks-needed",
        .source = "001:65",
        .says = "with a lock of threads around both no update is lost",
        .quantifier = SLEY_ALWAYS,
        .body = locked_counter,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-threadsafe.result",
        .claim = "contract",
        .source = "asyncio.to_thread",
        .says = "what a thread wrote before its return is there for who awaited it",
        .quantifier = SLEY_ALWAYS,
        .body = result_is_published,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-threadsafe.posted",
        .claim = "contract",
        .source = "asyncio.loop.call_soon_threadsafe",
        .says = "a callback that a thread posts runs between the steps of coroutines",
        .quantifier = SLEY_ALWAYS,
        .body = posted,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
