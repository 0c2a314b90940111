/* "CPU-bound work goes to processes": where that is right, and what is the smallest workload for
 * which it is not. Right means: no other way would be done in four fifths of the time. */
#include "scenarios/workload.h"

#include <sley/gil.h>

static void
long_tasks(void)
{
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(2, 8),
        .cores = (uint32_t)sley_draw(2, 8),
        .compute_us = (uint32_t)sley_draw(20, 200) * 1000,
        .kib = (uint32_t)sley_draw(0, 16),
    };
    sley_workload_check_regret(&work);
}

static void
short_tasks(void)
{
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(1, 8),
        .cores = (uint32_t)sley_draw(2, 8),
        .compute_us = (uint32_t)sley_draw(1, 1000),
    };
    sley_workload_check_regret(&work);
}

/* A MiB takes 75 ms to write and to read. */
static void
large_data(void)
{
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(1, 4),
        .cores = (uint32_t)sley_draw(2, 8),
        .compute_us = (uint32_t)sley_draw(1, 10) * 1000,
        .kib = (uint32_t)sley_draw(1, 16) * 1024,
    };
    sley_workload_check_regret(&work);
}

static void
released_calls(void)
{
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(2, 8),
        .cores = 8,
        .compute_us = (uint32_t)sley_draw(1, 12) * 1000,
        .released = true,
    };
    sley_workload_check_regret(&work);
}

static void
one_core(void)
{
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(1, 8),
        .cores = 1,
        .compute_us = (uint32_t)sley_draw(1, 10) * 1000,
    };
    sley_workload_check_regret(&work);
}

/* --- work on Python's own objects --- */

static struct sley_workload
drawn_traversals(uint32_t kib)
{
    return (struct sley_workload){
        .count = (uint32_t)sley_draw(2, 8),
        .cores = 8,
        .compute_us = (uint32_t)sley_draw(20, 100) * 1000,
        .kib = kib,
    };
}

static void
no_help(void)
{
    struct sley_workload work = drawn_traversals(0);
    uint64_t row_us = sley_workload_estimate_us(&work, SLEY_IN_A_ROW);
    sley_check(sley_workload_run_us(&work) >= row_us);
}

static void
helps(uint32_t kib)
{
    struct sley_workload work = drawn_traversals(kib);
    uint64_t row_us = sley_workload_estimate_us(&work, SLEY_IN_A_ROW);
    sley_check(sley_workload_run_us(&work) < row_us);
}

static void
processes_help(void)
{
    helps((uint32_t)sley_draw(0, 16));
}

/* At least as long to send as to go through. */
static void
sent_objects(void)
{
    helps((uint32_t)sley_draw(8, 16) * 1024);
}

static void *
traverse(void *duration_us)
{
    sley_compute_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

static void
interpreters(void)
{
    uintptr_t tasks[8];
    int count = sley_draw(2, 8);
    uint64_t each_us = (uint64_t)sley_draw(20, 100) * 1000;
    sley_machine_set(8, "cpython");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn_interpreter(traverse, (void *)(uintptr_t)each_us);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sley_usage().makespan_ns / 1000 >= (uint64_t)count * each_us);
}

static const char turns[] = "one interpreter lock: bytecodes take turns";
static const char no_lock[] = "without a lock threads compute on every core";
static const char one_loop[] = "one loop computes on one core";

const struct sley_property sley_scenario_select_processes[] = {
    {
        .name = "select-processes-for-cpu",
        .claim = "select-processes-for-cpu",
        .source = "000:171",
        .says = "CPU-bound tasks, each in a task of the model, take at most a quarter longer than "
                "in the best way",
        .when = "2 to 8 tasks of 20 to 200 ms in bytecode, with at most 16 KiB each, on 2 to 8 "
                "cores",
        .quantifier = SLEY_ALWAYS,
        .body = long_tasks,
        .timed = true,
        .runs = 200,
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_REFUTED, "79 ms each to create"},
                   {"gil:py32", SLEY_REFUTED, turns},
                   {"gil:py310", SLEY_REFUTED, turns},
                   {"gil:per-interpreter", SLEY_REFUTED, turns},
                   {"gil:free", SLEY_CONFIRMED, no_lock},
                   {"coroutine", SLEY_REFUTED, one_loop}},
    },
    {
        .name = "select-processes-for-cpu.short",
        .claim = "select-processes-for-cpu",
        .source = "000:171",
        .says = "CPU-bound tasks, each in a task of the model, take at most a quarter longer than "
                "in the best way",
        .when = "tasks of at most 1 ms",
        .quantifier = SLEY_ALWAYS,
        .body = short_tasks,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "2.7 ms each to create: in a row is sooner"}},
    },
    {
        .name = "select-processes-for-cpu.large-data",
        .claim = "select-processes-for-cpu",
        .source = "000:171",
        .says = "CPU-bound tasks, each in a task of the model, take at most a quarter longer than "
                "in the best way",
        .when = "1 MiB and more for at most 10 ms of computing",
        .quantifier = SLEY_ALWAYS,
        .body = large_data,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "75 ms a MiB to send: in a row is sooner"}},
    },
    {
        .name = "select-processes-for-cpu.released",
        .claim = "select-processes-for-cpu",
        .source = "000:274",
        .says = "CPU-bound tasks, each in a task of the model, take at most a quarter longer than "
                "in the best way",
        .when = "at most 12 ms of C code that releases the lock, on 8 cores",
        .quantifier = SLEY_ALWAYS,
        .body = released_calls,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "threads are as parallel, and cheaper to create"}},
    },
    {
        .name = "select-processes-for-cpu.one-core",
        .claim = "select-processes-for-cpu",
        .source = "000:171",
        .says = "CPU-bound tasks, each in a task of the model, take at most a quarter longer than "
                "in the best way",
        .when = "one core, tasks of at most 10 ms",
        .quantifier = SLEY_ALWAYS,
        .body = one_core,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "nothing is gained for what creating costs"}},
    },
    {
        .name = "gil-native-objects-need-processes",
        .claim = "gil-native-objects-need-processes",
        .source = "000:377",
        .says = "work on Python's own objects takes no less time in tasks of the model than in a "
                "row",
        .when = "threads of one interpreter, or coroutines of one loop",
        .quantifier = SLEY_ALWAYS,
        .body = no_help,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-native-objects-need-processes.interpreters",
        .claim = "gil-native-objects-need-processes",
        .source = "000:377",
        .says = "work on Python's own objects takes no less time in tasks of the model than in a "
                "row",
        .when = "each thread in an interpreter of its own",
        .quantifier = SLEY_ALWAYS,
        .body = interpreters,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:per-interpreter", SLEY_REFUTED, "each has a lock of its own"}},
    },
    {
        .name = "gil-native-objects-need-processes.processes",
        .claim = "gil-native-objects-need-processes",
        .source = "000:377",
        .says = "work on Python's own objects takes less time in processes than in a row",
        .when = "at most 16 KiB to send for 20 ms and more of work",
        .quantifier = SLEY_ALWAYS,
        .body = processes_help,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_REFUTED, one_loop}},
    },
    {
        .name = "gil-native-objects-need-processes.sent",
        .claim = "gil-native-objects-need-processes",
        .source = "000:377",
        .says = "work on Python's own objects takes less time in processes than in a row",
        .when = "8 MiB and more to send for at most 100 ms of work",
        .quantifier = SLEY_ALWAYS,
        .body = sent_objects,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "sending them takes longer than the work"}},
    },
    {0},
};
