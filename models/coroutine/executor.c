/* concurrent.futures.ThreadPoolExecutor beside the loop: its threads are tasks of the engine that
 * are no coroutines. What orders them and the loop is the queue of calls on the way out, and
 * call_soon_threadsafe on the way back; nothing else. An executor of processes is the same to the
 * loop, and its workers cost what processes do. */
#include "models/coroutine/loop.h"
#include "models/machine/machine.h"

enum { EXECUTORS_MAX = 8, DEFAULT_WORKERS = 6 };

enum call_state {
    CALL_WAITING,
    CALL_RUNNING,
    CALL_CANCELLED,
};

struct call {
    enum call_state state;
    struct sley_awaited (*body)(void *);
    void *argument;
    struct sley_awaited outcome;
    struct sley_async_future *future; /* of the loop, that wraps the call */
    struct call *next;                /* in the executor's queue, or of the free ones */
    struct sley_clock clock;          /* everything before the submit */
};

struct executor {
    enum sley_unit unit;   /* what its workers cost */
    struct sley_gate work; /* open while a call waits, or no more will come */
    struct call *first;
    struct call *last;
    uint32_t workers_max;
    uint32_t worker_count;
    uint32_t idle_count; /* workers that finished a call and were not counted on since */
    bool closed;
    uintptr_t pc;                     /* of the submit that started the last worker */
    uint32_t workers[SLEY_TASKS_MAX]; /* tasks of the engine */
};

static struct executor executors[EXECUTORS_MAX]; /* 0: the default one */
static uint32_t executor_count;
static struct call calls[SLEY_LOOP_CALLS_MAX];
static uint32_t calls_made;
static struct call *call_free;
static struct sley_clock published[SLEY_TASKS_MAX]; /* by call_soon_threadsafe, for each thread */
static uint32_t published_count;                    /* entries that may be in use */

static void
executor_init(struct executor *self, uint32_t workers, enum sley_unit unit)
{
    self->unit = unit;
    sley_gate_init(&self->work, SLEY_WAIT_CONDITION, (uintptr_t)self);
    self->work.open = false;
    self->work.owner = 0; /* an idle worker waits for the loop: its wait is a consequence */
    self->first = self->last = NULL;
    self->workers_max = workers;
    self->worker_count = 0;
    self->idle_count = 0;
    self->closed = false;
}

void
sley_loop_executors_reset(void)
{
    executor_count = 1;
    executor_init(&executors[0], DEFAULT_WORKERS, SLEY_UNIT_THREAD);
    calls_made = 0;
    call_free = NULL;
    for (; published_count > 0; published_count--) {
        sley_clock_init(&published[published_count - 1]);
    }
}

/* --- call_soon_threadsafe --- */

void
sley_loop_foreign_acquire(uint32_t engine_task)
{
    sley_clock_acquire(&published[engine_task]);
}

/* The handle may come from a thread beside the loop. */
static void
ready_threadsafe(struct loop_handle *handle)
{
    if (!sley_loop_stack_owner()) {
        handle->foreign = (uint16_t)(sley_engine.task + 1);
        uint32_t self = sley_engine.task;
        published_count = self < published_count ? published_count : self + 1;
        sley_clock_release(&published[self]);
    }
    sley_loop_ready(handle);
    sley_loop_interrupt();
}

struct sley_handle
sley_loop_call_soon_threadsafe(void (*callback)(void *argument), void *argument)
{
    sley_point(SLEY_OP_WAKE, sley_loop_object(), SLEY_CALLER());
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_CALL, SLEY_CALLER());
    handle->call = callback;
    handle->argument = argument;
    ready_threadsafe(handle);
    return sley_loop_handle_id(handle);
}

/* --- calls --- */

static struct call *
call_make(uintptr_t pc)
{
    struct call *call = call_free;
    if (call) {
        call_free = call->next;
    } else if (calls_made < SLEY_LOOP_CALLS_MAX) {
        call = &calls[calls_made++];
    } else {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 128 calls in executors");
    }
    call->state = CALL_WAITING;
    call->next = NULL;
    sley_clock_init(&call->clock);
    return call;
}

static void
call_drop(struct call *call)
{
    call->next = call_free;
    call_free = call;
}

/* On the loop: the future that wraps the call gets its outcome, unless it was cancelled. */
static void
call_returned(struct sley_async_future *future, void *argument)
{
    struct call *call = argument;
    struct sley_awaited outcome = call->outcome;
    call_drop(call);
    if (outcome.kind == SLEY_CANCELLED) {
        outcome = sley_exception(SLEY_CANCELLED_ERROR);
    }
    sley_async_future_finish(future, outcome);
}

/* The future is done: if it was cancelled, a call that has not begun never will. */
static void
call_check_cancel(struct sley_async_future *future, void *argument)
{
    struct call *call = argument;
    if (future->state == FUTURE_CANCELLED && call->future == future &&
        call->state == CALL_WAITING) {
        call->state = CALL_CANCELLED;
    }
}

static struct call *
call_take(struct executor *self)
{
    struct call *call = self->first;
    if (call) {
        self->first = call->next;
        self->last = self->first ? self->last : NULL;
        if (!self->first && !self->closed) {
            sley_gate_set(&self->work, false);
        }
    }
    return call;
}

