/* What the interpreter lock does around blocking calls (000:18): who waits outside does not hold
 * it, and has to queue for it on the way back. Virtual time, so that every figure is exact. */
#include <sley/gil.h>
#include <sley/machine.h>
#include <sley/sley.h>

enum { ROUNDS = 8, IO_US = 300, HOGS_MAX = 4, HOG_US = 400000, CORES = 8, THREADS_MAX = 6 };

static uint64_t latency_us[ROUNDS], wait_us;
static long progress, progress_within;

static void *
wait_outside(void *unused)
{
    sley_block_us(10000);
    return unused;
}

static void *
compute_inside(void *unused)
{
    (void)unused;
    sley_compute_us(1000);
    return (void *)(uintptr_t)sley_now_us();
}

static void
io_beside_computing(void)
{
    sley_machine_set(CORES, "ideal");
    uintptr_t reader = sley_spawn(wait_outside, 0);
    uintptr_t computer = sley_spawn(compute_inside, 0);
    sley_join(reader);
    uintptr_t ended_us = (uintptr_t)sley_join(computer);
    sley_check(ended_us == 1000);
}

/* A thread of several that are ready advances before a wait of another is over. */
static void *
wait_and_look(void *unused)
{
    sley_block_us((uint32_t)wait_us);
    progress_within = progress;
    return unused;
}

static void *
advance(void *unused)
{
    sley_compute_us(1);
    progress++;
    return unused;
}

static void
others_within_wait(void)
{
    uintptr_t others[THREADS_MAX];
    int count = sley_draw(1, THREADS_MAX);
    wait_us = (uint64_t)sley_draw(10, 20000);
    sley_machine_set(CORES, "ideal");
    uintptr_t waiter = sley_spawn(wait_and_look, 0);
    for (int i = 0; i < count; i++) {
        others[i] = sley_spawn(advance, 0);
    }
    sley_join(waiter);
    for (int i = 0; i < count; i++) {
        sley_join(others[i]);
    }
    sley_check(progress_within > 0);
}

/* The wait is over before anybody has woken up: no thread is faster than an answer that is there.
 */
static void *
look_after_instant(void *unused)
{
    sley_bytecode(SLEY_BYTECODE_PLAIN);
    sley_block_us(1);
    sley_bytecode(SLEY_BYTECODE_PLAIN);
    progress_within = progress;
    return unused;
}

static void *
advance_once(void *unused)
{
    sley_add(&progress, 1);
    return unused;
}

static void
others_within_instant(void)
{
    uintptr_t waiter = sley_spawn(look_after_instant, 0);
    uintptr_t other = sley_spawn(advance_once, 0);
    sley_join(waiter);
    sley_join(other);
    sley_check(progress_within > 0);
}

static void *
hog(void *unused)
{
    sley_compute_us(HOG_US);
    return unused;
}

/* Every round: 0.3 ms outside, then back to the lock, for which the hogs queue as well. */
static void *
round_trips(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start_us = sley_now_us();
        sley_io_us(IO_US);
        latency_us[i] = sley_now_us() - start_us;
    }
    return unused;
}

static void
convoy(void)
{
    uintptr_t hogs[HOGS_MAX];
    int count = sley_draw(0, HOGS_MAX);
    sley_machine_set(CORES, "ideal");
    uintptr_t io = sley_spawn(round_trips, 0);
    for (int i = 0; i < count; i++) {
        hogs[i] = sley_spawn(hog, 0);
    }
    sley_join(io);
    for (int i = 0; i < count; i++) {
        sley_join(hogs[i]);
    }
    /* From the second round on all hogs are in line. */
    for (int i = 1; i < ROUNDS; i++) {
        uint64_t expected_us = count == 1 ? 5000 + IO_US : count ? (uint64_t)count * 5000 : IO_US;
        sley_check(latency_us[i] == expected_us);
    }
}

static const char loop_is_stuck[] = "the loop's own thread is the one that waits";

#define REQUESTED                                                                                  \
    {                                                                                              \
        {"gil:py32", SLEY_CONFIRMED, ""}, {"gil:py310", SLEY_CONFIRMED, ""},                       \
        {                                                                                          \
            "gil:per-interpreter", SLEY_CONFIRMED, ""                                              \
        }                                                                                          \
    }

const struct sley_property sley_scenario_gil_io[] = {
    {
        .name = "gil-released-on-io",
        .claim = "gil-released-on-io",
        .source = "000:18",
        .says = "a task computes for 1 ms, and is done after 1 ms, while another makes a blocking "
                "call",
        .quantifier = SLEY_ALWAYS,
        .body = io_beside_computing,
        .runs = 300,
        .timed = true,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, loop_is_stuck}},
    },
    {
        .name = "gil-io-lets-others-run",
        .claim = "gil-io-lets-others-run",
        .source = "000:18",
        .says = "while a task makes a blocking call another one that is ready advances",
        .when = "the call takes longer than a ready thread takes to wake up",
        .quantifier = SLEY_ALWAYS,
        .body = others_within_wait,
        .runs = 200,
        .timed = true,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_NOT_APPLICABLE, "what one process advances no other sees"},
                   {"coroutine", SLEY_REFUTED, loop_is_stuck}},
    },
    {
        .name = "gil-io-lets-others-run.short",
        .claim = "gil-io-lets-others-run",
        .source = "000:18",
        .says = "while a task makes a blocking call another one that is ready advances",
        .when = "the call is over before a ready thread has woken up",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = others_within_instant,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "it has the lock again before they wake up")},
    },
    {
        .name = "gil-io-lets-others-run.convoy",
        .claim = "gil-io-lets-others-run",
        .source = "000:18",
        .says = "I/O of 0.3 ms comes back one switch interval later for each thread that computes",
        .twin = true,
        .falsifier = "fault:gil-deaf",
        .quantifier = SLEY_ALWAYS,
        .body = convoy,
        .runs = 500,
        .timed = true,
        .expect = REQUESTED,
    },
    {0},
};
