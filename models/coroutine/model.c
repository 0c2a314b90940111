/* The model `coroutine` behind the neutral interface. An operation that ends with an exception, or
 * with a cancellation, cannot say so there: the coroutine ends at that place, as with an exception
 * that nobody catches. */
#include "models/coroutine/lock.h"
#include "models/machine/machine.h"
#include "models/registry.h"

/* --- tasks --- */

static void
begin(void)
{
    sley_machine_begin();
    sley_loop_begin();
}

static void
begin_stackless(void)
{
    sley_machine_begin();
    sley_loop_begin();
    sley_loop.stackless = true;
    sley_loop.current = NULL; /* the body is a plain function outside of the loop */
}

static uintptr_t
spawn(void *(*entry)(void *), void *argument)
{
    struct loop_task *task = sley_task_make(NULL, entry, argument, NULL, NULL, SLEY_CALLER());
    return sley_task_index(task) + 1;
}

/* Awaits the task; to await oneself, which is a RuntimeError in asyncio, is a deadlock here. */
static struct sley_awaited
task_await(struct loop_task *task, uintptr_t pc)
{
    struct loop_wait wait = sley_task_wait(task);
    sley_point(SLEY_OP_AWAIT, wait.object, pc);
    if (task == sley_loop.current) {
        sley_loop_switch(task, &wait, pc);
    }
    return sley_await_as(&task->future, &wait, pc);
}

static void *
join(uintptr_t handle)
{
    uintptr_t pc = SLEY_CALLER();
    struct loop_task *task = sley_task_at((uint32_t)handle - 1);
    if (!task) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "join of a handle that no spawn returned");
    }
    bool outside = sley_loop_enter();
    struct sley_awaited outcome = task_await(task, pc);
    void *result = (void *)sley_task_expect(outcome, pc);
    sley_loop_exit(outside);
    return result;
}

/* `await asyncio.sleep(0)`: to the end of the ready queue. */
static void
pause_task(void)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_loop_stack_owner()) {
        sley_point_yield(pc);
        return;
    }
    sley_task_expect(sley_loop_sleep_ns(0, pc), pc);
}

static void
sleep_task(uint64_t duration_ns)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_loop_stack_owner()) {
        sley_sleep_until(sley_engine.clock_ns + duration_ns, pc);
        return;
    }
    sley_task_expect(sley_loop_sleep_ns(duration_ns, pc), pc);
}

/* On the stack of a task whose entry has returned. The end of the main coroutine ends the run. */
static void
ended(void)
{
    struct loop_task *self = sley_loop_stack_owner();
    if (!self) {
        return; /* a thread beside the loop */
    }
    if (self == sley_loop.main) {
        sley_loop_executors_end();
        return;
    }
    sley_task_finish(self, self->future.outcome);
    sley_loop_leave(self);
}

static const struct sley_model_task_ops task_ops = {
    .begin = begin,
    .spawn = spawn,
    .join = join,
    .pause = pause_task,
    .sleep = sleep_task,
    .ended = ended,
};

static const struct sley_model_task_ops stackless_task_ops = {
    .begin = begin_stackless,
    .spawn = spawn,
    .join = join,
    .pause = pause_task,
    .sleep = sleep_task,
    .ended = ended,
};

/* --- locks --- */

static void
lock_init(struct sley_lock *lock, enum sley_lock_kind kind)
{
    sley_async_lock_init(lock, kind == SLEY_LOCK_REENTRANT);
}

static void
lock_acquire(struct sley_lock *lock)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_LOCK, (uintptr_t)lock, pc);
    sley_task_expect(sley_async_lock_acquire(lock, pc), pc);
}

static bool
lock_try(struct sley_lock *lock)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point(SLEY_OP_TRYLOCK, (uintptr_t)lock, SLEY_CALLER());
    return sley_async_lock_try(lock, SLEY_CALLER());
}

bool
sley_timeout_in_time(struct sley_loop_timeout *scope, struct sley_awaited outcome, uintptr_t pc)
{
    outcome = sley_timeout_leave(scope, outcome);
    if (outcome.kind == SLEY_EXCEPTION && outcome.value == SLEY_TIMEOUT_ERROR) {
        return false;
    }
    sley_task_expect(outcome, pc);
    return true;
}

