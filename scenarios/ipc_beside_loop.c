/* C code in threads beside an event loop: parallel, and nothing is serialised (F13). */
#include <sley/loop.h>
#include <sley/sley.h>

enum { WORKERS_MAX = 4 };

static struct sley_awaited
call_c(void *duration_us)
{
    sley_call_us((uint32_t)(uintptr_t)duration_us, true);
    return sley_result(0);
}

/* The loop hands references to its threads. */
static void
calls_beside_the_loop(void)
{
    struct sley_async_future *calls[WORKERS_MAX];
    int count = sley_draw(2, WORKERS_MAX);
    uintptr_t call_us = (uintptr_t)sley_draw(1000, 100000);
    sley_machine_set((uint32_t)count + 1, "cpython");
    for (int i = 0; i < count; i++) {
        calls[i] = sley_loop_run_in_executor(NULL, call_c, (void *)call_us);
    }
    for (int i = 0; i < count; i++) {
        sley_check(sley_await(calls[i]).kind == SLEY_RESULT);
    }
    struct sley_usage usage = sley_usage();
    sley_check(usage.makespan_ns < (uint64_t)count * call_us * 1000);
    sley_check(usage.serialised_bytes == 0 && usage.copied_bytes == 0);
}

static void
calls_on_the_loop(void)
{
    struct sley_async_future *calls[WORKERS_MAX];
    int count = sley_draw(2, WORKERS_MAX);
    uintptr_t call_us = (uintptr_t)sley_draw(1000, 100000);
    sley_machine_set((uint32_t)count + 1, "cpython");
    for (int i = 0; i < count; i++) {
        calls[i] = sley_loop_task(call_c, (void *)call_us);
    }
    for (int i = 0; i < count; i++) {
        sley_check(sley_await(calls[i]).kind == SLEY_RESULT);
    }
    sley_check(sley_usage().makespan_ns < (uint64_t)count * call_us * 1000);
}

const struct sley_property sley_scenario_ipc_beside_loop[] = {
    {
        .name = "mem-threads-avoid-serialisation.to-thread",
        .claim = "mem-threads-avoid-serialisation",
        .source = "003:128",
        .says = "C code in threads beside the loop is done sooner than in a row, and nothing is "
                "serialised",
        .when = "through an executor of threads",
        .quantifier = SLEY_ALWAYS,
        .falsifier = "mem-threads-avoid-serialisation.on-the-loop",
        .body = calls_beside_the_loop,
        .timed = true,
        .runs = 50,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "mem-threads-avoid-serialisation.on-the-loop",
        .claim = "mem-threads-avoid-serialisation",
        .source = "003:128",
        .says = "C code in tasks of the loop is done sooner than in a row",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = calls_on_the_loop,
        .timed = true,
        .runs = 50,
        .expect = {{"coroutine", SLEY_REFUTED, "a call keeps the loop's turn"}},
    },
    {0},
};
