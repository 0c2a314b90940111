/* When a farm of processes pays, although what goes in and out is serialised and copied (F13). The
 * workers stand ready: what they cost to create is not counted. */
#include <sley/sley.h>

enum { WORKERS_MAX = 4, CHUNKS_MAX = 12 };

static struct sley_queue jobs, results;

/* One for all chunks of a run. */
static struct chunk {
    uint32_t bytes;   /* in; what comes out is small */
    uint32_t work_us; /* bytecodes */
    uint32_t call_us; /* C code that releases the interpreter lock */
} chunk;

static void *
worker(void *unused)
{
    (void)unused;
    for (;;) {
        intptr_t item = sley_queue_get(&jobs);
        if (item < 0) {
            return NULL;
        }
        sley_receive_bytes(SLEY_BY_QUEUE, chunk.bytes);
        sley_deserialise_bytes(chunk.bytes);
        if (chunk.work_us) {
            sley_compute_us(chunk.work_us);
        }
        if (chunk.call_us) {
            sley_call_us(chunk.call_us, true);
        }
        sley_queue_put(&results, item);
    }
}

/* ns that workers take for so many chunks. */
static uint64_t
farm_ns(int workers, int chunks)
{
    uintptr_t tasks[WORKERS_MAX];
    sley_queue_init(&jobs, SLEY_QUEUE_CAPACITY_MAX);
    sley_queue_init(&results, SLEY_QUEUE_CAPACITY_MAX);
    for (int i = 0; i < workers; i++) {
        tasks[i] = sley_spawn(worker, NULL);
    }
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < chunks; i++) {
        sley_serialise_bytes(chunk.bytes);
        sley_queue_put(&jobs, i);
    }
    int sum = 0;
    for (int i = 0; i < chunks; i++) {
        sum += (int)sley_queue_get(&results);
        sley_receive_bytes(SLEY_BY_QUEUE, 1);
    }
    uint64_t took_ns = sley_now_ns() - start_ns;
    for (int i = 0; i < workers; i++) {
        sley_queue_put(&jobs, -1);
    }
    for (int i = 0; i < workers; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sum == chunks * (chunks - 1) / 2);
    return took_ns;
}

/* Tasks of so many us, so many in a chunk: no sooner than in a row. */
static void
no_sooner(int low_us, int high_us, uint32_t in_chunk)
{
    int workers = sley_draw(2, WORKERS_MAX);
    int chunks = sley_draw(2, CHUNKS_MAX);
    uint32_t task_us = (uint32_t)sley_draw(low_us, high_us);
    sley_machine_set((uint32_t)workers, "cpython");
    chunk = (struct chunk){.bytes = 32 * in_chunk, .work_us = task_us * in_chunk};
    uint64_t row_ns = (uint64_t)chunks * chunk.work_us * 1000;
    sley_check(farm_ns(workers, chunks) >= row_ns);
}

static void
short_tasks(void)
{
    no_sooner(1, 50, 1);
}

static void
short_tasks_in_chunks(void)
{
    no_sooner(10, 50, 100);
}

static void
long_tasks(void)
{
    no_sooner(1000, 100000, 1);
}

/* --- the cost of bytes --- */

/* For one other task, there and read. */
static uint64_t
bytes_ns(uint32_t bytes)
{
    sley_machine_set(2, "cpython");
    chunk = (struct chunk){.bytes = bytes};
    return farm_ns(1, 1);
}

static void
cost_of_objects(void)
{
    uint32_t objects = (uint32_t)sley_draw(1, 100000);
    uint32_t bytes = objects * (uint32_t)sley_draw(1, 1024);
    uint64_t none_ns = bytes_ns(0);
    uint64_t twice_ns = bytes_ns(2 * bytes) - none_ns;
    uint64_t once_ns = bytes_ns(bytes) - none_ns;
    sley_check(once_ns > bytes * sley_figure("copy.pipe") / 1024 + 1); /* more than to send it */
    /* Linear: each of three figures is rounded up. */
    sley_check(twice_ns <= 2 * once_ns && twice_ns + 3 >= 2 * once_ns);
    sley_check(sley_usage().serialised_bytes == bytes && sley_usage().copied_bytes >= bytes);
}

static uint64_t
rate_ns(const char *key, uint64_t bytes)
{
    return bytes * sley_figure(key) / 1024;
}

/* Work on one object that is cut into as many parts as there are workers. */
static uint64_t
parts_ns(int workers, uint64_t bytes, uint64_t work_us)
{
    sley_machine_set((uint32_t)workers + 1, "cpython");
    chunk = (struct chunk){.bytes = (uint32_t)(bytes / (uint64_t)workers),
                           .work_us = (uint32_t)(work_us / (uint64_t)workers)};
    return farm_ns(workers, workers);
}

static void
gigabytes(void)
{
    int workers = sley_draw(2, WORKERS_MAX);
    uint64_t bytes = (uint64_t)sley_draw(1024, 8191) << 20;
    uint64_t work_us = (uint64_t)sley_draw(1, 1000) * 1000000;
    sley_check(parts_ns(workers, bytes, work_us) < work_us * 1000);
}