static uint64_t
deadline_after(uint64_t timeout_ns)
{
    return timeout_ns == UINT64_MAX ? UINT64_MAX : sley_engine.clock_ns + timeout_ns;
}

static bool
lock_acquire_for(struct sley_lock *lock, uint64_t timeout_ns)
{
    uintptr_t pc = SLEY_CALLER();
    struct sley_loop_timeout scope;
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_LOCK, (uintptr_t)lock, pc);
    if (sley_async_lock_try(lock, pc)) {
        return true;
    }
    sley_timeout_enter(&scope, deadline_after(timeout_ns), pc);
    return sley_timeout_in_time(&scope, sley_async_lock_acquire(lock, pc), pc);
}

static void
lock_release(struct sley_lock *lock)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point(SLEY_OP_UNLOCK, (uintptr_t)lock, SLEY_CALLER());
    if (!sley_async_lock_release(lock)) {
        sley_verdict(SLEY_VERDICT_MISUSE, (uintptr_t)lock, SLEY_CALLER(),
                     "release of a lock that is not held");
    }
}

static void
lock_destroy(struct sley_lock *lock)
{
    (void)lock; /* nothing is held outside the caller's storage */
}

static const struct sley_model_lock_ops lock_ops = {
    .init = lock_init,
    .acquire = lock_acquire,
    .try_acquire = lock_try,
    .acquire_for = lock_acquire_for,
    .release = lock_release,
    .destroy = lock_destroy,
};

/* --- conditions --- */

static void
condition_init(struct sley_condition *condition, struct sley_lock *lock)
{
    sley_loop_condition_init(condition, lock);
}

static bool
condition_wait(struct sley_condition *condition, uint64_t timeout_ns)
{
    uintptr_t pc = SLEY_CALLER();
    struct sley_loop_timeout scope;
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_WAIT, (uintptr_t)condition, pc);
    sley_timeout_enter(&scope, deadline_after(timeout_ns), pc);
    return sley_timeout_in_time(&scope, sley_async_condition_wait(condition, pc), pc);
}

static void
condition_notify(struct sley_condition *condition, uint32_t count)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    sley_point(count == 1 ? SLEY_OP_SIGNAL : SLEY_OP_BROADCAST, (uintptr_t)condition, pc);
    if (!sley_async_condition_notify(condition, count)) {
        sley_task_expect(sley_exception(SLEY_RUNTIME_ERROR), pc);
    }
}

static void
condition_destroy(struct sley_condition *condition)
{
    (void)condition;
}

static const struct sley_model_condition_ops condition_ops = {
    .init = condition_init,
    .wait = condition_wait,
    .notify = condition_notify,
    .destroy = condition_destroy,
};

extern const struct sley_model_queue_ops sley_coroutine_queue_ops;
extern const struct sley_model_queue_count_ops sley_coroutine_queue_count_ops;
extern const struct sley_model_time_ops sley_coroutine_time_ops;

const struct sley_model sley_model_coroutine = {
    .name = "coroutine",
    .summary = "coroutines on an event loop: a switch only at an await that suspends",
    .strict_time = true,
    .task = &task_ops,
    .lock = &lock_ops,
    .condition = &condition_ops,
    .queue = &sley_coroutine_queue_ops,
    .queue_count = &sley_coroutine_queue_count_ops,
    .exceptions = SLEY_EXCEPTION_RAISED,
    .time = &sley_coroutine_time_ops,
    .unit = SLEY_UNIT_COROUTINE,
};

const struct sley_model sley_model_coroutine_stackless = {
    .name = "coroutine:stackless",
    .summary = "coroutines without stacks: state machines on the same loop",
    .strict_time = true,
    .task = &stackless_task_ops,
    .lock = &lock_ops,
    .condition = &condition_ops,
    .queue = &sley_coroutine_queue_ops,
    .queue_count = &sley_coroutine_queue_count_ops,
    .exceptions = SLEY_EXCEPTION_RAISED,
    .time = &sley_coroutine_time_ops,
    .unit = SLEY_UNIT_COROUTINE,
};
