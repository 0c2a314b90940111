/* The loop: passes, and who runs on whose stack. */
#include "models/coroutine/loop.h"
#include "models/machine/account.h"

struct loop_state sley_loop;

static bool
on_main(const struct loop_task *self)
{
    return self == sley_loop.main;
}

void
sley_loop_begin(void)
{
    sley_loop.current = NULL;
    sley_loop.after_pass = NULL;
    sley_loop.todo = 0;
    sley_loop.guards = 0;
    sley_loop.cancel_depth = 0;
    sley_loop.polling = false;
    sley_loop.stackless = false;
    sley_loop.entered = false;
    sley_loop_handles_reset();
    sley_loop_futures_reset();
    sley_loop_gathers_reset();
    sley_loop_completions_reset();
    sley_loop_outside_reset();
    sley_loop_executors_reset();
    sley_loop_tasks_reset();
}

struct loop_task *
sley_loop_self(uintptr_t pc)
{
    sley_loop_check_thread(pc);
    if (!sley_loop.current) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "await outside of a coroutine");
    }
    return sley_loop.current;
}

void
sley_loop_check_thread(uintptr_t pc)
{
    if (!sley_loop_stack_owner()) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc,
                         "an operation of the event loop in a thread beside it");
    }
}

/* --- who waits for whom, in reports --- */

static void
gate_blame(struct loop_task *task)
{
    bool open_end = sley_loop.guards > 0;
    task->turn.owner = open_end ? -1 : task->blame;
    task->turn.taken_pc = task->blame_pc;
}

static void
gates_blame(void)
{
    struct loop_task *task;
    for (uint32_t i = 0; (task = sley_task_at(i)) != NULL; i++) {
        gate_blame(task);
    }
}

void
sley_loop_guard(bool armed)
{
    uint32_t before = sley_loop.guards;
    sley_loop.guards = armed ? before + 1 : before - 1;
    if (before == 0 || sley_loop.guards == 0) {
        gates_blame();
    }
}

void
sley_loop_blame(const struct loop_waiters *waiters, int32_t owner, uintptr_t taken_pc)
{
    for (const struct sley_async_future *f = waiters->first; f; f = f->next) {
        if (f->waiter) {
            f->waiter->blame = owner;
            f->waiter->blame_pc = taken_pc;
            gate_blame(f->waiter);
        }
    }
}

/* --- one pass --- */

void
sley_loop_interrupt(void)
{
    if (sley_loop.polling && !sley_fault(SLEY_FAULT_LOOP_NO_WAKE)) {
        sley_gate_set(&sley_loop.main->turn, true);
    }
}

/* On the main coroutine's stack: waits until something is due, or another thread interrupts. */
static void
poll_wait(uintptr_t pc)
{
    struct sley_gate *turn = &sley_loop.main->turn;
    uint64_t due_ns = sley_loop_outside_due_ns();
    if (sley_loop.timers.count && sley_loop.timers.at[0].when_ns < due_ns) {
        due_ns = sley_loop.timers.at[0].when_ns;
    }
    if (due_ns <= sley_engine.clock_ns) {
        return;
    }
    turn->open = false;
    sley_loop.polling = true;
    sley_account_kernel_wait();
    sley_wait_gate(turn, due_ns, pc);
    sley_loop.polling = false;
    turn->open = false;
}

/* The last handle of the pass has run: finds the handles of the next one. False: that takes a wait,
 * and self is not the main coroutine. */
static bool
pass_begin(const struct loop_task *self, uintptr_t pc)
{
    struct loop_state *loop = &sley_loop;
    sley_loop_timers_clean();
    if (loop->ready_count == 0) {
        if (!on_main(self)) {
            return false;
        }
        poll_wait(pc);
    }
    sley_loop_outside_report();
    sley_loop_timers_fire();
    loop->todo = loop->ready_count;
    return true;
}

/* Under a planted fault the queue is not first in, first out. */
static void
shuffle(void)
{
    struct loop_state *loop = &sley_loop;
    uint32_t other = sley_choose(SLEY_CHOICE_OUTSIDE, loop->todo);
    uint32_t at = (loop->ready_first + other) % SLEY_LOOP_HANDLES_MAX;
    uint16_t handle = loop->ready[at];
    loop->ready[at] = loop->ready[loop->ready_first];
    loop->ready[loop->ready_first] = handle;
}

