/* Whose lifetimes overlap, who executes at the same instant, and what an interpreter lock excludes
 * (000:9, 002:87, 004:138). */
#include "scenarios/overlap.h"

/* --- what the words mean --- */

static void
same_instant_on_one_core(void)
{
    sley_check(overlap(1, 1, BYTECODES, WAIT, sley_spawn).usage.executing_max >= 2);
}

static void
same_instant_on_several_cores(void)
{
    sley_check(overlap(2, CORES_MAX, BYTECODES, BYTECODES, sley_spawn).usage.executing_max >= 2);
}

static void
parallel_is_concurrent(void)
{
    struct overlap seen = overlap(1, CORES_MAX, BYTECODES, WAIT, sley_spawn);
    sley_check(seen.usage.executing_max <= seen.usage.in_progress_max);
    sley_check(seen.usage.in_progress_max <= (uint32_t)seen.count);
    sley_check(seen.usage.executing_max <= (uint32_t)seen.cores);
}

/* --- what the lock excludes --- */

static void
one_interprets(void)
{
    sley_check(overlap(2, CORES_MAX, BYTECODES, WAIT, sley_spawn).usage.interpreting_max <= 1);
}

static void
one_of_the_interpreters_interprets(void)
{
    struct overlap seen = overlap(2, CORES_MAX, BYTECODES, WAIT, sley_spawn_interpreter);
    sley_check(seen.usage.interpreting_max <= 1);
}

static void *
wait_then_run_steps(void *program)
{
    sley_io_us(1);
    return run_steps(program);
}

static uintptr_t
spawn_waiting(void *(*unused)(void *), void *program)
{
    (void)unused;
    return sley_spawn(wait_then_run_steps, program);
}

/* All are in progress at a time, and take turns at computing. */
static void
computes_in_turns(enum step kind)
{
    struct overlap seen = overlap(2, CORES_MAX, kind, kind, spawn_waiting);
    sley_check(seen.usage.in_progress_max == (uint32_t)seen.count);
    sley_check(seen.usage.executing_max <= 1);
}

static void
bytecodes_take_turns(void)
{
    computes_in_turns(BYTECODES);
}

static void
released_calls_take_turns(void)
{
    computes_in_turns(RELEASED);
}

static const char one_at_a_time[] = "one thread, one after the other";
static const char taking_turns[] = "with an interpreter lock they take turns";
static const char several_cores[] = "they execute on several cores";
static const char a_lock_each[] = "each process has an interpreter lock of its own";
static const char released[] = "calls of C code that release the lock overlap";
static const char own_lock[] = "each interpreter has a lock of its own";
static const char no_lock[] = "there is no lock";
static const char no_interpreter[] = "threads of C execute no bytecode";

const struct sley_property sley_scenario_overlap[] = {
    {
        .name = "def-concurrency-needs-same-instant",
        .claim = "def-concurrency-needs-same-instant",
        .source = "004:138",
        .says = "of 2 to 8 tasks whose lifetimes overlap two execute at the same instant",
        .when = "on one core",
        .quantifier = SLEY_ALWAYS,
        .body = same_instant_on_one_core,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, "one core"},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, "one core"),
                   {"process", SLEY_REFUTED, "one core"},
                   {"coroutine", SLEY_REFUTED, one_at_a_time}},
    },
    {
        .name = "def-concurrency-needs-same-instant.cores",
        .claim = "def-concurrency-needs-same-instant",
        .source = "004:138",
        .says = "of 2 to 8 tasks whose lifetimes overlap two compute at the same instant",
        .when = "on 2 to 8 cores",
        .quantifier = SLEY_ALWAYS,
        .body = same_instant_on_several_cores,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_at_a_time}},
    },
    {
        .name = "def-concurrency-vs-parallelism",
        .claim = "def-concurrency-vs-parallelism",
        .source = "000:9",
        .says = "never do more tasks execute at the same instant than are in progress, or than "
                "there are cores",
        .falsifier = "fault:machine.cores",
        .quantifier = SLEY_ALWAYS,
        .body = parallel_is_concurrent,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-mutual-exclusion",
        .claim = "gil-mutual-exclusion",
        .source = "002:87",
        .says = "at any instant at most one of 2 to 8 threads executes bytecodes, or C code that "
                "keeps the lock",
        .when = "threads of one interpreter",
        .quantifier = SLEY_ALWAYS,
        .body = one_interprets,
        .timed = true,
        .runs = 300,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, no_interpreter},
                   SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-mutual-exclusion.processes",
        .claim = "gil-mutual-exclusion",
        .source = "001:20",
        .says = "at any instant at most one of 2 to 8 threads executes bytecodes",
        .when = "each thread in a process of its own",
        .quantifier = SLEY_ALWAYS,
        .body = one_interprets,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, a_lock_each}},
    },
    {
        .name = "gil-mutual-exclusion.interpreters",
        .claim = "gil-mutual-exclusion",
        .source = "003:12",
        .says = "at any instant at most one of 2 to 8 threads of a process executes bytecodes",
        .when = "each thread in an interpreter of its own",
        .quantifier = SLEY_ALWAYS,
        .body = one_of_the_interpreters_interprets,
        .timed = true,
        .runs = 200,
        .expect = {{"gil:py310", SLEY_CONFIRMED, "before 3.12 interpreters share the lock"},
                   {"gil:per-interpreter", SLEY_REFUTED, own_lock},
                   {"gil:free", SLEY_REFUTED, no_lock}},
    },
    {
        .name = "gil-concurrent-not-parallel",
        .claim = "gil-concurrent-not-parallel",
        .source = "000:11",
        .says = "2 to 8 tasks are in progress at a time, and one of them computes at a time",
        .when = "they execute bytecodes",
        .quantifier = SLEY_ALWAYS,
        .body = bytecodes_take_turns,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, several_cores},
                   SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_REFUTED, several_cores},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-concurrent-not-parallel.released",
        .claim = "gil-concurrent-not-parallel",
        .source = "000:297",
        .says = "2 to 8 tasks are in progress at a time, and one of them computes at a time",
        .when = "they are in C code that releases the lock",
        .quantifier = SLEY_ALWAYS,
        .body = released_calls_take_turns,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, released),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"coroutine", SLEY_CONFIRMED, "C code on the loop's thread keeps its turn"}},
    },
    {0},
};
