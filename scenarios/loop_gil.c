/* The event loop's thread among other threads of one interpreter (001:84, 000:38, 000:203): the
 * loop polls without the interpreter lock, and needs it to serve what is due. The heartbeat is the
 * loop's thread here: it polls until its timer is due, and calls back. The threads beside it are
 * those of an executor. */
#include "scenarios/tasks.h"

enum { PERIOD_US = 2000, INTERVAL_US = 5000, THREADS_MAX = 4 };

/* What k threads beside the loop did: the longest time between two beats of the loop, and how long
 * they took. */
struct seen {
    uint64_t threads;
    uint64_t duration_us; /* of each */
    uint64_t gap_us;
    uint64_t makespan_us;
};

static void *
wait_for_answer(void *duration_us)
{
    sley_block_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* Each has a core, and the loop as well. */
static struct seen
beside_the_loop(int threads_min, void *(*entry)(void *))
{
    uintptr_t threads[THREADS_MAX];
    struct seen seen = {.threads = (uint64_t)sley_draw(threads_min, THREADS_MAX)};
    seen.duration_us = (uint64_t)sley_draw(6, 12) * 1000;
    sley_machine_set(THREADS_MAX + 2, "ideal");
    sley_heartbeat_start(PERIOD_US);
    sley_io_us(3 * PERIOD_US); /* it beats */
    uint64_t start_us = sley_now_us();
    for (uint64_t i = 0; i < seen.threads; i++) {
        threads[i] = sley_spawn(entry, (void *)seen.duration_us);
    }
    for (uint64_t i = 0; i < seen.threads; i++) {
        sley_join(threads[i]);
    }
    seen.makespan_us = sley_now_us() - start_us;
    sley_io_us(3 * PERIOD_US);
    seen.gap_us = sley_heartbeat_gap_us();
    return seen;
}

/* --- nobody keeps the loop waiting --- */

static void
prompt_while_threads_compute(void)
{
    sley_check(beside_the_loop(1, compute).gap_us == PERIOD_US);
}

static void
prompt_while_threads_wait(void)
{
    sley_check(beside_the_loop(0, wait_for_answer).gap_us == PERIOD_US);
}

static void
prompt_while_released(void)
{
    sley_check(beside_the_loop(1, call_released).gap_us == PERIOD_US);
}

static void
prompt_while_held(void)
{
    sley_check(beside_the_loop(1, call_held).gap_us == PERIOD_US);
}

static void
an_interval_each(void)
{
    struct seen seen = beside_the_loop(1, compute);
    sley_check(seen.gap_us <= PERIOD_US + seen.threads * INTERVAL_US);
}

/* --- threads do not do: the work must go to processes --- */

static void
thread_is_not_prompt(void)
{
    struct seen seen = beside_the_loop(1, compute);
    sley_check(seen.gap_us > PERIOD_US + seen.threads * INTERVAL_US);
}

static void
threads_add_up(void)
{
    struct seen seen = beside_the_loop(2, compute);
    sley_check(seen.makespan_us >= seen.threads * seen.duration_us);
}

static void
released_is_no_better(void)
{
    struct seen seen = beside_the_loop(1, call_released);
    sley_check(seen.gap_us > PERIOD_US || seen.makespan_us > seen.duration_us);
}

static void
held_to_its_end(void)
{
    struct seen seen = beside_the_loop(1, call_held);
    sley_check(seen.gap_us >= seen.duration_us);
}

static const char no_lock[] = "no interpreter lock";
static const char shared_lock[] = "the loop's thread waits for the interpreter lock";
static const char no_lock_here[] = "in this model the loop shares no lock with its threads";

/* Whatever has an interpreter lock, and the build without one. */
#define LOCK_AND_NONE(with, why_with, without, why_without)                                        \
    {"gil:py2", with, why_with}, {"gil:py32", with, why_with}, {"gil:py310", with, why_with},      \
        {"gil:per-interpreter", with, why_with},                                                   \
    {                                                                                              \
        "gil:free", without, why_without                                                           \
    }

#define BESIDE(property, id, origin, condition, text, entry)                                       \
    .name = property, .claim = id, .source = origin, .when = condition, .says = text,              \
    .quantifier = SLEY_ALWAYS, .body = entry, .timed = true, .runs = 50, .steps_max = 200000

#define UNRELATED "gil-asyncio-unrelated"
#define TO_THREAD "loop-to-thread-keeps-responsive"
#define TO_PROCESS "loop-must-offload-cpu-to-processes"

const struct sley_property sley_scenario_loop_gil[] = {
    {
        BESIDE(UNRELATED, UNRELATED, "001:84", "threads beside the loop execute bytecodes",
               "the loop serves its timers in time, whatever threads beside it compute",
               prompt_while_threads_compute),
        .expect = {LOCK_AND_NONE(SLEY_REFUTED, shared_lock, SLEY_CONFIRMED, no_lock),
                   {"coroutine", SLEY_NOT_APPLICABLE, no_lock_here}},
    },
    {
        BESIDE("gil-asyncio-unrelated.held-call", UNRELATED, "001:84",
               "threads beside the loop call C code that keeps the lock",
               "the loop serves its timers in time, whatever threads beside it call",
               prompt_while_held),
        .expect = {LOCK_AND_NONE(SLEY_REFUTED, shared_lock, SLEY_CONFIRMED, no_lock)},
    },
    {
        BESIDE("gil-asyncio-unrelated.alone", UNRELATED, "002:193",
               "no other thread executes: there is none, or all wait",
               "the loop serves its timers in time", prompt_while_threads_wait),
        .falsifier = UNRELATED,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        BESIDE("loop-to-thread-keeps-responsive.blocking", TO_THREAD, "000:38",
               "the call waits for the outside world",
               "blocking calls in threads do not delay the loop", prompt_while_threads_wait),
        .falsifier = "loop-to-thread-keeps-responsive.held",
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        BESIDE("loop-to-thread-keeps-responsive.computing", TO_THREAD, "000:38",
               "the call computes bytecodes", "calls in threads do not delay the loop",
               prompt_while_threads_compute),
        .expect = {LOCK_AND_NONE(SLEY_REFUTED, shared_lock, SLEY_CONFIRMED, no_lock)},
    },
    {
        BESIDE("loop-to-thread-keeps-responsive.held", TO_THREAD, "000:38",
               "the call is C code that keeps the interpreter lock",
               "calls in threads do not delay the loop", prompt_while_held),
        .expect = {LOCK_AND_NONE(SLEY_REFUTED, shared_lock, SLEY_CONFIRMED, no_lock)},
    },
    {
        BESIDE("loop-to-thread-keeps-responsive.released", TO_THREAD, "000:38",
               "the call is C code that releases the interpreter lock",
               "calls in threads do not delay the loop", prompt_while_released),
        .falsifier = "loop-to-thread-keeps-responsive.held",
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        BESIDE("loop-to-thread-keeps-responsive.interval", TO_THREAD, "000:38",
               "the call computes bytecodes, and an interval for each thread is prompt enough",
               "calls in k threads delay the loop by k switch intervals at most", an_interval_each),
        .expect = {{"gil:py2", SLEY_REFUTED, "who releases the lock may take it again at once"},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        BESIDE("loop-must-offload-cpu-to-processes.promptness", TO_PROCESS, "000:203",
               "what counts is that the loop goes on, and the work is bytecodes",
               "k threads do not do: they keep the loop waiting for longer than k switch intervals",
               thread_is_not_prompt),
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "each thread gives the lock away when asked")},
    },
    {
        BESIDE("loop-must-offload-cpu-to-processes.throughput", TO_PROCESS, "000:203",
               "what counts is when the work is done, and it is bytecodes",
               "threads do not do: k of them, on cores of their own, take the sum of their work",
               threads_add_up),
        .expect = {LOCK_AND_NONE(SLEY_CONFIRMED, "", SLEY_REFUTED, no_lock)},
    },
    {
        BESIDE("loop-must-offload-cpu-to-processes.released", TO_PROCESS, "000:203",
               "the work is C code that releases the interpreter lock",
               "threads do not do: the loop waits, or the work takes longer than one call",
               released_is_no_better),
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "the calls overlap, and the loop goes on")},
    },
    {
        BESIDE("loop-must-offload-cpu-to-processes.held", TO_PROCESS, "000:203",
               "the work is C code that keeps the interpreter lock",
               "a thread does not do: the loop waits for the end of the call", held_to_its_end),
        .expect = {LOCK_AND_NONE(SLEY_CONFIRMED, "", SLEY_REFUTED, no_lock)},
    },
    {0},
};
