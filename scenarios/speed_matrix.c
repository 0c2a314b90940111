/* NumPy: a matrix in chunks, one for each task of a pool (000:147-154, 000:362-369). */
#include "scenarios/extension.h"

enum { PS_PER_BYTE = 60, BYTES_PER_US = 1000000 / PS_PER_BYTE, MIB = 1 << 20 };

static int
drawn_count(void)
{
    return sley_draw(2, EXTENSION_TASKS_MAX);
}

/* Bytes of a chunk: the task gets them, where memory is not shared, and then calls mean(). */
static void *
mean(void *bytes)
{
    uint32_t size = (uint32_t)(uintptr_t)bytes;
    sley_deserialise_bytes(size);
    sley_call_bytes(size, PS_PER_BYTE, 1000, true);
    return NULL;
}

/* The rows in 2 to 4 parts, on a core each, against the whole in one call: a quarter is saved, or
 * more. Memory yields that many hundredths of what one call asks for. */
static void
split_by_rows(uint32_t bytes_low, uint32_t bytes_high, int memory_low, int memory_high)
{
    uint32_t count = (uint32_t)sley_draw(2, 4);
    uint32_t part = (uint32_t)sley_draw((int)bytes_low, (int)bytes_high) / count;
    uint32_t memory = (uint32_t)sley_draw(memory_low, memory_high);
    sley_machine_set(count, "cpython");
    sley_machine_bandwidth(BYTES_PER_US * memory / 100);
    uint64_t start_ns = sley_now_ns();
    sley_call_bytes(part * count, PS_PER_BYTE, 1000, true);
    uint64_t whole_ns = sley_now_ns() - start_ns;
    start_ns = sley_now_ns();
    for (uint32_t i = 0; i < count; i++) {
        sley_serialise_bytes(part);
    }
    together_ns((int)count, mean, part);
    sley_check((sley_now_ns() - start_ns) * 4 <= whole_ns * 3);
}

static void
large_by_rows(void)
{
    split_by_rows(128 * MIB, 512 * MIB, 200, 400);
}

static void
small_by_rows(void)
{
    split_by_rows(4096, MIB, 200, 400);
}

static void
large_by_rows_in_slow_memory(void)
{
    split_by_rows(128 * MIB, 512 * MIB, 100, 120);
}

/* --- chunks in a pool --- */

static void
large_chunks_pay(void)
{
    sley_check(pays(drawn_count(), "cpython", call_released, (uintptr_t)sley_draw(10000, 50000)));
}

/* executor.map(compute_mean, large_matrix_chunks), as the document has it. */
static void
large_chunks_in_a_pool_pay(void)
{
    static struct sley_pool pool;
    void *durations[EXTENSION_TASKS_MAX], *results[EXTENSION_TASKS_MAX];
    int count = drawn_count();
    uintptr_t duration_us = (uintptr_t)sley_draw(10000, 50000);
    for (int i = 0; i < count; i++) {
        durations[i] = (void *)duration_us;
    }
    sley_machine_set((uint32_t)count, "cpython");
    uint64_t row_ns = in_a_row_ns(count, call_released, duration_us);
    uint64_t start_ns = sley_now_ns();
    sley_pool_init(&pool, (uint32_t)count, SLEY_POOL_THREADS);
    sley_pool_map(&pool, call_released, durations, results, (uint32_t)count, 1);
    sley_pool_shutdown(&pool, true, false);
    sley_pool_destroy(&pool);
    sley_check((sley_now_ns() - start_ns) * 3 <= row_ns * 2);
}

/* 8 MiB each, as 1000 rows of 1000 numbers have, go to the other process and are read there. */
static void *
receive_and_compute(void *duration_us)
{
    sley_deserialise_bytes(8 * MIB);
    return call_released(duration_us);
}

static void
shipped_chunks_pay(void)
{
    int count = drawn_count();
    uint32_t duration_us = (uint32_t)sley_draw(500, 5000);
    sley_machine_set((uint32_t)count, "cpython");
    uint64_t row_ns = in_a_row_ns(count, call_released, duration_us);
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        sley_serialise_bytes(8 * MIB);
    }
    together_ns(count, receive_and_compute, duration_us);
    sley_check((sley_now_ns() - start_ns) * 3 <= row_ns * 2);
}

