/* "The limit of threads is usually about 40" (000:113), and what that costs at high concurrency. In
 * strict virtual time: what waits overlaps exactly. */
#include "scenarios/object.h"

#include <sley/loop.h>

enum { REQUESTS_MIN = 32, REQUESTS_MAX = 44, CALLS_MAX = 60, DEFAULT_WORKERS_PAGE = 40 };

static struct sley_limiter limiter;
static struct sley_lock guard;
static uint32_t requests, latency_ms, inside, most;
static bool limited;

static void *
handle(void *unused)
{
    if (limited) {
        sley_limiter_acquire(&limiter);
    }
    sley_with (&guard) {
        sley_add(&inside, 1);
        most = sley_load(&inside) > most ? inside : most;
    }
    sley_sleep_ms(latency_ms);
    sley_with (&guard) {
        sley_add(&inside, -1u);
    }
    if (limited) {
        sley_limiter_release(&limiter);
    }
    return unused;
}

/* Virtual milliseconds that the requests take, all sent at once. tokens: 0: without a limit. */
static uint64_t
serve_all_ms(uint32_t tokens)
{
    uintptr_t tasks[REQUESTS_MAX];
    limited = tokens > 0;
    most = 0;
    if (limited) {
        sley_limiter_init(&limiter, tokens);
    }
    uint64_t begin_ns = sley_now_ns();
    for (uint32_t i = 0; i < requests; i++) {
        tasks[i] = sley_spawn(handle, 0);
    }
    for (uint32_t i = 0; i < requests; i++) {
        sley_join(tasks[i]);
    }
    return (sley_now_ns() - begin_ns) / 1000000;
}

static void
draw_load(int requests_min, int requests_max)
{
    sley_lock_init(&guard);
    requests = (uint32_t)sley_draw(requests_min, requests_max);
    latency_ms = (uint32_t)sley_draw(1, 30);
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint64_t
rounds_ms(uint32_t limit)
{
    return (uint64_t)((requests + limit - 1) / limit) * latency_ms;
}

/* --- how many at once --- */

static void
limit_of_anyio(void)
{
    draw_load(REQUESTS_MIN, REQUESTS_MAX);
    serve_all_ms(SLEY_LIMITER_DEFAULT);
    sley_check(most == smaller(requests, DEFAULT_WORKERS_PAGE));
}

static void
limit_of_own_choice(void)
{
    uint32_t tokens = (uint32_t)sley_draw(1, SLEY_LIMITER_MAX);
    draw_load(2, REQUESTS_MAX);
    serve_all_ms(tokens);
    sley_check(most == smaller(requests, DEFAULT_WORKERS_PAGE));
}

static struct sley_awaited
blocking_call(void *unused)
{
    sley_block_ms(latency_ms);
    return sley_result(unused);
}

/* to_thread and run_in_executor(None, ...): the default executor. */
static void
limit_of_to_thread(void)
{
    struct sley_async_future *futures[CALLS_MAX];
    draw_load(1, CALLS_MAX);
    for (uint32_t i = 0; i < requests; i++) {
        futures[i] = sley_loop_run_in_executor(NULL, blocking_call, NULL);
    }
    sley_await(sley_loop_gather(futures, requests, false));
    sley_check(sley_loop_time_ns() == rounds_ms(DEFAULT_WORKERS_PAGE) * 1000000);
    sley_loop_shutdown();
}

/* --- what it costs --- */

static void
throughput(void)
{
    uint32_t tokens = (uint32_t)sley_draw(1, 8);
    draw_load(1, 24);
    sley_check(serve_all_ms(tokens) == rounds_ms(tokens));
}

/* More requests than tokens: both ways to serve them, one after the other. */
static void
trade_off(void)
{
    uint32_t tokens = (uint32_t)sley_draw(1, 8);
    draw_load((int)tokens + 1, 24);
    uint64_t blocking_ms = serve_all_ms(tokens);
    uint64_t awaiting_ms = serve_all_ms(0);
    sley_check(blocking_ms == rounds_ms(tokens) && awaiting_ms == latency_ms);
    sley_check(blocking_ms > awaiting_ms);
}

static void
below_the_limit(void)
{
    uint32_t tokens = (uint32_t)sley_draw(1, 16);
    draw_load(1, (int)tokens);
    sley_check(serve_all_ms(tokens) == latency_ms);
}

static void
above_the_limit(void)
{
    uint32_t tokens = (uint32_t)sley_draw(1, 8);
    draw_load((int)tokens + 1, 24);
    sley_check(serve_all_ms(tokens) == latency_ms);
}

static const char forty[] = "total_tokens of AnyIO's default limiter: 40 (AnyIO 4, "
                            "anyio.to_thread.current_default_thread_limiter)";
static const char cores_and_four[] = "max_workers of ThreadPoolExecutor: min(32, cores + 4), "
                                     "6 with 2 cores (CPython 3.8 and later)";

#define LIMIT(property, of, text, entry)                                                           \
    .name = property, .claim = of, .source = "000:113", .says = text, .quantifier = SLEY_ALWAYS,   \
    .body = entry, .strict_time = true, .steps_max = 200000

const struct sley_property sley_scenario_pool_limit[] = {
    {
        LIMIT("pool-limit-about-40", "pool-limit-about-40",
              "of n blocking requests at once min(n, 40) run at a time", limit_of_anyio),
        .when = "FastAPI's handlers go through AnyIO's default limiter",
        .fact = forty,
        .runs = 15,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        LIMIT("pool-limit-about-40.own", "pool-limit-about-40",
              "of n blocking requests at once min(n, 40) run at a time", limit_of_own_choice),
        .when = "the limit is set by the program",
        .runs = 20,
        .expect = {SLEY_SHARING(SLEY_REFUTED, "the limit is what it was set to")},
    },
    {
        LIMIT("pool-limit-about-40.to-thread", "pool-limit-about-40",
              "n blocking requests of d at once take ceil(n / 40) times d", limit_of_to_thread),
        .when = "the handlers use asyncio.to_thread",
        .fact = cores_and_four,
        .runs = 40,
        .expect = {{"coroutine", SLEY_REFUTED, "the default executor has min(32, cores + 4)"}},
    },
    {
        LIMIT("pool-limit-about-40.throughput", "pool-limit-about-40",
              "n blocking requests of d through a limit of l take ceil(n / l) times d", throughput),
        .when = "the limit is set by the program, and what counts is throughput",
        .falsifier = "fault:limiter.off-by-one",
        .runs = 40,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        LIMIT("pool-fastapi-tradeoff", "pool-fastapi-tradeoff",
              "more blocking requests than the limit take ceil(n / limit) rounds, as many that "
              "await take one",
              trade_off),
        .falsifier = "fault:limiter.off-by-one",
        .runs = 40,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        LIMIT("pool-fastapi-tradeoff.below", "pool-fastapi-tradeoff",
              "up to the limit blocking requests take one round: the convenience is free",
              below_the_limit),
        .falsifier = "pool-fastapi-tradeoff.above",
        .runs = 40,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        LIMIT("pool-fastapi-tradeoff.above", "pool-fastapi-tradeoff",
              "above the limit blocking requests take one round", above_the_limit),
        .twin = true,
        .runs = 40,
        .expect = {SLEY_SHARING(SLEY_REFUTED, "who has no token waits for a round to end")},
    },
    {0},
};
