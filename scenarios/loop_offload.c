/* A request that computes (000:200-231): in the loop, and in a pool of processes beside it. The
 * functions have the names of the document's. */
#include <sley/loop.h>
#include <sley/machine.h>
#include <sley/sley.h>

enum { PERIOD_US = 2000, REQUESTS_MAX = 12, KIB = 1024 };

/* Of a run: the machine, and what each request brings. */
struct load {
    const char *profile;
    uint32_t workers; /* of the pool; the loop has a core more */
    uint32_t requests;
    uint32_t wait_us;    /* for the outside world, before the work */
    uint32_t compute_us; /* the work */
    uint32_t data_bytes; /* that go to the worker with it */
    bool cold;           /* the pool has not started its workers yet */
};

static struct load load;
static struct sley_loop_executor executor;
static uint64_t gap_us; /* the longest of the heartbeat */

static struct sley_awaited
compute_pi_to_million_digits(void *unused)
{
    sley_serialise_bytes(load.data_bytes);
    sley_deserialise_bytes(load.data_bytes);
    sley_compute_us(load.compute_us);
    return sley_result(unused);
}

static struct sley_awaited
handle_request_bad(void *unused)
{
    sley_io_us(load.wait_us);
    sley_compute_us(load.compute_us); /* what the loop itself computes goes nowhere */
    return sley_result(unused);
}

static struct sley_awaited
handle_request_good(void *unused)
{
    sley_io_us(load.wait_us);
    return sley_await(sley_loop_run_in_executor(&executor, compute_pi_to_million_digits, unused));
}

static struct sley_awaited
warm(void *unused)
{
    sley_block_us(50000);
    return sley_result(unused);
}

/* Every worker gets a call while the others have theirs. */
static void
warm_pool(void)
{
    struct sley_async_future *calls[SLEY_LOOP_WORKERS_MAX];
    for (uint32_t i = 0; i < load.workers; i++) {
        calls[i] = sley_loop_run_in_executor(&executor, warm, NULL);
    }
    sley_await(sley_loop_gather(calls, load.workers, false));
}

/* Serves all requests; returns how long that took, in virtual microseconds. */
static uint64_t serve(struct sley_awaited (*handle_request)(void *))
{
    struct sley_async_future *requests[REQUESTS_MAX];
    sley_machine_set(load.workers + 1, load.profile);
    sley_loop_process_executor_init(&executor, load.workers);
    if (!load.cold) {
        warm_pool();
    }
    sley_heartbeat_start(PERIOD_US);
    sley_io_us(3 * PERIOD_US);
    uint64_t start_us = sley_now_us();
    for (uint32_t i = 0; i < load.requests; i++) {
        requests[i] = sley_loop_task(handle_request, NULL);
    }
    sley_await(sley_loop_gather(requests, load.requests, false));
    uint64_t makespan_us = sley_now_us() - start_us;
    sley_io_us(3 * PERIOD_US);
    gap_us = sley_heartbeat_gap_us();
    return makespan_us;
}

/* Work of that many times 100 us a request. */
static void
draw_load(const char *profile, int low, int high)
{
    load.profile = profile;
    load.workers = (uint32_t)sley_draw(1, 4);
    load.requests = (uint32_t)sley_draw(1, REQUESTS_MAX);
    load.wait_us = (uint32_t)sley_draw(0, 100) * 100;
    load.compute_us = (uint32_t)sley_draw(low, high) * 100;
}

/* --- the pair of the document --- */

static void prompt_with(struct sley_awaited (*handle_request)(void *))
{
    draw_load("ideal", 30, 500);
    serve(handle_request);
    sley_check(gap_us == PERIOD_US);
}

static void
prompt_with_bad(void)
{
    prompt_with(handle_request_bad);
}

static void
prompt_with_good(void)
{
    prompt_with(handle_request_good);
}

/* --- when it pays --- */

/* What the loop alone would take: the requests wait together and compute one after the other. */
static uint64_t
in_the_loop_us(void)
{
    return load.wait_us + (uint64_t)load.requests * load.compute_us;
}

static void
sooner_in_pool(void)
{
    sley_check(serve(handle_request_good) < in_the_loop_us());
}

static void
long_work(void)
{
    draw_load("cpython", 200, 500);
    load.workers = (uint32_t)sley_draw(2, 4);
    load.requests = load.workers * 2;
    load.cold = true;
    sooner_in_pool();
}

static void
short_work(void)
{
    draw_load("cpython", 1, 2);
    load.cold = true;
    sooner_in_pool();
}

static void
work_with_data(void)
{
    draw_load("cpython", 10, 100);
    load.data_bytes = (uint32_t)sley_draw(1, 4) * KIB * KIB;
    sooner_in_pool();
}

