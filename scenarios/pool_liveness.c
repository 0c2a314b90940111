/* "All tasks are eventually run" (000:104): not if they wait for each other in a full pool, and not
 * behind calls that never return, as requests.get without a time-out (000:33). */
#include "scenarios/object.h"

enum { ITEMS_MAX = 4, WORKERS_MAX = 3, CALL_MS = 20 };

static struct sley_pool pool;
static struct sley_future futures[ITEMS_MAX], inner_futures[ITEMS_MAX];
static struct sley_lock guard;
static struct sley_event_object answer;
static uint32_t workers, items, done;
static bool has_timeout;

static void *
note_done(void *index)
{
    sley_with (&guard) {
        sley_add(&done, 1);
    }
    return index;
}

/* --- items that wait for other items --- */

static void *
outer(void *index)
{
    struct sley_future *inner = &inner_futures[(uintptr_t)index];
    sley_pool_submit(&pool, inner, note_done, index);
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
    for (uintptr_t i = 0; i < items; i++) {
        sley_pool_submit(&pool, &futures[i], outer, (void *)i);
    }
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
    sley_pool_submit(&pool, &futures[count], note_done, 0);
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

static const char full[] = "the item waits in the queue for its own worker";
static const char occupied[] = "each call keeps its worker for ever";

/* That every item is run: no run is a deadlock. */
#define POOL_RUNS_ALL(property, text, entry)                                                       \
    .name = property, .claim = "pool-max-workers-bound", .source = "000:104", .says = text,        \
    .quantifier = SLEY_NEVER, .event = SLEY_ANY_DEADLOCK, .body = entry, .runs = 500

const struct sley_property sley_scenario_pool_liveness[] = {
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
    {0},
};
