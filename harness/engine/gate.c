/* Gates, and what it means when nobody can pass them. */
#include "engine/internal.h"

#include <stdio.h>
#include <string.h>

void
sley_gate_init(struct sley_gate *gate, enum sley_wait kind, uintptr_t object)
{
    *gate = (struct sley_gate){.object = object, .kind = kind, .owner = -1, .open = true};
}

void
sley_gate_set(struct sley_gate *gate, bool open)
{
    struct sley_engine *e = &sley_engine;
    if (gate->open == open) {
        return;
    }
    gate->open = open;
    if (sley_taskset_is_empty(&gate->waiters)) {
        return;
    }
    for (uint32_t t = sley_taskset_next(&gate->waiters, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&gate->waiters, t + 1)) {
        struct sley_task *task = &e->task_table[t];
        if (open && task->state == SLEY_TASK_BLOCKED) {
            sley_task_set_runnable(t);
            if (e->pending[t].op == SLEY_OP_BEGIN) {
                /* It never comes back to where a waiter leaves the gate. */
                sley_taskset_remove(&gate->waiters, t);
                task->gate = NULL;
            }
        } else if (!open && task->state == SLEY_TASK_RUNNABLE && t != e->task && !task->timed_out &&
                   !task->attend) {
            sley_task_set_blocked(t, SLEY_TASK_BLOCKED);
        }
    }
}

void
sley_gate_deadline(struct sley_gate *gate, uint64_t deadline_ns)
{
    struct sley_engine *e = &sley_engine;
    for (uint32_t t = sley_taskset_next(&gate->waiters, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&gate->waiters, t + 1)) {
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
    if (task == e->task && e->limit > e->step + 1) {
        e->limit = e->step + 1;
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
