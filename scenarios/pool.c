/* What the documents claim of pools: the bound, that all is run, workers on demand, the order of
 * results. Pools of processes stand in scenarios/pool_process.c. */
#include "scenarios/object.h"

enum { ITEMS_MAX = 6, WORKERS_MAX = 3, CALL_MS = 20 };

static struct sley_pool pool;
static struct sley_future futures[ITEMS_MAX], inner_futures[ITEMS_MAX];
static struct sley_lock guard;
static struct sley_semaphore limit;
static struct sley_event_object answer;
static struct sley_barrier all_begun;
static uint32_t workers, items;
static uint32_t inside, most, done;
static bool has_timeout;

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

/* --- items that wait for other items --- */

static void *
outer(void *index)
{
    struct sley_future *inner = &inner_futures[(uintptr_t)index];
    sley_pool_submit(&pool, inner, count_inside, index);
    sley_future_result(inner, NULL, NULL);
    return index;
}

/* As many outer items as there are, in a pool with so many workers more. */
static void
nested(uint32_t more)
{
    items = (uint32_t)sley_draw(1, 2);
    sley_lock_init(&guard);
    sley_pool_init(&pool, items + more, SLEY_POOL_THREADS);
    submit_all(outer);
    for (uint32_t i = 0; i < items; i++) {
        sley_future_result(&futures[i], NULL, NULL);
    }
    sley_pool_destroy(&pool);
    sley_check(done == items);
}

static void
nested_in_full(void)
{
    nested(0);
}

static void
nested_in_larger(void)
{
    nested(1);
}

/* --- calls without a time-out --- */

/* requests.get of a server that never answers. */
static void *
call_server(void *index)
{
    if (has_timeout) {
        sley_event_wait_for_ms(&answer, CALL_MS);
    } else {
        sley_event_wait(&answer);
    }
    return index;
}

/* So many calls hang; then one item more. */
static void
hanging_calls(uint32_t count)
{
    sley_lock_init(&guard);
    sley_event_init(&answer);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    for (uint32_t i = 0; i < count; i++) {
        sley_pool_submit(&pool, &futures[i], call_server, 0);
    }
    sley_pool_submit(&pool, &futures[count], count_inside, 0);
    sley_future_result(&futures[count], NULL, NULL);
    sley_check(done == 1);
    sley_event_set(&answer); /* for those that are left, so that the pool ends */
    sley_pool_destroy(&pool);
}

static void
all_workers_hang(void)
{
    workers = (uint32_t)sley_draw(1, WORKERS_MAX);
    hanging_calls(workers);
}

static void
all_but_one_hang(void)
{
    workers = (uint32_t)sley_draw(1, WORKERS_MAX);
    hanging_calls(workers - 1);
}

static void
calls_with_timeout(void)
{
    has_timeout = true;
    all_workers_hang();
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

static const char full[] = "the item waits in the queue for its own worker";
static const char occupied[] = "each call keeps its worker for ever";
static const char lazy[] = "max_workers is a cap: workers are started when there is work for them";

#define POOL(property, of, place, text, entry)                                                     \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry, .runs = 500

/* That every item is run: no run is a deadlock. */
#define POOL_RUNS_ALL(property, text, entry)                                                       \
    .name = property, .claim = "pool-max-workers-bound", .source = "000:104", .says = text,        \
    .quantifier = SLEY_NEVER, .event = SLEY_ANY_DEADLOCK, .body = entry, .runs = 500

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
        POOL_RUNS_ALL("pool-max-workers-bound.nested",
                      "items that wait for other items of the pool which they fill are all run",
                      nested_in_full),
        .twin = true,
        .expect = {SLEY_SHARING(SLEY_REFUTED, full)},
    },
    {
        POOL_RUNS_ALL("pool-max-workers-bound.nested-in-larger",
                      "items that wait for other items of a pool with one worker more are all run",
                      nested_in_larger),
        .twin = true,
        .falsifier = "pool-max-workers-bound.nested",
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL_RUNS_ALL("pool-max-workers-bound.without-timeout",
                      "behind max_workers calls without a time-out that are never answered an "
                      "item is run",
                      all_workers_hang),
        .twin = true,
        .expect = {SLEY_SHARING(SLEY_REFUTED, occupied)},
    },
    {
        POOL_RUNS_ALL("pool-max-workers-bound.with-timeout",
                      "behind max_workers calls with a time-out that are never answered an item "
                      "is run",
                      calls_with_timeout),
        .twin = true,
        .falsifier = "pool-max-workers-bound.without-timeout",
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL_RUNS_ALL("pool-max-workers-bound.one-left",
                      "behind fewer than max_workers calls that are never answered an item is run",
                      all_but_one_hang),
        .twin = true,
        .falsifier = "pool-max-workers-bound.without-timeout",
        .expect = {SLEY_SHARING_CONFIRMED},
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
