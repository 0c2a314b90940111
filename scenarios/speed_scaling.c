/* What more threads make of computing: no speed-up under an interpreter lock, and what passing the
 * lock on costs (000:18-31, 000:174, 001:27). */
#include "scenarios/tasks.h"

#include <sley/gil.h>

enum { TASKS_MAX = 16 };

static uint64_t
together_ns(int count, const uint32_t *duration_us)
{
    uintptr_t tasks[TASKS_MAX];
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(compute, (void *)(uintptr_t)duration_us[i]);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return sley_now_ns() - start_ns;
}

static uint64_t
equal_together_ns(int count, uint32_t duration_us)
{
    uint32_t durations[TASKS_MAX];
    for (int i = 0; i < count; i++) {
        durations[i] = duration_us;
    }
    return together_ns(count, durations);
}

static uint64_t
in_a_row_ns(int count, uint32_t duration_us)
{
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        sley_compute_us(duration_us);
    }
    return sley_now_ns() - start_ns;
}

/* --- no speed-up --- */

static void
never_below_the_sum(void)
{
    uint32_t durations[TASKS_MAX];
    uint64_t sum_us = 0;
    int count = sley_draw(2, TASKS_MAX);
    sley_machine_set((uint32_t)sley_draw(2, 16), "ideal");
    sley_gil_interval((uint32_t)sley_draw(1, 1000));
    for (int i = 0; i < count; i++) {
        durations[i] = (uint32_t)sley_draw(1, 500);
        sum_us += durations[i];
    }
    sley_check(together_ns(count, durations) >= sum_us * 1000);
}

static void
four_are_not_four_times_as_fast(void)
{
    uint32_t duration_us = (uint32_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)sley_draw(4, 8), "ideal");
    uint64_t row_ns = in_a_row_ns(4, duration_us);
    sley_check(equal_together_ns(4, duration_us) * 4 > row_ns);
}

/* The same work, cut into pieces for n threads, then for one more. */
static void
one_more_is_no_gain(void)
{
    uint32_t count = (uint32_t)sley_draw(1, TASKS_MAX - 1);
    uint32_t unit_us = (uint32_t)sley_draw(1, 10);
    uint32_t cores = (uint32_t)sley_draw(2, 16);
    sley_machine_set(cores, "ideal");
    uint64_t before_ns = equal_together_ns((int)count, (count + 1) * unit_us);
    sley_machine_set(cores, "ideal");
    sley_check(equal_together_ns((int)count + 1, count * unit_us) >= before_ns);
}

/* --- what switching costs --- */

/* By the profile of CPython, which counts creation and switches. */
static void
slower(uint32_t cores, uint64_t percent)
{
    int count = sley_draw(2, 4);
    uint32_t duration_us = (uint32_t)sley_draw(4000, 8000);
    sley_machine_set(cores, "cpython");
    uint64_t row_ns = in_a_row_ns(count, duration_us);
    sley_check(equal_together_ns(count, duration_us) * 100 > row_ns * (100 + percent));
}

static void
slower_than_in_a_row(void)
{
    slower((uint32_t)sley_draw(2, 8), 0);
}

static void
slower_by_a_tenth(void)
{
    slower(1, 10);
}

static void
no_slower_than_a_tenth(void)
{
    int count = sley_draw(2, 4);
    uint32_t duration_us = (uint32_t)sley_draw(4000, 8000);
    sley_machine_set(1, "cpython");
    uint64_t row_ns = in_a_row_ns(count, duration_us);
    sley_check(equal_together_ns(count, duration_us) * 100 <= row_ns * 110);
}

static const char taking_turns[] = "one interpreter lock: bytecodes take turns";
static const char no_lock[] = "without a lock they compute at the same time";
static const char several_cores[] = "they compute on several cores";
static const char one_loop[] = "one loop computes on one core";
static const char one_by_one[] = "each computes to its end: one switch, of 3 us, for each";
static const char rare[] = "the lock is passed on every 5 ms, for 3 us";
static const char tenth_py2[] =
    "a tenth counts, in Python 2, which passes the lock on every 100 bytecodes";

#define SINCE_PY32(finding, reason)                                                                \
    {"gil:py32", finding, reason}, {"gil:py310", finding, reason},                                 \
    {                                                                                              \
        "gil:per-interpreter", finding, reason                                                     \
    }

