/* What it costs to come to data of another task, and how often that may be done (F13). Figures of
 * the profile "cpython" unless the property says C. A comparison with another model runs this one
 * and takes the other's figure from the same profile. */
#include <sley/sley.h>

enum { ROUNDS_MAX = 8 };

static long cells[ROUNDS_MAX];
static struct sley_queue there, back;

/* --- data that are had --- */

/* Leaves its numbers in memory and, for whom does not see that, in a queue. */
static void *
leave(void *rounds)
{
    for (uintptr_t i = 0; i < (uintptr_t)rounds; i++) {
        cells[i] = (long)i + 1;
        sley_queue_put(&there, (intptr_t)i + 1);
    }
    return NULL;
}

/* Each number is read where it lies, or else taken out of the queue, and work is done on it.
 * Whether memory is shared is seen, not asked. Returns ns; *sent: how many had to be sent. */
static uint64_t
have_ns(int rounds, uint32_t work_us, uint32_t bytes, int *sent)
{
    sley_queue_init(&there, ROUNDS_MAX);
    for (int i = 0; i < rounds; i++) {
        cells[i] = 0;
    }
    sley_join(sley_spawn(leave, (void *)(uintptr_t)rounds));
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < rounds; i++) {
        if (cells[i] == i + 1) {
            sley_receive_bytes(SLEY_BY_REFERENCE, bytes);
        } else {
            sley_check(sley_queue_get(&there) == i + 1);
            sley_receive_bytes(SLEY_BY_QUEUE, bytes);
            ++*sent;
        }
        sley_compute_us(work_us);
    }
    return sley_now_ns() - start_ns;
}

/* Threads against processes: one side is measured, the other side's figure is the profile's. */
static void
have_cheaper(const char *profile)
{
    int rounds = sley_draw(1, ROUNDS_MAX), sent = 0;
    uint32_t bytes = (uint32_t)sley_draw(1, 64 << 20);
    sley_machine_set(2, profile);
    uint64_t took_ns = have_ns(rounds, 0, bytes, &sent);
    if (sent) {
        sley_check(took_ns > (uint64_t)rounds * sley_figure("access.shared"));
    } else {
        sley_check(took_ns < (uint64_t)rounds * sley_figure("pipe.round-trip") / 2);
    }
}

static void
have_python(void)
{
    have_cheaper("cpython");
}

static void
have_c(void)
{
    have_cheaper("c");
}

/* Work on data that the other has left: sooner than with a message between processes each time? */
static void
work_on_what_is_there(void)
{
    int rounds = sley_draw(1, ROUNDS_MAX), sent = 0;
    uint32_t work_us = (uint32_t)sley_draw(1, 1000);
    sley_machine_set(2, "cpython");
    uint64_t took_ns = have_ns(rounds, work_us, 1, &sent);
    uint64_t as_processes_ns = work_us * 1000 + sley_figure("pipe.round-trip");
    sley_check(took_ns < (uint64_t)rounds * as_processes_ns);
}

static void
have_like_a_call(void)
{
    int rounds = sley_draw(1, ROUNDS_MAX), sent = 0;
    sley_machine_set(2, "cpython");
    uint64_t took_ns = have_ns(rounds, 0, 1, &sent);
    sley_check(took_ns <= (uint64_t)rounds * sley_figure("call.direct"));
}

/* --- data that are waited for --- */

static void *
answer(void *rounds)
{
    for (uintptr_t i = 0; i < (uintptr_t)rounds; i++) {
        intptr_t item = sley_queue_get(&there);
        sley_receive_bytes(SLEY_BY_QUEUE, 1);
        sley_queue_put(&back, item + 1);
    }
    return NULL;
}

/* A question and its answer in each round, after work. Returns ns of all. */
static uint64_t
ask_ns(int rounds, uint32_t work_us)
{
    sley_queue_init(&there, 1);
    sley_queue_init(&back, 1);
    uintptr_t partner = sley_spawn(answer, (void *)(uintptr_t)rounds);
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < rounds; i++) {
        sley_compute_us(work_us);
        sley_queue_put(&there, i);
        sley_check(sley_queue_get(&back) == i + 1);
        sley_receive_bytes(SLEY_BY_QUEUE, 1);
    }
    uint64_t took_ns = sley_now_ns() - start_ns;
    sley_join(partner);
    return took_ns;
}

static void
ask_cheaper(const char *profile)
{
    uint64_t rounds = (uint64_t)sley_draw(1, ROUNDS_MAX);
    sley_machine_set(2, profile);
    uint64_t took_ns = ask_ns((int)rounds, 0);
    if (sley_usage().process_count) {
        sley_check(took_ns > rounds * 2 * sley_figure("handover.thread"));
    } else {
        sley_check(took_ns < rounds * sley_figure("pipe.round-trip"));
    }
}

static void
ask_python(void)
{
    ask_cheaper("cpython");
}

static void
ask_c(void)
{
    ask_cheaper("c");
}

