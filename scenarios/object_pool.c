/* Pools: idle workers are used again, work is begun in order, shutdown and broken pools. What the
 * documents claim of pools stands in scenarios/pool.c. */
#include "scenarios/object.h"

enum { ITEMS = 4 };

static struct sley_pool pool;
static struct sley_future futures[ITEMS];
static struct sley_event_object begun, may_end;
static int order[ITEMS], order_count, seconds_done;

static void *
note_order(void *index)
{
    order[order_count++] = (int)(intptr_t)index;
    return index;
}

/* One worker: plain accesses of its items are no race. */
static void
first_in_first_begun(void)
{
    sley_pool_init(&pool, 1, SLEY_POOL_THREADS);
    for (intptr_t i = 0; i < 3; i++) {
        sley_check(sley_pool_submit(&pool, &futures[i], note_order, (void *)i));
    }
    sley_pool_shutdown(&pool, true, false);
    for (int i = 0; i < 3; i++) {
        void *result = NULL;
        sley_check(sley_future_result(&futures[i], &result, NULL) == SLEY_FUTURE_RESULT);
        sley_check(result == (void *)(intptr_t)i && order[i] == i);
    }
    sley_check(sley_pool_started(&pool) == 1);
    sley_pool_destroy(&pool);
}

static void *
wait_for_leave(void *index)
{
    sley_event_set(&begun);
    sley_event_wait(&may_end);
    return index;
}

static void
on_demand(void)
{
    uint32_t workers = (uint32_t)sley_draw(1, 3);
    uint32_t items = (uint32_t)sley_draw(0, ITEMS);
    sley_event_init(&may_end);
    sley_event_set(&may_end);
    sley_event_init(&begun);
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    sley_check(sley_pool_started(&pool) == 0);
    for (uintptr_t i = 0; i < items; i++) {
        sley_pool_submit(&pool, &futures[i], wait_for_leave, (void *)i);
    }
    uint32_t started = sley_pool_started(&pool);
    sley_check(started <= workers && started <= items);
    sley_pool_destroy(&pool);
}

/* Time is strict here: the worker is idle again before the next submit. */
static void
idle_is_used_again(void)
{
    sley_pool_init(&pool, 3, SLEY_POOL_THREADS);
    for (intptr_t i = 0; i < ITEMS; i++) {
        sley_pool_submit(&pool, &futures[i], note_order, (void *)i);
        sley_sleep_ms(10);
    }
    sley_check(sley_pool_started(&pool) == 1);
    sley_pool_destroy(&pool);
    sley_check(order_count == ITEMS);
}

static void *
count_second(void *index)
{
    sley_add(&seconds_done, 1);
    return index;
}

static void
cancel_what_waits(void)
{
    sley_event_init(&begun);
    sley_event_init(&may_end);
    sley_pool_init(&pool, 1, SLEY_POOL_THREADS);
    sley_pool_submit(&pool, &futures[0], wait_for_leave, (void *)1);
    sley_pool_submit(&pool, &futures[1], count_second, (void *)2);
    sley_event_wait(&begun);
    sley_pool_shutdown(&pool, false, true);
    sley_check(!sley_pool_submit(&pool, &futures[2], count_second, (void *)3));
    sley_event_set(&may_end);
    sley_pool_destroy(&pool);
    sley_check(sley_future_result(&futures[0], NULL, NULL) == SLEY_FUTURE_RESULT);
    sley_check(sley_future_result(&futures[1], NULL, NULL) == SLEY_FUTURE_CANCEL);
    sley_check(seconds_done == 0);
}

/* Without cancelling, what was submitted is still done. */
static void
finish_what_waits(void)
{
    sley_pool_init(&pool, 1, SLEY_POOL_THREADS);
    sley_pool_submit(&pool, &futures[0], count_second, (void *)1);
    sley_pool_submit(&pool, &futures[1], count_second, (void *)2);
    sley_pool_shutdown(&pool, true, false);
    sley_check(sley_future_done(&futures[0]) && sley_future_done(&futures[1]));
    sley_check(seconds_done == 2);
    sley_pool_destroy(&pool);
}

static void *
die(void *unused)
{
    (void)unused;
    return sley_pool_die();
}

static void *
live(void *index)
{
    sley_pause();
    return index;
}

/* Every future is answered; the dead worker's item and all that had not begun are broken. */
static void
worker_dies(void)
{
    int workers = sley_draw(1, 2);
    int victim = sley_draw(0, 2);
    int submitted = 0;
    sley_pool_init(&pool, (uint32_t)workers, SLEY_POOL_PROCESSES);
    for (intptr_t i = 0; i < 3; i++) {
        if (!sley_pool_submit(&pool, &futures[i], i == victim ? die : live, (void *)i)) {
            break;
        }
        submitted++;
    }
    for (int i = 0; i < submitted; i++) {
        enum sley_future_end end = sley_future_result(&futures[i], NULL, NULL);
        sley_check(end == SLEY_FUTURE_BROKEN || (end == SLEY_FUTURE_RESULT && i != victim));
    }
    sley_check(sley_pool_is_broken(&pool));
    sley_check(!sley_pool_submit(&pool, &futures[3], live, 0));
    sley_pool_destroy(&pool);
}

/* In a pool of threads the death of one is the death of all. */
static void
thread_dies(void)
{
    sley_pool_init(&pool, 1, SLEY_POOL_THREADS);
    sley_pool_submit(&pool, &futures[0], die, 0);
    sley_future_result(&futures[0], NULL, NULL);
    sley_pool_destroy(&pool);
}

const struct sley_property sley_scenario_object_pool[] = {
    {
        SLEY_CONTRACT("object-pool.order", "concurrent.futures.ThreadPoolExecutor",
                      "one worker does what was submitted in order", first_in_first_begun),
        .falsifier = "fault:pool.no-cap",
    },
    {
        SLEY_CONTRACT("object-pool.lazy", "concurrent.futures.ThreadPoolExecutor",
                      "no worker before the first submit, and no more than submits", on_demand),
    },
    {
        SLEY_CONTRACT("object-pool.reuse", "concurrent.futures.ThreadPoolExecutor",
                      "an idle worker is used again before another one is started",
                      idle_is_used_again),
        .strict_time = true,
    },
    {
        SLEY_CONTRACT("object-pool.shutdown", "concurrent.futures.Executor.shutdown",
                      "a shutdown that cancels ends what runs, cancels what waits, refuses more",
                      cancel_what_waits),
    },
    {
        SLEY_CONTRACT("object-pool.shutdown.finish", "concurrent.futures.Executor.shutdown",
                      "a shutdown that does not cancel waits until all is done", finish_what_waits),
        .falsifier = "fault:queue.no-notify",
    },
    {
        SLEY_CONTRACT("object-pool.broken", "concurrent.futures.process.BrokenProcessPool",
                      "a worker's death breaks every item that is not done, and the pool",
                      worker_dies),
    },
    {
        .name = "object-pool.thread-dies",
        .claim = "contract",
        .source = "concurrent.futures.ThreadPoolExecutor",
        .says = "a crash in a pool of threads ends the program",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(CRASH),
        .body = thread_dies,
        .runs = 20,
        .expect = {{"thread", SLEY_CONFIRMED, ""}},
    },
    {0},
};
