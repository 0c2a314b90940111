/* What it costs to create a thread for each task (000:82), and what a pool saves (000:79). In
 * virtual time, by the profile of CPython: a thread 98 us, an item of a pool 8.7 us, two wake-ups
 * of threads that wait 78 us. */
#include "scenarios/object.h"
#include "scenarios/tasks.h"

#include <sley/process_pool.h>

enum { TASKS_MAX = 32, CORES = 4, WORKERS = 2 };

static struct sley_pool pool;
static struct sley_future futures[TASKS_MAX];

/* --- a task of the model for each --- */

static uint64_t
in_new_tasks_us(int count, uintptr_t duration_us)
{
    uint64_t begin_us = sley_now_us();
    run_tasks(count, compute, duration_us);
    return sley_now_us() - begin_us;
}

static uint64_t
in_new_tasks_one_by_one_us(int count, uintptr_t duration_us)
{
    uint64_t begin_us = sley_now_us();
    for (int i = 0; i < count; i++) {
        sley_join(sley_spawn(compute, (void *)duration_us));
    }
    return sley_now_us() - begin_us;
}

/* --- the same in a pool, which is there already --- */

static void
pool_begin(void)
{
    sley_machine_set(CORES, "cpython");
    sley_pool_init(&pool, WORKERS, SLEY_POOL_THREADS);
    for (int i = 0; i < WORKERS; i++) {
        sley_pool_submit(&pool, &futures[i], compute, (void *)1000);
    }
    for (int i = 0; i < WORKERS; i++) {
        sley_future_result(&futures[i], NULL, NULL);
    }
    sley_io_us(1000);
}

static uint64_t
in_pool_us(int count, uintptr_t duration_us)
{
    uint64_t begin_us = sley_now_us();
    for (int i = 0; i < count; i++) {
        sley_pool_submit(&pool, &futures[i], compute, (void *)duration_us);
    }
    for (int i = 0; i < count; i++) {
        sley_future_result(&futures[i], NULL, NULL);
    }
    return sley_now_us() - begin_us;
}

static uint64_t
in_pool_one_by_one_us(int count, uintptr_t duration_us)
{
    uint64_t begin_us = sley_now_us();
    for (int i = 0; i < count; i++) {
        sley_pool_submit(&pool, &futures[i], compute, (void *)duration_us);
        sley_future_result(&futures[i], NULL, NULL);
    }
    return sley_now_us() - begin_us;
}

/* Cheaper: by half at least. */
static void
reuse_in_bulk(void)
{
    int count = sley_draw(8, TASKS_MAX);
    uintptr_t duration_us = (uintptr_t)sley_draw(0, 10);
    pool_begin();
    sley_check(in_pool_us(count, duration_us) * 2 <= in_new_tasks_us(count, duration_us));
    sley_pool_destroy(&pool);
}

static void
reuse_one_by_one(void)
{
    int count = sley_draw(1, TASKS_MAX);
    uintptr_t duration_us = (uintptr_t)sley_draw(0, 10);
    pool_begin();
    uint64_t pool_us = in_pool_one_by_one_us(count, duration_us);
    sley_check(pool_us * 2 <= in_new_tasks_one_by_one_us(count, duration_us));
    sley_pool_destroy(&pool);
}

/* Processes: the pool is there, and each item is waited for. */
static void
reuse_of_processes(void)
{
    struct sley_process_pool processes;
    int count = sley_draw(1, 8);
    uintptr_t duration_us = (uintptr_t)sley_draw(0, 10);
    sley_machine_set(CORES, "cpython");
    sley_process_pool_init(&processes, WORKERS, 0);
    sley_process_pool_result(&processes, sley_process_pool_submit(&processes, compute, NULL));
    sley_io_us(1000);
    uint64_t begin_us = sley_now_us();
    for (int i = 0; i < count; i++) {
        uint32_t number = sley_process_pool_submit(&processes, compute, (void *)duration_us);
        sley_process_pool_result(&processes, number);
    }
    uint64_t pool_us = sley_now_us() - begin_us;
    sley_check(pool_us * 2 <= in_new_tasks_one_by_one_us(count, duration_us));
    sley_process_pool_shutdown(&processes);
}

