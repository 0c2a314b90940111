#include "models/machine/state.h"

#include "model/machine.h"
#include "models/fault.h"
#include "models/machine/account.h"

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

bool
sley_machine_timed(void)
{
    return sley_machine.cores != 0;
}

uint64_t
sley_machine_cost(enum sley_cost cost)
{
    return sley_machine.cores ? sley_machine.profile->value[cost] : 0;
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
    sley_account_executing(1);
}

static uint32_t
queue_take(void)
{
    struct sley_machine *m = &sley_machine;
    m->queue_count--;
    if (sley_fault(SLEY_FAULT_MACHINE_LIFO)) {
        return m->queue[(m->queue_first + m->queue_count) % SLEY_TASKS_MAX];
    }
    uint32_t task = m->queue[m->queue_first];
    m->queue_first = (m->queue_first + 1) % SLEY_TASKS_MAX;
    return task;
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
        bool thread = self->unit == SLEY_UNIT_THREAD || self->unit == SLEY_UNIT_COROUTINE;
        cost += sley_machine_cost(thread ? SLEY_COST_SWITCH_THREAD : SLEY_COST_SWITCH_PROCESS);
        m->usage.switch_count++;
    }
    core->unit = self->host + 1;
    host->last_core = (uint32_t)(core - m->core) + 1;
    if (self->unit == SLEY_UNIT_COROUTINE) {
        if (host->loop_task && host->loop_task != task + 1) {
            cost += sley_machine_cost(SLEY_COST_SWITCH_COROUTINE);
            m->usage.switch_count++;
        }
        host->loop_task = task + 1;
    }
    return sley_fault(SLEY_FAULT_MACHINE_SWITCH_FREE) ? 0 : cost;
}

/* The first half of taking a core: a point before the operation, then the wait. */
static void
take(enum sley_op op, uintptr_t pc)
{
    struct sley_machine *m = &sley_machine;
    sley_point(op, 0, pc);
    if (!m->cores || !sley_running()) {
        return;
    }
    uint32_t task = sley_engine.task;
    struct sley_worker *self = current();
    if (self->core != SLEY_NO_CORE) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "a task takes a second core");
    }
    self->waiting_ns = sley_engine.clock_ns;
    sley_account_enter();
    if (m->queue_count == 0 && m->busy_count < m->cores) {
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
    take(SLEY_OP_COMPUTE, pc);
}

