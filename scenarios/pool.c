/* What the documents claim of pools: bound, order, workers on demand, one process a task, the limit
 * of 40. */
#include "scenarios/object.h"

enum { ITEMS_MAX = 6, LIMIT_TASKS = 44, LATENCY_MS = 20 };

static struct sley_pool pool;
static struct sley_future futures[ITEMS_MAX];
static struct sley_limiter limiter;
static struct sley_lock guard;
static uint32_t workers, items;
static uint32_t inside, most, done;
static uintptr_t ran_in[ITEMS_MAX];
static bool limited;

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

/* A work item that waits for another of the same pool, which is full with it. */
static void *
outer(void *unused)
{
    sley_pool_submit(&pool, &futures[1], count_inside, 0);
    sley_future_result(&futures[1], NULL, NULL);
    return unused;
}

static void
nested(void)
{
    sley_lock_init(&guard);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    sley_pool_submit(&pool, &futures[0], outer, 0);
    sley_future_result(&futures[0], NULL, NULL);
    sley_pool_destroy(&pool);
}

static void
nested_in_one(void)
{
    workers = 1;
    nested();
}

static void
nested_in_two(void)
{
    workers = 2;
    nested();
}

static void
all_at_once(void)
{
    workers = (uint32_t)sley_draw(2, 3);
    sley_lock_init(&guard);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    sley_pool_submit(&pool, &futures[0], count_inside, 0);
    uint32_t started = sley_pool_started(&pool);
    sley_pool_destroy(&pool);
    sley_check(started == workers);
}

static void
on_demand(void)
{
    workers = (uint32_t)sley_draw(1, 3);
    items = (uint32_t)sley_draw(0, 4);
    sley_lock_init(&guard);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    sley_check(sley_pool_started(&pool) == 0);
    submit_all(count_inside);
    uint32_t started = sley_pool_started(&pool);
    sley_check(started <= workers && started <= items);
    sley_pool_destroy(&pool);
}

static void *
note_worker(void *index)
{
    ran_in[(uintptr_t)index] = sley_self();
    return index;
}

static void
worker_for_each(void)
{
    items = 2;
    sley_pool_init(&pool, 1, SLEY_POOL_PROCESSES);
    submit_all(note_worker);
    sley_pool_shutdown(&pool, true, false);
    sley_check(ran_in[0] != ran_in[1]);
}

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

static void *
visit(void *index)
{
    if (limited) {
        sley_limiter_acquire(&limiter);
    }
    sley_with (&guard) {
        sley_add(&inside, 1);
        most = sley_load(&inside) > most ? inside : most;
    }
    sley_sleep_ms(LATENCY_MS);
    sley_with (&guard) {
        sley_add(&inside, -1u);
    }
    if (limited) {
        sley_limiter_release(&limiter);
    }
    return index;
}

/* Virtual milliseconds that 44 requests of 20 ms take, all at once. */
static uint64_t
serve_all(bool through_limiter)
{
    uintptr_t tasks[LIMIT_TASKS];
    limited = through_limiter;
    sley_lock_init(&guard);
    sley_limiter_init(&limiter, SLEY_LIMITER_DEFAULT);
    uint64_t begin_ns = sley_now_ns();
    for (intptr_t i = 0; i < LIMIT_TASKS; i++) {
        tasks[i] = sley_spawn(visit, (void *)i);
    }
    for (int i = 0; i < LIMIT_TASKS; i++) {
        sley_join(tasks[i]);
    }
    return (sley_now_ns() - begin_ns) / 1000000;
}

static void
limit_of_40(void)
{
    serve_all(true);
    sley_check(most == 40);
}

static void
trade_off(void)
{
    uint64_t blocking_ms = serve_all(true);
    uint64_t awaiting_ms = serve_all(false);
    sley_check(blocking_ms == 2 * LATENCY_MS && awaiting_ms == LATENCY_MS);
}

static const char lazy[] = "max_workers is a cap: workers are started when there is work for them";
static const char reused[] = "a worker does one item after the other";

#define POOL(property, of, place, text, entry)                                                     \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry

const struct sley_property sley_scenario_pool[] = {
    {
        POOL("pool-max-workers-bound", "pool-max-workers-bound", "000:104",
             "never more than max_workers items run at once, and all are run", bound),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-max-workers-bound.nested", "pool-max-workers-bound", "000:104",
             "an item that waits for another of a pool of one waits for ever", nested_in_one),
        .event = SLEY_ANY_DEADLOCK,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-max-workers-bound.nested-in-two", "pool-max-workers-bound", "000:104",
             "in a pool of two an item may wait for one other", nested_in_two),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-preallocate", "pool-preallocate", "000:82",
             "a pool has all its workers once it is used", all_at_once),
        .expect = {{"thread", SLEY_REFUTED, lazy}, {"coroutine", SLEY_REFUTED, lazy}},
    },
    {
        POOL("pool-preallocate.lazy", "pool-preallocate", "000:82",
             "no worker before the first submit, and no more than submits", on_demand),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-process-each-task-own-process", "pool-process-each-task-own-process", "000:191",
             "each item has a worker of its own", worker_for_each),
        .expect = {{"thread", SLEY_REFUTED, reused}, {"coroutine", SLEY_REFUTED, reused}},
    },
    {
        POOL("pool-map-order", "pool-map-order", "000:192",
             "map returns results in the order of the inputs", map_keeps_order),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-limit-about-40", "pool-limit-about-40", "000:113",
             "of 44 blocking requests through AnyIO's default limiter exactly 40 run at once",
             limit_of_40),
        .strict_time = true,
        .runs = 50,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        POOL("pool-fastapi-tradeoff", "pool-fastapi-tradeoff", "000:113",
             "44 blocking requests of 20 ms take two rounds of it, 44 awaiting ones take one",
             trade_off),
        .strict_time = true,
        .runs = 50,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {0},
};
