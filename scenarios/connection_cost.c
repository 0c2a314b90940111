/* What a server's open connections cost, whether they are busy or not: memory, and what an event
 * loop has to make and to turn to (F17). By the CPython profile. */
#include <sley/loop.h>
#include <sley/sley.h>

enum { CONNECTIONS_MAX = 200 };

static void *
idle(void *unused)
{
    sley_io_us(10);
    return unused;
}

static void
hold(int connections, void *(*entry)(void *))
{
    uintptr_t tasks[CONNECTIONS_MAX];
    sley_machine_set(2, "cpython");
    for (int i = 0; i < connections; i++) {
        tasks[i] = sley_spawn(entry, NULL);
    }
    for (int i = 0; i < connections; i++) {
        sley_join(tasks[i]);
    }
}

/* Half of what threads hold, or less. */
static void
memory_of_idle(void)
{
    uint64_t connections = (uint64_t)sley_draw(1, 64);
    hold((int)connections, idle);
    sley_check(2 * sley_usage().memory_bytes <= connections * sley_figure("memory.thread"));
}

/* --- what a loop is without, and what it has instead --- */

static void
no_threads(void)
{
    int connections = sley_draw(1, CONNECTIONS_MAX);
    hold(connections, idle);
    sley_check(sley_usage().thread_count == 0);
}

static struct sley_awaited
block(void *unused)
{
    (void)unused;
    sley_block_us(10);
    return sley_result(0);
}

static void *
handle_in_thread(void *unused)
{
    sley_loop_to_thread(block, NULL);
    return unused;
}

static void
no_threads_but_those_of_handlers(void)
{
    int connections = sley_draw(1, 20);
    hold(connections, handle_in_thread);
    sley_check(sley_usage().thread_count == 0);
}

static void
no_cost_of_its_own(void)
{
    hold(sley_draw(1, CONNECTIONS_MAX), idle);
    sley_check(sley_usage().busy_ns == 0);
}

static const char not_the_claim[] = "the claim speaks of the loop";

#define EXPECT_LOOP(finding, reason)                                                               \
    SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, not_the_claim),                                           \
        {"process", SLEY_NOT_APPLICABLE, not_the_claim},                                           \
    {                                                                                              \
        "coroutine", finding, reason                                                               \
    }

const struct sley_property sley_scenario_connection_cost[] = {
    {
        .name = "cost-connections-memory",
        .claim = "cost-connections-memory",
        .source = "003:122",
        .says = "an idle connection holds at most half of the memory that a thread for it holds",
        .quantifier = SLEY_ALWAYS,
        .body = memory_of_idle,
        .timed = true,
        .runs = 20,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "13.6 KiB each, resident"),
                   {"process", SLEY_REFUTED, "3 MiB each"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "cost-asyncio-no-thread-overhead",
        .claim = "cost-asyncio-no-thread-overhead",
        .source = "001:64",
        .says = "connections cost an event loop no creation and no switch",
        .when = "of threads: none is made",
        .falsifier = "cost-asyncio-no-thread-overhead.executor",
        .quantifier = SLEY_ALWAYS,
        .body = no_threads,
        .timed = true,
        .runs = 20,
        .expect = {EXPECT_LOOP(SLEY_CONFIRMED, "")},
    },
    {
        .name = "cost-asyncio-no-thread-overhead.executor",
        .claim = "cost-asyncio-no-thread-overhead",
        .source = "001:64",
        .says = "connections whose handlers call to_thread cost an event loop no thread",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = no_threads_but_those_of_handlers,
        .timed = true,
        .runs = 20,
        .expect = {{"coroutine", SLEY_REFUTED, "an executor makes threads"}},
    },
    {
        .name = "cost-asyncio-no-thread-overhead.tasks",
        .claim = "cost-asyncio-no-thread-overhead",
        .source = "001:64",
        .says = "connections cost an event loop no creation and no switch",
        .when = "of anything: what the loop's own tasks cost is counted",
        .quantifier = SLEY_ALWAYS,
        .body = no_cost_of_its_own,
        .timed = true,
        .runs = 20,
        .expect = {EXPECT_LOOP(SLEY_REFUTED, "7.5 us for a task")},
    },
    {0},
};