/* The parent writes all parts in a row; workers take and read theirs at the same time. */
static void
threshold(void)
{
    int workers = sley_draw(2, WORKERS_MAX);
    uint64_t bytes = (uint64_t)sley_draw(1, (8 << 20) - 1) * 1024;
    uint64_t work_us = (uint64_t)sley_draw(1, 1000) * 1000000;
    uint64_t took_ns = parts_ns(workers, bytes, work_us);
    uint64_t part = bytes / (uint64_t)workers;
    uint64_t spent_ns = rate_ns("serialise.write", bytes) + rate_ns("copy.pipe", part) +
                        rate_ns("serialise.read", part) + sley_figure("queue.round-trip");
    uint64_t saved_ns = work_us * 1000 - work_us / (uint64_t)workers * 1000;
    uint64_t slack_ns = sley_figure("queue.round-trip") * WORKERS_MAX; /* results that queue up */
    sley_assume(spent_ns + slack_ns < saved_ns || spent_ns > saved_ns + slack_ns);
    sley_check((took_ns >= work_us * 1000) == (spent_ns > saved_ns));
}

/* --- threads around C code --- */

/* C code that releases the lock, on data of each worker: sooner than in a row, nothing serialised,
 * and sooner than processes that must be sent the data. */
static void
released_calls(void)
{
    int workers = sley_draw(2, WORKERS_MAX);
    uint32_t bytes = (uint32_t)sley_draw(64, 65536) * 1024;
    uint32_t call_us = (uint32_t)sley_draw(1000, 100000);
    sley_machine_set((uint32_t)workers + 1, "cpython");
    chunk = (struct chunk){.bytes = bytes, .call_us = call_us};
    uint64_t took_ns = farm_ns(workers, workers);
    sley_check(took_ns < (uint64_t)workers * call_us * 1000);
    sley_check(sley_usage().serialised_bytes == 0 && sley_usage().copied_bytes == 0);
    sley_check(took_ns < call_us * 1000 + rate_ns("serialise.write", bytes) +
                             rate_ns("copy.pipe", bytes) + rate_ns("serialise.read", bytes));
}

static const char by_reference[] =
    "tasks of one process hand over references: nothing to serialise";

#define EXPECT_PROCESS(finding, reason)                                                            \
    {"thread", SLEY_NOT_APPLICABLE, by_reference},                                                 \
        SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, by_reference), {"process", finding, reason},          \
    {                                                                                              \
        "coroutine", SLEY_NOT_APPLICABLE, by_reference                                             \
    }

const struct sley_property sley_scenario_ipc_pickle[] = {
    {
        .name = "ipc-short-task-overhead",
        .claim = "ipc-short-task-overhead",
        .source = "000:196",
        .says = "tasks of 1 to 50 us are done no sooner by 2 to 4 waiting processes on as many "
                "cores than in a row",
        .quantifier = SLEY_ALWAYS,
        .body = short_tasks,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_PROCESS(SLEY_CONFIRMED, "")},
    },
    {
        .name = "ipc-short-task-overhead.chunks",
        .claim = "ipc-short-task-overhead",
        .source = "000:196",
        .says = "tasks of 10 to 50 us, handed over a hundred at a time, are done no sooner by 2 to "
                "4 waiting processes on as many cores than in a row",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = short_tasks_in_chunks,
        .timed = true,
        .runs = 50,
        .expect = {{"process", SLEY_REFUTED, "a message for a hundred tasks costs what one does"}},
    },
    {
        .name = "ipc-short-task-overhead.long",
        .claim = "ipc-short-task-overhead",
        .source = "000:196",
        .says = "tasks of 1 to 100 ms are done no sooner by 2 to 4 waiting processes on as many "
                "cores than in a row",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = long_tasks,
        .timed = true,
        .runs = 50,
        .expect = {{"process", SLEY_REFUTED, "120 us of messages for 1 ms"}},
    },
    {
        .name = "ipc-pickle-cost",
        .claim = "ipc-pickle-cost",
        .source = "000:267",
        .says =
            "objects for another task cost time to write, send and read, in proportion to their "
            "bytes, and go through the system",
        .quantifier = SLEY_ALWAYS,
        .body = cost_of_objects,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_PROCESS(SLEY_CONFIRMED, "")},
    },
    {
        .name = "ipc-pickle-gb-cancels-gain",
        .claim = "ipc-pickle-gb-cancels-gain",
        .source = "000:278",
        .says = "processes that share the work on an object of 1 to 8 GiB may be done no sooner "
                "than one alone, because its parts are serialised and sent",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = gigabytes,
        .timed = true,
        .runs = 100,
        .expect = {EXPECT_PROCESS(SLEY_CONFIRMED, "")},
    },
    {
        .name = "ipc-pickle-gb-cancels-gain.threshold",
        .claim = "ipc-pickle-gb-cancels-gain",
        .source = "003:42",
        .says = "processes lose exactly if writing all parts, and sending and reading one, takes "
                "longer than what they save of the work: for 1 KiB to 8 GiB and 1 to 1000 s",
        .quantifier = SLEY_ALWAYS,
        .falsifier = "fault:machine.serialise-free",
        .body = threshold,
        .timed = true,
        .runs = 100,
        .expect = {EXPECT_PROCESS(SLEY_CONFIRMED, "")},
    },
    {
        .name = "mem-threads-avoid-serialisation",
        .claim = "mem-threads-avoid-serialisation",
        .source = "003:128",
        .says = "C code that releases the interpreter lock, on 64 KiB to 64 MiB of each worker, is "
                "done sooner than in a row and than by processes, and nothing is serialised",
        .quantifier = SLEY_ALWAYS,
        .body = released_calls,
        .timed = true,
        .runs = 50,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_REFUTED, "what goes to another process is serialised"}},
    },
    {0},
};
