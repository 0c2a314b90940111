/* A server with a task for each connection, by the CPython profile (F17). A run has a few busy
 * connections; how many are open beside them is a number, of which the profile says what it costs a
 * request. A comparison runs one side and takes the other's figures from the profile. */
#include <sley/sley.h>

enum { CONNECTIONS_MAX = 200, REQUESTS = 3, START_US = 1000000 };

/* The first think of 1 us, and the start, rounded to whole us. */
enum { SLACK_NS = 2000 };

static struct server {
    uint32_t open;     /* connections */
    uint32_t think_us; /* between an answer and the next request */
} server;

/* All begin together, long after the last was created. */
static void *
connection(void *unused)
{
    sley_io_us((uint32_t)(START_US - sley_now_us()));
    for (int i = 0; i < REQUESTS; i++) {
        sley_io_us(server.think_us);
        sley_serve_request(server.open);
    }
    return unused;
}

/* ns that so many busy connections take for their requests. */
static uint64_t
serve_ns(int busy, uint32_t open, uint32_t think_us)
{
    uintptr_t tasks[CONNECTIONS_MAX];
    sley_machine_set(2, "cpython");
    server = (struct server){open, think_us};
    for (int i = 0; i < busy; i++) {
        tasks[i] = sley_spawn(connection, NULL);
    }
    for (int i = 0; i < busy; i++) {
        sley_join(tasks[i]);
    }
    return sley_now_ns() - (uint64_t)START_US * 1000;
}

static uint64_t
thread_request_ns(uint32_t open)
{
    return sley_figure("request.thread") + open * sley_figure("request.connection") +
           sley_figure("switch.thread");
}

static uint64_t
loop_request_ns(void)
{
    return sley_figure("request.coroutine") + sley_figure("switch.coroutine");
}

/* What a server cannot be faster than: its own work, or the longest row of waits. */
static uint64_t
at_least_ns(int busy, uint64_t request_ns, uint32_t think_us)
{
    uint64_t work_ns = (uint64_t)busy * REQUESTS * request_ns;
    uint64_t waits_ns = (uint64_t)REQUESTS * think_us * 1000;
    return work_ns > waits_ns ? work_ns : waits_ns;
}

/* Twice as many requests in a time: whichever side runs here, the other has its best case. */
static void
loop_far_exceeds(int busy, uint32_t open, uint32_t think_us)
{
    uint64_t took_ns = serve_ns(busy, open, think_us);
    if (sley_usage().coroutine_count) {
        sley_check(2 * took_ns <= at_least_ns(busy, thread_request_ns(open), think_us) + SLACK_NS);
    } else {
        sley_check(2 * at_least_ns(busy, loop_request_ns(), think_us) <= took_ns);
    }
}

static void
hundreds(void)
{
    loop_far_exceeds(sley_draw(2, 16), (uint32_t)sley_draw(100, 400), 1);
}

static void
thousands(void)
{
    loop_far_exceeds(sley_draw(2, 16), (uint32_t)sley_draw(3000, 5000), 1);
}

static void
thinking(void)
{
    int busy = sley_draw(100, CONNECTIONS_MAX);
    loop_far_exceeds(busy, (uint32_t)busy, 20000);
}

/* --- what to choose for thousands --- */

static uint64_t
least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void
best_for_thousands(void)
{
    uint64_t busy = (uint64_t)sley_draw(2, 16);
    uint32_t open = (uint32_t)sley_draw(2000, 5000);
    uint64_t took_ns = serve_ns((int)busy, open, 1);
    uint64_t request_ns = least(loop_request_ns(), thread_request_ns(open));
    uint64_t memory = least(sley_figure("memory.coroutine"), sley_figure("memory.thread"));
    sley_check(took_ns <= at_least_ns((int)busy, request_ns, 1) + SLACK_NS);
    sley_check(sley_usage().memory_bytes <= busy * memory);
}

