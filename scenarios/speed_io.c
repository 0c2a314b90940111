/* Waiting for the outside world, and computing in between, in virtual time. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { TASKS_MAX = 32 };

static void *
wait_for_it(void *duration_us)
{
    sley_io_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

static void *
block_for_it(void *duration_us)
{
    sley_block_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* wait * 1024 + compute. */
static void *
wait_and_compute(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_io_us((uint32_t)(value / 1024));
    sley_compute_us((uint32_t)(value % 1024));
    return NULL;
}

static uint64_t
makespan_us(uint32_t cores, int count, void *(*entry)(void *), uint64_t argument)
{
    uintptr_t tasks[TASKS_MAX];
    sley_machine_set(cores, "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)(uintptr_t)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return sley_usage().makespan_ns / 1000;
}

static void
waits_overlap(void)
{
    int count = sley_draw(1, TASKS_MAX);
    uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
    sley_check(makespan_us(1, count, wait_for_it, wait_us) == wait_us);
    sley_check(sley_usage().busy_ns == 0);
}

static void
blocking_calls_overlap(void)
{
    int count = sley_draw(2, TASKS_MAX);
    uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
    sley_check(makespan_us(1, count, block_for_it, wait_us) == wait_us);
}

static void
blocking_calls_add_up(void)
{
    int count = sley_draw(2, TASKS_MAX);
    uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
    uint64_t cores = (uint64_t)sley_draw(1, 8);
    uint64_t took_us = makespan_us((uint32_t)cores, count, block_for_it, wait_us);
    sley_check(took_us == (uint64_t)count * wait_us);
}

static void
wait_then_compute(void)
{
    uint64_t count = (uint64_t)sley_draw(1, TASKS_MAX);
    uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
    uint64_t compute_us = (uint64_t)sley_draw(1, 1000);
    uint64_t took_us = makespan_us(1, (int)count, wait_and_compute, wait_us * 1024 + compute_us);
    sley_check(took_us == wait_us + count * compute_us);
    uint64_t busy_us = count * compute_us;
    sley_check(sley_usage().utilisation_ppm == busy_us * 1000000 / took_us);
}

static void
no_wait_no_gain(void)
{
    uint64_t count = (uint64_t)sley_draw(2, TASKS_MAX);
    uint64_t compute_us = (uint64_t)sley_draw(1, 1000);
    sley_check(makespan_us(1, (int)count, wait_and_compute, compute_us) == count * compute_us);
}

static const char loop_is_stuck[] = "the loop's own thread sleeps: nobody else goes on";

const struct sley_property sley_scenario_speed_io[] = {
    {
        .name = "speed.waits-overlap",
        .claim = "io-threads-overlap-waits",
        .source = "000:328",
        .says = "n equal waits take as long as one, on one core, and keep it idle",
        .quantifier = SLEY_ALWAYS,
        .body = waits_overlap,
        .timed = true,
        .runs = 400,
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
        .name = "speed.waits-overlap.blocking-calls",
        .claim = "thread-only-saviour-for-blocking-io",
        .source = "000:18",
        .says = "n equal blocking calls take as long as one",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = blocking_calls_overlap,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, loop_is_stuck},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.blocking-calls-add-up",
        .claim = "loop-sync-io-blocks-despite-gil-release",
        .source = "000:333",
        .says = "n blocking calls take the sum of their durations, on any number of cores",
        .quantifier = SLEY_ALWAYS,
        .body = blocking_calls_add_up,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_REFUTED, "only the thread that calls waits"},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:py32", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:py310", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:per-interpreter", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:free", SLEY_REFUTED, "only the thread that calls waits"},
                   {"process", SLEY_REFUTED, "only the thread that calls waits"}},
    },
    {
        .name = "speed.wait-then-compute",
        .claim = "io-gain-is-wait-overlap",
        .source = "000:349",
        .says = "n tasks that wait w and compute c take w + n * c on one core, of which it is busy "
                "for n * c",
        .falsifier = "fault:machine.io-core",
        .quantifier = SLEY_ALWAYS,
        .body = wait_then_compute,
        .timed = true,
        .runs = 400,
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
        .name = "speed.no-wait-no-gain",
        .claim = "io-gain-is-wait-overlap",
        .source = "000:349",
        .says = "n tasks that never wait take on one core as long as one after the other",
        .when = "without waiting: there is nothing to gain",
        .falsifier = "fault:machine.no-core",
        .quantifier = SLEY_ALWAYS,
        .body = no_wait_no_gain,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