static struct loop_handle *
ready_take(void)
{
    struct loop_state *loop = &sley_loop;
    if (sley_fault(SLEY_FAULT_LOOP_SHUFFLED)) {
        shuffle();
    }
    struct loop_handle *handle = &sley_loop_handles[loop->ready[loop->ready_first]];
    loop->ready_first = (loop->ready_first + 1) % SLEY_LOOP_HANDLES_MAX;
    loop->ready_count--;
    loop->todo--;
    return handle;
}

/* Runs a callback of the code under test or of this folder. */
static void
callback_run(struct loop_handle *handle)
{
    struct loop_handle copy = *handle;
    handle->holds = NULL;
    sley_loop_handle_free(handle);
    switch (copy.kind) {
    case HANDLE_INTERNAL:
        copy.internal(copy.future, copy.argument);
        break;
    case HANDLE_CALL:
        copy.call(copy.argument);
        break;
    case HANDLE_CALLBACK:
        copy.callback(copy.future, copy.argument);
        break;
    case HANDLE_STEP:
    case HANDLE_WAKEUP:
        break;
    }
    if (copy.holds) {
        sley_async_future_drop(copy.holds);
    }
}

/* The task whose turn the handle makes it. */
static struct loop_task *
step_begin(struct loop_handle *handle)
{
    struct loop_task *task = handle->task;
    struct sley_awaited thrown = handle->thrown;
    if (handle->kind == HANDLE_WAKEUP) {
        thrown = sley_async_future_outcome(handle->future);
    }
    sley_loop_handle_free(handle);
    sley_loop_task_prepare(task, thrown);
    sley_loop.current = task;
    return task;
}

static bool
is_step(const struct loop_handle *handle)
{
    return handle->kind == HANDLE_STEP || handle->kind == HANDLE_WAKEUP;
}

/* Whether the handle calls code under test on the stack of whoever runs it. */
static bool
is_user_call(const struct loop_handle *handle)
{
    return handle->kind == HANDLE_CALL || handle->kind == HANDLE_CALLBACK ||
           (is_step(handle) && handle->task->no_stack);
}

/* Runs handles on self's stack. Returns the task whose stack goes on: that of the next step, or
 * main's, which alone may wait and call back. */
static struct loop_task *
handles_run(const struct loop_task *self, uintptr_t pc)
{
    struct loop_state *loop = &sley_loop;
    for (;;) {
        if (loop->todo == 0 && loop->after_pass) {
            loop->current = loop->after_pass;
            loop->after_pass = NULL;
            sley_loop_task_prepare(loop->current, sley_result(0));
            return loop->current;
        }
        if (loop->todo == 0 && !pass_begin(self, pc)) {
            return loop->main;
        }
        if (loop->todo == 0) {
            continue;
        }
        const struct loop_handle *next = &sley_loop_handles[loop->ready[loop->ready_first]];
        if (!next->cancelled && is_user_call(next) && !on_main(self)) {
            return loop->main;
        }
        struct loop_handle *handle = ready_take();
        if (handle->cancelled) {
            sley_loop_handle_free(handle);
            continue;
        }
        if (handle->foreign) {
            sley_loop_foreign_acquire(handle->foreign - 1u);
        }
        if (!is_step(handle)) {
            callback_run(handle);
            continue;
        }
        struct loop_task *task = step_begin(handle);
        if (!task->no_stack) {
            return task;
        }
        sley_stackless_step(task, pc);
        loop->current = NULL;
    }
}

/* Lets the stack of task go on, with everything that happened on the loop so far behind it. */
static void
stack_resume(struct loop_task *task)
{
    sley_clock_hand_over(task->engine_task);
    sley_gate_set(&task->turn, true);
}

void
sley_loop_switch(struct loop_task *self, const struct loop_wait *wait, uintptr_t pc)
{
    self->turn.kind = wait->kind;
    self->turn.object = wait->object;
    self->blame = wait->owner;
    self->blame_pc = wait->taken_pc;
    gate_blame(self);
    sley_loop.current = NULL;
    for (;;) {
        self->turn.open = false;
        struct loop_task *next = handles_run(self, pc);
        if (next == self && sley_loop.current == self) {
            self->turn.open = true;
            return;
        }
        if (next != self) {
            stack_resume(next);
            sley_wait_gate(&self->turn, UINT64_MAX, pc);
        }
        if (sley_loop.current == self) {
            return;
        }
    }
}

void
sley_loop_leave(struct loop_task *self)
{
    sley_loop.current = NULL;
    stack_resume(handles_run(self, 0));
}
