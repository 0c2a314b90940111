/* Computing on cores: what a model makes of them, exactly, in virtual time. Every property hands
 * its inputs to the tasks as their argument and takes the figures from the machine, so that nothing
 * has to be shared. */
#include "scenarios/tasks.h"

enum { TASKS_MAX = RUN_TASKS_MAX };

static void
equal_tasks(void)
{
    int count = sley_draw(1, TASKS_MAX);
    int cores = sley_draw(1, 64);
    uint64_t duration_us = (uint64_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)cores, "ideal");
    run_tasks(count, compute, duration_us);
    struct sley_usage usage = sley_usage();
    sley_check(usage.makespan_ns == rounds(count, cores) * duration_us * 1000);
    sley_check(usage.busy_ns == (uint64_t)count * duration_us * 1000);
    sley_check(usage.executing_max == (uint32_t)(count < cores ? count : cores));
}

static void
serial_sum(void)
{
    int count = sley_draw(1, 16);
    uint64_t sum_us = 0;
    uintptr_t tasks[16];
    sley_machine_set((uint32_t)sley_draw(1, 16), "ideal");
    for (int i = 0; i < count; i++) {
        uintptr_t duration_us = (uintptr_t)sley_draw(1, 1000);
        sum_us += duration_us;
        tasks[i] = sley_spawn(compute, (void *)duration_us);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    struct sley_usage usage = sley_usage();
    sley_check(usage.makespan_ns == sum_us * 1000);
    sley_check(usage.executing_max == 1);
}

/* An oracle of its own: whoever arrives next starts on the core that is free first. Tasks arrive at
 * instants of their own, so that the order is one. */
static uint64_t
list_schedule_us(const int *duration_us, int count, int cores)
{
    uint64_t free_us[8] = {0}, end_us = 0;
    for (int i = 0; i < count; i++) {
        int best = 0;
        for (int c = 1; c < cores; c++) {
            best = free_us[c] < free_us[best] ? c : best;
        }
        uint64_t arrival_us = (uint64_t)i + 1;
        uint64_t start_us = free_us[best] > arrival_us ? free_us[best] : arrival_us;
        free_us[best] = start_us + (uint64_t)duration_us[i];
        end_us = free_us[best] > end_us ? free_us[best] : end_us;
    }
    return end_us;
}

/* duration * 16 + index of arrival. */
static void *
arrive_and_compute(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_io_us((uint32_t)(value % 16) + 1);
    sley_compute_us((uint32_t)(value / 16));
    return NULL;
}

static void
list_scheduling(void)
{
    int duration_us[12];
    uintptr_t tasks[12];
    int count = sley_draw(2, 12);
    int cores = sley_draw(1, 5);
    sley_machine_set((uint32_t)cores, "ideal");
    for (int i = 0; i < count; i++) {
        duration_us[i] = sley_draw(1, 40);
    }
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(arrive_and_compute, (void *)(uintptr_t)(duration_us[i] * 16 + i));
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sley_usage().makespan_ns == list_schedule_us(duration_us, count, cores) * 1000);
}

static void
utilisation(void)
{
    int count = sley_draw(1, 16);
    int cores = sley_draw(1, 16);
    sley_machine_set((uint32_t)cores, "ideal");
    run_tasks(count, compute, 100);
    uint64_t whole = rounds(count, cores) * (uint64_t)cores;
    sley_check(sley_usage().utilisation_ppm == (uint64_t)count * 1000000 / whole);
}

static void
one_loop_one_core(void)
{
    int count = sley_draw(2, 16);
    uint32_t cores = (uint32_t)sley_draw(2, 16);
    sley_machine_set(cores, "ideal");
    run_tasks(count, compute, 100);
    struct sley_usage usage = sley_usage();
    sley_check(usage.executing_max == 1);
    sley_check(usage.utilisation_ppm == 1000000 / cores);
}

static void *
wait_and_compute(void *argument)
{
    sley_io_us(1000);
    sley_compute_us(10);
    return argument;
}

static void
in_progress(void)
{
    int count = sley_draw(2, 16);
    sley_machine_set(1, "ideal");
    run_tasks(count, wait_and_compute, 0);
    struct sley_usage usage = sley_usage();
    sley_check(usage.in_progress_max == (uint32_t)count);
    sley_check(usage.executing_max == 1);
}

static const char one_loop[] = "one loop is one thread: the sum, on any number of cores";
static const char taking_turns[] = "one interpreter lock: bytecodes take turns";

const struct sley_property sley_scenario_speed_cpu[] = {
    {
        .name = "speed.equal-tasks",
        .claim = "proc-parallel-scale",
        .source = "001:40",
        .says = "n equal computing tasks on c cores take ceil(n / c) times one of them "
                "(n, c <= 64), and use min(n, c) cores at a time",
        .quantifier = SLEY_ALWAYS,
        .body = equal_tasks,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.serial-sum",
        .claim = "coro-not-parallel",
        .source = "001:69",
        .says = "n computing tasks take the sum of their durations, whatever the number of cores",
        .quantifier = SLEY_ALWAYS,
        .body = serial_sum,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_REFUTED, "they compute on every core"},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, "they compute on every core"},
                   {"process", SLEY_REFUTED, "they compute on every core"}},
    },
    {
        .name = "speed.list-scheduling",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "tasks of unequal lengths end when an independent list scheduler says so",
        .quantifier = SLEY_ALWAYS,
        .body = list_scheduling,
        .timed = true,
        .runs = 1000,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.utilisation",
        .claim = "io-cpu-idle-utilisation",
        .source = "004:138",
        .says = "n equal computing tasks keep c cores busy for n of ceil(n / c) * c slots",
        .quantifier = SLEY_ALWAYS,
        .body = utilisation,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.one-core-at-a-time",
        .claim = "coro-not-parallel",
        .source = "001:60",
        .says = "computing tasks use one core at a time: one of c is busy",
        .quantifier = SLEY_ALWAYS,
        .body = one_loop_one_core,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_REFUTED, "they compute on every core"},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""),
                   {"gil:free", SLEY_REFUTED, "they compute on every core"},
                   {"process", SLEY_REFUTED, "they compute on every core"}},
    },
    {
        .name = "speed.in-progress",
        .claim = "def-concurrency-vs-parallelism",
        .source = "000:9",
        .says = "on one core n tasks are in progress at a time, and one executes",
        .falsifier = "fault:machine.cores",
        .quantifier = SLEY_ALWAYS,
        .body = in_progress,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
