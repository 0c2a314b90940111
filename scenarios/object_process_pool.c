/* Pools of processes: who is started when, what order answers have, and what a worker leaves
 * behind. What the documents claim of them stands in scenarios/pool_process.c. */
#include <sley/process_pool.h>
#include <sley/sley.h>

enum { ITEMS_MAX = 4 };

static struct sley_process_pool pool;
static int calls; /* of this process */

static void *
count_calls(void *unused)
{
    (void)unused;
    calls++;
    return (void *)(intptr_t)calls;
}

static void *
negate(void *number)
{
    return (void *)-(intptr_t)number;
}

/* What is asked for last comes first. */
static void
answers_by_number(void)
{
    uint32_t numbers[ITEMS_MAX];
    uint32_t workers = (uint32_t)sley_draw(1, 2);
    int items = sley_draw(1, ITEMS_MAX);
    sley_process_pool_init(&pool, workers, 0);
    for (intptr_t i = 0; i < items; i++) {
        numbers[i] = sley_process_pool_submit(&pool, negate, (void *)(i + 1));
    }
    for (intptr_t i = items - 1; i >= 0; i--) {
        sley_check(sley_process_pool_result(&pool, numbers[i]) == (void *)-(i + 1));
        sley_check(sley_process_pool_result(&pool, numbers[i]) == (void *)-(i + 1));
    }
    sley_process_pool_shutdown(&pool);
}

/* Forked: all at the first submit. */
static void
all_at_once(void)
{
    uint32_t workers = (uint32_t)sley_draw(1, 3);
    sley_process_pool_init(&pool, workers, 0);
    sley_check(sley_process_pool_started(&pool) == 0);
    sley_process_pool_submit(&pool, negate, NULL);
    sley_check(sley_process_pool_started(&pool) == workers);
    sley_process_pool_shutdown(&pool);
}

/* Spawned: one for each submit at most, and none while one is idle. */
static void
on_demand(void)
{
    uint32_t workers = (uint32_t)sley_draw(1, 2);
    uint32_t items = (uint32_t)sley_draw(0, ITEMS_MAX);
    sley_process_pool_init(&pool, workers, 0);
    for (uint32_t i = 0; i < items; i++) {
        sley_process_pool_submit(&pool, negate, NULL);
        uint32_t started = sley_process_pool_started(&pool);
        sley_check(started <= workers && started <= i + 1);
    }
    sley_process_pool_shutdown(&pool);
}

/* Each worker's count begins anew: nobody's goes beyond the limit. */
static void
limited_lives(void)
{
    uint32_t limit = (uint32_t)sley_draw(1, 2);
    uint32_t items = (uint32_t)sley_draw(1, ITEMS_MAX);
    sley_process_pool_init(&pool, (uint32_t)sley_draw(1, 2), limit);
    for (uint32_t i = 0; i < items; i++) {
        sley_process_pool_submit(&pool, count_calls, NULL);
    }
    for (uint32_t i = 0; i < items; i++) {
        sley_check((uintptr_t)sley_process_pool_result(&pool, i) <= limit);
    }
    sley_process_pool_shutdown(&pool);
    sley_check(sley_process_pool_started(&pool) * limit >= items);
}

/* More than the pipe holds, from one process to one other. */
static void
many_items(void)
{
    sley_process_pool_init(&pool, 1, 0);
    uint32_t items = (uint32_t)sley_draw(60, 100);
    for (uint32_t i = 0; i < items; i++) {
        sley_process_pool_submit(&pool, count_calls, NULL);
    }
    for (uint32_t i = 0; i < items; i++) {
        sley_check(sley_process_pool_result(&pool, i) == (void *)(uintptr_t)(i + 1));
    }
    sley_process_pool_shutdown(&pool);
}

#define PROCESS_POOL(property, documentation, text, entry)                                         \
    .name = property, .claim = "contract", .source = documentation, .says = text,                  \
    .quantifier = SLEY_ALWAYS, .body = entry, .runs = 300

const struct sley_property sley_scenario_object_process_pool[] = {
    {
        PROCESS_POOL("object-process-pool.order", "concurrent.futures.ProcessPoolExecutor",
                     "each submit has its own answer, in whatever order they come and are asked "
                     "for",
                     answers_by_number),
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        PROCESS_POOL("object-process-pool.forked", "CPython issue 90622",
                     "a pool that forks starts every worker at the first submit, none before",
                     all_at_once),
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_REFUTED, "spawned workers are started on demand"}},
    },
    {
        PROCESS_POOL("object-process-pool.on-demand", "concurrent.futures.ProcessPoolExecutor",
                     "a pool that spawns starts at most one worker a submit, and none too many",
                     on_demand),
        .expect = {{"process", SLEY_REFUTED, "forked workers are started at once"},
                   {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        PROCESS_POOL("object-process-pool.item-limit", "max_tasks_per_child",
                     "no worker takes more items than its limit, and all are done", limited_lives),
        .falsifier = "fault:process.pool-immortal",
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        PROCESS_POOL("object-process-pool.many", "concurrent.futures.ProcessPoolExecutor",
                     "one worker does more items than a pipe holds, in order", many_items),
        .steps_max = 60000,
        .falsifier = "fault:process.pool-no-cap",
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {0},
};
