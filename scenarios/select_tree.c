/* The documents' decision procedure, put to random workloads: CPU-bound: processes; else, if many
 * wait that can be awaited: coroutines; else threads. Each model is given the workloads for which
 * the procedure names it. */
#include "scenarios/workload.h"

/* Tasks at a time that count as many: the documents name no figure. */
enum { MANY = 9 };

__attribute__((no_sanitize("thread"))) static enum sley_way
advised(const struct sley_workload *work)
{
    if (work->compute_us > work->wait_us) {
        return SLEY_PROCESSES;
    }
    return work->count >= MANY && !work->blocking ? SLEY_COROUTINES : SLEY_THREADS;
}

static void
check_advice(const struct sley_workload *work)
{
    sley_check(advised(work) == sley_workload_way());
    sley_workload_check_regret(work);
}

/* What the procedure has in mind: tasks that compute for long and need little data, or that wait
 * and compute next to nothing. */
static void
clear_cut(void)
{
    enum sley_way way = sley_workload_way();
    bool computes = way == SLEY_PROCESSES, many = way == SLEY_COROUTINES;
    bool blocking = way == SLEY_THREADS && sley_draw(0, 1);
    uint32_t span_us = (uint32_t)sley_draw(20, 200) * 1000;
    struct sley_workload work = {
        .count = (uint32_t)(many ? sley_draw(MANY, 32) : sley_draw(2, MANY - 1)),
        .cores = (uint32_t)sley_draw(2, 8),
        .wait_us = computes ? 0 : span_us,
        .compute_us = computes ? span_us : span_us / 1000,
        .kib = computes ? (uint32_t)sley_draw(0, 16) : 0,
        .blocking = blocking,
    };
    check_advice(&work);
}

static void
any_workload(void)
{
    enum sley_way way = sley_workload_way();
    bool many = way == SLEY_COROUTINES;
    int wait_us = sley_draw(1000, 100000);
    struct sley_workload work = {
        .count = (uint32_t)(many ? sley_draw(MANY, 32) : sley_draw(1, MANY - 1)),
        .cores = (uint32_t)sley_draw(1, 8),
        .wait_us = (uint32_t)wait_us,
        .kib = (uint32_t)sley_draw(0, 1024),
        .blocking = !many && sley_draw(0, 1),
        .released = sley_draw(0, 1),
    };
    bool computes = way == SLEY_PROCESSES;
    work.compute_us = (uint32_t)(computes ? sley_draw(wait_us + 1, 200000) : sley_draw(0, wait_us));
    check_advice(&work);
}

const struct sley_property sley_scenario_select_tree[] = {
    {
        .name = "select-decision-tree",
        .claim = "select-decision-tree",
        .source = "001:93",
        .says = "a workload takes in the way that the procedure names at most a quarter longer "
                "than in the best way",
        .when = "on 2 cores and more, 20 ms and more of bytecode with little data, or a wait and a "
                "thousandth of it to compute",
        .quantifier = SLEY_ALWAYS,
        .body = clear_cut,
        .timed = true,
        .runs = 200,
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_REFUTED, "79 ms each to create"},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "select-decision-tree.any",
        .claim = "select-decision-tree",
        .source = "001:93",
        .says = "a workload takes in the way that the procedure names at most a quarter longer "
                "than in the best way",
        .when = "any workload: short, mixed, with data, in C code that releases the lock",
        .quantifier = SLEY_ALWAYS,
        .body = any_workload,
        .timed = true,
        .runs = 200,
        .expect = {{"process", SLEY_REFUTED, "short or released computing, large data, one core"},
                   {"gil:py32", SLEY_REFUTED, "blocking calls beside as much computing"},
                   {"gil:py310", SLEY_REFUTED, "blocking calls beside as much computing"},
                   {"gil:per-interpreter", SLEY_REFUTED, "blocking calls beside as much computing"},
                   {"coroutine", SLEY_REFUTED, "waits beside as much computing"}},
    },
    {0},
};
