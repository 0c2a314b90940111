/* What a thread, a process and a coroutine cost to create and to keep, by the profiles: the model's
 * tasks are made and measured, the other kinds come from the profile. */
#include "scenarios/tasks.h"

#include <sley/loop.h>

enum { TASKS_MAX = 64, COROUTINE = 0, THREAD, PROCESS, KINDS };

/* Of count units of each kind. */
struct costs {
    uint64_t create_ns[KINDS];
    uint64_t memory_bytes[KINDS];
};

static void *
idle(void *argument)
{
    sley_io_us(1000);
    return argument;
}

static int
kind_of_tasks(const struct sley_usage *usage)
{
    return usage->process_count ? PROCESS : usage->thread_count ? THREAD : COROUTINE;
}

static void
reference(struct costs *costs, uint64_t count)
{
    static const enum sley_unit units[KINDS] = {SLEY_UNIT_COROUTINE, SLEY_UNIT_THREAD,
                                                SLEY_UNIT_FORK};
    for (int kind = 0; kind < KINDS; kind++) {
        struct sley_unit_costs one = sley_unit_costs(units[kind]);
        costs->create_ns[kind] = count * one.create_ns;
        costs->memory_bytes[kind] = count * one.memory_bytes;
    }
}

/* Of 1 to 64 idle tasks, all alive at the same time. */
static struct costs
of_idle_tasks(const char *profile)
{
    uintptr_t tasks[TASKS_MAX];
    struct costs costs;
    int count = sley_draw(1, TASKS_MAX);
    sley_machine_set((uint32_t)sley_draw(1, 8), profile);
    reference(&costs, (uint64_t)count);
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(idle, NULL);
    }
    struct sley_usage usage = sley_usage();
    int kind = kind_of_tasks(&usage);
    costs.create_ns[kind] = usage.makespan_ns;
    costs.memory_bytes[kind] = usage.memory_bytes;
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return costs;
}

static const char *
drawn_profile(void)
{
    return sley_draw(0, 1) ? "cpython" : "c";
}

static void
creation(void)
{
    struct costs costs = of_idle_tasks(drawn_profile());
    sley_check(2 * costs.create_ns[THREAD] <= costs.create_ns[PROCESS]);
    sley_check(costs.create_ns[COROUTINE] < costs.create_ns[THREAD]);
}

static void
upkeep(void)
{
    struct costs costs = of_idle_tasks(drawn_profile());
    sley_check(5 * costs.memory_bytes[THREAD] <= costs.memory_bytes[PROCESS]);
}

static void
total_order(void)
{
    struct costs costs = of_idle_tasks("cpython");
    for (int kind = COROUTINE; kind < PROCESS; kind++) {
        sley_check(2 * costs.create_ns[kind] <= costs.create_ns[kind + 1]);
        sley_check(2 * costs.memory_bytes[kind] <= costs.memory_bytes[kind + 1]);
    }
}

/* --- a coroutine as a light-weight thread --- */

static struct sley_awaited
nothing(void *unused)
{
    return sley_result(unused);
}

/* Creates 1 to 32 coroutines, or threads, and holds what that took against as many threads. */
static void
lighter(bool threads)
{
    struct sley_async_future *made[SLEY_LOOP_WORKERS_MAX];
    struct sley_loop_executor executor;
    uint32_t count = (uint32_t)sley_draw(1, SLEY_LOOP_WORKERS_MAX);
    sley_machine_set(2, "cpython");
    sley_loop_executor_init(&executor, SLEY_LOOP_WORKERS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        made[i] = threads ? sley_loop_run_in_executor(&executor, nothing, NULL)
                          : sley_loop_task(nothing, NULL);
    }
    struct sley_usage usage = sley_usage();
    struct sley_unit_costs thread = sley_unit_costs(SLEY_UNIT_THREAD);
    sley_await(sley_loop_gather(made, count, false));
    sley_check(usage.coroutine_count + usage.thread_count > 0);
    sley_check(usage.makespan_ns * 10 <= count * thread.create_ns);
    sley_check(usage.memory_bytes * 10 <= count * thread.memory_bytes);
}

static void
coroutines_are_light(void)
{
    lighter(false);
}

static void
threads_are_not(void)
{
    lighter(true);
}

static void
scheduled_like_threads(void)
{
    uint32_t count = (uint32_t)sley_draw(2, 8);
    uint32_t duration_us = (uint32_t)sley_draw(1, 1000);
    uintptr_t tasks[8];
    sley_machine_set(count, "ideal");
    for (uint32_t i = 0; i < count; i++) {
        tasks[i] = sley_spawn(compute, (void *)(uintptr_t)duration_us);
    }
    for (uint32_t i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sley_usage().makespan_ns == duration_us * UINT64_C(1000));
}

#define UNIT_ORDER(property, id, origin, text, entry)                                              \
    .name = property, .claim = id, .source = origin, .says = text, .quantifier = SLEY_ALWAYS,      \
    .body = entry, .timed = true, .runs = 100,                                                     \
    .expect = {{"thread", SLEY_CONFIRMED, ""},                                                     \
               SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),                                                \
               {"process", SLEY_CONFIRMED, ""},                                                    \
               {"process:spawn", SLEY_CONFIRMED, ""},                                              \
               {"coroutine", SLEY_CONFIRMED, ""}}

#define OF_COROUTINES(property, origin, text, entry, found, why)                                   \
    .name = property, .claim = "coro-light-weight-thread", .source = origin, .says = text,         \
    .quantifier = SLEY_ALWAYS, .body = entry, .timed = true, .runs = 100,                          \
    .expect = {{"coroutine", found, why}}

const struct sley_property sley_scenario_unit_cost[] = {
    {
        UNIT_ORDER("cost-create-thread-lt-process", "cost-create-thread-lt-process", "001:23",
                   "to create processes takes twice as long as threads at least, and threads "
                   "longer than coroutines, by both profiles",
                   creation),
        .falsifier = "fault:machine.create-free",
    },
    {
        UNIT_ORDER("cost-maintain-process-gt-thread", "cost-maintain-process-gt-thread", "001:47",
                   "idle processes hold five times the memory of as many threads at least, by "
                   "both profiles",
                   upkeep),
    },
    {
        UNIT_ORDER("cost-resource-ordering.created-and-kept", "cost-resource-ordering", "001:85",
                   "asyncio, threading, multiprocessing: each takes twice the time to create and "
                   "twice the memory of the one before at least, by the CPython profile",
                   total_order),
        .falsifier = "fault:machine.create-free",
    },
    {
        OF_COROUTINES("coro-light-weight-thread", "002:140",
                      "coroutines take a tenth of the time and the memory of as many threads at "
                      "most, by the CPython profile",
                      coroutines_are_light, SLEY_CONFIRMED, ""),
        .when = "what a thread is, is what it costs",
        .falsifier = "coro-light-weight-thread.real-threads",
    },
    {
        OF_COROUTINES("coro-light-weight-thread.real-threads", "002:140",
                      "threads of an executor take a tenth of what threads take", threads_are_not,
                      SLEY_REFUTED, "they are threads"),
        .twin = true,
    },
    {
        OF_COROUTINES("coro-light-weight-thread.parallel", "004:15",
                      "n that compute, on n cores, are done when the first is, as threads are",
                      scheduled_like_threads, SLEY_REFUTED,
                      "none is preempted, and one runs at a time"),
        .when = "what a thread is, is how it is scheduled",
    },
    {0},
};
