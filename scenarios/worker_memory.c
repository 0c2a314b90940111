/* What workers hold in memory: copies of an application, pages shared since a fork, data handed
 * over (000:284, 000:376). Sizes are those of the CPython profile and of the pages that the machine
 * counts. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { MIB = 1 << 20, PAGE = 4096, SERVING_US = 5000000, WORKERS_MAX = 8 };

static bool imported; /* in this process: a module is imported once */
static struct sley_memory application;

static void
import_application(uintptr_t mib)
{
    if (!__atomic_exchange_n(&imported, true, __ATOMIC_SEQ_CST)) {
        sley_memory_load(&application, (uint64_t)mib * MIB);
    }
}

/* Long enough for every worker to be there. */
static void *
serve(void *mib)
{
    import_application((uintptr_t)mib);
    sley_io_us(SERVING_US);
    return NULL;
}

static void *
serve_and_write(void *mib)
{
    import_application((uintptr_t)mib);
    sley_memory_write(&application, (uint64_t)(uintptr_t)mib * MIB);
    sley_io_us(SERVING_US);
    return NULL;
}

static void
run_workers(int count, void *(*entry)(void *), uintptr_t argument)
{
    uintptr_t workers[WORKERS_MAX];
    for (int i = 0; i < count; i++) {
        workers[i] = sley_spawn(entry, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(workers[i]);
    }
}

/* Each worker has the application for itself. */
static void
check_full_copies(bool preload, void *(*entry)(void *))
{
    int count = sley_draw(2, WORKERS_MAX);
    uintptr_t mib = (uintptr_t)sley_draw(1, 16);
    sley_machine_set(4, "cpython");
    if (preload) {
        import_application(mib);
    }
    run_workers(count, entry, mib);
    sley_check(sley_usage().page_bytes_max >= (uint64_t)count * mib * MIB);
}

static void
each_loads(void)
{
    check_full_copies(false, serve);
}

static void
preloaded(void)
{
    check_full_copies(true, serve);
}

static void
preloaded_and_written(void)
{
    check_full_copies(true, serve_and_write);
}

/* Pages are what the worker writes to. */
static void *
write_part(void *pages)
{
    sley_memory_write(&application, (uint64_t)(uintptr_t)pages * PAGE - 1);
    sley_io_us(SERVING_US);
    return NULL;
}

static void
copy_on_write(void)
{
    int count = sley_draw(1, WORKERS_MAX);
    uint64_t whole = (uint64_t)sley_draw(1, 64);
    uint64_t part = (uint64_t)sley_draw(1, (int)whole);
    sley_machine_set(4, "cpython");
    sley_memory_load(&application, whole * PAGE);
    run_workers(count, write_part, (uintptr_t)part);
    struct sley_usage usage = sley_usage();
    sley_check(usage.page_copied_bytes == (uint64_t)count * part * PAGE);
    sley_check(usage.page_bytes_max == whole * PAGE + usage.page_copied_bytes);
    sley_check(usage.page_bytes == whole * PAGE);
}

/* --- one job, in a row and by workers --- */

static struct sley_memory chunks;

/* megabytes * 4096 + milliseconds of a call that lets go of the interpreter lock. */
static void *
work(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    struct sley_memory chunk = chunks;
    sley_memory_receive(&chunk, (uint32_t)(value / 4096) * MIB);
    sley_call_us((uint32_t)(value % 4096) * 1000, true);
    return NULL;
}

struct job {
    int count; /* of chunks, workers and cores */
    uint32_t mib, duration_ms;
};

static struct job
draw_job(void)
{
    return (struct job){sley_draw(2, 8), (uint32_t)sley_draw(1, 4),
                        (uint32_t)sley_draw(1000, 2000)};
}

static uint64_t
data_of(struct job job)
{
    return (uint64_t)job.count * job.mib * MIB;
}

static struct sley_usage
run_in_a_row(struct job job)
{
    sley_machine_set((uint32_t)job.count, "cpython");
    sley_memory_load(&chunks, data_of(job));
    for (int i = 0; i < job.count; i++) {
        sley_call_us(job.duration_ms * 1000, true);
    }
    return sley_usage();
}

static struct sley_usage
run_by_workers(struct job job)
{
    uintptr_t workers[WORKERS_MAX];
    sley_machine_set((uint32_t)job.count, "cpython");
    sley_memory_load(&chunks, data_of(job));
    for (int i = 0; i < job.count; i++) {
        sley_serialise_bytes(job.mib * MIB);
        workers[i] = sley_spawn(work, (void *)((uintptr_t)job.mib * 4096 + job.duration_ms));
    }
    for (int i = 0; i < job.count; i++) {
        sley_join(workers[i]);
    }
    return sley_usage();
}

static uint64_t
memory_of(struct sley_usage usage)
{
    return usage.memory_bytes + usage.page_bytes_max;
}

static void
memory_for_time(void)
{
    struct job job = draw_job();
    struct sley_usage row = run_in_a_row(job);
    struct sley_usage workers = run_by_workers(job);
    sley_check(workers.makespan_ns < row.makespan_ns);
    sley_check(workers.busy_ns > row.busy_ns);
    sley_check(memory_of(workers) >= memory_of(row) + data_of(job));
}

static void
a_tenth_of_the_data(void)
{
    struct job job = draw_job();
    struct sley_usage workers = run_by_workers(job);
    sley_check((memory_of(workers) - data_of(job)) * 10 <= data_of(job));
}

static const char one_process[] = "tasks of one process import the application once";
static const char by_reference[] = "the call lets go of the lock, and the data are at hand";
static const char copies[] = "an interpreter each, and a copy of its data";

#define FULL_COPY                                                                                  \
    .claim = "mem-worker-full-copy", .source = "000:392", .quantifier = SLEY_ALWAYS,               \
    .timed = true, .runs = 100
#define ONE_COPY                                                                                   \
    {"thread", SLEY_REFUTED, one_process}, {"coroutine", SLEY_REFUTED, one_process},               \
        SLEY_EXPECT_GIL(SLEY_REFUTED, one_process)

const struct sley_property sley_scenario_worker_memory[] = {
    {
        .name = "mem-worker-full-copy",
        FULL_COPY,
        .says = "2 to 8 workers hold as many copies of an application that each imports itself",
        .when = "each worker imports the application after its start",
        .body = each_loads,
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   ONE_COPY},
    },
    {
        .name = "mem-worker-full-copy.preload",
        FULL_COPY,
        .says = "2 to 8 workers hold as many copies of an application that their parent has "
                "imported and that they only read",
        .when = "the parent imports the application before it starts the workers; they only read",
        .body = preloaded,
        .expect = {{"process", SLEY_REFUTED, "pages are shared since the fork"},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   ONE_COPY},
    },
    {
        .name = "mem-worker-full-copy.written",
        FULL_COPY,
        .says = "2 to 8 workers hold as many copies of an application that their parent has "
                "imported, once each has written to all of its pages",
        .when = "the parent imports the application before it starts the workers; they write to "
                "every page (reference counts)",
        .body = preloaded_and_written,
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   ONE_COPY},
    },
    {
        .name = "machine-memory.copy-on-write",
        .claim = "contract",
        .source = "fork(2)",
        .says = "k workers that write f pages of what they share with their parent copy k * f",
        .quantifier = SLEY_ALWAYS,
        .body = copy_on_write,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-memory-for-time",
        .claim = "proc-memory-for-time",
        .source = "000:284",
        .says = "2 to 8 workers on as many cores are done sooner than one after the other, compute "
                "more in all, and hold the data of the job once more",
        .quantifier = SLEY_ALWAYS,
        .body = memory_for_time,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, by_reference},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, by_reference),
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, "one loop computes on one core"}},
    },
    {
        .name = "mem-threads-lt-processes-for-cext",
        .claim = "mem-threads-lt-processes-for-cext",
        .source = "000:376",
        .says = "2 to 8 workers that call C code on 1 to 4 MiB each take at most a tenth of these "
                "data in addition",
        .quantifier = SLEY_ALWAYS,
        .body = a_tenth_of_the_data,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_REFUTED, copies},
                   {"process:spawn", SLEY_REFUTED, copies},
                   {"coroutine", SLEY_NOT_APPLICABLE, "one loop computes on one core"}},
    },
    {0},
};
