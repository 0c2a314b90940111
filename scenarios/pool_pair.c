/* The documents' own programs with pools, as they print them: a thread for each request against an
 * executor of ten (000:85), a list in a row against a pool of processes (000:180). */
#include <sley/loop.h>
#include <sley/process_pool.h>
#include <sley/sley.h>

enum { MAX_WORKERS = 10, REQUESTS_MAX = 14, DATA_MAX = 4, CORES = 4, BLOCKED_MS = 10 };

static int inside, most;

/* --- 000:85, blocking calls --- */

static void
blocking_io_call(void)
{
    int now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
    int seen = __atomic_load_n(&most, __ATOMIC_SEQ_CST);
    while (now > seen && !__atomic_compare_exchange_n(&most, &seen, now, false, __ATOMIC_SEQ_CST,
                                                      __ATOMIC_SEQ_CST)) {
    }
    sley_block_us(BLOCKED_MS * 1000);
    __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
}

static void *
handle_request(void *unused)
{
    blocking_io_call();
    return unused;
}

/* Python waits at its exit for threads that nobody joined. */
static void
thread_for_each(void)
{
    uintptr_t threads[REQUESTS_MAX];
    int requests = sley_draw(MAX_WORKERS + 1, REQUESTS_MAX);
    for (int i = 0; i < requests; i++) {
        threads[i] = sley_spawn(handle_request, NULL);
    }
    for (int i = 0; i < requests; i++) {
        sley_join(threads[i]);
    }
    sley_check(most <= MAX_WORKERS);
}

static struct sley_awaited
call_in_executor(void *argument)
{
    blocking_io_call();
    return sley_result((intptr_t)argument);
}

/* async_wrapper: awaits what it handed to the pool. */
static struct sley_awaited
async_wrapper(void *argument)
{
    struct sley_loop_executor *executor = argument;
    return sley_await(sley_loop_run_in_executor(executor, call_in_executor, argument));
}

static void
executor_of_ten(void)
{
    struct sley_loop_executor executor;
    struct sley_async_future *wrappers[REQUESTS_MAX];
    int requests = sley_draw(MAX_WORKERS + 1, REQUESTS_MAX);
    sley_loop_executor_init(&executor, MAX_WORKERS);
    for (int i = 0; i < requests; i++) {
        wrappers[i] = sley_loop_task(async_wrapper, &executor);
    }
    sley_await(sley_loop_gather(wrappers, (uint32_t)requests, false));
    for (int i = 0; i < requests; i++) {
        sley_check(sley_loop_result(wrappers[i]).value == (intptr_t)&executor);
    }
    sley_loop_executor_shutdown(&executor);
    sley_check(most <= MAX_WORKERS);
}

/* --- 000:180, a heavy computation --- */

/* sum(i * i for i in range(n)), which takes n ms. */
static void *
heavy_computation(void *data)
{
    uintptr_t n = (uintptr_t)data, sum = 0;
    for (uintptr_t i = 0; i < n; i++) {
        sum += i * i;
    }
    sley_compute_us((uint32_t)n * 1000);
    return (void *)sum;
}

/* Two items and more, of 30 ms and more; returns their sum in us. */
static uint64_t
data_draw(void **data, uint32_t *count)
{
    uint64_t sum_us = 0;
    *count = (uint32_t)sley_draw(2, DATA_MAX);
    for (uint32_t i = 0; i < *count; i++) {
        uintptr_t each_ms = (uintptr_t)sley_draw(30, 60);
        data[i] = (void *)each_ms;
        sum_us += each_ms * 1000;
    }
    sley_machine_set(CORES, "cpython");
    return sum_us;
}

static void
in_a_row(void)
{
    void *data[DATA_MAX];
    uint32_t count;
    uint64_t sum_us = data_draw(data, &count);
    uint64_t begin_us = sley_now_us();
    for (uint32_t i = 0; i < count; i++) {
        heavy_computation(data[i]);
    }
    sley_check(sley_now_us() - begin_us < sum_us);
}

/* As many workers as cores, which is the default. */
static void
in_a_pool(void)
{
    struct sley_process_pool executor;
    void *data[DATA_MAX], *results[DATA_MAX];
    uint32_t count;
    uint64_t sum_us = data_draw(data, &count);
    uint64_t begin_us = sley_now_us();
    sley_process_pool_init(&executor, CORES, 0);
    sley_process_pool_map(&executor, heavy_computation, data, results, count, 1);
    sley_check(sley_now_us() - begin_us < sum_us);
    for (uint32_t i = 0; i < count; i++) {
        uintptr_t n = (uintptr_t)data[i];
        sley_check((uintptr_t)results[i] == (n - 1) * n * (2 * n - 1) / 6);
    }
    sley_process_pool_shutdown(&executor);
}

#define PAIR(property, of, place, text, entry)                                                     \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry, .runs = 100

const struct sley_property sley_scenario_pool_pair[] = {
    {
        PAIR("pool-max-workers-bound.thread-for-each", "pool-max-workers-bound", "000:86",
             "of more than ten requests, a thread for each, never more than ten run at once",
             thread_for_each),
        .twin = true,
        .strict_time = true,
        .alone = true,
        .expect = {{"thread", SLEY_REFUTED, "nothing bounds the threads"},
                   {"gil:py310", SLEY_REFUTED, "nothing bounds the threads"}},
    },
    {
        PAIR("pool-max-workers-bound.executor-of-ten", "pool-max-workers-bound", "000:104",
             "of more than ten requests in an executor of ten never more than ten run at once, and "
             "each wrapper gets its result",
             executor_of_ten),
        .falsifier = "fault:loop-executor-no-cap",
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        PAIR("pool-processpool-parallel.in-a-row", "pool-processpool-parallel", "000:184",
             "heavy computations in a row take less than their sum", in_a_row),
        .twin = true,
        .timed = true,
        .expect = {{"process", SLEY_REFUTED, "one process computes one after the other"}},
    },
    {
        PAIR("pool-processpool-parallel.as-printed", "pool-processpool-parallel", "000:190",
             "heavy computations mapped over a pool of processes take less than their sum, with "
             "the same results in the same order",
             in_a_pool),
        .timed = true,
        .falsifier = "pool-processpool-parallel.in-a-row",
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
