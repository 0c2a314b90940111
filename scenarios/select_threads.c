/* What the documents advise for work that waits: threads for I/O alone, coroutines before threads,
 * threads where calls block or the tasks are few. */
#include "scenarios/workload.h"

/* Waits of w, or computing alone: threads gain on the one, and nothing on the other. */
static void
gains_on_waits_alone(bool released)
{
    bool waits = sley_draw(0, 1);
    uint32_t span_us = (uint32_t)sley_draw(20, 100) * 1000;
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(4, 8),
        .cores = (uint32_t)sley_draw(4, 8),
        .wait_us = waits ? span_us : 0,
        .compute_us = waits ? span_us / 20 : span_us,
        .blocking = true,
        .released = released,
    };
    uint64_t row_us = sley_workload_estimate_us(&work, SLEY_IN_A_ROW);
    uint64_t took_us = sley_workload_run_us(&work);
    sley_check(waits ? took_us * 2 <= row_us : took_us >= row_us);
}

static void
only_for_io(void)
{
    gains_on_waits_alone(false);
}

static void
only_for_io_released(void)
{
    gains_on_waits_alone(true);
}

/* --- coroutines before threads --- */

static struct sley_workload
drawn_requests(int count_max, uint32_t share)
{
    uint32_t wait_us = (uint32_t)sley_draw(20, 200) * 1000;
    return (struct sley_workload){
        .count = (uint32_t)sley_draw(2, count_max),
        .cores = (uint32_t)sley_draw(2, 8),
        .wait_us = wait_us,
        .compute_us = share ? wait_us / share : wait_us,
    };
}

/* As soon as in the best way, and with less memory than threads hold (13.6 KiB each). */
static void
check_first_choice(const struct sley_workload *work)
{
    sley_workload_check_regret(work);
    sley_check(sley_usage().memory_bytes < (uint64_t)work->count * 13 * 1024);
}

static void
light_handlers(void)
{
    struct sley_workload work = drawn_requests(32, 1000);
    check_first_choice(&work);
}

static void
computing_handlers(void)
{
    struct sley_workload work = drawn_requests(8, 0);
    check_first_choice(&work);
}

/* The exception that the sentence makes. */
static void
without_async_library(void)
{
    struct sley_workload work = drawn_requests(8, 1000);
    work.blocking = true;
    uint64_t threads_us = sley_workload_estimate_us(&work, SLEY_THREADS);
    sley_check(sley_workload_run_us(&work) * 2 > threads_us * 3);
}

/* --- threads where calls block, or tasks are few --- */

/* As soon as in the best way, and with less memory than processes hold (3 MiB each). */
static void
check_threads(const struct sley_workload *work)
{
    sley_workload_check_regret(work);
    sley_check(sley_usage().memory_bytes < (uint64_t)work->count * 1024 * 1024);
}

static void
blocking_calls(void)
{
    struct sley_workload work = drawn_requests(32, 1000);
    work.blocking = true;
    check_threads(&work);
}

static void
few_requests(void)
{
    struct sley_workload work = drawn_requests(8, 1000);
    check_threads(&work);
}

static const char no_lock[] = "without a lock computing gains as well";
static const char of_threads[] = "the advice is about threads";
static const char blocks[] = "a call that blocks keeps the loop";
static const char dear[] = "3 MiB each, and 2.7 ms to create";

const struct sley_property sley_scenario_select_threads[] = {
    {
        .name = "select-threads-for-io-not-cpu",
        .claim = "select-threads-for-io-not-cpu",
        .source = "000:15",
        .says = "tasks take half the time of a row at most if they wait, and no less than the row "
                "if they compute",
        .when = "they compute in bytecode",
        .quantifier = SLEY_ALWAYS,
        .body = only_for_io,
        .timed = true,
        .runs = 200,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"thread", SLEY_REFUTED, no_lock},
                   {"process", SLEY_NOT_APPLICABLE, of_threads},
                   {"coroutine", SLEY_NOT_APPLICABLE, of_threads}},
    },
    {
        .name = "select-threads-for-io-not-cpu.released",
        .claim = "select-threads-for-io-not-cpu",
        .source = "000:15",
        .says = "tasks take half the time of a row at most if they wait, and no less than the row "
                "if they compute",
        .when = "they compute in C code that releases the lock",
        .quantifier = SLEY_ALWAYS,
        .body = only_for_io_released,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:py32", SLEY_REFUTED, "such code is parallel"},
                   {"gil:py310", SLEY_REFUTED, "such code is parallel"},
                   {"gil:per-interpreter", SLEY_REFUTED, "such code is parallel"}},
    },
    {
        .name = "select-coroutines-first",
        .claim = "select-coroutines-first",
        .source = "000:43",
        .says =
            "requests in tasks of the model take at most a quarter longer than in the best way, "
            "and less memory than threads",
        .when = "2 to 32 requests that can be awaited, which compute for a thousandth of their "
                "wait",
        .quantifier = SLEY_ALWAYS,
        .body = light_handlers,
        .timed = true,
        .runs = 200,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, "13.6 KiB each"},
                   {"process", SLEY_REFUTED, dear}},
    },
    {
        .name = "select-coroutines-first.computing",
        .claim = "select-coroutines-first",
        .source = "000:43",
        .says =
            "requests in tasks of the model take at most a quarter longer than in the best way, "
            "and less memory than threads",
        .when = "they compute as long as they wait",
        .quantifier = SLEY_ALWAYS,
        .body = computing_handlers,
        .timed = true,
        .runs = 100,
        .expect = {{"coroutine", SLEY_REFUTED, "one loop computes on one core"}},
    },
    {
        .name = "select-coroutines-first.exception",
        .claim = "select-coroutines-first",
        .source = "000:43",
        .says = "requests on the loop take half as long again as in threads, or more, if there is "
                "no library that awaits them",
        .when = "the calls block",
        .quantifier = SLEY_ALWAYS,
        .body = without_async_library,
        .timed = true,
        .runs = 100,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, "threads are what it is held against"}},
    },
    {
        .name = "select-threads-for-low-concurrency-or-blocking",
        .claim = "select-threads-for-low-concurrency-or-blocking",
        .source = "001:98",
        .says = "requests in tasks of the model take at most a quarter longer than in the best "
                "way, and a third of the memory of processes",
        .when = "2 to 32 calls that block",
        .quantifier = SLEY_ALWAYS,
        .body = blocking_calls,
        .timed = true,
        .runs = 200,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_REFUTED, dear},
                   {"coroutine", SLEY_REFUTED, blocks}},
    },
    {
        .name = "select-threads-for-low-concurrency-or-blocking.few",
        .claim = "select-threads-for-low-concurrency-or-blocking",
        .source = "002:200",
        .says = "requests in tasks of the model take at most a quarter longer than in the best "
                "way, and a third of the memory of processes",
        .when = "2 to 8 requests of 20 ms and more, which could be awaited",
        .quantifier = SLEY_ALWAYS,
        .body = few_requests,
        .timed = true,
        .runs = 200,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"process", SLEY_REFUTED, dear}},
    },
    {0},
};
