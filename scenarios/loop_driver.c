/* A database's driver that knows no event loop (000:43): psycopg2 waits in poll, or in a function
 * that it is given. Only a coroutine with a stack of its own can suspend in there. */
#include "scenarios/loop_beat.h"

#include <sley/stackless.h>

static uint32_t duration_ms; /* of a query */

static bool
kept_waiting(void)
{
    return gap_ns >= (uint64_t)duration_ms * NS_PER_MS;
}

static void (*wait_callback)(void); /* psycopg2.extensions.set_wait_callback */

static struct sley_awaited
execute(void *unused)
{
    if (wait_callback) {
        wait_callback();
    } else {
        sley_block_ms(duration_ms);
    }
    return sley_result(unused);
}

/* What gevent or an event loop can put there: to wait without blocking the thread. */
static void
wait_by_suspending(void)
{
    sley_loop_sleep_ms(duration_ms);
}

static void
query_keeps_waiting(void)
{
    duration_ms = (uint32_t)sley_draw(2, 20);
    beat_during(execute);
    sley_check(kept_waiting());
}

static void
cooperative_query_keeps_waiting(void)
{
    wait_callback = wait_by_suspending;
    query_keeps_waiting();
}

static struct sley_co query;

static enum sley_co_step
query_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    SLEY_CO_RETURN(co, execute(NULL));
    SLEY_CO_END(co);
}

static void
query_without_stack(void)
{
    duration_ms = (uint32_t)sley_draw(1, 20);
    sley_co_init(&query, query_step);
    sley_co_run(&query);
}

static void
cooperative_query_without_stack(void)
{
    wait_callback = wait_by_suspending;
    query_without_stack();
}

#define ECO "eco-requests-psycopg2-no-async"

#define QUERY(property, text, entry, found, why)                                                   \
    .name = property, .claim = ECO, .source = "000:43", .says = text, .quantifier = SLEY_ALWAYS,   \
    .body = entry, .exhaustive = true, .expect = {{"coroutine", found, why}}

const struct sley_property sley_scenario_loop_driver[] = {
    {
        QUERY(ECO, "a query keeps the loop waiting for as long as it takes", query_keeps_waiting,
              SLEY_CONFIRMED, ""),
        .when = "psycopg2 and requests as they come",
        .falsifier = "eco-requests-psycopg2-no-async.wait-callback",
    },
    {
        QUERY("eco-requests-psycopg2-no-async.wait-callback",
              "a query keeps the loop waiting for as long as it takes",
              cooperative_query_keeps_waiting, SLEY_REFUTED, "its wait suspends the coroutine"),
        .when = "psycopg2 with a wait callback, and coroutines with stacks, as gevent's",
    },
    {
        .name = "eco-requests-psycopg2-no-async.asyncio",
        .claim = ECO,
        .source = "000:43",
        .says = "a wait callback cannot suspend the coroutine that runs the query",
        .when = "psycopg2 with a wait callback, and coroutines without stacks, as asyncio's",
        .falsifier = "eco-requests-psycopg2-no-async.blocking",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(MISUSE),
        .body = cooperative_query_without_stack,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "eco-requests-psycopg2-no-async.blocking",
        .claim = ECO,
        .source = "000:43",
        .says = "a query that blocks cannot be made by a coroutine without a stack",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(MISUSE),
        .body = query_without_stack,
        .exhaustive = true,
        .alone = true,
        .twin = true,
        .expect = {{"coroutine:stackless", SLEY_REFUTED, "it can: it blocks the loop"}},
    },
    {0},
};
