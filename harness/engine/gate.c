/* Gates, and what it means when nobody can pass them. */
#include "engine/internal.h"

#include <stdio.h>
#include <string.h>

void
sley_gate_init(struct sley_gate *gate, enum sley_wait kind, uintptr_t object)
{
    gate->waiter_count = gate->waiter_low = gate->waiter_high = 0;
    gate->object = object;
    gate->taken_pc = 0;
    gate->kind = kind;
    gate->owner = -1;
    gate->open = true;
    gate->lost_signal = gate->orphaned = false;
}

void
sley_gate_add(struct sley_gate *gate, uint32_t task)
{
    bool first = gate->waiter_count++ == 0;
    if (first || task < gate->waiter_low) {
        gate->waiter_low = (uint16_t)task;
    }
    if (first || task > gate->waiter_high) {
        gate->waiter_high = (uint16_t)task;
    }
    sley_engine.task_table[task].gate = gate;
    sley_engine.waits_at[task] = gate;
}

void
sley_gate_remove(uint32_t task)
{
    struct sley_gate *gate = sley_engine.task_table[task].gate;
    if (gate) {
        gate->waiter_count =
            (uint16_t)(gate->waiter_count -
                       (gate->waiter_count > 0)); /* none, if it was made anew meanwhile */
        sley_engine.task_table[task].gate = NULL;
        sley_engine.waits_at[task] = NULL;
    }
}

uint32_t
sley_gate_next(const struct sley_gate *gate, uint32_t from)
{
    uint32_t end = gate->waiter_count > 0 ? gate->waiter_high + 1u : 0;
    for (uint32_t t = from > gate->waiter_low ? from : gate->waiter_low; t < end; t++) {
        if (sley_engine.waits_at[t] == gate) {
            return t;
        }
    }
    return SLEY_TASKS_MAX;
}

/* The waiters that could not run and now can, or the other way; how many. */
static uint32_t
changed_waiters(const struct sley_gate *gate, uint16_t changed[SLEY_TASKS_MAX])
{
    const struct sley_engine *e = &sley_engine;
    uint32_t count = 0;
    for (uint32_t t = sley_gate_next(gate, 0); t < SLEY_TASKS_MAX;
         t = sley_gate_next(gate, t + 1)) {
        const struct sley_task *task = &e->task_table[t];
        bool changes = gate->open ? task->state == SLEY_TASK_BLOCKED
                                  : task->state == SLEY_TASK_RUNNABLE && t != e->task &&
                                        !task->timed_out && !task->attend;
        changed[count] = (uint16_t)t;
        count += changes;
    }
    return count;
}

void
sley_gate_set(struct sley_gate *gate, bool open)
{
    static uint16_t changed[SLEY_TASKS_MAX + 1]; /* one behind the last is written, too */
    if (gate->open == open) {
        return;
    }
    gate->open = open;
    if (gate->waiter_count == 0) {
        return;
    }
    uint32_t count = changed_waiters(gate, changed);
    if (!open) {
        sley_tasks_set_blocked(changed, count);
        return;
    }
    sley_tasks_set_runnable(changed, count);
    for (uint32_t i = 0; i < count; i++) {
        if (sley_engine.pending[changed[i]].op == SLEY_OP_BEGIN) {
            sley_gate_remove(changed[i]); /* it never comes back to where a waiter leaves it */
        }
    }
}

void
sley_gate_deadline(struct sley_gate *gate, uint64_t deadline_ns)
{
    struct sley_engine *e = &sley_engine;
    for (uint32_t t = sley_gate_next(gate, 0); t < SLEY_TASKS_MAX;
         t = sley_gate_next(gate, t + 1)) {
        if (e->task_table[t].state == SLEY_TASK_BLOCKED) {
            sley_task_set_deadline(t, deadline_ns);
        }
    }
}

void
sley_task_interrupt(uint32_t task, bool (*attend)(bool blocked))
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *t = &e->task_table[task];
    if (t->attend || t->state == SLEY_TASK_DONE || t->state == SLEY_TASK_FREE) {
        return;
    }
    t->attend = attend;
    t->attend_blocked = t->state == SLEY_TASK_BLOCKED && e->pending[task].op != SLEY_OP_BEGIN;
    if (t->attend_blocked) {
        sley_task_set_runnable(task);
    }
    if (task == e->task) {
        e->due = e->step + 1;
        e->limit = e->limit > e->due ? e->due : e->limit;
    }
}

/* The one task without which t never goes on, or -1. */
static int32_t
waits_for(uint32_t t)
{
    const struct sley_task *task = &sley_engine.task_table[t];
    bool waiting = task->state == SLEY_TASK_BLOCKED && task->gate && !task->gate->open &&
                   task->deadline_ns == UINT64_MAX;
    return waiting ? task->gate->owner : -1;
}

