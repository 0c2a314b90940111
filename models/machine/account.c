#include "models/machine/account.h"

#include "models/fault.h"
#include "models/machine/pages.h"
#include "models/machine/state.h"

/* Counts that held for longer than an instant are what the maxima are of. */
static void
settle(void)
{
    struct sley_machine *m = &sley_machine;
    if (sley_engine.clock_ns == m->changed_ns) {
        return;
    }
    m->changed_ns = sley_engine.clock_ns;
    if (m->executing > m->usage.executing_max) {
        m->usage.executing_max = m->executing;
    }
    if (m->interpreting > m->usage.interpreting_max) {
        m->usage.interpreting_max = m->interpreting;
    }
    if (m->in_progress > m->usage.in_progress_max) {
        m->usage.in_progress_max = m->in_progress;
    }
}

void
sley_account_begin(uint32_t cores)
{
    struct sley_machine *m = &sley_machine;
    m->core_count = cores;
    m->start_ns = m->changed_ns = sley_engine.clock_ns;
    m->executing = m->interpreting = 0;
    m->usage = (struct sley_usage){0};
}

void
sley_account_executing(int change, bool outside)
{
    struct sley_machine *m = &sley_machine;
    settle();
    m->executing += (uint32_t)change;
    m->interpreting += outside ? 0 : (uint32_t)change;
    m->busy_count += (uint32_t)change;
}

void
sley_account_enter(void)
{
    struct sley_machine *m = &sley_machine;
    if (m->cores && sley_machine_worker(sley_engine.task)->nesting++ == 0) {
        settle();
        m->in_progress++;
    }
}

void
sley_account_leave(void)
{
    struct sley_machine *m = &sley_machine;
    struct sley_worker *self = sley_machine_worker(sley_engine.task);
    if (m->cores && self->nesting && --self->nesting == 0) {
        settle();
        m->in_progress--;
    }
}

void
sley_account_forget(uint32_t task)
{
    struct sley_machine *m = &sley_machine;
    struct sley_worker *worker = sley_machine_worker(task);
    if (worker->nesting) {
        settle();
        m->in_progress--;
        worker->nesting = 0;
    }
}

static const enum sley_cost create_costs[SLEY_UNIT_COUNT] = {
    [SLEY_UNIT_THREAD] = SLEY_COST_CREATE_THREAD,
    [SLEY_UNIT_FORK] = SLEY_COST_CREATE_FORK,
    [SLEY_UNIT_FORKSERVER] = SLEY_COST_CREATE_FORKSERVER,
    [SLEY_UNIT_SPAWN] = SLEY_COST_CREATE_SPAWN,
    [SLEY_UNIT_COROUTINE] = SLEY_COST_CREATE_COROUTINE,
};

static const enum sley_cost switch_costs[SLEY_UNIT_COUNT] = {
    [SLEY_UNIT_THREAD] = SLEY_COST_SWITCH_THREAD,
    [SLEY_UNIT_FORK] = SLEY_COST_SWITCH_PROCESS,
    [SLEY_UNIT_FORKSERVER] = SLEY_COST_SWITCH_PROCESS,
    [SLEY_UNIT_SPAWN] = SLEY_COST_SWITCH_PROCESS,
    [SLEY_UNIT_COROUTINE] = SLEY_COST_SWITCH_COROUTINE,
};

static const enum sley_cost memory_costs[SLEY_UNIT_COUNT] = {
    [SLEY_UNIT_THREAD] = SLEY_COST_MEMORY_THREAD,       [SLEY_UNIT_FORK] = SLEY_COST_MEMORY_FORK,
    [SLEY_UNIT_FORKSERVER] = SLEY_COST_MEMORY_FORK,     [SLEY_UNIT_SPAWN] = SLEY_COST_MEMORY_SPAWN,
    [SLEY_UNIT_COROUTINE] = SLEY_COST_MEMORY_COROUTINE,
};

struct sley_unit_costs
sley_account_costs(enum sley_unit unit)
{
    return (struct sley_unit_costs){
        .create_ns = sley_machine_cost(create_costs[unit]),
        .switch_ns = sley_machine_cost(switch_costs[unit]),
        .memory_bytes = sley_machine_cost(memory_costs[unit]),
    };
}

void
sley_account_kernel_wait(void)
{
    if (sley_machine.cores) {
        sley_machine.usage.kernel_wait_count++;
    }
}

void
sley_account_created(enum sley_unit unit)
{
    struct sley_usage *usage = &sley_machine.usage;
    uint32_t *counts[SLEY_UNIT_COUNT] = {
        [SLEY_UNIT_THREAD] = &usage->thread_count,       [SLEY_UNIT_FORK] = &usage->process_count,
        [SLEY_UNIT_FORKSERVER] = &usage->process_count,  [SLEY_UNIT_SPAWN] = &usage->process_count,
        [SLEY_UNIT_COROUTINE] = &usage->coroutine_count,
    };
    ++*counts[unit];
    if (!sley_fault(SLEY_FAULT_MACHINE_MEMORY_FREE)) {
        usage->memory_bytes += sley_account_costs(unit).memory_bytes;
    }
}

void
sley_account_usage(struct sley_usage *usage)
{
    struct sley_machine *m = &sley_machine;
    settle();
    *usage = m->usage;
    sley_pages_usage(usage);
    if (!m->cores) {
        return;
    }
    usage->makespan_ns = sley_engine.clock_ns - m->start_ns;
    for (uint32_t c = 0; c < m->cores; c++) {
        if (m->core[c].busy) {
            usage->busy_ns += sley_engine.clock_ns - m->core[c].since_ns;
        }
    }
    uint64_t whole = usage->makespan_ns * m->core_count;
    usage->utilisation_ppm = whole ? (uint32_t)(usage->busy_ns * 1000000 / whole) : 0;
}
