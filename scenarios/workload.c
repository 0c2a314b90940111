/* What a workload takes: on the machine, and by an independent estimate for the ways that the run's
 * model is not. The estimate knows the profile's figures by heart; if these change, it fails. */
#include "scenarios/workload.h"

enum { COUNT_MAX = 32, CORES_MAX = 8 };

/* Of profiles/cpython.profile. */
enum {
    CREATE_THREAD_NS = 98000,
    CREATE_PROCESS_NS = 2700000,
    CREATE_COROUTINE_NS = 7500,
    WRITE_NS_PER_KIB = 15750,
    READ_NS_PER_KIB = 61000,
};

#define ORACLE __attribute__((no_sanitize("thread")))

/* A task's argument: it must not lie in memory, which a spawned process does not have. */
static uintptr_t
packed(const struct sley_workload *work)
{
    return (uintptr_t)work->wait_us | (uintptr_t)work->compute_us << 20 |
           (uintptr_t)work->kib << 40 | (uintptr_t)work->blocking << 54 |
           (uintptr_t)work->released << 55;
}

static void *
work_through(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    uint32_t wait_us = (uint32_t)(value & 0xfffff);
    uint32_t compute_us = (uint32_t)(value >> 20 & 0xfffff);
    sley_deserialise_bytes((uint32_t)(value >> 40 & 0x3fff) * 1024);
    if (wait_us) {
        (value >> 54 & 1 ? sley_block_us : sley_io_us)(wait_us);
    }
    if (value >> 55 & 1) {
        sley_call_us(compute_us, true);
    } else if (compute_us) {
        sley_compute_us(compute_us);
    }
    return NULL;
}

uint64_t
sley_workload_run_us(const struct sley_workload *work)
{
    uintptr_t tasks[COUNT_MAX];
    sley_machine_set(work->cores, "cpython");
    for (uint32_t i = 0; i < work->count; i++) {
        sley_serialise_bytes(work->kib * 1024);
        tasks[i] = sley_spawn(work_through, (void *)packed(work));
    }
    for (uint32_t i = 0; i < work->count; i++) {
        sley_join(tasks[i]);
    }
    return sley_usage().makespan_ns / 1000;
}

/* Who asks for a core: the parent, which creates the others, and these, which read what they were
 * sent, wait, and compute. */
struct actor {
    uint64_t ready_ns; /* asks for a core; UINT64_MAX: no more */
    bool half;         /* the data of the next are written; its own are read */
};

/* Gives an actor the core that is free first; returns when it is done. */
ORACLE static uint64_t
on_a_core(uint64_t *free_ns, uint32_t cores, const struct actor *actor, uint64_t duration_ns)
{
    uint32_t first = 0;
    for (uint32_t c = 1; c < cores; c++) {
        first = free_ns[c] < free_ns[first] ? c : first;
    }
    uint64_t begin_ns = free_ns[first] > actor->ready_ns ? free_ns[first] : actor->ready_ns;
    return free_ns[first] = begin_ns + duration_ns;
}

ORACLE static uint32_t
who_asks_first(const struct actor *actors, uint32_t count)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < count; i++) {
        first = actors[i].ready_ns < actors[first].ready_ns ? i : first;
    }
    return first;
}

/* Processes are created one after the other, while the first of them work already. Who asks first
 * for a core gets it. */
ORACLE static uint64_t
processes_ns(const struct sley_workload *work)
{
    uint64_t free_ns[CORES_MAX] = {0}, end_ns = 0;
    struct actor actors[COUNT_MAX + 1] = {{0}};
    uint64_t write_ns = work->kib * (uint64_t)WRITE_NS_PER_KIB;
    uint64_t read_ns = work->kib * (uint64_t)READ_NS_PER_KIB;
    uint32_t created = 0;
    for (uint32_t turn = 0; turn < 4 * work->count; turn++) {
        uint32_t who = who_asks_first(actors, created + 1);
        struct actor *actor = &actors[who];
        actor->half = !actor->half;
        if (who == 0 && actor->half) {
            actor->ready_ns = on_a_core(free_ns, work->cores, actor, write_ns);
        } else if (who == 0) {
            actor->ready_ns = on_a_core(free_ns, work->cores, actor, CREATE_PROCESS_NS);
            actors[++created].ready_ns = actor->ready_ns;
            actor->ready_ns = created < work->count ? actor->ready_ns : UINT64_MAX;
        } else if (actor->half) {
            actor->ready_ns =
                on_a_core(free_ns, work->cores, actor, read_ns) + work->wait_us * (uint64_t)1000;
        } else {
            uint64_t work_ns = work->compute_us * (uint64_t)1000;
            uint64_t done_ns = on_a_core(free_ns, work->cores, actor, work_ns);
            end_ns = done_ns > end_ns ? done_ns : end_ns;
            actor->ready_ns = UINT64_MAX;
        }
    }
    return end_ns;
}

