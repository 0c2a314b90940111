/* Cores, and the queue of those that wait for one. */
#include "models/fault.h"
#include "models/machine/account.h"
#include "models/machine/state.h"

struct sley_machine sley_machine;

static void
worker_init(struct sley_worker *worker, uint32_t task)
{
    *worker = (struct sley_worker){
        .start = sley_engine.task_table[task].start,
        .core = SLEY_NO_CORE,
        .unit = sley_model_current ? sley_model_current->unit : SLEY_UNIT_THREAD,
    };
    worker->host = worker->unit == SLEY_UNIT_COROUTINE ? 0 : task;
    sley_gate_init(&worker->turn, SLEY_WAIT_CORE, 0);
    sley_gate_init(&worker->sleep, SLEY_WAIT_SLEEP, 0);
    sley_gate_init(&worker->share, SLEY_WAIT_SLEEP, 0);
    worker->turn.open = worker->sleep.open = worker->share.open = false;
}

struct sley_worker *
sley_machine_worker(uint32_t task)
{
    struct sley_worker *worker = &sley_machine.worker[task];
    if (worker->start != sley_engine.task_table[task].start) {
        worker_init(worker, task);
    }
    return worker;
}

static struct sley_worker *
current(void)
{
    return sley_machine_worker(sley_engine.task);
}

void
sley_machine_pass(uint64_t ns, uintptr_t pc)
{
    if (ns) {
        sley_wait_gate(&current()->sleep, sley_engine.clock_ns + ns, pc);
    }
}

/* The core that is free for the unit: its own if nobody used it since, else one that nobody used
 * yet, else the first. */
static uint32_t
core_choose(const struct sley_worker *self)
{
    const struct sley_machine *m = &sley_machine;
    if (self->wanted) {
        return self->wanted - 1;
    }
    const struct sley_worker *host = sley_machine_worker(self->host);
    uint32_t own = host->last_core;
    if (own && !m->core[own - 1].busy && m->core[own - 1].unit == self->host + 1) {
        return own - 1;
    }
    uint32_t first = SLEY_CORES_MAX;
    for (uint32_t c = 0; c < m->cores; c++) {
        if (m->core[c].busy) {
            continue;
        }
        if (!m->core[c].unit) {
            return c;
        }
        first = first == SLEY_CORES_MAX ? c : first;
    }
    return first;
}

static void
core_give(uint32_t core, uint32_t task)
{
    struct sley_machine *m = &sley_machine;
    m->core[core].busy = true;
    m->core[core].since_ns = sley_engine.clock_ns;
    m->worker[task].core = (int32_t)core;
    sley_account_executing(1, m->worker[task].outside);
}

static void
queue_remove(uint32_t task)
{
    struct sley_machine *m = &sley_machine;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->queue_count; i++) {
        uint16_t at = m->queue[(m->queue_first + i) % SLEY_TASKS_MAX];
        if (at != task) {
            m->queue[(m->queue_first + kept++) % SLEY_TASKS_MAX] = at;
        }
    }
    m->queue_count = kept;
}

/* The first in line whom the core suits; SLEY_TASKS_MAX: nobody. */
static uint32_t
queue_take(uint32_t core)
{
    const struct sley_machine *m = &sley_machine;
    uint32_t next = SLEY_TASKS_MAX;
    for (uint32_t i = 0; i < m->queue_count; i++) {
        uint32_t at = m->queue[(m->queue_first + i) % SLEY_TASKS_MAX];
        uint32_t wanted = m->worker[at].wanted;
        if (wanted && wanted != core + 1) {
            continue;
        }
        next = at;
        if (!sley_fault(SLEY_FAULT_MACHINE_LIFO)) {
            break;
        }
    }
    if (next != SLEY_TASKS_MAX) {
        queue_remove(next);
    }
    return next;
}

/* Which core the operation is for: 1 + its number, or 0 for any. */
static uint32_t
place(const struct sley_worker *self)
{
    const struct sley_machine *m = &sley_machine;
    bool pinned = self->pinned && !sley_fault(SLEY_FAULT_MACHINE_PIN);
    if (pinned || !m->placed_outside) {
        return pinned ? self->pinned : 0;
    }
    return sley_choose(SLEY_CHOICE_OUTSIDE, m->cores + 1);
}

