/* asyncio.Task: a coroutine whose steps are handles of the loop. */
#include "models/coroutine/loop.h"
#include "models/machine/machine.h"

#include <stdio.h>

enum { CANCEL_DEPTH_MAX = 200 };

static struct loop_task tasks[SLEY_LOOP_TASKS_MAX];
static uint32_t made;
static uint32_t unnamed;
static struct loop_task *stack_owner[SLEY_TASKS_MAX];

static void
task_init(struct loop_task *task, const char *name)
{
    sley_async_future_init(&task->future, FUTURE_TASK);
    sley_gate_init(&task->turn, SLEY_WAIT_FUTURE, 0);
    task->turn.open = false;
    task->engine_task = SLEY_TASKS_MAX;
    task->cancel_count = 0;
    task->must_cancel = false;
    task->awaits = NULL;
    task->group = NULL;
    task->thrown = sley_result(0);
    task->blame = -1;
    task->blame_pc = 0;
    task->name = name;
    if (!name) {
        snprintf(task->own_name, sizeof task->own_name, "Task-%u", (unsigned)(++unnamed % 10000));
        task->name = task->own_name;
    }
}

/* The main coroutine is task 0 of the engine, and runs already. */
void
sley_loop_tasks_reset(void)
{
    unnamed = 0;
    made = 1;
    struct loop_task *main_task = &tasks[0];
    task_init(main_task, NULL);
    main_task->body = NULL;
    main_task->plain = NULL;
    main_task->stackless = NULL;
    main_task->no_stack = false;
    main_task->engine_task = 0;
    main_task->start = sley_engine.start_count + 1;
    stack_owner[0] = main_task;
    sley_loop.main = main_task;
    sley_loop.current = main_task;
}

struct loop_task *
sley_loop_stack_owner(void)
{
    struct loop_task *owner = stack_owner[sley_engine.task];
    uint32_t start = sley_engine.task_table[sley_engine.task].start;
    return owner && owner->start == start ? owner : NULL;
}

struct loop_task *
sley_task_of(struct sley_async_future *future)
{
    return future->kind == FUTURE_TASK ? (struct loop_task *)future : NULL;
}

struct loop_task *
sley_task_at(uint32_t index)
{
    return index < made ? &tasks[index] : NULL;
}

uint32_t
sley_task_index(const struct loop_task *task)
{
    return (uint32_t)(task - tasks);
}

/* --- steps --- */

static void *
stack_begin(void *argument)
{
    struct loop_task *self = argument;
    if (self->thrown.kind != SLEY_RESULT) {
        self->future.outcome = self->thrown; /* raised before its first instruction */
    } else if (self->plain) {
        self->future.outcome = sley_result(self->plain(self->argument));
    } else {
        self->future.outcome = self->body(self->argument);
    }
    return NULL;
}

/* Slots of coroutines that have ended may be used again: the loop's thread knows of their ends. */
static void
ends_acquire(void)
{
    for (uint32_t t = 1; t < sley_engine.task_count; t++) {
        const struct sley_task *task = &sley_engine.task_table[t];
        const struct loop_task *owner = stack_owner[t];
        if (task->state == SLEY_TASK_DONE && owner && owner->start == task->start) {
            sley_clock_acquire(&task->exit_clock);
        }
    }
}

static void
stack_make(struct loop_task *task, uintptr_t pc)
{
    uint32_t t = sley_task_spawn(stack_begin, task, &task->turn, pc);
    if (t == SLEY_TASKS_MAX) {
        ends_acquire();
        t = sley_task_spawn(stack_begin, task, &task->turn, pc);
    }
    if (t == SLEY_TASKS_MAX) {
        sley_task_refused("coroutine that is alive", pc);
    }
    task->engine_task = t;
    task->start = sley_engine.task_table[t].start;
    if (task->name != task->own_name) {
        sley_engine.task_table[t].name = task->name;
    }
    stack_owner[t] = task;
}

static void
step_soon(struct loop_task *task, struct sley_awaited thrown, uintptr_t pc)
{
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_STEP, pc);
    handle->task = task;
    handle->thrown = thrown;
    sley_loop_ready(handle);
}

struct loop_task *
sley_task_make(struct sley_awaited (*body)(void *), void *(*plain)(void *), void *argument,
               struct sley_co *stackless, const char *name, uintptr_t pc)
{
    sley_loop_check_thread(pc);
    if (made == SLEY_LOOP_TASKS_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 1024 tasks in one run");
    }
    if (!plain) {
        sley_machine_create(SLEY_UNIT_COROUTINE, pc); /* a sley_spawn is paid for already */
    }
    struct loop_task *task = &tasks[made++];
    task_init(task, name);
    task->body = body;
    task->plain = plain;
    task->stackless = stackless;
    task->argument = argument;
    task->no_stack = stackless || sley_loop.stackless;
    if (!task->no_stack) {
        stack_make(task, pc);
    } else if (body) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc,
                         "a coroutine with a stack in a model without them");
    }
    step_soon(task, sley_result(0), pc);
    return task;
}

