/* How fast a pool of processes is: in parallel (000:187), of which size (000:231), and what too
 * many workers cost. In virtual time, with the costs of CPython where they matter. */
#include "scenarios/pool_map.h"

#include <sley/process_pool.h>

enum { SLICE_US = 1000, PER_ITEM_US = 2000, PER_WORKER_US = 3000 };

/* What an item does, in one word, since it goes through a pipe. */
static void *
item(uint32_t compute_ms, uint32_t wait_ms)
{
    return (void *)(uintptr_t)(compute_ms * 1024 + wait_ms);
}

/* Computes in slices, as a kernel that divides a core's time would make it. */
static void *
work(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    for (uintptr_t i = 0; i < value / 1024; i++) {
        sley_compute_us(SLICE_US);
    }
    if (value % 1024) {
        sley_io_us((uint32_t)(value % 1024) * 1000);
    }
    return NULL;
}

/* From the first submit to the last answer. */
static uint64_t
with_processes_us(uint32_t workers, uint32_t items, void *each)
{
    struct sley_process_pool pool;
    void *inputs[ITEMS_MAX], *results[ITEMS_MAX];
    for (uint32_t i = 0; i < items; i++) {
        inputs[i] = each;
    }
    sley_process_pool_init(&pool, workers, 0);
    uint64_t begin_us = sley_now_us();
    sley_process_pool_map(&pool, work, inputs, results, items, 1);
    uint64_t took_us = sley_now_us() - begin_us;
    sley_process_pool_shutdown(&pool);
    return took_us;
}

/* --- in parallel --- */

struct load {
    uint32_t cores, workers, items, each_ms;
};

static struct load
load_draw(void)
{
    uint32_t cores = (uint32_t)sley_draw(2, 4);
    struct load load = {
        .cores = cores,
        /* More workers than cores divide them, and the last round is longer than an item. */
        .workers = (uint32_t)sley_draw(2, (int)cores),
        .items = (uint32_t)sley_draw(4, 12),
        .each_ms = (uint32_t)sley_draw(20, 60),
    };
    sley_machine_set(load.cores, "cpython");
    return load;
}

/* ceil(items / workers) rounds, and at most the overhead that the profile explains. */
static void
check_parallel(const struct load *load, uint64_t took_us)
{
    uint32_t at_once = load->workers;
    uint64_t each_us = load->each_ms * UINT64_C(1000);
    uint64_t rounds = (load->items + at_once - 1) / at_once;
    sley_check(took_us * at_once >= load->items * each_us);
    sley_check(took_us <= rounds * each_us + load->items * (uint64_t)PER_ITEM_US +
                              load->workers * (uint64_t)PER_WORKER_US);
}

static void
processes_in_parallel(void)
{
    struct load load = load_draw();
    check_parallel(&load, with_processes_us(load.workers, load.items, item(load.each_ms, 0)));
}

static void
tasks_in_parallel(void)
{
    struct load load = load_draw();
    check_parallel(&load, map_in_tasks_us(work, load.workers, load.items, item(load.each_ms, 0)));
}

/* --- the size --- */

/* Whether another size is faster by more than a twentieth than one worker a core. */
static bool
another_is_faster(uint32_t cores, uint32_t others, uint32_t items, void *each)
{
    sley_machine_set(cores, "cpython");
    uint64_t matched_us = with_processes_us(cores, items, each);
    uint64_t other_us = with_processes_us(others, items, each);
    return other_us * 20 < matched_us * 19;
}

static void
size_for_even_work(void)
{
    uint32_t cores = (uint32_t)sley_draw(1, 4);
    uint32_t others = (uint32_t)sley_draw(1, 12);
    uint32_t items = cores * (uint32_t)sley_draw(1, 4);
    uint32_t each_ms = (uint32_t)sley_draw(40, 60);
    sley_check(!another_is_faster(cores, others, items, item(each_ms, 0)));
}

/* The last round leaves cores without an item, unless more workers divide them. */
static void
size_for_uneven_work(void)
{
    uint32_t cores = (uint32_t)sley_draw(2, 4);
    uint32_t items = cores + (uint32_t)sley_draw(1, (int)cores - 1);
    uint32_t each_ms = (uint32_t)sley_draw(40, 60);
    sley_check(!another_is_faster(cores, items, items, item(each_ms, 0)));
}

static void
size_for_waiting(void)
{
    uint32_t cores = (uint32_t)sley_draw(1, 4);
    uint32_t others = cores * (uint32_t)sley_draw(2, 3);
    uint32_t items = others * (uint32_t)sley_draw(1, 2);
    uint32_t wait_ms = (uint32_t)sley_draw(20, 60);
    sley_check(!another_is_faster(cores, others, items, item(wait_ms / 4, wait_ms)));
}

static const char one_lock[] = "one interpreter lock: bytecodes take turns";
static const char one_loop[] = "one loop computes on one core";

#define SPEED(property, of, place, text, entry)                                                    \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry, .timed = true, .steps_max = 100000

const struct sley_property sley_scenario_pool_speed[] = {
    {
        SPEED("pool-processpool-parallel", "pool-processpool-parallel", "000:187",
              "map over n items that compute 20 to 60 ms takes ceil(n / workers) of them "
              "and what a worker and a message cost",
              processes_in_parallel),
        .runs = 60,
        .falsifier = "fault:process.pool-no-cap",
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_NOT_APPLICABLE,
                    "as process, but that each worker costs 79 ms"}},
    },
    {
        SPEED("pool-processpool-parallel.tasks", "pool-processpool-parallel", "000:187",
              "the same map in a pool of the model's own tasks takes as long", tasks_in_parallel),
        .runs = 60,
        .expect = {{"thread", SLEY_CONFIRMED, "threads of C compute on every core"},
                   {"gil:py32", SLEY_REFUTED, one_lock},
                   {"gil:py310", SLEY_REFUTED, one_lock},
                   {"gil:per-interpreter", SLEY_REFUTED, one_lock},
                   {"gil:free", SLEY_CONFIRMED, "no interpreter lock"},
                   {"coroutine", SLEY_REFUTED, one_loop}},
    },
    {
        SPEED("pool-size-match-cores", "pool-size-match-cores", "000:231",
              "no other size of the pool is faster by a twentieth than one worker a core",
              size_for_even_work),
        .when = "the items only compute, and their number is a multiple of that of the cores",
        .runs = 60,
        .falsifier = "pool-size-match-cores.waiting",
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        SPEED("pool-size-match-cores.uneven", "pool-size-match-cores", "000:231",
              "no other size of the pool is faster by a twentieth than one worker a core",
              size_for_uneven_work),
        .when = "the items only compute, and the last round has fewer of them than cores",
        .runs = 60,
        .expect = {{"process", SLEY_REFUTED, "more workers divide the idle cores among them"}},
    },
    {
        SPEED("pool-size-match-cores.waiting", "pool-size-match-cores", "000:231",
              "no other size of the pool is faster by a twentieth than one worker a core",
              size_for_waiting),
        .when = "the items wait for the outside most of the time",
        .runs = 60,
        .expect = {{"process", SLEY_REFUTED, "who waits leaves its core to others"}},
    },
    {0},
};
