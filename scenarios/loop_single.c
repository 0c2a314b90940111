/* One event loop is one thread (000:203, 001:59): whatever it calls back, it calls one at a time,
 * so that a variable that nobody locks is never seen half changed, and no race is reported. */
#include <sley/loop.h>
#include <sley/sley.h>
#include <sley/stackless.h>

enum { KINDS = 5, TASKS_MAX = 16 };

static bool inside; /* somebody is in the section, which no lock guards */
static int visits;

static void
section(void)
{
    sley_check(!inside);
    inside = true;
    visits++;
    inside = false;
}

static void
called(void *unused)
{
    (void)unused;
    section();
}

static void
called_back(struct sley_async_future *future, void *unused)
{
    (void)future;
    (void)unused;
    section();
}

static struct sley_awaited
task_step(void *unused)
{
    section();
    struct sley_awaited slept = sley_loop_sleep_ms(0);
    section();
    (void)unused;
    return slept;
}

static struct sley_awaited
request(void *unused)
{
    struct sley_awaited answer = sley_await(sley_loop_io(1, 2, 0));
    section();
    (void)unused;
    return answer;
}

/* Whatever the loop calls, all at about the same time: as many as were drawn of each kind. */
static void
everything(struct sley_async_future *(*one_more)(void))
{
    struct sley_async_future *tasks[KINDS];
    struct sley_async_future *future = sley_loop_future();
    uint32_t count = 0;
    tasks[count++] = sley_loop_task(task_step, NULL);
    tasks[count++] = sley_loop_task(request, NULL);
    tasks[count++] = sley_loop_task(request, NULL);
    if (one_more) {
        tasks[count++] = one_more();
    }
    sley_loop_call_later_ms((uint32_t)sley_draw(0, 2), called, NULL);
    sley_loop_call_soon(called, NULL);
    sley_loop_add_callback(future, called_back, NULL);
    sley_loop_set_result(future, 0);
    section();
    sley_await(sley_loop_gather(tasks, count, false));
    sley_loop_sleep_ms(3);
    section();
    sley_check(visits == (one_more ? 10 : 9));
}

static void
on_one_thread(void)
{
    everything(NULL);
}

static struct sley_awaited
section_elsewhere(void *unused)
{
    section();
    return sley_result(unused);
}

static struct sley_async_future *
in_executor(void)
{
    return sley_loop_run_in_executor(NULL, section_elsewhere, NULL);
}

static void
on_two_threads(void)
{
    everything(in_executor);
}

/* --- without stacks --- */

struct steps {
    struct sley_co co;
    int i;
};

static struct steps steps[2];

static enum sley_co_step
steps_step(struct sley_co *co)
{
    struct steps *self = (struct steps *)co;
    SLEY_CO_BEGIN(co);
    for (self->i = 0; self->i < 2; self->i++) {
        section();
        SLEY_CO_YIELD(co);
    }
    SLEY_CO_RETURN(co, sley_result(0));
    SLEY_CO_END(co);
}

static struct {
    struct sley_co co;
    struct sley_async_future *tasks[2];
    int i;
} stackless_main;

static enum sley_co_step
stackless_main_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    for (int i = 0; i < 2; i++) {
        sley_co_init(&steps[i].co, steps_step);
        stackless_main.tasks[i] = sley_co_task(&steps[i].co);
    }
    sley_loop_call_soon(called, NULL);
    for (stackless_main.i = 0; stackless_main.i < 2; stackless_main.i++) {
        SLEY_CO_AWAIT(co, stackless_main.tasks[stackless_main.i]);
    }
    SLEY_CO_RETURN(co, sley_result(0));
    SLEY_CO_END(co);
}

static void
without_stacks(void)
{
    sley_co_init(&stackless_main.co, stackless_main_step);
    sley_co_run(&stackless_main.co);
    sley_check(visits == 5);
}

static enum sley_co_step
executor_main_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    stackless_main.tasks[0] = in_executor();
    section();
    SLEY_CO_AWAIT(co, stackless_main.tasks[0]);
    SLEY_CO_RETURN(co, sley_result(0));
    SLEY_CO_END(co);
}

static void
executor_without_stacks(void)
{
    sley_co_init(&stackless_main.co, executor_main_step);
    sley_co_run(&stackless_main.co);
    sley_check(visits == 2);
}

/* --- as the machine sees it --- */

static struct sley_awaited
compute(void *duration_us)
{
    sley_compute_us((uint32_t)(uintptr_t)duration_us);
    return sley_result(0);
}

static void
one_thread_counted(bool executor)
{
    struct sley_async_future *tasks[TASKS_MAX];
    uint32_t count = (uint32_t)sley_draw(2, TASKS_MAX);
    void *duration_us = (void *)(uintptr_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)sley_draw(2, 16), "ideal");
    for (uint32_t i = 0; i < count; i++) {
        tasks[i] = executor ? sley_loop_run_in_executor(NULL, compute, duration_us)
                            : sley_loop_task(compute, duration_us);
    }
    sley_await(sley_loop_gather(tasks, count, false));
    struct sley_usage usage = sley_usage();
    sley_check(usage.thread_count == 0);
    sley_check(usage.executing_max == 1);
}

static void
no_thread_is_made(void)
{
    one_thread_counted(false);
}

static void
threads_are_made(void)
{
    one_thread_counted(true);
}

static const char of_loops[] = "the claim speaks of an event loop; each process may have one";

#define SINGLE(property, text, entry)                                                              \
    .name = property, .claim = "loop-single-threaded", .source = "000:203", .says = text,          \
    .quantifier = SLEY_ALWAYS, .body = entry

const struct sley_property sley_scenario_loop_single[] = {
    {
        SINGLE("loop-single-threaded",
               "steps, timers, callbacks and completions of a loop change one variable without a "
               "lock, one after the other",
               on_one_thread),
        .exhaustive = true,
        .falsifier = "loop-single-threaded.executor",
        .expect = {{"thread", SLEY_NOT_APPLICABLE, of_loops},
                   {"process", SLEY_NOT_APPLICABLE, of_loops},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        SINGLE("loop-single-threaded.executor",
               "the same with one function in an executor changes the variable one after the other",
               on_two_threads),
        .twin = true,
        .also = SLEY_BIT(RACE),
        .expect = {{"coroutine", SLEY_REFUTED, "run_in_executor brings a thread"}},
    },
    {
        SINGLE("loop-single-threaded.stackless",
               "coroutines without stacks and callbacks of a loop change one variable without a "
               "lock, one after the other",
               without_stacks),
        .exhaustive = true,
        .falsifier = "loop-single-threaded.stackless-executor",
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        SINGLE("loop-single-threaded.stackless-executor",
               "a coroutine without a stack and a function in an executor change the variable one "
               "after the other",
               executor_without_stacks),
        .twin = true,
        .also = SLEY_BIT(RACE),
        .expect = {{"coroutine:stackless", SLEY_REFUTED, "run_in_executor brings a thread"}},
    },
    {
        SINGLE("loop-single-threaded.no-thread",
               "the tasks of a loop make no thread, and use one core at a time of many",
               no_thread_is_made),
        .timed = true,
        .runs = 100,
        .falsifier = "loop-single-threaded.threads",
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        SINGLE("loop-single-threaded.threads",
               "the calls in an executor make no thread, and use one core at a time of many",
               threads_are_made),
        .timed = true,
        .runs = 100,
        .twin = true,
        .expect = {{"coroutine", SLEY_REFUTED, "an executor is made of threads"}},
    },
    {0},
};
