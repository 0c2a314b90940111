/* "Over-dispatching causes fierce contention" (000:231): what many more workers than cores cost. In
 * virtual time, with the costs of CPython; a core is divided in slices of a millisecond. */
#include "scenarios/pool_map.h"

#include <sley/process_pool.h>

enum { FACTOR_MAX = 8, SLICE_US = 1000 };

/* Computes so many ms; returns how long it took in us. */
static void *
work(void *duration_ms)
{
    uint64_t begin_us = sley_now_us();
    for (uintptr_t i = 0; i < (uintptr_t)duration_ms; i++) {
        sley_compute_us(SLICE_US);
    }
    return (void *)(uintptr_t)(sley_now_us() - begin_us);
}

/* Of a pool and its items. */
struct took {
    uint64_t all_us;     /* from the first submit to the last answer */
    uint64_t longest_us; /* of the items */
    uint64_t memory_bytes;
};

/* A machine of its own, and workers that are there before the clock is looked at. */
static struct took
with_processes(uint32_t cores, uint32_t workers, uint32_t items, void *each)
{
    struct sley_process_pool pool;
    void *inputs[ITEMS_MAX], *results[ITEMS_MAX];
    struct took took = {0};
    sley_machine_set(cores, "cpython");
    sley_process_pool_init(&pool, workers, 0);
    sley_process_pool_result(&pool, sley_process_pool_submit(&pool, work, NULL));
    sley_io_us(100000);
    for (uint32_t i = 0; i < items; i++) {
        inputs[i] = each;
    }
    uint64_t begin_us = sley_now_us();
    sley_process_pool_map(&pool, work, inputs, results, items, 1);
    took.all_us = sley_now_us() - begin_us;
    took.memory_bytes = sley_usage().memory_bytes;
    for (uint32_t i = 0; i < items; i++) {
        uint64_t us = (uintptr_t)results[i];
        took.longest_us = us > took.longest_us ? us : took.longest_us;
    }
    sley_process_pool_shutdown(&pool);
    return took;
}

/* As many items as the larger pool has workers, in both. */
struct both {
    uint32_t factor; /* workers of the larger pool for each core */
    struct took matched, crowded;
};

static struct both
crowd(void)
{
    struct both both = {.factor = (uint32_t)sley_draw(2, FACTOR_MAX)};
    uint32_t cores = (uint32_t)sley_draw(1, 3);
    void *each = (void *)(uintptr_t)sley_draw(40, 60);
    uint32_t items = cores * both.factor;
    both.matched = with_processes(cores, cores, items, each);
    both.crowded = with_processes(cores, items, items, each);
    return both;
}

static void
crowd_is_slower(void)
{
    struct both both = crowd();
    sley_check(both.crowded.all_us * 20 > both.matched.all_us * 21);
}

static void
crowd_of_threads_is_slower(void)
{
    uint32_t cores = (uint32_t)sley_draw(1, 3);
    uint32_t items = cores * (uint32_t)sley_draw(2, FACTOR_MAX);
    void *each = (void *)(uintptr_t)sley_draw(40, 60);
    sley_machine_set(cores, "cpython");
    uint64_t matched_us = map_in_tasks_us(work, cores, items, each);
    uint64_t crowded_us = map_in_tasks_us(work, items, items, each);
    sley_check(crowded_us * 20 > matched_us * 21);
}

/* Each item shares its core with factor - 1 others. */
static void
items_take_longer(void)
{
    struct both both = crowd();
    sley_check(both.crowded.longest_us * 4 >= both.matched.longest_us * both.factor * 3);
}

static void
memory_grows(void)
{
    struct both both = crowd();
    sley_check(both.crowded.memory_bytes == both.matched.memory_bytes * both.factor);
}

static const char sliced[] = "the kernel divides the cores' time at the price of a few switches";
static const char one_lock[] = "one interpreter lock: bytecodes take turns in any case";
static const char one_loop[] = "one loop computes on one core";

#define CROWD(suffix, text, entry)                                                                 \
    .name = "pool-oversubscription-contention" suffix,                                             \
    .claim = "pool-oversubscription-contention", .source = "000:231", .says = text,                \
    .quantifier = SLEY_ALWAYS, .body = entry, .timed = true, .steps_max = 100000, .runs = 30

const struct sley_property sley_scenario_pool_crowd[] = {
    {
        CROWD("", "many more workers than cores take a twentieth longer than one a core",
              crowd_is_slower),
        .when = "what counts is how long all the items take",
        .expect = {{"process", SLEY_REFUTED, sliced}},
    },
    {
        CROWD(".threads", "many more threads than cores take a twentieth longer than one a core",
              crowd_of_threads_is_slower),
        .when = "what counts is how long all the items take",
        .expect = {{"thread", SLEY_REFUTED, sliced},
                   {"gil:py310", SLEY_REFUTED, one_lock},
                   {"gil:free", SLEY_REFUTED, sliced},
                   {"coroutine", SLEY_NOT_APPLICABLE, one_loop}},
    },
    {
        CROWD(".latency", "with k workers a core an item takes at least 3/4 k times as long",
              items_take_longer),
        .when = "what counts is how long one item takes",
        .falsifier = "fault:machine.cores",
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        CROWD(".memory", "k workers a core take k times the memory", memory_grows),
        .when = "what counts is memory",
        .falsifier = "fault:process.pool-no-cap",
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
