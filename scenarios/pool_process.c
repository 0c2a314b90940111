/* What the documents claim of ProcessPoolExecutor: whose process an item runs in, how many there
 * are, in which order results come. */
#include <sley/process_pool.h>
#include <sley/shared.h>

enum { ITEMS_MAX = 6, WORKERS_MAX = 3 };

static struct sley_process_pool pool;
static int calls; /* each process's own */

/* In shared memory. */
struct gauge {
    int inside, most, done;
};

/* --- whose process --- */

/* 1, 2, ... within a process: 1 says that nobody ran here before. */
static void *
note_call(void *unused)
{
    (void)unused;
    calls++;
    return (void *)(intptr_t)calls;
}

/* Items are sent before the first answer is waited for. True: each found a fresh process. */
static bool
each_is_first(uint32_t workers, uint32_t items, uint32_t item_limit)
{
    bool first = true;
    sley_process_pool_init(&pool, workers, item_limit);
    for (uint32_t i = 0; i < items; i++) {
        sley_process_pool_submit(&pool, note_call, NULL);
    }
    for (uint32_t i = 0; i < items; i++) {
        first = sley_process_pool_result(&pool, i) == (void *)1 && first;
    }
    sley_process_pool_shutdown(&pool);
    return first;
}

static void
more_items_than_workers(void)
{
    uint32_t workers = (uint32_t)sley_draw(1, 2);
    uint32_t items = workers + (uint32_t)sley_draw(1, 2);
    sley_check(each_is_first(workers, items, 0));
}

static void
one_item_a_life(void)
{
    uint32_t workers = (uint32_t)sley_draw(1, 2);
    uint32_t items = workers + (uint32_t)sley_draw(1, 2);
    sley_check(each_is_first(workers, items, 1));
}

static uint32_t
processes_of(uint32_t workers, uint32_t items)
{
    sley_process_pool_init(&pool, workers, 0);
    for (uint32_t i = 0; i < items; i++) {
        sley_process_pool_submit(&pool, note_call, NULL);
    }
    for (uint32_t i = 0; i < items; i++) {
        sley_process_pool_result(&pool, i);
    }
    uint32_t started = sley_process_pool_started(&pool);
    sley_process_pool_shutdown(&pool);
    return started;
}

static void
as_many_as_items(void)
{
    uint32_t workers = (uint32_t)sley_draw(1, 2);
    uint32_t items = (uint32_t)sley_draw(1, 4);
    sley_check(processes_of(workers, items) == items);
}

/* --- how many at a time --- */

static void *
count_inside(void *argument)
{
    struct gauge *gauge = argument;
    int inside = __atomic_add_fetch(&gauge->inside, 1, __ATOMIC_SEQ_CST);
    int most = __atomic_load_n(&gauge->most, __ATOMIC_SEQ_CST);
    while (inside > most && !__atomic_compare_exchange_n(&gauge->most, &most, inside, false,
                                                         __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    sley_pause();
    __atomic_fetch_sub(&gauge->inside, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&gauge->done, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void
bound(void)
{
    struct gauge *gauge = sley_shared_allocate(sizeof *gauge);
    int workers = sley_draw(1, WORKERS_MAX);
    int items = sley_draw(0, ITEMS_MAX);
    sley_process_pool_init(&pool, (uint32_t)workers, 0);
    for (int i = 0; i < items; i++) {
        sley_process_pool_submit(&pool, count_inside, gauge);
    }
    sley_process_pool_shutdown(&pool);
    sley_check(gauge->most <= workers && gauge->done == items);
}

static void
one_item(void)
{
    uint32_t workers = (uint32_t)sley_draw(2, WORKERS_MAX);
    sley_check(processes_of(workers, 1) == workers);
}

/* --- the order of results --- */

/* What an item takes is drawn and part of it: the later ones may be done first. */
static void *
square_after(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_sleep_ms((uint32_t)(value / 256));
    return (void *)(value % 256 * (value % 256));
}

static void
map_keeps_order(void)
{
    void *inputs[ITEMS_MAX], *results[ITEMS_MAX];
    uint32_t workers = (uint32_t)sley_draw(1, WORKERS_MAX);
    uint32_t items = (uint32_t)sley_draw(0, ITEMS_MAX);
    uint32_t chunk = (uint32_t)sley_draw(1, 2);
    for (uintptr_t i = 0; i < items; i++) {
        inputs[i] = (void *)((uintptr_t)sley_draw(0, 9) * 256 + i + 1);
    }
    sley_process_pool_init(&pool, workers, 0);
    sley_process_pool_map(&pool, square_after, inputs, results, items, chunk);
    for (uintptr_t i = 0; i < items; i++) {
        sley_check(results[i] == (void *)((i + 1) * (i + 1)));
    }
    sley_process_pool_shutdown(&pool);
}

static const char again[] = "a worker does one item after the other, and keeps what they leave";
static const char threads_share[] = "a pool of threads has one process";
static const char forked[] = "all workers are forked at the first submit: a process with threads "
                             "is not forked safely (CPython issue 90622)";
static const char spawned[] = "spawned workers are started when there is work for them";

#define POOL(property, of, place, text, entry)                                                     \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry, .runs = 300

#define PROCESSES(finding, reason)                                                                 \
    {"process", finding, reason},                                                                  \
    {                                                                                              \
        "process:spawn", finding, reason                                                           \
    }

const struct sley_property sley_scenario_pool_process[] = {
    {
        POOL("pool-process-each-task-own-process", "pool-process-each-task-own-process", "000:191",
             "no item finds what an earlier one left in its process", more_items_than_workers),
        .expect = {PROCESSES(SLEY_REFUTED, again),
                   {"thread", SLEY_NOT_APPLICABLE, threads_share},
                   {"coroutine", SLEY_NOT_APPLICABLE, threads_share}},
    },
    {
        POOL("pool-process-each-task-own-process.count", "pool-process-each-task-own-process",
             "000:191", "a pool has as many processes as it was given items", as_many_as_items),
        .expect = {PROCESSES(SLEY_REFUTED, again)},
    },
    {
        POOL("pool-process-each-task-own-process.one-item-a-life",
             "pool-process-each-task-own-process", "000:191",
             "with max_tasks_per_child=1 no item finds what an earlier one left in its process",
             one_item_a_life),
        .twin = true,
        .falsifier = "pool-process-each-task-own-process",
        .expect = {PROCESSES(SLEY_CONFIRMED, "")},
    },
    {
        POOL("pool-max-workers-bound.processes", "pool-max-workers-bound", "003:66",
             "never more than max_workers items run at once in a pool of processes, and all are "
             "run",
             bound),
        .falsifier = "fault:process.pool-no-cap",
        .expect = {PROCESSES(SLEY_CONFIRMED, "")},
    },
    {
        POOL("pool-preallocate.processes", "pool-preallocate", "000:82",
             "the pool has its max_workers processes", one_item),
        .when = "one item was submitted",
        .expect = {{"process", SLEY_CONFIRMED, forked}, {"process:spawn", SLEY_REFUTED, spawned}},
    },
    {
        POOL("pool-map-order.processes", "pool-map-order", "000:192",
             "map of a pool of processes returns results in the order of the inputs",
             map_keeps_order),
        .falsifier = "fault:process.pool-unordered",
        .expect = {PROCESSES(SLEY_CONFIRMED, "")},
    },
    {0},
};
