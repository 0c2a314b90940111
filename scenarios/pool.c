/* What the documents claim of pools: the bound, workers on demand, the order of results. That all
 * is run stands in scenarios/pool_liveness.c, pools of processes in scenarios/pool_process.c. */
#include "scenarios/object.h"

enum { ITEMS_MAX = 6, WORKERS_MAX = 3 };

static struct sley_pool pool;
static struct sley_future futures[ITEMS_MAX];
static struct sley_lock guard;
static struct sley_semaphore limit;
static struct sley_barrier all_begun;
static uint32_t workers, items;
static uint32_t inside, most, done;

static void *
count_inside(void *index)
{
    sley_with (&guard) {
        sley_add(&inside, 1);
        most = sley_load(&inside) > most ? inside : most;
    }
    sley_pause();
    sley_with (&guard) {
        sley_add(&inside, -1u);
        sley_add(&done, 1);
    }
    return index;
}

static void
submit_all(void *(*entry)(void *))
{
    for (uint32_t i = 0; i < items; i++) {
        sley_check(sley_pool_submit(&pool, &futures[i], entry, (void *)(uintptr_t)i));
    }
}

static void
bound(void)
{
    workers = (uint32_t)sley_draw(1, 3);
    items = (uint32_t)sley_draw(0, ITEMS_MAX);
    sley_lock_init(&guard);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    submit_all(count_inside);
    sley_pool_shutdown(&pool, true, false);
    sley_check(most <= workers && done == items);
    sley_pool_destroy(&pool);
}

/* The same bound for coroutines: a semaphore around what gather starts. */
static void *
through_semaphore(void *index)
{
    sley_semaphore_acquire(&limit);
    count_inside(index);
    sley_semaphore_release(&limit);
    return index;
}

static void
bound_of_gather(void)
{
    workers = (uint32_t)sley_draw(1, 3);
    items = (uint32_t)sley_draw(0, ITEMS_MAX);
    sley_lock_init(&guard);
    sley_semaphore_init(&limit, workers);
    sley_gather((int)items, through_semaphore);
    sley_check(most <= workers && done == items);
}

/* --- how many workers there are --- */

static void
unused(void)
{
    workers = (uint32_t)sley_draw(1, WORKERS_MAX);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    uint32_t started = sley_pool_started(&pool);
    sley_pool_destroy(&pool);
    sley_check(started == workers);
}

static void
one_after_the_other(void)
{
    workers = (uint32_t)sley_draw(2, WORKERS_MAX);
    items = (uint32_t)sley_draw(1, ITEMS_MAX);
    sley_lock_init(&guard);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    for (uint32_t i = 0; i < items; i++) {
        sley_pool_submit(&pool, &futures[i], count_inside, 0);
        sley_future_result(&futures[i], NULL, NULL);
    }
    uint32_t started = sley_pool_started(&pool);
    sley_pool_destroy(&pool);
    sley_check(started == workers);
}

static void *
wait_for_all(void *index)
{
    sley_barrier_wait(&all_begun);
    return index;
}

static void
all_at_once(void)
{
    workers = (uint32_t)sley_draw(1, WORKERS_MAX);
    items = workers;
    sley_barrier_init(&all_begun, workers);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    submit_all(wait_for_all);
    for (uint32_t i = 0; i < items; i++) {
        sley_future_result(&futures[i], NULL, NULL);
    }
    uint32_t started = sley_pool_started(&pool);
    sley_pool_destroy(&pool);
    sley_check(started == workers);
}

/* --- the order of results --- */

/* Durations by choice of the schedule: the later items may end first. */
static void *
square(void *number)
{
    sley_pause();
    return (void *)((intptr_t)number * (intptr_t)number);
}

static void
map_keeps_order(void)
{
    void *inputs[4], *results[4];
    workers = (uint32_t)sley_draw(1, 3);
    items = (uint32_t)sley_draw(0, 4);
    uint32_t chunk = (uint32_t)sley_draw(1, 2);
    for (uintptr_t i = 0; i < 4; i++) {
        inputs[i] = (void *)(i + 1);
    }
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    sley_check(sley_pool_map(&pool, square, inputs, results, items, chunk) == items);
    for (uintptr_t i = 0; i < items; i++) {
        sley_check(results[i] == (void *)((i + 1) * (i + 1)));
    }
    sley_pool_destroy(&pool);
}

static const char lazy[] = "max_workers is a cap: workers are started when there is work for them";

#define POOL(property, of, place, text, entry)                                                     \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry, .runs = 500

const struct sley_property sley_scenario_pool[] = {
    {
        POOL("pool-max-workers-bound", "pool-max-workers-bound", "000:104",
             "never more than max_workers items run at once, and all are run", bound),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-max-workers-bound.gather", "pool-max-workers-bound", "000:104",
             "a semaphore of max_workers around what gather starts: never more run at once, and "
             "all are run",
             bound_of_gather),
        .falsifier = "fault:semaphore.no-count",
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        POOL("pool-preallocate", "pool-preallocate", "000:82",
             "the pool has its max_workers threads", unused),
        .when = "nothing was submitted yet",
        .alone = true,
        .expect = {SLEY_SHARING(SLEY_REFUTED, lazy)},
    },
    {
        POOL("pool-preallocate.one-by-one", "pool-preallocate", "000:82",
             "the pool has its max_workers threads", one_after_the_other),
        .when = "the items come one after the other",
        .expect = {SLEY_SHARING(SLEY_REFUTED, lazy)},
    },
    {
        POOL("pool-preallocate.burst", "pool-preallocate", "000:82",
             "the pool has its max_workers threads", all_at_once),
        .when = "as many items as max_workers are under way at once",
        .falsifier = "pool-preallocate.one-by-one",
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-map-order", "pool-map-order", "000:192",
             "map returns results in the order of the inputs", map_keeps_order),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {0},
};
