/* Waits that overlap: requests of different lengths, what is gained, and how busy it keeps the
 * machine. */
#include <sley/loop.h>
#include <sley/machine.h>
#include <sley/sley.h>

enum { TASKS_MAX = 32, ROUNDS = 20 };

/* wait * 4096 + compute, in us. */
static void *
request(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_io_us((uint32_t)(value / 4096));
    sley_compute_us((uint32_t)(value % 4096));
    return NULL;
}

static void *
blocking_request(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_block_us((uint32_t)(value / 4096));
    sley_compute_us((uint32_t)(value % 4096));
    return NULL;
}

/* Starts count requests of drawn lengths on one core; they take the longest wait and what they
 * compute, not the sum of their waits. */
static void
different_waits(void *(*entry)(void *))
{
    uintptr_t tasks[TASKS_MAX];
    uint64_t longest_us = 0, compute_us = (uint64_t)sley_draw(0, 200);
    int count = sley_draw(2, TASKS_MAX);
    sley_machine_set(1, "ideal");
    for (int i = 0; i < count; i++) {
        uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
        longest_us = wait_us > longest_us ? wait_us : longest_us;
        tasks[i] = sley_spawn(entry, (void *)(uintptr_t)(wait_us * 4096 + compute_us));
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    uint64_t took_us = sley_usage().makespan_ns / 1000;
    sley_check(took_us >= longest_us + compute_us);
    sley_check(took_us <= longest_us + (uint64_t)count * compute_us);
}

static void
waits_overlap(void)
{
    different_waits(request);
}

static void
blocking_waits_overlap(void)
{
    different_waits(blocking_request);
}

static struct sley_awaited
awaited_request(void *argument)
{
    return sley_result(request(argument));
}

static void
gathered_waits_overlap(void)
{
    struct sley_async_future *tasks[TASKS_MAX];
    uint64_t longest_us = 0, compute_us = (uint64_t)sley_draw(0, 1000);
    int count = sley_draw(1, TASKS_MAX);
    sley_machine_set(1, "ideal");
    for (int i = 0; i < count; i++) {
        uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
        longest_us = wait_us > longest_us ? wait_us : longest_us;
        void *argument = (void *)(uintptr_t)(wait_us * 4096 + compute_us);
        tasks[i] = sley_loop_task(awaited_request, argument);
    }
    sley_await(sley_loop_gather(tasks, (uint32_t)count, false));
    uint64_t took_us = sley_usage().makespan_ns / 1000;
    sley_check(took_us >= longest_us + compute_us);
    sley_check(took_us <= longest_us + (uint64_t)count * compute_us);
}

/* What count equal tasks take less on one core than one after the other. */
static uint64_t
saved_us(int count, uint64_t wait_us, uint64_t compute_us)
{
    uintptr_t tasks[TASKS_MAX];
    sley_machine_set(1, "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(request, (void *)(uintptr_t)(wait_us * 4096 + compute_us));
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    uint64_t row_us = (uint64_t)count * (wait_us + compute_us);
    uint64_t took_us = sley_usage().makespan_ns / 1000;
    sley_check(row_us * compute_us <= took_us * (wait_us + compute_us)); /* gain <= (w + c) / c */
    return row_us - took_us;
}

static void
gain_is_the_waits(void)
{
    int count = sley_draw(1, TASKS_MAX);
    uint64_t factor = (uint64_t)sley_draw(2, 10);
    uint64_t wait_us = (uint64_t)sley_draw(0, 2000);
    uint64_t compute_us = (uint64_t)sley_draw(0, 100);
    uint64_t saved = saved_us(count, wait_us, compute_us);
    sley_check(saved == (uint64_t)(count - 1) * wait_us);
    sley_check(saved_us(count, wait_us * factor, compute_us) == saved * factor);
}

/* --- how busy the machine is --- */

static void *
requests(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        request(argument);
    }
    return NULL;
}

/* Twice as many tasks as would keep the cores busy if none ever waited for one. */
static void
keeps_busy(int cores)
{
    uintptr_t tasks[TASKS_MAX];
    uint64_t compute_us = (uint64_t)sley_draw(10, 50);
    uint64_t waits = (uint64_t)sley_draw(1, 3);
    int count = 2 * cores * (int)(waits + 1);
    sley_machine_set((uint32_t)cores, "ideal");
    for (int i = 0; i < count; i++) {
        uintptr_t argument = (uintptr_t)(waits * compute_us * 4096 + compute_us);
        tasks[i] = sley_spawn(requests, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sley_usage().utilisation_ppm >= 900000);
}

static void
one_core_busy(void)
{
    keeps_busy(1);
}

static void
all_cores_busy(void)
{
    keeps_busy(sley_draw(2, 4));
}

/* One task alone: idle while it waits. */
static void
idle_while_waiting(void)
{
    uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
    uint64_t compute_us = (uint64_t)sley_draw(0, 1000);
    sley_machine_set(1, "ideal");
    sley_join(sley_spawn(request, (void *)(uintptr_t)(wait_us * 4096 + compute_us)));
    uint64_t expected_ppm = compute_us * 1000000 / (wait_us + compute_us);
    sley_check(sley_usage().utilisation_ppm == expected_ppm);
}

static const char keeps_loop[] = "a call that blocks keeps the loop: the sum";
static const char turns[] = "one interpreter lock: one core of them";

#define EVERYWHERE                                                                                 \
    SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"thread", SLEY_CONFIRMED, ""},                           \
    {                                                                                              \
        "process", SLEY_CONFIRMED, ""                                                              \
    }

const struct sley_property sley_scenario_io_overlap[] = {
    {
        .name = "io-threads-overlap-waits",
        .claim = "io-threads-overlap-waits",
        .source = "000:328",
        .says = "n blocking requests of different lengths take the longest wait and what they "
                "compute, on one core",
        .when = "the calls block",
        .quantifier = SLEY_ALWAYS,
        .body = blocking_waits_overlap,
        .timed = true,
        .runs = 200,
        .expect = {EVERYWHERE, {"coroutine", SLEY_REFUTED, keeps_loop}},
    },
    {
        .name = "io-threads-overlap-waits.awaited",
        .claim = "io-threads-overlap-waits",
        .source = "000:328",
        .says = "n requests of different lengths that are awaited take the longest wait and what "
                "they compute, on one core",
        .when = "the calls are awaited",
        .falsifier = "io-threads-overlap-waits",
        .quantifier = SLEY_ALWAYS,
        .body = waits_overlap,
        .timed = true,
        .runs = 200,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-gather-overlaps-waits",
        .claim = "coro-gather-overlaps-waits",
        .source = "002:172",
        .says = "gather of n requests of different lengths takes the longest wait and what they "
                "compute, not the sum",
        .falsifier = "fault:loop-gather-early",
        .quantifier = SLEY_ALWAYS,
        .body = gathered_waits_overlap,
        .timed = true,
        .runs = 200,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "io-gain-is-wait-overlap",
        .claim = "io-gain-is-wait-overlap",
        .source = "000:349",
        .says = "n equal tasks save n - 1 waits on one core, whatever they compute: k-fold waits "
                "save k-fold, none save nothing",
        .falsifier = "fault:machine.io-core",
        .quantifier = SLEY_ALWAYS,
        .body = gain_is_the_waits,
        .timed = true,
        .runs = 200,
        .expect = {EVERYWHERE, {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "io-cpu-idle-utilisation",
        .claim = "io-cpu-idle-utilisation",
        .source = "003:71",
        .says = "twice as many tasks as their waits leave room for keep nine tenths of the machine "
                "busy",
        .when = "one core",
        .quantifier = SLEY_ALWAYS,
        .body = one_core_busy,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:py2", SLEY_REFUTED, "one may be overtaken for long, and ends alone"},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "io-cpu-idle-utilisation.cores",
        .claim = "io-cpu-idle-utilisation",
        .source = "003:71",
        .says = "twice as many tasks as their waits leave room for keep nine tenths of the machine "
                "busy",
        .when = "2 to 4 cores",
        .quantifier = SLEY_ALWAYS,
        .body = all_cores_busy,
        .timed = true,
        .runs = 50,
        .expect = {{"gil:py32", SLEY_REFUTED, turns},
                   {"gil:py310", SLEY_REFUTED, turns},
                   {"gil:per-interpreter", SLEY_REFUTED, turns},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, "one loop computes on one core"}},
    },
    {
        .name = "io-cpu-idle-utilisation.alone",
        .claim = "io-cpu-idle-utilisation",
        .source = "003:71",
        .says = "a core on which one task runs is idle while that task waits",
        .falsifier = "fault:machine.io-core",
        .quantifier = SLEY_ALWAYS,
        .body = idle_while_waiting,
        .timed = true,
        .runs = 100,
        .expect = {EVERYWHERE, {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
