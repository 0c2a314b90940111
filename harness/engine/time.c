/* Virtual time: the clock, timers, sleeping. */
#include "engine/internal.h"

static uint32_t
earliest(void)
{
    struct sley_engine *e = &sley_engine;
    uint32_t best = sley_taskset_next(&e->sleepers, 0);
    for (uint32_t t = sley_taskset_next(&e->sleepers, best + 1); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&e->sleepers, t + 1)) {
        const struct sley_task *a = &e->task_table[t];
        const struct sley_task *b = &e->task_table[best];
        if (a->deadline_ns < b->deadline_ns ||
            (a->deadline_ns == b->deadline_ns && a->timer_order < b->timer_order)) {
            best = t;
        }
    }
    return best;
}

static void
fire(uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *t = &e->task_table[task];
    if (t->deadline_ns > e->clock_ns) {
        e->clock_ns = t->deadline_ns;
    }
    t->timed_out = true;
    if (e->check & SLEY_CHECK_CANONICAL) {
        sley_canonical_global(task, SLEY_OP_SLEEP, 0);
    }
    sley_task_set_runnable(task);
}

void
sley_time_fire_next(void)
{
    fire(earliest());
}

void
sley_time_fire_until(uint32_t task)
{
    while (sley_taskset_has(&sley_engine.sleepers, task)) {
        fire(earliest());
    }
}

uint64_t
sley_clock_read(uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if (e->limit == 0) {
        return 0;
    }
    e->result->time_bound = true;
    sley_point(SLEY_OP_CLOCK, (uintptr_t)&e->clock_ns, pc);
    if (!e->options->strict_time) {
        e->clock_ns += 1000;
    }
    return e->clock_ns;
}