void
sley_loop_task_prepare(struct loop_task *task, struct sley_awaited thrown)
{
    if (task->must_cancel) {
        task->must_cancel = false;
        thrown = sley_cancellation();
    }
    task->awaits = NULL;
    task->thrown = thrown;
}

void
sley_task_finish(struct loop_task *task, struct sley_awaited outcome)
{
    bool raised_cancel = outcome.kind == SLEY_CANCELLED ||
                         (outcome.kind == SLEY_EXCEPTION && outcome.value == SLEY_CANCELLED_ERROR);
    if (raised_cancel || (outcome.kind == SLEY_RESULT && task->must_cancel)) {
        task->must_cancel = false;
        sley_async_future_cancel_plain(&task->future);
    } else {
        sley_async_future_finish(&task->future, outcome);
    }
}

void
sley_task_yielded(struct loop_task *task, struct sley_async_future *future, uintptr_t pc)
{
    if (!future) {
        step_soon(task, sley_result(0), pc);
        return;
    }
    if (future == &task->future) {
        future->spoiled = true;
        step_soon(task, sley_exception(SLEY_RUNTIME_ERROR), pc);
        return;
    }
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_WAKEUP, pc);
    handle->task = task;
    sley_async_future_add(future, handle);
    task->awaits = future;
    if (task->must_cancel && sley_async_future_cancel(future)) {
        task->must_cancel = false;
    }
}

/* --- ends --- */

void
sley_task_unwind(struct sley_awaited outcome, uintptr_t pc)
{
    struct loop_task *self = sley_loop_self(pc);
    if (self == sley_loop.main) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc,
                         "an exception in the main coroutine, in an operation that returns none");
    }
    self->future.outcome = outcome;
    sley_task_finish(self, outcome);
    sley_loop_leave(self);
    sley_task_exit(NULL);
}

/* --- cancellation --- */

bool
sley_task_cancel(struct loop_task *task)
{
    if (sley_async_future_done(&task->future)) {
        return false;
    }
    task->cancel_count++;
    if (sley_fault(SLEY_FAULT_CANCEL_LOST) && !task->awaits) {
        return true;
    }
    if (task->awaits && sley_async_future_cancel(task->awaits)) {
        return true;
    }
    task->must_cancel = true;
    return true;
}

/* Futures that await each other in a circle pass a cancellation on for ever; Python ends that with
 * a RecursionError. */
bool
sley_async_future_cancel(struct sley_async_future *future)
{
    bool reached = false;
    if (++sley_loop.cancel_depth > CANCEL_DEPTH_MAX) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, SLEY_CALLER(),
                         "a cancellation of futures that await each other in a circle");
    }
    switch (future->kind) {
    case FUTURE_TASK:
        reached = sley_task_cancel(sley_task_of(future));
        break;
    case FUTURE_GATHER:
        reached = sley_gather_cancel(future);
        break;
    case FUTURE_PLAIN:
        reached = sley_async_future_cancel_plain(future);
        break;
    }
    sley_loop.cancel_depth--;
    return reached;
}

/* --- for authors --- */

struct sley_async_future *
sley_loop_task(struct sley_awaited (*body)(void *), void *argument)
{
    return &sley_task_make(body, NULL, argument, NULL, NULL, SLEY_CALLER())->future;
}

struct sley_async_future *
sley_loop_task_named(struct sley_awaited (*body)(void *), void *argument, const char *name)
{
    return &sley_task_make(body, NULL, argument, NULL, name, SLEY_CALLER())->future;
}

const char *
sley_loop_task_name(const struct sley_async_future *task)
{
    return task->kind == FUTURE_TASK ? ((const struct loop_task *)task)->name : "";
}

struct sley_async_future *
sley_loop_current(void)
{
    bool on_loop = sley_loop_stack_owner() != NULL;
    return on_loop && sley_loop.current ? &sley_loop.current->future : NULL;
}

uint32_t
sley_loop_cancelling(const struct sley_async_future *task)
{
    return task->kind == FUTURE_TASK ? ((const struct loop_task *)task)->cancel_count : 0;
}

uint32_t
sley_loop_uncancel(struct sley_async_future *future)
{
    struct loop_task *task = sley_task_of(future);
    if (!task) {
        return 0;
    }
    task->cancel_count -= task->cancel_count > 0;
    return task->cancel_count;
}

uint32_t
sley_loop_task_count(void)
{
    uint32_t alive = 0;
    for (uint32_t i = 0; i < made; i++) {
        alive += !sley_async_future_done(&tasks[i].future);
    }
    return alive;
}