/* --- how expensive a task of one's own is --- */

/* "Very expensive": at least as much again as the work itself. */
static bool
doubles_the_time(uintptr_t duration_us)
{
    int count = sley_draw(1, TASKS_MAX);
    sley_machine_set(1, "cpython");
    uint64_t begin_us = sley_now_us();
    for (int i = 0; i < count; i++) {
        compute((void *)duration_us);
    }
    uint64_t row_us = sley_now_us() - begin_us;
    return in_new_tasks_one_by_one_us(count, duration_us) >= 2 * row_us;
}

static void
short_tasks(void)
{
    sley_check(doubles_the_time((uintptr_t)sley_draw(1, 50)));
}

static void
requests(void)
{
    sley_check(doubles_the_time((uintptr_t)sley_draw(10000, 20000)));
}

static const char cheap[] = "a task of the loop costs 7.5 us";
static const char lost_in_it[] = "98 us are lost in a request of 10 ms";
static const char nearly_equal[] = "both ways wake two threads: 87 us for 98 us";

#define THREADS(finding, reason)                                                                   \
    {"thread", finding, reason}, {"gil:py32", finding, reason}, {"gil:py310", finding, reason},    \
        {"gil:per-interpreter", finding, reason},                                                  \
    {                                                                                              \
        "gil:free", finding, reason                                                                \
    }

#define COST(property, of, place, text, entry)                                                     \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry, .timed = true, .runs = 60

const struct sley_property sley_scenario_pool_cost[] = {
    {
        COST("pool-reuse-cheaper-than-churn", "pool-reuse-cheaper-than-churn", "000:79",
             "short tasks take at most half the time in a pool that a thread for each takes",
             reuse_in_bulk),
        .when = "many tasks are queued at once",
        .falsifier = "pool-reuse-cheaper-than-churn.one-by-one",
        .expect = {THREADS(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_NOT_APPLICABLE, "coroutines are cheap and need no pool"}},
    },
    {
        COST("pool-reuse-cheaper-than-churn.one-by-one", "pool-reuse-cheaper-than-churn", "000:79",
             "short tasks take at most half the time in a pool that a thread for each takes",
             reuse_one_by_one),
        .when = "each task is waited for before the next one",
        .expect = {THREADS(SLEY_REFUTED, nearly_equal)},
    },
    {
        COST("pool-reuse-cheaper-than-churn.processes", "pool-reuse-cheaper-than-churn", "000:79",
             "short tasks take at most half the time in a pool that a process for each takes",
             reuse_of_processes),
        .when = "each task is waited for before the next one",
        .falsifier = "fault:machine.create-free",
        .expect = {{"process", SLEY_CONFIRMED, "a fork costs 2.7 ms, an item 0.16 ms"}},
    },
    {
        COST("pool-thread-churn-very-expensive", "pool-thread-churn-very-expensive", "000:82",
             "a thread for each task at least doubles the time", short_tasks),
        .when = "a task takes 1 to 50 us",
        .expect = {THREADS(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, "a fork costs 2.7 ms"},
                   {"coroutine", SLEY_REFUTED, cheap}},
    },
    {
        COST("pool-thread-churn-very-expensive.requests", "pool-thread-churn-very-expensive",
             "000:82", "a thread for each task at least doubles the time", requests),
        .when = "a task takes 10 ms and more",
        .expect = {THREADS(SLEY_REFUTED, lost_in_it),
                   {"process", SLEY_REFUTED, "2.7 ms are lost in a request of 10 ms"},
                   {"coroutine", SLEY_REFUTED, cheap}},
    },
    {0},
};