static void
core_leave(struct sley_worker *self)
{
    struct sley_machine *m = &sley_machine;
    uint32_t core = (uint32_t)self->core;
    self->core = SLEY_NO_CORE;
    m->core[core].busy = false;
    m->usage.busy_ns += sley_engine.clock_ns - m->core[core].since_ns;
    sley_account_executing(-1);
    if (m->queue_count) {
        uint32_t next = queue_take();
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
sley_machine_run(uint64_t ns, uintptr_t pc)
{
    struct sley_worker *self = current();
    if (!sley_machine.cores) {
        sley_point(SLEY_OP_COMPUTE, 0, pc);
        return;
    }
    if (self->demand && sley_machine.bandwidth && !sley_fault(SLEY_FAULT_MACHINE_BANDWIDTH)) {
        sley_machine_run_shared(self, ns, pc);
    } else {
        sley_machine_pass(ns, pc);
    }
}

uint64_t
sley_machine_run_until(uint64_t ns, struct sley_gate *stop, uintptr_t pc)
{
    if (!sley_machine.cores) {
        sley_point(SLEY_OP_COMPUTE, 0, pc);
        return ns;
    }
    uint64_t start = sley_engine.clock_ns;
    if (ns && !stop->open) {
        sley_wait_gate(stop, start + ns, pc);
    }
    return sley_engine.clock_ns - start;
}

static void
execute(enum sley_op op, uint64_t ns, uintptr_t pc)
{
    struct sley_worker *self = current();
    if (!sley_machine.cores) {
        sley_point(op, 0, pc);
        return;
    }
    if (sley_fault(SLEY_FAULT_MACHINE_NO_CORE)) {
        sley_machine_run(ns, pc);
        return;
    }
    take(op, pc);
    if (sley_fault(SLEY_FAULT_MACHINE_WAIT_COUNTS)) {
        uint64_t waited = sley_engine.clock_ns - self->waiting_ns;
        ns = ns > waited ? ns - waited : 0;
    }
    sley_machine_run(ns, pc);
    sley_machine_core_drop();
}

void
sley_machine_execute(uint64_t ns, uintptr_t pc)
{
    execute(SLEY_OP_COMPUTE, ns, pc);
}

static void
call(uint64_t ns, bool releases, uintptr_t pc)
{
    (void)releases; /* there is no interpreter */
    execute(SLEY_OP_CALL, ns, pc);
}

void
sley_machine_wait(uint64_t ns, uintptr_t pc)
{
    if (ns == 0) {
        sley_point(SLEY_OP_IO, 0, pc);
    } else if (sley_machine.cores && sley_fault(SLEY_FAULT_MACHINE_IO_CORE)) {
        execute(SLEY_OP_IO, ns, pc);
    } else {
        sley_account_enter();
        sley_point_gate(SLEY_OP_IO, &current()->sleep, sley_engine.clock_ns + ns, pc);
        sley_account_leave();
    }
}

static const enum sley_cost create_costs[SLEY_UNIT_COUNT] = {
    [SLEY_UNIT_THREAD] = SLEY_COST_CREATE_THREAD,
    [SLEY_UNIT_FORK] = SLEY_COST_CREATE_FORK,
    [SLEY_UNIT_FORKSERVER] = SLEY_COST_CREATE_FORKSERVER,
    [SLEY_UNIT_SPAWN] = SLEY_COST_CREATE_SPAWN,
    [SLEY_UNIT_COROUTINE] = SLEY_COST_CREATE_COROUTINE,
};

void
sley_machine_create(enum sley_unit unit, uintptr_t pc)
{
    if (!sley_machine.cores) {
        return;
    }
    sley_account_created(unit);
    uint64_t cost = sley_machine_cost(create_costs[unit]);
    if (cost && !sley_fault(SLEY_FAULT_MACHINE_CREATE_FREE)) {
        execute(SLEY_OP_COMPUTE, cost, pc);
    }
}

void
sley_machine_unit(uint32_t task, enum sley_unit unit, uint32_t host)
{
    struct sley_worker *worker = sley_machine_worker(task);
    worker->unit = unit;
    worker->host = unit == SLEY_UNIT_COROUTINE ? host : task;
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

/* On a machine at rest. */
static const char *
set(uint32_t cores, const char *name)
{
    struct sley_machine *m = &sley_machine;
    const struct sley_profile *profile = sley_profile_find(name);
    if (cores < 1 || cores > SLEY_CORES_MAX) {
        return "sley_machine_set with a number of cores outside 1..256";
    }
    if (!profile) {
        return "sley_machine_set with a profile that is not known: ideal, c, cpython are";
    }
    if (m->busy_count || m->queue_count || m->in_progress) {
        return "sley_machine_set while a task is inside an operation";
    }
    m->cores = sley_fault(SLEY_FAULT_MACHINE_CORES) ? SLEY_CORES_MAX : cores;
    m->profile = profile;
    m->bandwidth = (uint32_t)profile->value[SLEY_COST_BANDWIDTH];
    for (uint32_t c = 0; c < SLEY_CORES_MAX; c++) {
        m->core[c] = (struct sley_core){0};
    }
    sley_account_begin(cores);
    sley_engine.result->profile = profile->note;
    return NULL;
}

static void
bandwidth(uint32_t bytes_per_us)
{
    sley_machine.bandwidth = bytes_per_us;
}

static void
demand(uint32_t bytes_per_us)
{
    current()->demand = bytes_per_us;
}

static uint64_t
serialise_ns(uint32_t bytes, bool read)
{
    enum sley_unit unit = current()->unit;
    if (unit == SLEY_UNIT_THREAD || unit == SLEY_UNIT_COROUTINE) {
        return 0;
    }
    uint64_t ns_per_kib =
        sley_machine_cost(read ? SLEY_COST_SERIALISE_READ : SLEY_COST_SERIALISE_WRITE);
    return (bytes * ns_per_kib + 1023) / 1024;
}

static const struct sley_model_time_ops time_ops = {
    .compute = sley_machine_execute,
    .call = call,
    .io = sley_machine_wait,
};

static const struct sley_machine_ops ops = {
    .set = set,
    .bandwidth = bandwidth,
    .enter = sley_account_enter,
    .leave = sley_account_leave,
    .create = sley_machine_create,
    .demand = demand,
    .serialise_ns = serialise_ns,
    .usage = sley_account_usage,
    .timed = sley_machine_timed,
    .time = &time_ops,
};

void
sley_machine_begin(void)
{
    struct sley_machine *m = &sley_machine;
    m->cores = 0;
    m->bandwidth = 0;
    m->busy_count = m->queue_first = m->queue_count = 0;
    m->sharers = (struct sley_taskset){0};
    m->demand_sum = 0;
    m->in_progress = 0;
    sley_machine_current = &ops;
}
