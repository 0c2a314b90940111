/* Calls that block: who overlaps them, at what price, and files, which cannot be polled. */
#include "scenarios/workload.h"

enum { CALLS_MAX = 32 };

/* --- the only rescue --- */

static void *
block(void *duration_us)
{
    sley_block_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* As block, with the library patched so that its calls suspend the caller (gevent). */
static void *
block_patched(void *duration_us)
{
    sley_io_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* Threads overlap the calls, and nobody else does. */
static void
only_threads(void *(*entry)(void *))
{
    uintptr_t tasks[16];
    int count = sley_draw(2, 16);
    uint64_t wait_us = (uint64_t)sley_draw(1, 100000);
    sley_machine_set((uint32_t)sley_draw(1, 8), "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)(uintptr_t)wait_us);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    bool threads = sley_workload_way() == SLEY_THREADS;
    uint64_t took_us = sley_usage().makespan_ns / 1000;
    sley_check(threads ? took_us == wait_us : took_us == (uint64_t)count * wait_us);
}

static void
only_threads_rescue(void)
{
    only_threads(block);
}

static void
only_threads_rescue_patched(void)
{
    only_threads(block_patched);
}

/* --- a pool for them --- */

static struct sley_pool pool;

/* No longer than the rounds take and a tenth, and with less memory than a process each. */
static void
pool_of_workers(void)
{
    void *arguments[CALLS_MAX], *results[CALLS_MAX];
    uint32_t workers = (uint32_t)sley_draw(2, 8);
    uint32_t calls = (uint32_t)sley_draw((int)workers, CALLS_MAX);
    uint64_t wait_us = (uint64_t)sley_draw(20, 200) * 1000;
    sley_machine_set((uint32_t)sley_draw(1, 8), "cpython");
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    for (uint32_t i = 0; i < calls; i++) {
        arguments[i] = (void *)(uintptr_t)wait_us;
    }
    sley_pool_map(&pool, block, arguments, results, calls, 1);
    struct sley_usage usage = sley_usage();
    sley_pool_destroy(&pool);
    uint64_t rounds = (calls + workers - 1) / workers;
    sley_check(usage.makespan_ns / 1000 * 10 <= rounds * wait_us * 11);
    sley_check(usage.memory_bytes < workers * (uint64_t)1024 * 1024);
}

/* --- a process for each of them --- */

/* Creating a task of the model for each costs more than twice what the tasks themselves take. */
static void
creation_exceeds(int wait_us_low, int wait_us_high)
{
    struct sley_workload work = {
        .count = (uint32_t)sley_draw(1, 8),
        .cores = (uint32_t)sley_draw(1, 8),
        .wait_us = (uint32_t)sley_draw(wait_us_low, wait_us_high),
        .compute_us = 10,
        .blocking = true,
    };
    sley_workload_run_us(&work);
    uint64_t task_us = work.wait_us + work.compute_us;
    uint64_t busy_us = sley_usage().busy_ns / 1000;
    sley_check(busy_us - work.count * work.compute_us > 2 * work.count * task_us);
}

static void
light_tasks(void)
{
    creation_exceeds(100, 1000);
}

static void
long_requests(void)
{
    creation_exceeds(50000, 200000);
}

/* --- files --- */

enum { PS_PER_BYTE = 100, BYTES_PER_US = 1000000 / PS_PER_BYTE };

/* KiB * 2^20 + microseconds until the storage answers. Opening takes 20 us of bytecode, copying is
 * C code without the lock. */
static void *
read_file(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    uint32_t latency_us = (uint32_t)(value & 0xfffff);
    if (latency_us) {
        sley_block_us(latency_us);
    }
    sley_call_bytes((uint32_t)(value >> 20) * 1024, PS_PER_BYTE, 20000, true);
    return NULL;
}

/* Three quarters of the time of one file after the other, or less. Two readers together get at most
 * a quarter more through the memory than one. */
static void
files_gain(uint32_t latency_us, uint32_t kib)
{
    uintptr_t tasks[8];
    int count = sley_draw(2, 8);
    void *file = (void *)((uintptr_t)kib << 20 | latency_us);
    sley_machine_set((uint32_t)sley_draw(2, 8), "cpython");
    sley_machine_bandwidth((uint32_t)sley_draw(BYTES_PER_US, BYTES_PER_US * 5 / 4));
    for (int i = 0; i < count; i++) {
        read_file(file);
    }
    uint64_t row_us = sley_now_us();
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(read_file, file);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check((sley_now_us() - row_us) * 4 <= row_us * 3);
}

static void
files_on_storage(void)
{
    files_gain((uint32_t)sley_draw(20, 200) * 1000, (uint32_t)sley_draw(4, 1024));
}

static void
files_in_cache(void)
{
    files_gain(0, (uint32_t)sley_draw(4, 40960));
}

static const char blocks[] = "a call that blocks keeps the loop";
static const char cheap[] = "98 us to create";

const struct sley_property sley_scenario_io_blocking[] = {
    {
        .name = "thread-only-saviour-for-blocking-io",
        .claim = "thread-only-saviour-for-blocking-io",
        .source = "000:18",
        .says = "n blocking calls take as long as one in threads, and their sum everywhere else",
        .when = "the library blocks",
        .quantifier = SLEY_ALWAYS,
        .body = only_threads_rescue,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_REFUTED, "each waits in a process of its own"},
                   {"coroutine", SLEY_CONFIRMED, blocks}},
    },
    {
        .name = "thread-only-saviour-for-blocking-io.patched",
        .claim = "thread-only-saviour-for-blocking-io",
        .source = "000:18",
        .says = "n blocking calls take as long as one in threads, and their sum everywhere else",
        .when = "the library is patched so that its calls suspend the caller",
        .quantifier = SLEY_ALWAYS,
        .body = only_threads_rescue_patched,
        .timed = true,
        .runs = 100,
        .expect = {{"coroutine", SLEY_REFUTED, "they overlap in one thread"}},
    },
    {
        .name = "io-thread-pool-for-blocking",
        .claim = "io-thread-pool-for-blocking",
        .source = "003:72",
        .says = "n blocking calls of 20 ms and more in a pool of k workers take n / k rounds and a "
                "tenth at most, and a third of the memory of processes",
        .quantifier = SLEY_ALWAYS,
        .body = pool_of_workers,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_NOT_APPLICABLE, "this pool's queue lies in shared memory"},
                   {"coroutine", SLEY_REFUTED, blocks}},
    },
    {
        .name = "io-process-per-light-task-wasteful",
        .claim = "io-process-per-light-task-wasteful",
        .source = "003:55",
        .says = "to create a task of the model for each request costs more than twice the request",
        .when = "requests of 0.1 to 1 ms",
        .quantifier = SLEY_ALWAYS,
        .body = light_tasks,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, cheap},
                   {"gil:free", SLEY_REFUTED, cheap},
                   {"coroutine", SLEY_REFUTED, "7.5 us to create"}},
    },
    {
        .name = "io-process-per-light-task-wasteful.long",
        .claim = "io-process-per-light-task-wasteful",
        .source = "003:55",
        .says = "to create a task of the model for each request costs more than twice the request",
        .when = "requests of 50 to 200 ms",
        .quantifier = SLEY_ALWAYS,
        .body = long_requests,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "2.7 ms to create"},
                   {"process:spawn", SLEY_REFUTED, "79 ms to create"}},
    },
    {
        .name = "io-multiple-files",
        .claim = "io-multiple-files",
        .source = "001:33",
        .says = "files read each in a task of the model take three quarters of one after the "
                "other, or less",
        .when = "the storage takes 20 ms and more to answer",
        .quantifier = SLEY_ALWAYS,
        .body = files_on_storage,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, "a file cannot be polled: reading it blocks"}},
    },
    {
        .name = "io-multiple-files.cached",
        .claim = "io-multiple-files",
        .source = "001:33",
        .says = "files read each in a task of the model take three quarters of one after the "
                "other, or less",
        .when = "the files are in the cache, and memory gives two readers a quarter more than one",
        .quantifier = SLEY_ALWAYS,
        .body = files_in_cache,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "nothing waits: memory is the limit"),
                   {"process", SLEY_REFUTED, "nothing waits: memory is the limit"},
                   {"coroutine", SLEY_REFUTED, "nothing waits"}},
    },
    {0},
};
