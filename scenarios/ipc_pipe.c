/* A parent and a child that talk through pipes: what an answer costs, and how often one may be
 * asked for (F13). By the CPython profile; threads are what its figure of them says. */
#include <sley/process.h>
#include <sley/sley.h>

enum { ROUNDS_MAX = 8 };

static struct sley_pipe pipe_there, pipe_back;

static void *
echo(void *rounds)
{
    char byte;
    for (uintptr_t i = 0; i < (uintptr_t)rounds; i++) {
        sley_check(sley_pipe_read(&pipe_there, &byte, 1) == 1);
        sley_receive_bytes(SLEY_BY_PIPE, 1);
        sley_pipe_write(&pipe_back, &byte, 1);
    }
    return NULL;
}

/* The parent's share: ns of work and of talk. */
struct talk {
    uint64_t work_ns, talk_ns;
};

static struct talk
talk(int rounds, uint32_t work_us)
{
    struct talk sum = {0};
    sley_pipe_init(&pipe_there);
    sley_pipe_init(&pipe_back);
    uintptr_t child = sley_spawn(echo, (void *)(uintptr_t)rounds);
    for (int i = 0; i < rounds; i++) {
        char byte = (char)i;
        uint64_t start_ns = sley_now_ns();
        sley_compute_us(work_us);
        uint64_t worked_ns = sley_now_ns();
        sley_pipe_write(&pipe_there, &byte, 1);
        sley_check(sley_pipe_read(&pipe_back, &byte, 1) == 1 && byte == (char)i);
        sley_receive_bytes(SLEY_BY_PIPE, 1);
        sum.work_ns += worked_ns - start_ns;
        sum.talk_ns += sley_now_ns() - worked_ns;
    }
    sley_join(child);
    return sum;
}

static void
pipe_dearer(void)
{
    uint64_t rounds = (uint64_t)sley_draw(1, ROUNDS_MAX);
    sley_machine_set(2, "cpython");
    uint64_t threads_ns = rounds * 2 * sley_figure("handover.thread");
    sley_check(talk((int)rounds, 0).talk_ns > threads_ns);
}

/* A bottleneck takes more than half of the time. */
static void
talk_is_the_bottleneck(int low_us, int high_us)
{
    int rounds = sley_draw(1, ROUNDS_MAX);
    uint32_t work_us = (uint32_t)sley_draw(low_us, high_us);
    sley_machine_set(2, "cpython");
    struct talk sum = talk(rounds, work_us);
    sley_check(sum.talk_ns > sum.work_ns);
}

static void
every_millisecond(void)
{
    talk_is_the_bottleneck(1000, 10000);
}

static void
every_60_us(void)
{
    talk_is_the_bottleneck(1, 60);
}

static const char hand_over[] = "39.5 us to a thread that waits, 69 us there and back by a pipe";
static const char of_processes[] = "the claim speaks of processes";

#define EXPECT_PIPE(finding, reason)                                                               \
    {"thread", SLEY_NOT_APPLICABLE, of_processes},                                                 \
        SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, of_processes), {"process", finding, reason},          \
    {                                                                                              \
        "coroutine", SLEY_NOT_APPLICABLE, of_processes                                             \
    }

const struct sley_property sley_scenario_ipc_pipe[] = {
    {
        .name = "ipc-slower-than-thread-sharing.pipe",
        .claim = "ipc-slower-than-thread-sharing",
        .source = "001:48",
        .says = "a question and its answer by a pipe between processes take longer than by a queue "
                "between threads",
        .when = "each waits for the other, at a pipe",
        .quantifier = SLEY_ALWAYS,
        .body = pipe_dearer,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_PIPE(SLEY_REFUTED, hand_over)},
    },
    {
        .name = "ipc-millisecond-interaction-bottleneck",
        .claim = "ipc-millisecond-interaction-bottleneck",
        .source = "000:279",
        .says = "a parent that asks its child by a pipe after each piece of work spends more than "
                "half of its time on that",
        .when = "after every 1 to 10 ms of work",
        .quantifier = SLEY_ALWAYS,
        .body = every_millisecond,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_PIPE(SLEY_REFUTED, "69 us of 1 ms")},
    },
    {
        .name = "ipc-millisecond-interaction-bottleneck.microseconds",
        .claim = "ipc-millisecond-interaction-bottleneck",
        .source = "000:279",
        .says = "a parent that asks its child by a pipe after each piece of work spends more than "
                "half of its time on that",
        .when = "after every 60 us of work, or less",
        .quantifier = SLEY_ALWAYS,
        .falsifier = "fault:machine.message-free",
        .body = every_60_us,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_PIPE(SLEY_CONFIRMED, "")},
    },
    {0},
};
