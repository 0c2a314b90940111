/* Figures that are easier to see than to read: an outcome is a point of a plot, its place times
 * 10^7 plus the number in thousandths, and its text the label. */
#include <sley/machine.h>
#include <sley/outcome.h>
#include <sley/sley.h>

#include <stdio.h>

enum { PLACE = 10000000, TASKS = 16, WORK_US = 10000, PERIOD_US = 2000, BESIDE_US = 50000 };

static void *
compute(void *unused)
{
    sley_compute_us(WORK_US);
    return unused;
}

static void
speed_by_cores(void)
{
    uintptr_t tasks[TASKS];
    char label[24];
    int cores = sley_draw(1, TASKS);
    sley_machine_set((uint32_t)cores, "ideal");
    for (int i = 0; i < TASKS; i++) {
        tasks[i] = sley_spawn(compute, NULL);
    }
    for (int i = 0; i < TASKS; i++) {
        sley_join(tasks[i]);
    }
    uint64_t taken_us = sley_usage().makespan_ns / 1000;
    uint64_t rounds = (uint64_t)((TASKS + cores - 1) / cores);
    snprintf(label, sizeof label, "%d core%s", cores, cores == 1 ? "" : "s");
    sley_outcome_text(cores * PLACE + (int64_t)(TASKS * WORK_US * 1000ull / taken_us), label);
    sley_check(taken_us == rounds * WORK_US);
}

static void
no_work(uint32_t duration_us)
{
    (void)duration_us;
}

static void
call_released(uint32_t duration_us)
{
    sley_call_us(duration_us, true);
}

static void
heartbeat_by_work(void)
{
    static const struct {
        const char *label;
        void (*work)(uint32_t duration_us);
    } kinds[] = {
        {"nothing", no_work},
        {"awaiting 50 ms", sley_io_us},
        {"computing 50 ms", sley_compute_us},
        {"blocking for 50 ms", sley_block_us},
        {"C code for 50 ms", call_released},
    };
    int kind = sley_draw(0, sizeof kinds / sizeof kinds[0] - 1);
    sley_machine_set(2, "ideal");
    sley_heartbeat_start(PERIOD_US);
    sley_io_us(3 * PERIOD_US);
    kinds[kind].work(BESIDE_US);
    sley_io_us(3 * PERIOD_US);
    uint64_t gap_us = sley_heartbeat_gap_us();
    sley_outcome_text(kind * (int64_t)PLACE + (int64_t)gap_us, kinds[kind].label);
    sley_check(gap_us == PERIOD_US);
}

const struct sley_property sley_scenario_speed_plot[] = {
    {
        .name = "speed.by-cores",
        .claim = "proc-parallel-scale",
        .source = "001:40",
        .says =
            "16 equal computations on c cores (c <= 16) are done 16 / ceil(16 / c) times sooner "
            "than in a row",
        .quantifier = SLEY_ALWAYS,
        .body = speed_by_cores,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, "one loop computes on one core"}},
    },
    {
        .name = "heartbeat.by-work",
        .claim = "loop-cpu-blocks",
        .source = "001:69",
        .says = "a heartbeat beats at its period whatever another task does for 50 ms",
        .twin = true, /* it refutes the opposite of the claim, figure by figure */
        .quantifier = SLEY_ALWAYS,
        .body = heartbeat_by_work,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, "what never awaits keeps the whole loop waiting"}},
    },
    {0},
};