/* --- I/O beside work on every core --- */

/* The waits overlap, the work fills the workers, the loop stays prompt: within three tenths of
 * what that takes at least. */
static void
both_at_once(void)
{
    uint64_t rounds = (load.requests + load.workers - 1) / load.workers;
    uint64_t ideal_us = load.wait_us + rounds * load.compute_us;
    sley_check(serve(handle_request_good) * 10 <= ideal_us * 13);
    sley_check(gap_us * 10 <= PERIOD_US * 13);
}

static void
started_pool(void)
{
    draw_load("cpython", 20, 500);
    both_at_once();
}

static void
cold_pool(void)
{
    draw_load("cpython", 20, 500);
    load.cold = true;
    both_at_once();
}

static void
heavy_data(void)
{
    draw_load("cpython", 20, 500);
    load.data_bytes = (uint32_t)sley_draw(1, 4) * KIB * KIB;
    both_at_once();
}

static void
tiny_work(void)
{
    draw_load("cpython", 0, 0);
    load.compute_us = (uint32_t)sley_draw(1, 2);
    load.requests = REQUESTS_MAX;
    load.wait_us = 0;
    both_at_once();
}

#define OFFLOAD(property, id, origin, text, entry, found, why)                                     \
    .name = property, .claim = id, .source = origin, .says = text, .quantifier = SLEY_ALWAYS,      \
    .body = entry, .timed = true, .runs = 100, .expect = {{"coroutine", found, why}}

#define TO_PROCESS "loop-must-offload-cpu-to-processes"
#define COMBINED "loop-io-plus-cpu-combination"
#define SOONER "computing requests are served sooner by a pool of processes than in the loop"
#define COMBINES                                                                                   \
    "waits overlap, work uses every worker and the loop stays prompt, each within three tenths"

const struct sley_property sley_scenario_loop_offload[] = {
    {
        OFFLOAD(TO_PROCESS, TO_PROCESS, "000:213",
                "with handle_request_good, in a pool of processes, the loop serves its timers in "
                "time",
                prompt_with_good, SLEY_CONFIRMED, ""),
        .when = "the other choice is to compute in the loop",
        .falsifier = "loop-must-offload-cpu-to-processes.bad",
    },
    {
        OFFLOAD("loop-must-offload-cpu-to-processes.bad", TO_PROCESS, "000:208",
                "with handle_request_bad, in the loop, the loop serves its timers in time",
                prompt_with_bad, SLEY_REFUTED, "the computation keeps the loop to its end"),
        .twin = true,
    },
    {
        OFFLOAD("loop-must-offload-cpu-to-processes.long", TO_PROCESS, "000:203", SOONER, long_work,
                SLEY_CONFIRMED, ""),
        .when = "tasks of 20 ms or more and hardly any data, two for each worker",
        .falsifier = "loop-must-offload-cpu-to-processes.short",
    },
    {
        OFFLOAD("loop-must-offload-cpu-to-processes.short", TO_PROCESS, "000:203", SOONER,
                short_work, SLEY_REFUTED, "to start a worker takes longer than all the work"),
        .when = "a handful of tasks of 0.1 to 0.2 ms",
    },
    {
        OFFLOAD("loop-must-offload-cpu-to-processes.data", TO_PROCESS, "000:203", SOONER,
                work_with_data, SLEY_REFUTED, "a MiB takes 78 ms to pickle and to read back"),
        .when = "each task brings a MiB or more for a few ms of work",
    },
    {
        OFFLOAD(COMBINED, COMBINED, "000:231", COMBINES, started_pool, SLEY_CONFIRMED, ""),
        .when = "workers that run already, a core for the loop, tasks of 2 ms and more, no data",
        .falsifier = "loop-io-plus-cpu-combination.data",
    },
    {
        OFFLOAD("loop-io-plus-cpu-combination.cold", COMBINED, "000:231", COMBINES, cold_pool,
                SLEY_REFUTED, "the loop itself forks each worker: 2.7 ms"),
        .when = "the first requests of a pool",
    },
    {
        OFFLOAD("loop-io-plus-cpu-combination.data", COMBINED, "000:231", COMBINES, heavy_data,
                SLEY_REFUTED, "pickling takes longer than the work"),
        .when = "each task brings a MiB or more",
    },
    {
        OFFLOAD("loop-io-plus-cpu-combination.tiny", COMBINED, "000:231", COMBINES, tiny_work,
                SLEY_REFUTED, "a task of the loop for each takes longer than the work"),
        .when = "tasks of a few microseconds",
    },
    {0},
};
