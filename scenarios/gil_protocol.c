/* How the interpreter lock is passed on: after an interval, after a number of bytecodes (000:11-30,
 * 004:46-50). Virtual time, so that every figure is exact. */
#include <sley/gil.h>
#include <sley/machine.h>
#include <sley/sley.h>

enum { BYTECODES = 350, CORES = 8 };

static uint64_t began_us;
static int executed, seen;

/* --- the switch interval --- */

static void *
note_begin(void *unused)
{
    began_us = sley_now_us();
    return unused;
}

/* The other task wants the lock from the beginning. */
static void
waiter_against_bytecodes(void)
{
    sley_machine_set(CORES, "ideal");
    uintptr_t other = sley_spawn(note_begin, 0);
    sley_compute_us(20000);
    sley_join(other);
    sley_check(began_us == 5000);
}

static void
waiter_against_bytecodes_other_interval(void)
{
    uint32_t interval_us = (uint32_t)sley_draw(1, 15000);
    sley_machine_set(CORES, "ideal");
    sley_gil_interval(interval_us);
    uintptr_t other = sley_spawn(note_begin, 0);
    sley_compute_us(20000);
    sley_join(other);
    sley_check(began_us == interval_us);
}

static uint64_t
begin_against_call(bool releases)
{
    sley_machine_set(CORES, "ideal");
    uintptr_t other = sley_spawn(note_begin, 0);
    sley_call_us(300000, releases);
    sley_join(other);
    return began_us;
}

static void
waiter_within_interval(void)
{
    sley_check(begin_against_call(false) <= 5000);
}

static void
waiter_against_held_call(void)
{
    sley_check(begin_against_call(false) == 300000);
}

static void
released_as_if_held(void)
{
    sley_check(begin_against_call(true) == 300000);
}

static void
waiter_against_released_call(void)
{
    sley_check(begin_against_call(true) == 0);
}

/* --- Python 2 --- */

static void *
execute_bytecodes(void *unused)
{
    sley_gil_ticks(100);
    for (executed = 0; executed < BYTECODES; executed++) {
        sley_bytecode(SLEY_BYTECODE_PLAIN);
    }
    return unused;
}

static void *
see_bytecodes(void *unused)
{
    seen = executed;
    return unused;
}

static void
count_bytecodes(void)
{
    uintptr_t a = sley_spawn(execute_bytecodes, 0);
    uintptr_t b = sley_spawn(see_bytecodes, 0);
    sley_join(a);
    sley_join(b);
}

static void
not_after_hundred(void)
{
    count_bytecodes();
    sley_check(seen != 100);
}

/* --- cores --- */

static void *
work(void *unused)
{
    sley_compute_us(10000);
    return unused;
}

