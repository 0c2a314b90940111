/* The end of a process before its program's: killed, crashed, exited. Its tasks end where they are,
 * and what they hold stays as it is. */
#include "engine/baton.h"
#include "engine/internal.h"

#include <signal.h>

/* Ends a task that did not come to its own end. */
static void
task_cut_off(uint32_t t)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *task = &e->task_table[t];
    uint32_t current = e->task;
    if (task->state == SLEY_TASK_FREE || task->state == SLEY_TASK_DONE) {
        return;
    }
    sley_gate_remove(t);
    if (task->state == SLEY_TASK_BLOCKED) {
        sley_task_set_runnable(t); /* out of the timers, if it is in them */
    }
    sley_task_set_blocked(t, SLEY_TASK_DONE);
    task->killed = true;
    task->result = NULL;
    task->exit_step = e->step + 1;
    e->task = t; /* whose clock it is */
    sley_clock_release(&task->exit_clock);
    task->exit_clock.at[t] = task->exit_step;
    e->task = current;
    e->live_count--;
    if (e->options->processes->task_dead) {
        e->options->processes->task_dead(t);
    }
    sley_gate_set(&task->done, true);
}

void
sley_process_cut_off(uint32_t process, uint32_t but)
{
    struct sley_engine *e = &sley_engine;
    sley_process_table[process].ended = true;
    for (uint32_t t = 0; t < e->task_count; t++) {
        if (t != but && e->task_table[t].process == process &&
            e->task_table[t].serial == e->serial) {
            task_cut_off(t);
        }
    }
}

void
sley_task_end_process(int exit_code)
{
    struct sley_task *self = sley_current();
    uint32_t process = self->process;
    sley_process_cut_off(process, sley_engine.task);
    sley_process_table[process].exit_code = exit_code;
    sley_baton_die(exit_code < 0 ? -exit_code : 0);
    sley_gate_remove(sley_engine.task);
    self->killed = true;
    self->result = NULL;
    sley_task_leave();
}

void
sley_task_kill_process(uint32_t task)
{
    uint32_t process = sley_engine.task_table[task].process;
    struct sley_process *slot = &sley_process_table[process];
    if (slot->ended) {
        return;
    }
    slot->exit_code = -SIGKILL;
    sley_baton_kill(process);
    sley_process_cut_off(process, SLEY_TASKS_MAX);
}

void
sley_task_kill_window(uint32_t task)
{
    uint32_t process = sley_engine.task_table[task].process;
    sley_process_table[process].killable = process != 0;
    sley_engine.killable |= process != 0;
    sley_limit_update();
}
