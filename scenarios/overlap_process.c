/* What else than another process runs at the same instant (000:165, 000:294, 000:297). */
#include "scenarios/overlap.h"

#include <sley/loop.h>

static void
one_runs(void)
{
    sley_check(overlap(2, CORES_MAX, BYTECODES, WAIT, sley_spawn).usage.executing_max <= 1);
}

static struct sley_awaited
steps_in_a_thread(void *program)
{
    run_steps(program);
    return sley_result(0);
}

static void
one_runs_beside_the_loop(void)
{
    struct sley_async_future *calls[TASKS_MAX];
    uint32_t count = (uint32_t)sley_draw(2, TASKS_MAX);
    sley_machine_set((uint32_t)sley_draw(2, CORES_MAX), "ideal");
    for (uint32_t i = 0; i < count; i++) {
        void *program = (void *)draw_program(RELEASED, RELEASED);
        calls[i] = sley_loop_run_in_executor(NULL, steps_in_a_thread, program);
    }
    sley_await(sley_loop_gather(calls, count, false));
    sley_check(sley_usage().executing_max <= 1);
}

static void
one_process_computes_once(void)
{
    sley_check(overlap(2, CORES_MAX, BYTECODES, HELD, sley_spawn).usage.executing_max <= 1);
}

static void
interpreters_compute_once(void)
{
    struct overlap seen = overlap(2, CORES_MAX, BYTECODES, BYTECODES, sley_spawn_interpreter);
    sley_check(seen.usage.executing_max <= 1);
}

static void
parallel_needs_processes(spawner *spawn)
{
    struct sley_usage usage = overlap(2, CORES_MAX, BYTECODES, HELD, spawn).usage;
    sley_check(usage.executing_max <= 1 || usage.process_count >= 2);
}

static void
tasks_need_processes(void)
{
    parallel_needs_processes(sley_spawn);
}

static void
interpreters_need_processes(void)
{
    parallel_needs_processes(sley_spawn_interpreter);
}

static const char one_at_a_time[] = "one thread, one after the other";
static const char several_cores[] = "they execute on several cores";
static const char released[] = "calls of C code that release the lock overlap";
static const char own_lock[] = "each interpreter has a lock of its own";
static const char no_lock[] = "there is no lock";
static const char one_process[] = "the claim speaks of one process";

const struct sley_property sley_scenario_overlap_process[] = {
    {
        .name = "gil-only-one-thread-running",
        .claim = "gil-only-one-thread-running",
        .source = "000:297",
        .says = "at any instant at most one of 2 to 8 tasks is running, whatever it executes",
        .quantifier = SLEY_ALWAYS,
        .body = one_runs,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, several_cores},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, released),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_REFUTED, several_cores},
                   {"coroutine", SLEY_CONFIRMED, one_at_a_time}},
    },
    {
        .name = "gil-only-one-thread-running.executor",
        .claim = "gil-only-one-thread-running",
        .source = "000:297",
        .says = "at any instant at most one of 2 to 8 calls that the loop hands out is running",
        .when = "the loop hands C code that releases the lock to its executor",
        .quantifier = SLEY_ALWAYS,
        .body = one_runs_beside_the_loop,
        .timed = true,
        .runs = 100,
        .expect = {{"coroutine", SLEY_REFUTED, "the executor's threads run on several cores"}},
    },
    {
        .name = "gil-single-process-barrier",
        .claim = "gil-single-process-barrier",
        .source = "000:294",
        .says = "of 2 to 8 threads of one process no two compute at the same instant, be it in "
                "bytecodes or in C code",
        .quantifier = SLEY_ALWAYS,
        .body = one_process_computes_once,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, released),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_NOT_APPLICABLE, one_process},
                   {"coroutine", SLEY_NOT_APPLICABLE, "one thread has nothing to be barred from"}},
    },
    {
        .name = "gil-single-process-barrier.interpreters",
        .claim = "gil-single-process-barrier",
        .source = "000:294",
        .says = "of 2 to 8 threads of one process no two compute at the same instant, in bytecodes",
        .when = "each thread in an interpreter of its own",
        .quantifier = SLEY_ALWAYS,
        .body = interpreters_compute_once,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:per-interpreter", SLEY_REFUTED, own_lock}},
    },
    {
        .name = "gil-only-processes-bypass",
        .claim = "gil-only-processes-bypass",
        .source = "000:165",
        .says = "no two of 2 to 8 tasks compute at the same instant but in processes",
        .quantifier = SLEY_ALWAYS,
        .body = tasks_need_processes,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, released),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, "one thread has no lock to get round"}},
    },
    {
        .name = "gil-only-processes-bypass.interpreters",
        .claim = "gil-only-processes-bypass",
        .source = "003:12",
        .says = "no two of 2 to 8 tasks compute at the same instant but in processes",
        .when = "each thread in an interpreter of its own",
        .quantifier = SLEY_ALWAYS,
        .body = interpreters_need_processes,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:per-interpreter", SLEY_REFUTED, own_lock},
                   {"gil:free", SLEY_REFUTED, no_lock}},
    },
    {0},
};
