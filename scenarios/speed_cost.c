/* What creating, switching and handing over costs by a profile, and when it pays. */
#include "scenarios/tasks.h"

enum { TASKS_MAX = 64 };

static void *
wait_for_it(void *duration_us)
{
    sley_io_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

static uint64_t
run_tasks_us(int count, void *(*entry)(void *), uintptr_t argument)
{
    uint64_t start_ns = sley_now_ns();
    run_tasks(count, entry, argument);
    return (sley_now_ns() - start_ns) / 1000;
}

static uint64_t
in_a_row_us(int count, uint32_t duration_us)
{
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        sley_compute_us(duration_us);
    }
    return (sley_now_ns() - start_ns) / 1000;
}

static void
tiny_tasks(void)
{
    int count = sley_draw(2, 16);
    sley_machine_set(16, "c");
    uint64_t row_us = in_a_row_us(count, 1);
    sley_check(run_tasks_us(count, compute, 1) > row_us);
}

static void
long_tasks(void)
{
    sley_machine_set(4, "c");
    uint64_t row_us = in_a_row_us(4, 1000);
    sley_check(run_tasks_us(4, compute, 1000) < row_us);
}

static void
long_tasks_python(void)
{
    sley_machine_set(4, "cpython");
    uint64_t row_us = in_a_row_us(4, 10000);
    sley_check(run_tasks_us(4, compute, 10000) < row_us);
}

static void
light_waits_python(void)
{
    sley_machine_set(4, "cpython");
    sley_check(run_tasks_us(TASKS_MAX, wait_for_it, 10000) >= 20000);
}

/* slices * 4096 + microseconds of each. All begin together, long after the last was created. */
static void *
compute_in_slices(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_io_us(100000);
    for (uintptr_t i = 0; i < value / 4096; i++) {
        sley_compute_us((uint32_t)(value % 4096));
        sley_pause();
    }
    return NULL;
}

static void
switches(void)
{
    uintptr_t slices = (uintptr_t)sley_draw(2, 20);
    sley_machine_set(1, "c");
    run_tasks_us(2, compute_in_slices, 4096 + slices * 50);
    struct sley_usage long_slices = sley_usage();
    sley_machine_set(1, "c");
    run_tasks_us(2, compute_in_slices, slices * 4096 + 50);
    struct sley_usage short_slices = sley_usage();
    sley_check(short_slices.switch_count > long_slices.switch_count);
    sley_check(short_slices.makespan_ns > long_slices.makespan_ns);
}

static void
memory(void)
{
    int count = sley_draw(1, TASKS_MAX);
    sley_machine_set(4, "cpython");
    run_tasks_us(count, wait_for_it, 10);
    sley_check(sley_usage().memory_bytes <= (uint64_t)count * 2048);
}

static void *
receive(void *bytes)
{
    sley_deserialise_bytes((uint32_t)(uintptr_t)bytes);
    return NULL;
}

static void
hand_over(void)
{
    uint32_t bytes = (uint32_t)sley_draw(1, 64) * 1024 * 1024;
    sley_machine_set(4, "cpython");
    uint64_t nothing_us = run_tasks_us(1, receive, 0);
    uint64_t start_ns = sley_now_ns();
    sley_serialise_bytes(bytes);
    sley_check(sley_now_ns() == start_ns);
    sley_check(run_tasks_us(1, receive, bytes) == nothing_us);
}

static const char no_gain[] = "one loop computes on one core";
static const char created[] = "created in 98 us or less";

const struct sley_property sley_scenario_speed_cost[] = {
    {
        .name = "speed.creation-cost",
        .claim = "io-process-per-light-task-wasteful",
        .source = "003:55",
        .says = "1 us tasks of the C profile are done sooner in a row than by a task of the model "
                "each, on 16 cores",
        .when = "tasks of 1 us (C)",
        .quantifier = SLEY_ALWAYS,
        .body = tiny_tasks,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.creation-cost.pays",
        .claim = "proc-parallel-scale",
        .source = "001:40",
        .says = "four 1 ms tasks of the C profile are done sooner by a task of the model each, on "
                "4 cores",
        .when = "tasks of 1 ms (C)",
        .quantifier = SLEY_ALWAYS,
        .body = long_tasks,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_gain},
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "select.a-task-for-cpu",
        .claim = "select-processes-for-cpu",
        .source = "000:171",
        .says = "four 10 ms tasks of the CPython profile are done sooner by a task of the model "
                "each, on 4 cores",
        .when = "tasks of 10 ms, created for the purpose",
        .quantifier = SLEY_ALWAYS,
        .body = long_tasks_python,
        .timed = true,
        .runs = 50,
        .expect = {{"coroutine", SLEY_REFUTED, no_gain},
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_REFUTED, "each takes longer to create than its work"}},
    },
    {
        .name = "select.a-task-for-a-wait",
        .claim = "io-process-per-light-task-wasteful",
        .source = "003:54",
        .says = "64 waits of 10 ms, each in a task of its own of the CPython profile, take twice "
                "as long as one of them, or longer",
        .when = "64 waits of 10 ms",
        .quantifier = SLEY_ALWAYS,
        .body = light_waits_python,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_REFUTED, created},
                   {"coroutine", SLEY_REFUTED, created},
                   {"gil:py2", SLEY_REFUTED, created},
                   {"gil:py32", SLEY_REFUTED, created},
                   {"gil:py310", SLEY_REFUTED, created},
                   {"gil:per-interpreter", SLEY_REFUTED, created},
                   {"gil:free", SLEY_REFUTED, created},
                   {"process", SLEY_CONFIRMED, "2.7 ms each to create"}},
    },
    {
        .name = "speed.switch-cost",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "two tasks that take turns on one core take longer the more often they do, by the "
                "C profile",
        .quantifier = SLEY_ALWAYS,
        .body = switches,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_REFUTED, "nobody asks for the lock in so short a time"},
                   {"gil:py32", SLEY_REFUTED, "nobody asks for the lock in so short a time"},
                   {"gil:py310", SLEY_REFUTED, "nobody asks for the lock in so short a time"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "nobody asks for the lock in so short a time"},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.memory-of-a-task",
        .claim = "cost-resource-ordering",
        .source = "001:85",
        .says = "an idle task of the CPython profile holds at most 2 KiB",
        .twin = true, /* a limit of one figure; the order is unit_cost.c's */
        .quantifier = SLEY_ALWAYS,
        .body = memory,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_REFUTED, "13.6 KiB each"},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_REFUTED, "13.6 KiB each"},
                   {"gil:py32", SLEY_REFUTED, "13.6 KiB each"},
                   {"gil:py310", SLEY_REFUTED, "13.6 KiB each"},
                   {"gil:per-interpreter", SLEY_REFUTED, "13.6 KiB each"},
                   {"gil:free", SLEY_REFUTED, "13.6 KiB each"},
                   {"process", SLEY_REFUTED, "13.6 KiB each"}},
    },
    {
        .name = "speed.hand-over-is-free",
        .claim = "coro-communication-cost",
        .source = "001:85",
        .says = "data handed to another task cost nothing, whatever their size",
        .when = "by reference, if memory is shared",
        .quantifier = SLEY_ALWAYS,
        .body = hand_over,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_REFUTED, "what goes to another process is serialised"}},
    },
    {0},
};