static void
work_and_ask(void)
{
    uint64_t rounds = (uint64_t)sley_draw(1, ROUNDS_MAX);
    uint32_t work_us = (uint32_t)sley_draw(1, 1000);
    sley_machine_set(2, "cpython");
    uint64_t took_ns = ask_ns((int)rounds, work_us);
    sley_check(took_ns < rounds * (work_us * 1000 + sley_figure("pipe.round-trip")));
}

static void
ask_like_a_call(void)
{
    uint64_t rounds = (uint64_t)sley_draw(1, ROUNDS_MAX);
    sley_machine_set(2, "cpython");
    sley_check(ask_ns((int)rounds, 0) <= rounds * 2 * sley_figure("call.direct"));
}

static const char is_sent[] = "memory is private: it is sent, or it is not had";
static const char hand_over[] = "39.5 us to a thread that waits, 69 us there and back by a pipe";
static const char no_lock_figure[] = "the hand-over was measured under an interpreter lock";
static const char other_side[] = "is what threads are compared with";
static const char loop_turn[] = "a turn of the loop, 3.2 us, for 0.1 us";

#define EXPECT_LOCKED(finding, reason)                                                             \
    {"gil:py2", finding, reason}, {"gil:py32", finding, reason}, {"gil:py310", finding, reason},   \
    {                                                                                              \
        "gil:per-interpreter", finding, reason                                                     \
    }

const struct sley_property sley_scenario_ipc_exchange[] = {
    {
        .name = "ipc-slower-than-thread-sharing",
        .claim = "ipc-slower-than-thread-sharing",
        .source = "003:105",
        .says = "to have data of another task costs more between processes than between tasks "
                "that share memory, whatever the size",
        .when = "the data are there, and are read",
        .quantifier = SLEY_ALWAYS,
        .falsifier = "fault:machine.message-free",
        .body = have_python,
        .timed = true,
        .runs = 50,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-slower-than-thread-sharing.c",
        .claim = "ipc-slower-than-thread-sharing",
        .source = "003:105",
        .says = "to have data of another task costs more between processes than between tasks "
                "that share memory, whatever the size, by the C profile",
        .when = "the data are there, and are read (C)",
        .quantifier = SLEY_ALWAYS,
        .falsifier = "fault:machine.message-free",
        .body = have_c,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-slower-than-thread-sharing.hand-over",
        .claim = "ipc-slower-than-thread-sharing",
        .source = "001:48",
        .says = "a question through a queue and its answer take longer between processes than "
                "between threads, and by a pipe between processes longer than between other tasks",
        .when = "each waits for the other, at a queue",
        .quantifier = SLEY_ALWAYS,
        .body = ask_python,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_LOCKED(SLEY_REFUTED, hand_over),
                   {"gil:free", SLEY_NOT_APPLICABLE, no_lock_figure},
                   {"process", SLEY_CONFIRMED, "multiprocessing.Queue: 120 us there and back"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-slower-than-thread-sharing.hand-over.c",
        .claim = "ipc-slower-than-thread-sharing",
        .source = "001:48",
        .says = "a question through a queue and its answer take longer between processes than "
                "between other tasks, by the C profile",
        .when = "each waits for the other (C)",
        .quantifier = SLEY_ALWAYS,
        .falsifier = "fault:machine.message-free",
        .body = ask_c,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-frequent-interaction-prefer-threads",
        .claim = "ipc-frequent-interaction-prefer-threads",
        .source = "000:279",
        .says = "rounds of work, each on what another task has left, are done sooner than if each "
                "took a pipe's round trip between processes",
        .when = "what the other did is there, and is read",
        .quantifier = SLEY_ALWAYS,
        .falsifier = "ipc-frequent-interaction-prefer-threads.waits",
        .body = work_on_what_is_there,
        .timed = true,
        .runs = 50,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_NOT_APPLICABLE, other_side},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-frequent-interaction-prefer-threads.waits",
        .claim = "ipc-frequent-interaction-prefer-threads",
        .source = "000:279",
        .says = "rounds of work, each after a question to another task and its answer, are done "
                "sooner than if each took a pipe's round trip between processes",
        .when = "each waits for the other",
        .quantifier = SLEY_ALWAYS,
        .body = work_and_ask,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_LOCKED(SLEY_REFUTED, hand_over),
                   {"gil:free", SLEY_NOT_APPLICABLE, no_lock_figure},
                   {"process", SLEY_NOT_APPLICABLE, other_side},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-communication-cost",
        .claim = "coro-communication-cost",
        .source = "003:105",
        .says = "to have what another task left costs no more than a direct call",
        .when = "in a variable",
        .quantifier = SLEY_ALWAYS,
        .body = have_like_a_call,
        .timed = true,
        .runs = 50,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_REFUTED, is_sent},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-communication-cost.hand-over",
        .claim = "coro-communication-cost",
        .source = "003:105",
        .says = "a message to a task that waits for it costs no more than a direct call",
        .when = "to a task that waits",
        .quantifier = SLEY_ALWAYS,
        .body = ask_like_a_call,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_LOCKED(SLEY_REFUTED, hand_over),
                   {"gil:free", SLEY_NOT_APPLICABLE, no_lock_figure},
                   {"process", SLEY_REFUTED, hand_over},
                   {"coroutine", SLEY_REFUTED, loop_turn}},
    },
    {0},
};