const struct sley_property sley_scenario_speed_scaling[] = {
    {
        .name = "gil-cpu-no-speedup",
        .claim = "gil-cpu-no-speedup",
        .source = "000:18",
        .says = "2 to 16 tasks that compute take at least the sum of their times, on 2 to 16 cores",
        .quantifier = SLEY_ALWAYS,
        .body = never_below_the_sum,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, several_cores},
                   SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_REFUTED, several_cores},
                   {"coroutine", SLEY_CONFIRMED, one_loop}},
    },
    {
        .name = "gil-four-threads-not-4x",
        .claim = "gil-four-threads-not-4x",
        .source = "000:31",
        .says = "four equal tasks that compute are not done four times as fast as in a row, on 4 "
                "to 8 cores",
        .quantifier = SLEY_ALWAYS,
        .body = four_are_not_four_times_as_fast,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, several_cores},
                   SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_REFUTED, several_cores},
                   {"coroutine", SLEY_CONFIRMED, one_loop}},
    },
    {
        .name = "gil-more-threads-degrade",
        .claim = "gil-more-threads-degrade",
        .source = "000:174",
        .says = "the same computing, cut into pieces for one task more, is not done sooner",
        .when = "no gain counts as a loss",
        .quantifier = SLEY_ALWAYS,
        .body = one_more_is_no_gain,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, several_cores},
                   SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_REFUTED, several_cores},
                   {"coroutine", SLEY_CONFIRMED, one_loop}},
    },
    {
        .name = "gil-more-threads-degrade.contention",
        .claim = "gil-more-threads-degrade",
        .source = "000:174",
        .says = "the same computing takes 2 to 4 tasks a tenth longer than one, on one core, by "
                "the CPython profile",
        .when = "a tenth counts as a loss, since Python 3.2",
        .quantifier = SLEY_ALWAYS,
        .body = slower_by_a_tenth,
        .timed = true,
        .runs = 50,
        .expect = {SINCE_PY32(SLEY_REFUTED, rare), {"coroutine", SLEY_REFUTED, one_by_one}},
    },
    {
        .name = "gil-more-threads-degrade.python2",
        .claim = "gil-more-threads-degrade",
        .source = "000:174",
        .says = "the same computing takes 2 to 4 threads a tenth longer than one in some run, on "
                "one core, by the CPython profile",
        .when = tenth_py2,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = no_slower_than_a_tenth,
        .timed = true,
        .runs = 10,
        .steps_max = 100000,
        .expect = {{"gil:py2", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-cpu-threads-slower",
        .claim = "gil-cpu-threads-slower",
        .source = "000:303",
        .says = "2 to 4 equal tasks that compute take longer than one task that does it all, on 2 "
                "to 8 cores, by the CPython profile",
        .when = "however little counts as slower",
        .quantifier = SLEY_ALWAYS,
        .body = slower_than_in_a_row,
        .timed = true,
        .runs = 30,
        .steps_max = 100000,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_REFUTED, several_cores},
                   {"coroutine", SLEY_CONFIRMED, "by what it costs to make and turn to each"}},
    },
    {
        .name = "gil-cpu-threads-slower.by-a-tenth",
        .claim = "gil-cpu-threads-slower",
        .source = "000:18",
        .says = "2 to 4 equal tasks that compute take a tenth longer than one task that does it "
                "all, on one core, by the CPython profile",
        .when = "a tenth counts as slower, since Python 3.2",
        .quantifier = SLEY_ALWAYS,
        .body = slower_by_a_tenth,
        .timed = true,
        .runs = 50,
        .expect = {SINCE_PY32(SLEY_REFUTED, rare), {"coroutine", SLEY_REFUTED, one_by_one}},
    },
    {
        .name = "gil-cpu-threads-slower.python2",
        .claim = "gil-cpu-threads-slower",
        .source = "000:18",
        .says = "2 to 4 equal threads that compute take a tenth longer than one in some run, on "
                "one core, by the CPython profile",
        .when = tenth_py2,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = no_slower_than_a_tenth,
        .timed = true,
        .runs = 10,
        .steps_max = 100000,
        .expect = {{"gil:py2", SLEY_CONFIRMED, ""}},
    },
    {0},
};
