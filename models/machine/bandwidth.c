/* Calls that together ask for more than the bandwidth get shares of it. */
#include "models/fault.h"
#include "models/machine/state.h"

__extension__ typedef unsigned __int128 wide;

/* Whether calls advance more slowly than time. */
static bool
crowded(void)
{
    return sley_machine.demand_sum > sley_machine.bandwidth;
}

/* What the sharers did since the last change, at the rate that held since. */
static void
settle(void)
{
    struct sley_machine *m = &sley_machine;
    uint64_t advanced = sley_engine.clock_ns - m->shared_ns;
    if (crowded()) {
        advanced = (uint64_t)((wide)advanced * m->bandwidth / m->demand_sum);
    }
    m->shared_ns = sley_engine.clock_ns;
    for (uint32_t t = sley_taskset_next(&m->sharers, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&m->sharers, t + 1)) {
        struct sley_worker *worker = &m->worker[t];
        worker->left_ns -= advanced < worker->left_ns ? advanced : worker->left_ns;
    }
}

/* Everybody else in the sharing works out anew when it will be done. */
static void
shares_changed(uint32_t by)
{
    struct sley_machine *m = &sley_machine;
    for (uint32_t t = sley_taskset_next(&m->sharers, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&m->sharers, t + 1)) {
        if (t != by) {
            sley_gate_set(&m->worker[t].share, true);
        }
    }
}

static uint64_t
ending_ns(const struct sley_worker *self)
{
    const struct sley_machine *m = &sley_machine;
    uint64_t duration = self->left_ns;
    if (crowded()) {
        wide product = (wide)duration * m->demand_sum;
        duration = (uint64_t)((product + m->bandwidth - 1) / m->bandwidth);
    }
    return m->shared_ns + duration;
}

static void
share_begin(uint32_t task, uint64_t ns)
{
    struct sley_machine *m = &sley_machine;
    settle();
    m->worker[task].left_ns = ns;
    m->demand_sum += m->worker[task].demand;
    sley_taskset_add(&m->sharers, task);
    m->usage.call_bytes_count += crowded();
    shares_changed(task);
}

void
sley_machine_share_end(uint32_t task)
{
    struct sley_machine *m = &sley_machine;
    if (sley_taskset_has(&m->sharers, task)) {
        settle();
        m->demand_sum -= m->worker[task].demand;
        sley_taskset_remove(&m->sharers, task);
        shares_changed(task);
    }
}

void
sley_machine_run_shared(struct sley_worker *self, uint64_t ns, uintptr_t pc)
{
    uint32_t task = sley_engine.task;
    share_begin(task, ns);
    /* Ends: every turn either comes to the call's end, or follows the begin or end of another. */
    while (self->left_ns) {
        self->share.open = false;
        sley_wait_gate(&self->share, ending_ns(self), pc);
        settle();
    }
    sley_machine_share_end(task);
}
