/* The documents' pairs of programs that compute, "Bad" with threads and "Better" with processes, as
 * they print them: a body written once, and the model makes the difference (000:302-317, 002:36-54,
 * 003:17-36). */
#include <sley/machine.h>
#include <sley/sley.h>

enum { CALL_US = 200, SUMS = 4 };

/* sum(i * i for i in range(n)), for as long as that takes. */
static void *
cpu_heavy_task(void *duration_us)
{
    sley_compute_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* fib(n), each call for 0.2 ms: of the document's 2.7e8 calls in fib(40) a run has some hundred. */
static uint64_t
fib(uint64_t n)
{
    sley_compute_us(CALL_US);
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static void *
fib_task(void *n)
{
    return (void *)(uintptr_t)fib((uintptr_t)n);
}

/* Starts count tasks, joins them, and says whether that was sooner than one after the other. */
static bool
sooner_than_in_a_row(int count, void *(*entry)(void *), uintptr_t argument)
{
    uintptr_t tasks[SUMS];
    sley_machine_set((uint32_t)count, "cpython");
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        entry((void *)argument);
    }
    uint64_t row_ns = sley_now_ns() - start_ns;
    start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return sley_now_ns() - start_ns < row_ns;
}

static void
two_sums(void)
{
    sley_check(sooner_than_in_a_row(2, cpu_heavy_task, (uintptr_t)sley_draw(6000, 12000)));
}

static void
four_sums(void)
{
    sley_check(sooner_than_in_a_row(4, cpu_heavy_task, (uintptr_t)sley_draw(6000, 12000)));
}

static void
two_fibs(void)
{
    sley_check(sooner_than_in_a_row(2, fib_task, (uintptr_t)sley_draw(7, 9)));
}

static const char taking_turns[] = "one interpreter lock: bytecodes take turns";
static const char one_loop[] = "one loop computes on one core";

#define PAIR                                                                                       \
    .claim = "proc-parallel-scale", .quantifier = SLEY_ALWAYS, .timed = true, .runs = 20,          \
    .steps_max = 100000,                                                                           \
    .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),                                     \
               {"gil:free", SLEY_CONFIRMED, ""},                                                   \
               {"process", SLEY_CONFIRMED, ""},                                                    \
               {"coroutine", SLEY_REFUTED, one_loop}}

const struct sley_property sley_scenario_cpu_pairs[] = {
    {
        .name = "proc-parallel-scale.two-sums",
        PAIR,
        .source = "000:317",
        .says = "t1 and t2 of cpu_heavy_task are done sooner than one after the other, on 2 cores, "
                "by the CPython profile",
        .body = two_sums,
    },
    {
        .name = "proc-parallel-scale.four-sums",
        PAIR,
        .source = "002:47",
        .says = "four of cpu_bound_task are done sooner than one after the other, on 4 cores, by "
                "the CPython profile",
        .body = four_sums,
    },
    {
        .name = "proc-parallel-scale.fib",
        PAIR,
        .source = "003:29",
        .says = "two of fib(n) are done sooner than one after the other, on 2 cores, by the "
                "CPython profile",
        .body = two_fibs,
    },
    {0},
};
