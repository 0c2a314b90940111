/* How the interpreter lock is passed on: after an interval, after a number of bytecodes, around
 * what blocks (000:11-30, 004:46-50). Virtual time, so that every figure is exact. */
#include <sley/gil.h>
#include <sley/machine.h>
#include <sley/sley.h>

enum { BYTECODES = 350, ROUNDS = 8, IO_US = 300, HOGS_MAX = 4, HOG_US = 400000, CORES = 8 };

static uint64_t began_us, ended_us;
static int executed, seen;
static uint64_t latency_us[ROUNDS];

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

/* --- I/O --- */

static void *
wait_outside(void *unused)
{
    sley_io_us(10000);
    return unused;
}

static void *
compute_inside(void *unused)
{
    sley_compute_us(1000);
    ended_us = sley_now_us();
    return unused;
}

static void
io_beside_computing(void)
{
    sley_machine_set(CORES, "ideal");
    uintptr_t reader = sley_spawn(wait_outside, 0);
    uintptr_t computer = sley_spawn(compute_inside, 0);
    sley_join(reader);
    sley_join(computer);
    sley_check(ended_us == 1000);
}

static void *
hog(void *unused)
{
    sley_compute_us(HOG_US);
    return unused;
}

/* Every round: 0.3 ms outside, then back to the lock, for which the hogs queue as well. */
static void *
round_trips(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start_us = sley_now_us();
        sley_io_us(IO_US);
        latency_us[i] = sley_now_us() - start_us;
    }
    return unused;
}

static void
convoy(void)
{
    uintptr_t hogs[HOGS_MAX];
    int count = sley_draw(0, HOGS_MAX);
    sley_machine_set(CORES, "ideal");
    uintptr_t io = sley_spawn(round_trips, 0);
    for (int i = 0; i < count; i++) {
        hogs[i] = sley_spawn(hog, 0);
    }
    sley_join(io);
    for (int i = 0; i < count; i++) {
        sley_join(hogs[i]);
    }
    /* From the second round on all hogs are in line. */
    for (int i = 1; i < ROUNDS; i++) {
        uint64_t expected_us = count == 1 ? 5000 + IO_US : count ? (uint64_t)count * 5000 : IO_US;
        sley_check(latency_us[i] == expected_us);
    }
}

/* --- cores --- */

static void *
work(void *unused)
{
    sley_compute_us(10000);
    return unused;
}

static uint64_t
interpreters_us(int count)
{
    uintptr_t tasks[CORES];
    sley_machine_set(CORES, "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn_interpreter(work, 0);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return sley_now_us();
}

static void
interpreters_take_the_longest(void)
{
    int count = sley_draw(2, CORES);
    sley_check(interpreters_us(count) == 10000);
    sley_check(sley_usage().executing_max == (uint32_t)count);
}

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
        .says = "a thread that wants the lock has it after 5 ms at most, beside a C call of 300 ms",
        .quantifier = SLEY_ALWAYS,
        .body = waiter_within_interval,
        .timed = true,
        .expect = {{"gil:py32", SLEY_REFUTED, in_c},
                   {"gil:py310", SLEY_REFUTED, in_c},
                   {"gil:per-interpreter", SLEY_REFUTED, in_c},
                   {"gil:free", SLEY_CONFIRMED, no_lock}},
    },
    {
        .name = "gil-switch-interval-5ms.bytecodes",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "a thread that wants the lock has it after exactly 5 ms, beside one that computes",
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
        .falsifier = "gil-switch-interval-5ms",
        .quantifier = SLEY_ALWAYS,
        .body = waiter_against_held_call,
        .timed = true,
        .expect = REQUESTED,
    },
    {
        .name = "gil-switch-interval-5ms.released",
        .claim = "gil-switch-interval-5ms",
        .source = "004:49",
        .says = "beside a C call of 300 ms that releases the lock a thread has it at once",
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
        .quantifier = SLEY_ALWAYS,
        .body = not_after_hundred,
        .exhaustive = true,
        .expect = {{"gil:py2", SLEY_REFUTED, "the check interval is 100, not 1000"}},
    },
    {
        .name = "gil-switch-1000-bytecodes-py2.hundred",
        .claim = "gil-switch-1000-bytecodes-py2",
        .source = "004:49",
        .says = "in Python 2 a thread gives the lock away after exactly 100 bytecodes, in some run",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = not_after_hundred,
        .exhaustive = true,
        .expect = {{"gil:py2", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-released-on-io",
        .claim = "gil-released-on-io",
        .source = "000:18",
        .says = "a thread computes for 1 ms, and is done after 1 ms, while another waits for I/O",
        .quantifier = SLEY_ALWAYS,
        .body = io_beside_computing,
        .timed = true,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "gil-io-lets-others-run.convoy",
        .claim = "gil-io-lets-others-run",
        .source = "000:18",
        .says = "I/O of 0.3 ms comes back one switch interval later for each thread that computes",
        .falsifier = "fault:gil-deaf",
        .quantifier = SLEY_ALWAYS,
        .body = convoy,
        .timed = true,
        .expect = REQUESTED,
    },
    {
        .name = "gil-shared-by-all-threads.interpreters",
        .claim = "gil-shared-by-all-threads",
        .source = "000:310",
        .says = "2 to 8 interpreters of one process compute at the same time on 8 cores",
        .quantifier = SLEY_ALWAYS,
        .body = interpreters_take_the_longest,
        .timed = true,
        .expect = {{"gil:py310", SLEY_REFUTED, one_lock},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {0},
};
