/* Model inference in each worker, or in a server of its own (000:392): what it saves in memory,
 * what it costs in time, what it makes of an event loop. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { MIB = 1 << 20, SERVING_US = 5000000, WORKERS_MAX = 8 };

static void *
hold(void *mib)
{
    struct sley_memory model;
    if (mib) {
        sley_memory_load(&model, (uint64_t)(uintptr_t)mib * MIB);
    }
    sley_io_us(SERVING_US);
    return NULL;
}

/* The memory of count processes that hold mib each, and of one that holds server_mib if it is not
 * 0. */
static uint64_t
memory_of(int count, int mib, int server_mib)
{
    uintptr_t workers[WORKERS_MAX + 1];
    int started = 0;
    sley_machine_set(4, "cpython");
    for (int i = 0; i < count; i++) {
        workers[started++] = sley_spawn(hold, (void *)(intptr_t)mib);
    }
    if (server_mib) {
        workers[started++] = sley_spawn(hold, (void *)(intptr_t)server_mib);
    }
    for (int i = 0; i < started; i++) {
        sley_join(workers[i]);
    }
    struct sley_usage usage = sley_usage();
    return usage.memory_bytes + usage.page_bytes_max;
}

static void
check_saves(int count, int mib)
{
    uint64_t in_workers = memory_of(count, mib, 0);
    sley_check(memory_of(count, 0, mib) < in_workers);
}

static void
large_models(void)
{
    int count = sley_draw(2, WORKERS_MAX);
    check_saves(count, sley_draw(16, 64));
}

static void
one_worker(void)
{
    check_saves(1, sley_draw(1, 64));
}

/* --- how soon the answers are there --- */

static struct sley_lock server;

static void *
infer_here(void *duration_us)
{
    sley_call_us((uint32_t)(uintptr_t)duration_us, true);
    return NULL;
}

/* The server answers one after the other; the way there and back: round trip * 4096 + duration. */
static void *
ask_server(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_io_us((uint32_t)(value / 4096));
    sley_with (&server) {
        sley_io_us((uint32_t)(value % 4096));
    }
    return NULL;
}

/* The server takes all requests that wait as one batch, on hardware of its own. */
static void *
ask_batch_server(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_io_us((uint32_t)(value / 4096 + value % 4096));
    return NULL;
}

static uint64_t
answers_ns(int count, uint32_t cores, void *(*entry)(void *), uintptr_t argument)
{
    uintptr_t workers[WORKERS_MAX];
    sley_machine_set(cores, "ideal");
    for (int i = 0; i < count; i++) {
        workers[i] = sley_spawn(entry, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(workers[i]);
    }
    return sley_usage().makespan_ns;
}

static void
check_no_later(int count, uint32_t cores, void *(*ask)(void *))
{
    uintptr_t duration_us = (uintptr_t)sley_draw(100, 4000);
    uintptr_t trip_us = (uintptr_t)sley_draw(1, 100);
    sley_lock_init(&server);
    uint64_t here_ns = answers_ns(count, cores, infer_here, duration_us);
    sley_check(answers_ns(count, cores, ask, trip_us * 4096 + duration_us) <= here_ns);
}

static void
core_for_each(void)
{
    int count = sley_draw(1, WORKERS_MAX);
    check_no_later(count, (uint32_t)count, ask_server);
}

static void
one_core(void)
{
    check_no_later(sley_draw(2, WORKERS_MAX), 1, ask_batch_server);
}

/* --- the loop --- */

enum { PERIOD_US = 1000 };

static void
check_responsive(void *(*entry)(void *))
{
    int count = sley_draw(1, 4);
    uintptr_t duration_us = (uintptr_t)sley_draw(PERIOD_US + 1, 4000);
    sley_machine_set(1, "ideal");
    sley_heartbeat_start(PERIOD_US);
    for (int i = 0; i < count; i++) {
        sley_join(sley_spawn(entry, (void *)duration_us));
    }
    sley_check(sley_heartbeat_gap_us() <= PERIOD_US);
}

static void
loop_that_asks(void)
{
    check_responsive(ask_batch_server);
}

static void
loop_that_infers(void)
{
    check_responsive(infer_here);
}

#define OFFLOAD                                                                                    \
    .claim = "mem-offload-inference", .source = "000:392", .quantifier = SLEY_ALWAYS,              \
    .timed = true, .runs = 100

const struct sley_property sley_scenario_offload[] = {
    {
        .name = "mem-offload-inference",
        OFFLOAD,
        .says = "2 to 8 light workers and one server with the model hold less memory than as many "
                "workers with a model each",
        .when = "two workers or more, and a model larger than a process",
        .falsifier = "mem-offload-inference.one-worker",
        .body = large_models,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "threads share one model"},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "mem-offload-inference.one-worker",
        OFFLOAD,
        .says = "a light worker and a server with the model hold less memory than one worker with "
                "the model",
        .when = "one worker",
        .body = one_worker,
        .expect = {{"process", SLEY_REFUTED, "the server is a process more"},
                   {"process:spawn", SLEY_REFUTED, "the server is a process more"}},
    },
    {
        .name = "mem-offload-inference.few-cores",
        OFFLOAD,
        .says = "with one core for 2 to 8 requests a server that takes them as a batch answers no "
                "later, if the way there and back is shorter than an inference",
        .when = "requests outnumber the workers' cores, and the server takes batches",
        .falsifier = "mem-offload-inference.core-for-each",
        .body = one_core,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "mem-offload-inference.core-for-each",
        OFFLOAD,
        .says = "with a core for each worker a server that answers one after the other answers no "
                "later than the workers themselves",
        .when = "every worker has a core, and the server takes one request at a time",
        .body = core_for_each,
        .expect = {{"process", SLEY_REFUTED, "the way to the server, and the others in line"}},
    },
    {
        .name = "mem-offload-inference.loop",
        OFFLOAD,
        .says = "a loop that asks a server for an inference goes on with other things meanwhile",
        .when = "the front end is an event loop",
        .falsifier = "mem-offload-inference.loop-infers",
        .body = loop_that_asks,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "mem-offload-inference.loop-infers",
        OFFLOAD,
        .says = "a loop that infers by itself goes on with other things meanwhile",
        .twin = true,
        .body = loop_that_infers,
        .expect = {{"coroutine", SLEY_REFUTED, "the call occupies the loop's thread"}},
    },
    {0},
};