/* The creator keeps the interpreter lock, or the loop, until it waits for all. */
ORACLE uint64_t
sley_workload_estimate_us(const struct sley_workload *work, enum sley_way way)
{
    uint64_t count = work->count, wait_us = work->wait_us, compute_us = work->compute_us;
    uint64_t rounds = (count + work->cores - 1) / work->cores;
    switch (way) {
    case SLEY_THREADS:
        return count * CREATE_THREAD_NS / 1000 + wait_us +
               (work->released ? rounds : count) * compute_us;
    case SLEY_PROCESSES:
        return processes_ns(work) / 1000;
    case SLEY_COROUTINES:
        return count * CREATE_COROUTINE_NS / 1000 + (work->blocking ? count : 1) * wait_us +
               count * compute_us;
    case SLEY_IN_A_ROW:
    case SLEY_WAY_COUNT:
        break;
    }
    return count * (wait_us + compute_us);
}

ORACLE uint64_t
sley_workload_best_us(const struct sley_workload *work)
{
    uint64_t best_us = UINT64_MAX;
    for (enum sley_way way = 0; way < SLEY_WAY_COUNT; way++) {
        uint64_t us = sley_workload_estimate_us(work, way);
        best_us = us < best_us ? us : best_us;
    }
    return best_us;
}

void
sley_workload_check_regret(const struct sley_workload *work)
{
    sley_check(sley_workload_run_us(work) * 4 <= sley_workload_best_us(work) * 5);
}

ORACLE enum sley_way
sley_workload_way(void)
{
    switch (sley_model_current->unit) {
    case SLEY_UNIT_THREAD:
        return SLEY_THREADS;
    case SLEY_UNIT_COROUTINE:
        return SLEY_COROUTINES;
    case SLEY_UNIT_FORK:
    case SLEY_UNIT_FORKSERVER:
    case SLEY_UNIT_SPAWN:
    case SLEY_UNIT_COUNT:
        break;
    }
    return SLEY_PROCESSES;
}

/* Tasks of every kind: bytecode or released, with and without data, waiting or not. Short ones only
 * beside longer ones, since the estimate leaves out what a switch costs. */
static void
estimate(void)
{
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(1, 8),
        .cores = (uint32_t)sley_draw(2, CORES_MAX),
        .wait_us = (uint32_t)sley_draw(0, 100000),
        .compute_us = (uint32_t)sley_draw(0, 50) * 1000,
        .kib = (uint32_t)sley_draw(0, 256),
        .blocking = sley_draw(0, 1),
        .released = sley_draw(0, 1),
    };
    uint64_t expected_us = sley_workload_estimate_us(&work, sley_workload_way());
    uint64_t took_us = sley_workload_run_us(&work);
    sley_check(took_us * 3 <= expected_us * 4);
    sley_check(took_us * 4 >= expected_us * 3);
}

static const char no_lock[] = "the estimate is that of threads under one lock";

const struct sley_property sley_scenario_workload[] = {
    {
        .name = "workload.estimate",
        .claim = "contract",
        .source = "scenarios/workload.h",
        .says = "a workload takes within a third what the estimate for its way says",
        .quantifier = SLEY_ALWAYS,
        .body = estimate,
        .timed = true,
        .runs = 400,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, no_lock},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_REFUTED, "the estimate is that of forked processes"}},
    },
    {0},
};