void
sley_cycle_check(void)
{
    struct sley_engine *e = &sley_engine;
    uint32_t self = e->task;
    int32_t next = waits_for(self);
    uint32_t length = 1;
    while (next >= 0 && (uint32_t)next != self && length <= e->task_count) {
        next = waits_for((uint32_t)next);
        length++;
    }
    if (next < 0 || length > e->task_count) {
        return;
    }
    struct sley_failure *failure =
        sley_verdict(length == 1 ? SLEY_VERDICT_DEADLOCK_SELF : SLEY_VERDICT_DEADLOCK_CYCLE,
                     e->task_table[self].gate->object, sley_task_place(self), "");
    uint32_t t = self;
    for (uint32_t i = 0; failure && i < length && i < SLEY_CYCLE_MAX; i++) {
        const struct sley_task *task = &e->task_table[t];
        failure->cycle[i].task = t;
        failure->cycle[i].object = task->gate->object;
        failure->cycle[i].wait_pc = sley_task_place(t);
        failure->cycle[i].taken_pc = task->gate->taken_pc;
        failure->cycle_count = i + 1;
        t = (uint32_t)task->gate->owner;
    }
}

static const char *const wait_texts[] = {
    [SLEY_WAIT_NONE] = "nothing",
    [SLEY_WAIT_MUTEX] = "a mutex",
    [SLEY_WAIT_CONDITION] = "a condition variable",
    [SLEY_WAIT_RWLOCK] = "a read-write lock",
    [SLEY_WAIT_SEMAPHORE] = "a semaphore",
    [SLEY_WAIT_BARRIER] = "a barrier",
    [SLEY_WAIT_ONCE] = "a once control",
    [SLEY_WAIT_JOIN] = "the end of a task",
    [SLEY_WAIT_SLEEP] = "a time",
    [SLEY_WAIT_FUTURE] = "a future",
    [SLEY_WAIT_INTERPRETER] = "the interpreter lock",
    [SLEY_WAIT_CORE] = "a core",
    [SLEY_WAIT_PIPE] = "a pipe",
    [SLEY_WAIT_FILE] = "a file lock",
    [SLEY_WAIT_FUTEX] = "a futex",
    [SLEY_WAIT_INPUT] = "something to read",
    [SLEY_WAIT_ROOM] = "room to write",
    [SLEY_WAIT_READY] = "descriptors to be ready",
    [SLEY_WAIT_CLIENT] = "a connection",
    [SLEY_WAIT_SERVER] = "its connection to be taken",
    [SLEY_WAIT_SIGNAL] = "a signal",
};

/* Why a task that is blocked when nothing can run any more will never go on. */
static enum sley_verdict
stalled_verdict(const struct sley_task *task)
{
    const struct sley_gate *gate = task->gate;
    if (gate->kind == SLEY_WAIT_CONDITION && gate->lost_signal) {
        return SLEY_VERDICT_LOST_WAKEUP;
    }
    if (gate->orphaned) {
        return SLEY_VERDICT_ORPHANED_LOCK;
    }
    if (gate->owner >= 0 && gate->kind != SLEY_WAIT_JOIN &&
        sley_engine.task_table[gate->owner].state == SLEY_TASK_DONE) {
        return SLEY_VERDICT_ORPHANED_LOCK;
    }
    return SLEY_VERDICT_BLOCKED;
}

/* Whether following owners from t leads to a task that is blocked on its own account: then t is a
 * consequence, and the root is what gets reported. */
static bool
is_consequence(uint32_t t)
{
    int32_t owner = waits_for(t);
    return owner >= 0 && sley_engine.task_table[owner].state == SLEY_TASK_BLOCKED;
}

/* Reports a cycle that no task closed by beginning to wait: the last of several owners but one went
 * away, as from a read-write lock. */
static void
report_late_cycle(void)
{
    struct sley_engine *e = &sley_engine;
    uint32_t self = e->task;
    for (uint32_t t = 0; t < e->task_count && !(e->result->verdicts & SLEY_ANY_DEADLOCK); t++) {
        e->task = t;
        if (e->task_table[t].state == SLEY_TASK_BLOCKED) {
            sley_cycle_check();
        }
    }
    e->task = self;
}

void
sley_run_stalled(void)
{
    struct sley_engine *e = &sley_engine;
    for (uint32_t t = 0; t < e->task_count; t++) {
        const struct sley_task *task = &e->task_table[t];
        if (task->state != SLEY_TASK_BLOCKED || is_consequence(t)) {
            continue;
        }
        char text[96];
        snprintf(text, sizeof text, "waits for %s for ever", wait_texts[task->wait]);
        struct sley_failure *failure =
            sley_verdict(stalled_verdict(task), task->gate->object, sley_task_place(t), text);
        if (failure) {
            failure->task[0] = t;
            if (task->gate->owner >= 0) {
                failure->task[1] = (uint32_t)task->gate->owner;
                failure->pc[1] = task->gate->taken_pc;
            }
        }
    }
    if (!(e->result->verdicts & SLEY_ANY_DEADLOCK)) {
        report_late_cycle();
    }
    sley_run_end();
}
