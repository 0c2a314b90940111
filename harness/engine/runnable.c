#include "engine/runnable.h"

/* The candidates changed: the next point is slow. Cheaper than to work the limit out. */
static void
ask_soon(void)
{
    struct sley_engine *e = &sley_engine;
    e->candidates_changed = true;
    e->due = e->step + 1;
    if (e->limit > e->step + 1) {
        e->limit = e->step + 1;
    }
}

static void
insert(uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    uint32_t i = e->runnable_count++;
    for (; i > 0 && e->runnable[i - 1] > task; i--) {
        e->runnable[i] = e->runnable[i - 1];
    }
    e->runnable[i] = (uint16_t)task;
}

static void
take_out(uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    uint32_t i = sley_runnable_place(task);
    e->runnable_count--;
    for (; i < e->runnable_count; i++) {
        e->runnable[i] = e->runnable[i + 1];
    }
}

static void
timer_disarm(uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    if (e->sleeper_count && sley_taskset_has(&e->sleepers, task)) {
        sley_taskset_remove(&e->sleepers, task);
        e->sleeper_count--;
    }
}

static void
timer_arm(uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *t = &e->task_table[task];
    if (t->deadline_ns != UINT64_MAX) {
        sley_taskset_add(&e->sleepers, task);
        e->sleeper_count++;
        t->timer_order = ++e->timer_order;
    }
}

void
sley_task_set_runnable(uint32_t task)
{
    sley_engine.task_table[task].state = SLEY_TASK_RUNNABLE;
    timer_disarm(task);
    insert(task);
    ask_soon();
}

void
sley_task_set_blocked(uint32_t task, enum sley_task_state state)
{
    sley_engine.task_table[task].state = state;
    take_out(task);
    if (state == SLEY_TASK_BLOCKED) {
        timer_arm(task);
    }
    ask_soon();
}

void
sley_tasks_set_runnable(const uint16_t *tasks, uint32_t count)
{
    struct sley_engine *e = &sley_engine;
    if (count == 0) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        e->task_table[tasks[i]].state = SLEY_TASK_RUNNABLE;
        timer_disarm(tasks[i]);
    }
    /* Both lists ascend: merged from the end, the larger one stays where it is. */
    uint32_t old = e->runnable_count;
    e->runnable_count += count;
    for (uint32_t at = e->runnable_count; count > 0; at--) {
        bool new = old == 0 || tasks[count - 1] > e->runnable[old - 1];
        e->runnable[at - 1] = new ? tasks[--count] : e->runnable[--old];
    }
    ask_soon();
}

void
sley_tasks_set_blocked(const uint16_t *tasks, uint32_t count)
{
    struct sley_engine *e = &sley_engine;
    if (count == 0) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        e->task_table[tasks[i]].state = SLEY_TASK_BLOCKED;
        timer_arm(tasks[i]);
    }
    uint32_t kept = 0, next = 0;
    for (uint32_t i = 0; i < e->runnable_count; i++) {
        if (next < count && e->runnable[i] == tasks[next]) {
            next++;
        } else {
            e->runnable[kept++] = e->runnable[i];
        }
    }
    e->runnable_count = kept;
    ask_soon();
}

void
sley_task_set_deadline(uint32_t task, uint64_t deadline_ns)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *t = &e->task_table[task];
    if (t->deadline_ns == deadline_ns) {
        return;
    }
    if (t->deadline_ns != UINT64_MAX) {
        sley_taskset_remove(&e->sleepers, task);
        e->sleeper_count--;
    }
    t->deadline_ns = deadline_ns;
    e->pending[task].global = deadline_ns != UINT64_MAX;
    timer_arm(task);
    ask_soon();
}