/* Whoever waits waits for a core that is busy. */
static bool
core_is_free(const struct sley_worker *self)
{
    const struct sley_machine *m = &sley_machine;
    return self->wanted ? !m->core[self->wanted - 1].busy : m->busy_count < m->cores;
}

/* What the core pays to turn to the task. */
static uint64_t
switch_cost(struct sley_core *core, uint32_t task)
{
    struct sley_machine *m = &sley_machine;
    struct sley_worker *self = sley_machine_worker(task);
    struct sley_worker *host = sley_machine_worker(self->host);
    uint64_t cost = 0;
    if (core->unit && core->unit != self->host + 1) {
        /* A coroutine's core turns to the thread of its loop. */
        bool coroutine = self->unit == SLEY_UNIT_COROUTINE;
        cost += sley_account_costs(coroutine ? SLEY_UNIT_THREAD : self->unit).switch_ns;
        m->usage.switch_count++;
        m->usage.kernel_switch_count++;
    }
    core->unit = self->host + 1;
    host->last_core = (uint32_t)(core - m->core) + 1;
    if (self->unit == SLEY_UNIT_COROUTINE) {
        if (host->loop_task && host->loop_task != task + 1) {
            cost += sley_account_costs(SLEY_UNIT_COROUTINE).switch_ns;
            m->usage.switch_count++;
        }
        host->loop_task = task + 1;
    }
    return sley_fault(SLEY_FAULT_MACHINE_SWITCH_FREE) ? 0 : cost;
}

void
sley_machine_take(enum sley_op op, uintptr_t pc)
{
    struct sley_machine *m = &sley_machine;
    if (!m->cores) {
        return;
    }
    sley_point(op, 0, pc);
    uint32_t task = sley_engine.task;
    struct sley_worker *self = current();
    if (self->core != SLEY_NO_CORE) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "a task takes a second core");
    }
    self->waiting_ns = sley_engine.clock_ns;
    sley_account_enter();
    self->wanted = place(self);
    if (core_is_free(self)) {
        core_give(core_choose(self), task);
    } else {
        m->queue[(m->queue_first + m->queue_count++) % SLEY_TASKS_MAX] = (uint16_t)task;
        self->turn.open = false;
        sley_wait_gate(&self->turn, UINT64_MAX, pc);
    }
    sley_machine_pass(switch_cost(&m->core[self->core], task), pc);
}

void
sley_machine_core_take(uintptr_t pc)
{
    sley_machine_take(SLEY_OP_COMPUTE, pc);
}

static void
core_leave(struct sley_worker *self)
{
    struct sley_machine *m = &sley_machine;
    uint32_t core = (uint32_t)self->core;
    self->core = SLEY_NO_CORE;
    m->core[core].busy = false;
    m->usage.busy_ns += sley_engine.clock_ns - m->core[core].since_ns;
    sley_account_executing(-1, self->outside);
    uint32_t next = queue_take(core);
    if (next != SLEY_TASKS_MAX) {
        core_give(core, next);
        sley_gate_set(&m->worker[next].turn, true);
    }
}

void
sley_machine_core_drop(void)
{
    struct sley_worker *self = current();
    if (!sley_machine.cores || self->core == SLEY_NO_CORE) {
        return;
    }
    core_leave(self);
    sley_account_leave();
}

void
sley_machine_unit(uint32_t task, enum sley_unit unit, uint32_t host)
{
    struct sley_worker *worker = sley_machine_worker(task);
    worker->unit = unit;
    worker->host = unit == SLEY_UNIT_COROUTINE ? host : task;
}

void
sley_machine_forget(uint32_t task)
{
    struct sley_worker *worker = sley_machine_worker(task);
    if (!sley_machine.cores) {
        return;
    }
    queue_remove(task);
    sley_machine_share_end(task);
    if (worker->core != SLEY_NO_CORE) {
        core_leave(worker);
    }
    sley_account_forget(task);
}
