#include "models/machine/state.h"

#include "model/machine.h"
#include "models/fault.h"
#include "models/machine/account.h"
#include "models/machine/message.h"
#include "models/machine/pages.h"

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
    sley_machine_take(op, pc);
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
        sley_account_kernel_wait();
        sley_point_gate(SLEY_OP_IO, &current()->sleep, sley_engine.clock_ns + ns, pc);
        sley_account_leave();
    }
}

void
sley_machine_create(enum sley_unit unit, uintptr_t pc)
{
    if (!sley_machine.cores) {
        return;
    }
    sley_account_created(unit);
    uint64_t cost = sley_account_costs(unit).create_ns;
    if (cost && !sley_fault(SLEY_FAULT_MACHINE_CREATE_FREE)) {
        execute(SLEY_OP_COMPUTE, cost, pc);
    }
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
    m->placed_outside = false;
    m->bandwidth = (uint32_t)profile->value[SLEY_COST_BANDWIDTH];
    for (uint32_t c = 0; c < SLEY_CORES_MAX; c++) {
        m->core[c] = (struct sley_core){0};
    }
    sley_account_begin(cores);
    sley_pages_begin();
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

static bool
is_private(void)
{
    enum sley_unit unit = current()->unit;
    return unit != SLEY_UNIT_THREAD && unit != SLEY_UNIT_COROUTINE;
}

static void
outside(bool is)
{
    current()->outside = is;
}

static void
place_outside(void)
{
    sley_machine.placed_outside = true;
}

static const char *
pin(uint32_t core)
{
    if (core >= sley_machine.cores) {
        return "sley_machine_pin to a core that the machine does not have";
    }
    current()->pinned = core + 1;
    return NULL;
}

static uint64_t
serialise_ns(uint32_t bytes, bool read)
{
    if (!is_private()) {
        return 0;
    }
    uint64_t ns_per_kib =
        sley_machine_cost(read ? SLEY_COST_SERIALISE_READ : SLEY_COST_SERIALISE_WRITE);
    sley_machine.usage.serialised_bytes += read ? 0 : bytes;
    return sley_fault(SLEY_FAULT_MACHINE_SERIALISE_FREE) ? 0 : (bytes * ns_per_kib + 1023) / 1024;
}

static uint64_t
hand_over_ns(enum sley_hand_over kind)
{
    static const enum sley_cost costs[] = {
        [SLEY_HAND_OVER_THREAD] = SLEY_COST_POOL_THREAD,
        [SLEY_HAND_OVER_WAKE] = SLEY_COST_POOL_WAKE,
        [SLEY_HAND_OVER_PROCESS] = SLEY_COST_POOL_PROCESS,
    };
    return current()->unit == SLEY_UNIT_COROUTINE ? 0 : sley_machine_cost(costs[kind]);
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
    .outside = outside,
    .place_outside = place_outside,
    .pin = pin,
    .serialise_ns = serialise_ns,
    .hand_over_ns = hand_over_ns,
    .usage = sley_account_usage,
    .costs = sley_account_costs,
    .timed = sley_machine_timed,
    .is_private = is_private,
    .memory = &sley_pages_ops,
    .time = &time_ops,
    .receive_ns = sley_message_receive_ns,
    .request_ns = sley_message_request_ns,
    .figure = sley_message_figure,
};

void
sley_machine_begin(void)
{
    struct sley_machine *m = &sley_machine;
    m->cores = 0;
    m->bandwidth = 0;
    m->busy_count = m->queue_first = m->queue_count = 0;
    sley_taskset_clear(&m->sharers);
    m->demand_sum = 0;
    m->in_progress = 0;
    sley_pages_begin();
    sley_machine_current = &ops;
}