static void
small_chunks_pay(void)
{
    sley_check(pays(drawn_count(), "cpython", call_released, (uintptr_t)sley_draw(1, 50)));
}

static void
chunks_of_objects_pay(void)
{
    sley_check(pays(drawn_count(), "cpython", call_held, (uintptr_t)sley_draw(10000, 50000)));
}

static const char on_the_loop[] = "on the loop's thread they come one after the other";
static const char creation[] = "a thread takes longer to make than its chunk to compute";
static const char kept[] = "arrays of objects are computed under the lock";
static const char copying[] = "copying a chunk takes longer than computing it";
static const char memory_bound[] = "memory is busy with one thread already";

#define SPLIT                                                                                      \
    .claim = "gil-numpy-mean-row-split", .source = "000:154",                                      \
    .says = "mean() of a matrix, its rows in parts for 2 to 4 tasks, is done in three quarters "   \
            "of its time in one call, or less",                                                    \
    .quantifier = SLEY_ALWAYS, .timed = true, .runs = 100

#define CHUNKS                                                                                     \
    .claim = "gil-numpy-parallel", .source = "000:362",                                            \
    .says = "2 to 8 chunks of a matrix, each in a task, are done in two thirds of the time of "    \
            "one task that does them all, or less",                                                \
    .quantifier = SLEY_ALWAYS, .timed = true, .runs = 100

#define BOLDLY                                                                                     \
    .claim = "select-threads-boldly-for-numpy-hashlib", .source = "000:147",                       \
    .says = "2 to 8 threads that compute in NumPy are done in two thirds of the time of one that " \
            "does it all, or less",                                                                \
    .quantifier = SLEY_ALWAYS, .timed = true, .runs = 100

const struct sley_property sley_scenario_speed_matrix[] = {
    {
        .name = "gil-numpy-mean-row-split",
        SPLIT,
        .when = "128 MiB or more, memory for two threads or more",
        .body = large_by_rows,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_REFUTED, copying},
                   {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-numpy-mean-row-split.small",
        SPLIT,
        .when = "1 MiB or less",
        .body = small_by_rows,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, creation),
                   {"process", SLEY_REFUTED, copying},
                   {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-numpy-mean-row-split.bandwidth",
        SPLIT,
        .when = "128 MiB or more, memory for little more than one thread",
        .body = large_by_rows_in_slow_memory,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, memory_bound)},
    },
    {
        .name = "gil-numpy-parallel",
        CHUNKS,
        .when = "chunks of numbers that take 10 ms or more",
        .body = large_chunks_in_a_pool_pay,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-numpy-parallel.shipped",
        CHUNKS,
        .when = "chunks of 8 MiB that take 0.5 to 5 ms, copied to other processes",
        .body = shipped_chunks_pay,
        .expect = {{"process", SLEY_REFUTED, copying}},
    },
    {
        .name = "gil-numpy-parallel.small",
        CHUNKS,
        .when = "chunks that take 50 us or less",
        .body = small_chunks_pay,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, creation)},
    },
    {
        .name = "gil-numpy-parallel.objects",
        CHUNKS,
        .when = "chunks of objects, for which NumPy keeps the lock",
        .body = chunks_of_objects_pay,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, kept),
                   {"gil:free", SLEY_CONFIRMED, "there is no lock to keep"}},
    },
    {
        .name = "select-threads-boldly-for-numpy-hashlib",
        BOLDLY,
        .when = "calls of 10 ms or more",
        .falsifier = "select-threads-boldly-for-numpy-hashlib.small",
        .body = large_chunks_pay,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "select-threads-boldly-for-numpy-hashlib.small",
        BOLDLY,
        .when = "calls of 50 us or less, each in a thread of its own",
        .body = small_chunks_pay,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, creation)},
    },
    {0},
};