/* On a worker: runs the call and sends its outcome to the loop. */
static void
call_run(struct call *call, uintptr_t pc)
{
    sley_clock_acquire(&call->clock);
    if (call->state == CALL_CANCELLED) {
        call_drop(call);
        return;
    }
    call->state = CALL_RUNNING;
    call->outcome = call->body(call->argument);
    sley_point(SLEY_OP_WAKE, sley_loop_object(), pc);
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_INTERNAL, pc);
    handle->internal = call_returned;
    handle->future = call->future;
    handle->argument = call;
    ready_threadsafe(handle);
}

static void *
worker(void *argument)
{
    struct executor *self = argument;
    uintptr_t pc = self->pc;
    for (;;) {
        sley_point_gate(SLEY_OP_SEM_WAIT, &self->work, UINT64_MAX, pc);
        struct call *call = call_take(self);
        if (!call) {
            return NULL; /* closed */
        }
        call_run(call, pc);
        self->idle_count++;
    }
}

static void
worker_start(struct executor *self, uintptr_t pc)
{
    bool room = self->worker_count < self->workers_max || sley_fault(SLEY_FAULT_EXECUTOR_NO_CAP);
    if (self->idle_count > 0) {
        self->idle_count--;
        return;
    }
    if (!room || self->worker_count == SLEY_TASKS_MAX) {
        return;
    }
    self->pc = pc;
    sley_machine_create(self->unit, pc);
    uint32_t t = sley_task_spawn(worker, self, NULL, pc);
    if (t == SLEY_TASKS_MAX) {
        sley_task_refused("worker of an executor", pc);
    }
    sley_machine_unit(t, self->unit, t);
    sley_engine.task_table[t].name =
        self->unit == SLEY_UNIT_THREAD ? "executor thread" : "executor process";
    self->workers[self->worker_count++] = t;
}

static void
executor_close(struct executor *self, uintptr_t pc)
{
    self->closed = true;
    sley_gate_set(&self->work, true);
    for (uint32_t i = 0; i < self->worker_count; i++) {
        struct sley_task *task = &sley_engine.task_table[self->workers[i]];
        sley_point_gate(SLEY_OP_JOIN, &task->done, UINT64_MAX, pc);
        sley_clock_acquire(&task->exit_clock);
    }
    self->worker_count = 0;
}

void
sley_loop_executors_end(void)
{
    for (uint32_t i = 0; i < executor_count; i++) {
        executor_close(&executors[i], 0);
    }
}

/* --- for authors --- */

static void
executor_make(struct sley_loop_executor *executor, uint32_t workers, enum sley_unit unit,
              uintptr_t pc)
{
    if (workers < 1 || workers > SLEY_LOOP_WORKERS_MAX || executor_count == EXECUTORS_MAX) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)executor, pc,
                         "an executor of 0 or more than 32 workers, or an eighth executor");
    }
    executor->storage[0] = executor_count;
    executor_init(&executors[executor_count++], workers, unit);
}

void
sley_loop_executor_init(struct sley_loop_executor *executor, uint32_t workers)
{
    executor_make(executor, workers, SLEY_UNIT_THREAD, SLEY_CALLER());
}

void
sley_loop_process_executor_init(struct sley_loop_executor *executor, uint32_t workers)
{
    executor_make(executor, workers, SLEY_UNIT_FORK, SLEY_CALLER());
}

static struct executor *
executor_of(const struct sley_loop_executor *executor)
{
    return &executors[executor ? executor->storage[0] % EXECUTORS_MAX : 0];
}

static struct sley_async_future *
submit(struct executor *self, struct sley_awaited (*body)(void *), void *argument, uintptr_t pc)
{
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_SEM_POST, self->work.object, pc);
    if (self->closed) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "a call after the executor's shutdown");
    }
    struct call *call = call_make(pc);
    call->body = body;
    call->argument = argument;
    call->future = sley_async_future_make(FUTURE_PLAIN, pc);
    sley_clock_release(&call->clock);
    *(self->last ? &self->last->next : &self->first) = call;
    self->last = call;
    sley_async_future_add_internal(call->future, call_check_cancel, call, NULL, pc);
    sley_gate_set(&self->work, true);
    worker_start(self, pc);
    return call->future;
}

struct sley_async_future *
sley_loop_run_in_executor(struct sley_loop_executor *executor, struct sley_awaited (*body)(void *),
                          void *argument)
{
    return submit(executor_of(executor), body, argument, SLEY_CALLER());
}

struct sley_awaited
sley_loop_to_thread(struct sley_awaited (*body)(void *), void *argument)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_self(pc);
    struct sley_async_future *future = submit(&executors[0], body, argument, pc);
    const struct loop_wait wait = {SLEY_WAIT_FUTURE, (uintptr_t)future, -1, 0};
    return sley_await_as(future, &wait, pc);
}

void
sley_loop_executor_shutdown(struct sley_loop_executor *executor)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point(SLEY_OP_SEM_POST, executor_of(executor)->work.object, SLEY_CALLER());
    executor_close(executor_of(executor), SLEY_CALLER());
}

void
sley_block_ms(uint32_t duration_ms)
{
    sley_sleep_until(sley_engine.clock_ns + duration_ms * ns_per_ms, SLEY_CALLER());
}
