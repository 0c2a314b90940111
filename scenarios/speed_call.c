/* Calls of C code: with and without the interpreter lock, and through one memory (F06). */
#include "scenarios/tasks.h"

enum { TASKS_MAX = 16, BYTES = 1000000, PS_PER_BYTE = 100, BYTES_PER_US = 1000000 / PS_PER_BYTE };

static void *
call_bytes(void *unused)
{
    sley_call_bytes(BYTES, PS_PER_BYTE, 0, true);
    return unused;
}

static uint64_t
makespan_ns(int count, void *(*entry)(void *), uintptr_t argument)
{
    run_tasks(count, entry, argument);
    return sley_usage().makespan_ns;
}

static void
released_calls(void)
{
    int count = sley_draw(2, TASKS_MAX);
    uint64_t duration_us = (uint64_t)sley_draw(1, 10000);
    sley_machine_set(TASKS_MAX, "ideal");
    sley_check(makespan_ns(count, call_released, duration_us) == duration_us * 1000);
}

static void
held_calls(void)
{
    int count = sley_draw(2, TASKS_MAX);
    uint64_t duration_us = (uint64_t)sley_draw(1, 10000);
    sley_machine_set(TASKS_MAX, "ideal");
    sley_check(makespan_ns(count, call_held, duration_us) == (uint64_t)count * duration_us * 1000);
}

/* 1000 bytes at 1 ns each, after 10 us in the model's own code. */
static void *
call_small(void *unused)
{
    sley_call_bytes(1000, 1000, 10000, true);
    return unused;
}

static void
small_calls(void)
{
    int count = sley_draw(2, TASKS_MAX);
    sley_machine_set(TASKS_MAX, "ideal");
    sley_check(makespan_ns(count, call_small, 0) == (uint64_t)count * 10000 + 1000);
}

static void
bandwidth(void)
{
    uint64_t count = (uint64_t)sley_draw(1, TASKS_MAX);
    uint64_t limit = (uint64_t)sley_draw(1000, 40000);
    sley_machine_set(TASKS_MAX, "ideal");
    sley_machine_bandwidth((uint32_t)limit);
    uint64_t alone_ns = (uint64_t)BYTES * PS_PER_BYTE / 1000;
    uint64_t asked = count * BYTES_PER_US;
    uint64_t expected_ns = asked > limit ? (alone_ns * asked + limit - 1) / limit : alone_ns;
    sley_check(makespan_ns((int)count, call_bytes, 0) == expected_ns);
}

static const char on_the_loop[] = "on the loop's thread they come one after the other";

const struct sley_property sley_scenario_speed_call[] = {
    {
        .name = "call.released",
        .claim = "gil-cext-release-parallel",
        .source = "000:150",
        .says = "n calls of C code that releases the interpreter lock take as long as one, on as "
                "many cores",
        .quantifier = SLEY_ALWAYS,
        .body = released_calls,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, on_the_loop},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "call.held",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "n calls of C code that keeps the interpreter lock take the sum of their durations",
        .quantifier = SLEY_ALWAYS,
        .body = held_calls,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, "threads of C have no interpreter lock"},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, "threads of C have no interpreter lock"},
                   {"process", SLEY_REFUTED, "threads of C have no interpreter lock"}},
    },
    {
        .name = "call.overhead",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "of n short calls that release the interpreter lock, what is done before each adds "
                "up, and only the calls themselves overlap",
        .quantifier = SLEY_ALWAYS,
        .body = small_calls,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, "what is done before each overlaps, too"},
                   {"coroutine", SLEY_REFUTED, on_the_loop},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, "what is done before each overlaps, too"},
                   {"process", SLEY_REFUTED, "what is done before each overlaps, too"}},
    },
    {
        .name = "speed.bandwidth",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "n calls through one memory take as long as one, or as its bandwidth makes them",
        .quantifier = SLEY_ALWAYS,
        .body = bandwidth,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, on_the_loop},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
