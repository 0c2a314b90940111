/* A library that blocks, called from a coroutine (000:33, 000:333-345), and one that awaits
 * (002:157-172). Functions have the names of the documents'. */
#include "scenarios/loop_beat.h"

enum { URLS = 5 };

static uint32_t duration_ms; /* of a request */

/* Runs one request beside the heartbeat. */
static void fetch_beside_beats(struct sley_awaited (*fetch)(void *))
{
    duration_ms = (uint32_t)sley_draw(2, 20);
    beat_during(fetch);
}

static bool
kept_waiting(void)
{
    return gap_ns >= (uint64_t)duration_ms * NS_PER_MS;
}

static bool
prompt(void)
{
    return gap_ns <= NS_PER_MS;
}

/* --- requests: it waits in a system call --- */

static struct sley_awaited
requests_get(void *unused)
{
    sley_block_ms(duration_ms);
    return sley_result(unused);
}

static struct sley_awaited
fetch_data_bad(void *unused)
{
    return requests_get(unused);
}

static struct sley_awaited
fetch_data_correctly(void *unused)
{
    return sley_loop_to_thread(requests_get, unused);
}

static void
bad_is_prompt(void)
{
    fetch_beside_beats(fetch_data_bad);
    sley_check(prompt());
}

static void
correct_is_prompt(void)
{
    fetch_beside_beats(fetch_data_correctly);
    sley_check(prompt());
}

static void
bad_keeps_waiting(void)
{
    fetch_beside_beats(fetch_data_bad);
    sley_check(kept_waiting());
}

static void
correct_keeps_waiting(void)
{
    fetch_beside_beats(fetch_data_correctly);
    sley_check(kept_waiting());
}

/* --- aiohttp: it awaits --- */

static struct sley_awaited
session_get(void *unused)
{
    (void)unused;
    return sley_await(sley_loop_io(duration_ms, duration_ms, 200));
}

static void
awaiting_keeps_waiting(void)
{
    fetch_beside_beats(session_get);
    sley_check(kept_waiting());
}

/* asyncio.gather of five downloads, as the document has it. */
static void download_all(struct sley_awaited (*async_io_bound_task)(void *))
{
    struct sley_async_future *tasks[URLS];
    duration_ms = (uint32_t)sley_draw(1, 20);
    for (int i = 0; i < URLS; i++) {
        tasks[i] = sley_loop_task(async_io_bound_task, NULL);
    }
    sley_await(sley_loop_gather(tasks, URLS, false));
    sley_check(sley_loop_time_ns() == (uint64_t)duration_ms * NS_PER_MS);
}

static void
download_asynchronously(void)
{
    download_all(session_get);
}

static void
download_with_requests(void)
{
    download_all(fetch_data_bad);
}

static void
download_in_threads(void)
{
    download_all(fetch_data_correctly);
}

#define LIBRARY(property, id, origin, text, entry, found, why)                                     \
    .name = property, .claim = id, .source = origin, .says = text, .quantifier = SLEY_ALWAYS,      \
    .body = entry, .expect = {{"coroutine", found, why}}

#define NEEDS "coro-needs-async-library"
#define KEPT "a request by a library that blocks keeps the loop waiting for as long as it takes"
#define IN_ONE_TIME "five downloads that are gathered take as long as one"

const struct sley_property sley_scenario_loop_library[] = {
    {
        LIBRARY("loop-to-thread-keeps-responsive.fetch-correctly",
                "loop-to-thread-keeps-responsive", "000:345",
                "while fetch_data_correctly waits in to_thread, the loop serves its timers in time",
                correct_is_prompt, SLEY_CONFIRMED, ""),
        .runs = 200,
        .when = "the call waits for the outside world",
        .falsifier = "loop-to-thread-keeps-responsive.fetch-bad",
    },
    {
        LIBRARY("loop-to-thread-keeps-responsive.fetch-bad", "loop-to-thread-keeps-responsive",
                "000:337", "while fetch_data_bad waits, the loop serves its timers in time",
                bad_is_prompt, SLEY_REFUTED, "requests.get blocks the loop's own thread"),
        .exhaustive = true,
        .twin = true,
    },
    {
        LIBRARY(NEEDS, NEEDS, "002:185", KEPT, bad_keeps_waiting, SLEY_CONFIRMED, ""),
        .exhaustive = true,
        .when = "the coroutine calls it",
        .falsifier = "coro-needs-async-library.to-thread",
    },
    {
        LIBRARY("coro-needs-async-library.to-thread", NEEDS, "000:38", KEPT, correct_keeps_waiting,
                SLEY_REFUTED, "a thread waits, not the loop"),
        .runs = 200,
        .when = "to_thread calls it",
    },
    {
        LIBRARY("coro-needs-async-library.aiohttp", NEEDS, "002:185",
                "a request by a library that awaits keeps the loop waiting as well",
                awaiting_keeps_waiting, SLEY_REFUTED, "it suspends its coroutine"),
        .exhaustive = true,
        .twin = true,
    },
    {
        LIBRARY("coro-gather-overlaps-waits.downloads", "coro-gather-overlaps-waits", "002:172",
                IN_ONE_TIME, download_asynchronously, SLEY_CONFIRMED, ""),
        .runs = 500,
        .falsifier = "coro-gather-overlaps-waits.requests",
    },
    {
        LIBRARY("coro-gather-overlaps-waits.requests", "coro-gather-overlaps-waits", "002:172",
                IN_ONE_TIME, download_with_requests, SLEY_REFUTED,
                "with requests in place of aiohttp they take five times as long"),
        .exhaustive = true,
        .twin = true,
    },
    {
        LIBRARY("coro-gather-overlaps-waits.threads", "coro-gather-overlaps-waits", "000:344",
                IN_ONE_TIME, download_in_threads, SLEY_CONFIRMED, ""),
        .runs = 200,
        .falsifier = "coro-gather-overlaps-waits.requests",
    },
    {0},
};