static void
compute_together(int count, uintptr_t (*spawn)(void *(*)(void *), void *))
{
    uintptr_t tasks[CORES];
    sley_machine_set(CORES, "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = spawn(work, 0);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
}

static void
threads_one_at_a_time(void)
{
    compute_together(sley_draw(2, CORES), sley_spawn);
    sley_check(sley_usage().executing_max == 1);
}

static void
interpreters_one_at_a_time(void)
{
    compute_together(sley_draw(2, CORES), sley_spawn_interpreter);
    sley_check(sley_usage().executing_max == 1);
}

static const char each_its_own[] = "each process has a lock of its own";
static const char no_preemption[] = "nothing interrupts a coroutine";
static const char in_c[] = "one call of C code keeps the lock for as long as it takes";
static const char no_lock[] = "there is no lock to wait for";
static const char one_lock[] = "all threads of the process share one lock";

#define REQUESTED                                                                                  \
    {                                                                                              \
        {"gil:py32", SLEY_CONFIRMED, ""}, {"gil:py310", SLEY_CONFIRMED, ""},                       \
        {                                                                                          \
            "gil:per-interpreter", SLEY_CONFIRMED, ""                                              \
        }                                                                                          \
    }

const struct sley_property sley_scenario_gil_protocol[] = {
    {
        .name = "gil-switch-interval-5ms",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "a thread that wants the lock has it after 5 ms at most",
        .when = "the other thread is in one call of C code that keeps the lock for 300 ms",
        .quantifier = SLEY_ALWAYS,
        .body = waiter_within_interval,
        .timed = true,
        .expect = {{"gil:py32", SLEY_REFUTED, in_c},
                   {"gil:py310", SLEY_REFUTED, in_c},
                   {"gil:per-interpreter", SLEY_REFUTED, in_c},
                   {"gil:free", SLEY_CONFIRMED, no_lock},
                   {"process", SLEY_NOT_APPLICABLE, each_its_own},
                   {"coroutine", SLEY_NOT_APPLICABLE, no_preemption}},
    },
    {
        .name = "gil-switch-interval-5ms.bytecodes",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "a thread that wants the lock has it after exactly 5 ms, beside one that computes",
        .when = "the other thread executes bytecodes",
        .quantifier = SLEY_ALWAYS,
        .body = waiter_against_bytecodes,
        .timed = true,
        .expect = REQUESTED,
    },
    {
        .name = "gil-switch-interval-5ms.set",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "the same for other intervals: 1 us to 15 ms",
        .twin = true,
        .falsifier = "fault:gil-deaf",
        .quantifier = SLEY_ALWAYS,
        .body = waiter_against_bytecodes_other_interval,
        .timed = true,
        .expect = REQUESTED,
    },
    {
        .name = "gil-switch-interval-5ms.call",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "beside a C call of 300 ms that keeps the lock a thread has it after 300 ms",
        .twin = true,
        .falsifier = "gil-switch-interval-5ms.call-releases",
        .quantifier = SLEY_ALWAYS,
        .body = waiter_against_held_call,
        .timed = true,
        .expect = REQUESTED,
    },
    {
        .name = "gil-switch-interval-5ms.call-releases",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "beside a call that releases the lock a thread does not wait for its end",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = released_as_if_held,
        .timed = true,
        .runs = 10,
        .expect = REQUESTED,
    },
    {
        .name = "gil-switch-interval-5ms.released",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "beside a C call of 300 ms that releases the lock a thread has it at once",
        .when = "the other thread is in one call of C code that releases the lock",
        .falsifier = "fault:gil-kept",
        .quantifier = SLEY_ALWAYS,
        .body = waiter_against_released_call,
        .timed = true,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "gil-switch-1000-bytecodes-py2",
        .claim = "gil-switch-1000-bytecodes-py2",
        .source = "004:49",
        .says = "in Python 2 no thread gives the lock away after 100 bytecodes",
        .fact = "sys.getcheckinterval() is 100 in CPython 2.3 to 3.1 (2.7.18 was asked)",
        .quantifier = SLEY_ALWAYS,
        .body = not_after_hundred,
        .exhaustive = true,
        .expect = {{"gil:py2", SLEY_REFUTED, "the check interval is 100, not 1000"},
                   {"process", SLEY_NOT_APPLICABLE, each_its_own},
                   {"coroutine", SLEY_NOT_APPLICABLE, no_preemption}},
    },
    {
        .name = "gil-switch-1000-bytecodes-py2.hundred",
        .claim = "gil-switch-1000-bytecodes-py2",
        .source = "004:49",
        .says = "in Python 2 a thread gives the lock away after exactly 100 bytecodes, in some run",
        .twin = true,
        .fact = "sys.getcheckinterval() is 100 in CPython 2.3 to 3.1 (2.7.18 was asked)",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = not_after_hundred,
        .exhaustive = true,
        .expect = {{"gil:py2", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-shared-by-all-threads",
        .claim = "gil-shared-by-all-threads",
        .source = "000:310",
        .says = "of 2 to 8 threads of one process on 8 cores one executes at a time",
        .when = "the threads are of one interpreter",
        .quantifier = SLEY_ALWAYS,
        .body = threads_one_at_a_time,
        .runs = 100,
        .timed = true,
        .expect = {{"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, "there is no lock to share"},
                   {"process", SLEY_NOT_APPLICABLE, each_its_own},
                   {"coroutine", SLEY_NOT_APPLICABLE, "all coroutines of a loop are one thread"}},
    },
    {
        .name = "gil-shared-by-all-threads.interpreters",
        .claim = "gil-shared-by-all-threads",
        .source = "000:310",
        .says = "of 2 to 8 threads of one process on 8 cores one executes at a time",
        .when = "each thread has an interpreter of its own",
        .quantifier = SLEY_ALWAYS,
        .body = interpreters_one_at_a_time,
        .runs = 100,
        .timed = true,
        .expect = {{"gil:py310", SLEY_CONFIRMED, one_lock},
                   {"gil:per-interpreter", SLEY_REFUTED, "each interpreter has a lock of its own"},
                   {"gil:free", SLEY_REFUTED, "there is no lock to share"}},
    },
    {0},
};
