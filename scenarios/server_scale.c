/* What a server can take (000:384-389): one event loop computes on one core however much it waits
 * for; processes with a loop each compute on as many cores as there are. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { CONNECTIONS_MAX = 32, WORKERS_MAX = 8, COMPUTE_BASE = 65536 };

static struct {
    uint32_t requests;   /* of each connection */
    uint32_t wait_us;    /* for the next request */
    uint32_t compute_us; /* to parse it and to pack the answer, in C code that keeps the lock */
} load;

static void *
connection(void *unused)
{
    for (uint32_t i = 0; i < load.requests; i++) {
        sley_io_us(load.wait_us);
        sley_call_us(load.compute_us, false);
    }
    return unused;
}

/* Computing never overlaps, and nothing else holds anybody up: the core of the loop is busy, or the
 * last connection waits for a request. */
static void
one_core_is_the_limit(void)
{
    uintptr_t connections[CONNECTIONS_MAX];
    uint32_t count = (uint32_t)sley_draw(2, CONNECTIONS_MAX);
    load.requests = (uint32_t)sley_draw(1, 8);
    load.wait_us = (uint32_t)sley_draw(0, 1000);
    load.compute_us = (uint32_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)sley_draw(2, 16), "ideal");
    for (uint32_t i = 0; i < count; i++) {
        connections[i] = sley_spawn(connection, NULL);
    }
    for (uint32_t i = 0; i < count; i++) {
        sley_join(connections[i]);
    }
    uint64_t makespan_us = sley_now_us();
    uint64_t computing_us = (uint64_t)count * load.requests * load.compute_us;
    sley_check(makespan_us >= computing_us);
    sley_check(makespan_us <= computing_us + load.requests * load.wait_us);
}

/* --- a loop in each of several workers --- */

/* requests * COMPUTE_BASE + compute_us: a loop that always has a request to serve. */
static void *
loop_of_worker(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    for (uintptr_t i = 0; i < value / COMPUTE_BASE; i++) {
        sley_compute_us((uint32_t)(value % COMPUTE_BASE));
    }
    return NULL;
}

/* Runs count workers, of which the first has more requests than the others by extra. Together they
 * must take what one loop would, divided by their number. */
static void
scales(uint32_t count, uint32_t cores, uint32_t extra)
{
    uintptr_t workers[WORKERS_MAX];
    uint32_t requests = (uint32_t)sley_draw(1, 10);
    uint32_t compute_us = (uint32_t)sley_draw(100, 500);
    sley_machine_set(cores, "ideal");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t own = i == 0 ? requests + extra : requests;
        void *argument = (void *)((uintptr_t)own * COMPUTE_BASE + compute_us);
        workers[i] = sley_spawn(loop_of_worker, argument);
    }
    for (uint32_t i = 0; i < count; i++) {
        sley_join(workers[i]);
    }
    uint64_t alone_us = ((uint64_t)count * requests + extra) * compute_us;
    sley_check(sley_now_us() * count == alone_us);
}

static void
a_core_each(void)
{
    uint32_t count = (uint32_t)sley_draw(2, WORKERS_MAX);
    scales(count, count, 0);
}

static void
fewer_cores(void)
{
    uint32_t count = (uint32_t)sley_draw(2, WORKERS_MAX);
    scales(count, (uint32_t)sley_draw(1, (int)count - 1), 0);
}

static void
uneven(void)
{
    uint32_t count = (uint32_t)sley_draw(2, WORKERS_MAX);
    scales(count, count, (uint32_t)sley_draw(1, 20));
}

static const char other_cores[] = "handlers in threads compute on every core";
static const char of_processes[] = "the claim speaks of a process for each core";

#define SCALES                                                                                     \
    "k workers with a loop each serve k times as many requests in the time as one loop does"

#define WORKERS(property, text, entry)                                                             \
    .name = property, .claim = "loop-multi-process-multi-loop-scales", .source = "000:384",        \
    .says = text, .quantifier = SLEY_ALWAYS, .body = entry, .timed = true, .runs = 50,             \
    .steps_max = 200000

const struct sley_property sley_scenario_server_scale[] = {
    {
        .name = "loop-single-loop-cpu-bottleneck",
        .claim = "loop-single-loop-cpu-bottleneck",
        .source = "000:384",
        .says = "requests of c us each are served at 1 / c at most, and at no less than the waits "
                "leave, whatever the number of connections and cores",
        .quantifier = SLEY_ALWAYS,
        .body = one_core_is_the_limit,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, other_cores},
                   {"gil:py2", SLEY_CONFIRMED, "the interpreter lock is the same limit"},
                   {"gil:py32", SLEY_CONFIRMED, "the interpreter lock is the same limit"},
                   {"gil:py310", SLEY_CONFIRMED, "the interpreter lock is the same limit"},
                   {"gil:per-interpreter", SLEY_CONFIRMED,
                    "the interpreter lock is the same limit"},
                   {"gil:free", SLEY_REFUTED, other_cores},
                   {"process", SLEY_NOT_APPLICABLE, "the claim speaks of one loop"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        WORKERS("loop-multi-process-multi-loop-scales", SCALES, a_core_each),
        .when = "a core for each worker, and as many requests for one as for another",
        .falsifier = "loop-multi-process-multi-loop-scales.uneven",
        .expect = {{"thread", SLEY_NOT_APPLICABLE, of_processes},
                   {"coroutine", SLEY_NOT_APPLICABLE, of_processes},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        WORKERS("loop-multi-process-multi-loop-scales.fewer-cores", SCALES, fewer_cores),
        .when = "fewer cores than workers",
        .expect = {{"process", SLEY_REFUTED, "no more workers than cores compute at a time"},
                   {"process:spawn", SLEY_REFUTED, "no more workers than cores compute at a time"}},
    },
    {
        WORKERS("loop-multi-process-multi-loop-scales.uneven", SCALES, uneven),
        .when = "more requests for one worker than for the others",
        .expect = {{"process", SLEY_REFUTED, "all wait for the busiest"},
                   {"process:spawn", SLEY_REFUTED, "all wait for the busiest"}},
    },
    {
        WORKERS("loop-multi-process-multi-loop-scales.in-threads",
                "k threads with a loop each serve k times as many requests in the time as one loop "
                "does",
                a_core_each),
        .twin = true,
        .expect = {{"gil:py2", SLEY_REFUTED, "one interpreter lock for all loops"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock for all loops"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock for all loops"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock for all loops of an interpreter"},
                   {"gil:free", SLEY_CONFIRMED, "no interpreter lock"}},
    },
    {0},
};
