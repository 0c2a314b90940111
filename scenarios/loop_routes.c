/* A web framework's routes (000:113): those written `def` run in a thread pool, those written
 * `async def` on the loop. */
#include "scenarios/loop_beat.h"

enum { REQUESTS_MAX = 4, POOL_THREADS = 2 };

/* A request, and the route that it meets. */
struct route {
    bool is_async;
    uint32_t duration_ms;
    bool served;
};

static struct route routes[REQUESTS_MAX];
static struct sley_loop_executor thread_pool;
static bool async_blocks; /* what stands in an async def blocks all the same */

/* def route(): ... */
static struct sley_awaited
def_route(void *argument)
{
    struct route *route = argument;
    sley_block_ms(route->duration_ms);
    route->served = true;
    return sley_result(0);
}

/* async def route(): ... */
static struct sley_awaited
async_def_route(void *argument)
{
    struct route *route = argument;
    if (async_blocks) {
        sley_block_ms(route->duration_ms);
    } else {
        sley_loop_sleep_ms(route->duration_ms);
    }
    route->served = true;
    return sley_result(0);
}

/* What the framework does with a request: run_in_threadpool, or await. */
static struct sley_awaited
serve(void *argument)
{
    const struct route *route = argument;
    if (route->is_async) {
        return async_def_route(argument);
    }
    return sley_await(sley_loop_run_in_executor(&thread_pool, def_route, argument));
}

static void
serve_all(void)
{
    struct sley_async_future *requests[REQUESTS_MAX];
    uint32_t count = (uint32_t)sley_draw(1, REQUESTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        routes[i].is_async = sley_draw(0, 1);
        routes[i].duration_ms = (uint32_t)sley_draw(2, 6);
    }
    sley_loop_executor_init(&thread_pool, POOL_THREADS);
    struct sley_async_future *beats = sley_loop_task(heartbeat, NULL);
    sley_loop_sleep_ms(1);
    for (uint32_t i = 0; i < count; i++) {
        requests[i] = sley_loop_task(serve, &routes[i]);
    }
    sley_await(sley_loop_gather(requests, count, false));
    for (uint32_t i = 0; i < count; i++) {
        sley_check(routes[i].served);
    }
    done = true;
    sley_await(beats);
    sley_check(gap_ns <= NS_PER_MS);
}

static void
awaiting_routes(void)
{
    serve_all();
}

static void
blocking_routes(void)
{
    async_blocks = true;
    serve_all();
}

const struct sley_property sley_scenario_loop_routes[] = {
    {
        .name = "pool-fastapi-def-offload",
        .claim = "pool-fastapi-def-offload",
        .source = "000:113",
        .says = "with def routes in a thread pool the loop serves its timers in time, however many "
                "of them block",
        .falsifier = "pool-fastapi-def-offload.blocking-async",
        .quantifier = SLEY_ALWAYS,
        .body = awaiting_routes,
        .runs = 500,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "the claim speaks of an event loop"},
                   {"process", SLEY_NOT_APPLICABLE, "the claim speaks of an event loop"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "pool-fastapi-def-offload.blocking-async",
        .claim = "pool-fastapi-def-offload",
        .source = "000:113",
        .says = "the same holds if async def routes block",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = blocking_routes,
        .runs = 500,
        .expect = {{"coroutine", SLEY_REFUTED, "async def routes run on the loop itself"}},
    },
    {0},
};