static void
request_cheaper(void)
{
    int busy = sley_draw(2, 16);
    uint32_t open = (uint32_t)sley_draw(10, 100);
    uint64_t took_ns = serve_ns(busy, open, 1);
    sley_check(took_ns < at_least_ns(busy, thread_request_ns(open), 1));
}

static const char few_are_cheap[] = "14 us and 34 ns for each open connection, against 30 us";
static const char waits[] = "both wait most of the time";
static const char no_lock_figure[] = "the requests were measured under an interpreter lock";
static const char not_the_claim[] = "the claim speaks of the loop";
static const char no_figure[] = "no server of processes was measured";
static const char each_dearer[] = "13.6 KiB each, and 34 ns a request for each open connection";

#define EXPECT_LOCKED(finding, reason)                                                             \
    {"gil:py2", finding, reason}, {"gil:py32", finding, reason}, {"gil:py310", finding, reason},   \
    {                                                                                              \
        "gil:per-interpreter", finding, reason                                                     \
    }

#define EXPECT_LOOP(finding, reason)                                                               \
    SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, not_the_claim),                                           \
        {"process", SLEY_NOT_APPLICABLE, not_the_claim},                                           \
    {                                                                                              \
        "coroutine", finding, reason                                                               \
    }

#define EXPECT_BOTH(finding, reason)                                                               \
    EXPECT_LOCKED(finding, reason), {"gil:free", SLEY_NOT_APPLICABLE, no_lock_figure},             \
        {"process", SLEY_NOT_APPLICABLE, no_figure},                                               \
    {                                                                                              \
        "coroutine", finding, reason                                                               \
    }

const struct sley_property sley_scenario_connections[] = {
    {
        .name = "io-asyncio-far-exceeds-threads",
        .claim = "io-asyncio-far-exceeds-threads",
        .source = "001:64",
        .says = "an event loop answers at least twice as many requests as a thread for each "
                "connection",
        .when = "100 to 400 busy connections",
        .quantifier = SLEY_ALWAYS,
        .body = hundreds,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_BOTH(SLEY_REFUTED, few_are_cheap)},
    },
    {
        .name = "io-asyncio-far-exceeds-threads.thousands",
        .claim = "io-asyncio-far-exceeds-threads",
        .source = "001:64",
        .says = "an event loop answers at least twice as many requests as a thread for each "
                "connection",
        .when = "3,000 to 5,000 busy connections",
        .quantifier = SLEY_ALWAYS,
        .body = thousands,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_BOTH(SLEY_CONFIRMED, "")},
    },
    {
        .name = "io-asyncio-far-exceeds-threads.latency",
        .claim = "io-asyncio-far-exceeds-threads",
        .source = "002:201",
        .says = "an event loop answers at least twice as many requests as a thread for each "
                "connection",
        .when = "each of 100 to 200 connections thinks for 20 ms before a request",
        .quantifier = SLEY_ALWAYS,
        .body = thinking,
        .timed = true,
        .runs = 10,
        .expect = {EXPECT_BOTH(SLEY_REFUTED, waits)},
    },
    {
        .name = "select-asyncio-for-many-connections",
        .claim = "select-asyncio-for-many-connections",
        .source = "001:97",
        .says = "with 2,000 to 5,000 connections a task of this model for each answers as many "
                "requests, and holds as little memory, as any other kind of task",
        .quantifier = SLEY_ALWAYS,
        .body = best_for_thousands,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_LOCKED(SLEY_REFUTED, each_dearer),
                   {"gil:free", SLEY_NOT_APPLICABLE, no_lock_figure},
                   {"process", SLEY_REFUTED, "3 MiB each"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "cost-asyncio-no-thread-overhead.request",
        .claim = "cost-asyncio-no-thread-overhead",
        .source = "001:61",
        .says = "a request to an event loop costs less than one to a thread for its connection",
        .when = "per request, with 10 to 100 connections",
        .quantifier = SLEY_ALWAYS,
        .body = request_cheaper,
        .timed = true,
        .runs = 20,
        .expect = {EXPECT_LOOP(SLEY_REFUTED, few_are_cheap)},
    },
    {0},
};
