/* Real processes: forked, with private memory, one running at a time (engine/baton.h).
 *
 * Two policies, as multiprocessing has them: `fork`, where a child begins as a copy of its parent,
 * and `spawn`, where it begins with the program's initial globals. Threads that a process starts by
 * itself (pthread_create) share its memory. */
#include "models/process/channel.h"

#include "models/fault.h"
#include "models/machine/machine.h"
#include "models/machine/pages.h"
#include "models/registry.h"
#include "pthread/fork.h"
#include "pthread/front.h"

#include <time.h>

static const uint64_t ns_per_s = 1000000000;

static struct sley_process_policy fork_policy = {.forked = sley_object_forked};
static struct sley_process_policy spawn_policy = {.anew = true};
static uint32_t first_start; /* tasks started in this process before the run */

static void
task_dead(uint32_t task)
{
    sley_machine_forget(task);
    if (sley_engine.task_table[task].process == task) {
        sley_pages_end(task);
    }
    if (sley_fault(SLEY_FAULT_PROCESS_KILL_UNLOCKS)) {
        sley_object_give_back(task);
    }
    if (!sley_fault(SLEY_FAULT_PROCESS_NOT_ROBUST)) {
        sley_object_task_dead(task);
    }
    if (sley_engine.task_table[task].process == task && sley_engine.task_table[task].killed) {
        sley_process_file_release((int32_t)task);
    }
}

static void
begin(void)
{
    sley_machine_begin();
    first_start = sley_engine.start_count;
    fork_policy.task_dead = spawn_policy.task_dead = task_dead;
    fork_policy.share_globals = sley_fault(SLEY_FAULT_PROCESS_SHARED_GLOBALS);
    spawn_policy.anew = !sley_fault(SLEY_FAULT_PROCESS_SPAWN_COPIES);
    spawn_policy.forked = spawn_policy.anew ? NULL : sley_object_forked;
    sley_process_shared_begin();
    sley_process_channels_begin();
}

/* A handle is the task's number, and which of the slot's users it is. */
static uintptr_t
handle_of(uint32_t task)
{
    return (uintptr_t)(sley_engine.task_table[task].start - first_start) << 16 | (task + 1);
}

uint32_t
sley_process_task_of(uintptr_t handle, uintptr_t pc)
{
    uint32_t task = (uint32_t)(handle & 0xffff) - 1;
    if (task >= sley_engine.task_count || handle_of(task) != handle) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "a handle that names no task");
    }
    return task;
}

static uintptr_t
spawn(void *(*entry)(void *), void *argument)
{
    uint32_t task = sley_task_spawn_process(entry, argument, SLEY_CALLER());
    if (task == SLEY_TASKS_MAX) {
        sley_task_refused("process", SLEY_CALLER());
    }
    if (!sley_model_current->processes->anew) {
        sley_pages_fork(task);
    }
    return handle_of(task);
}

static void *
join(uintptr_t handle)
{
    struct sley_task *task = &sley_engine.task_table[sley_process_task_of(handle, SLEY_CALLER())];
    sley_point_gate(SLEY_OP_JOIN, &task->done, UINT64_MAX, SLEY_CALLER());
    sley_clock_acquire(&task->exit_clock);
    return task->result;
}

static void
pause_task(void)
{
    sley_sched_yield();
}

static void
sleep_task(uint64_t duration_ns)
{
    struct timespec duration = {(time_t)(duration_ns / ns_per_s), (long)(duration_ns % ns_per_s)};
    sley_nanosleep(&duration, NULL);
}

static void
ended(void)
{
    if (sley_current()->process == sley_engine.task) {
        sley_process_feeders_join();
        sley_process_file_end();
    }
    sley_pthread_task_end();
}

static const struct sley_model_task_ops task_ops = {
    .begin = begin,
    .spawn = spawn,
    .join = join,
    .pause = pause_task,
    .sleep = sleep_task,
    .ended = ended,
};

const struct sley_model sley_model_process = {
    .name = "process",
    .summary = "real forked processes with private memory",
    .processes = &fork_policy,
    .task = &task_ops,
    .lock = &sley_process_lock_ops,
    .condition = &sley_process_condition_ops,
    .process = &sley_process_process_ops,
    .unit = SLEY_UNIT_FORK,
    .queue = &sley_process_queue_ops,
    .queue_count = &sley_process_queue_count_ops,
    .semaphore = &sley_process_semaphore_ops,
    .event = &sley_process_event_ops,
    .barrier = &sley_process_barrier_ops,
    .exceptions = SLEY_EXCEPTION_STATUS,
};

const struct sley_model sley_model_process_spawn = {
    .name = "process:spawn",
    .summary = "real processes that begin with the program's initial memory",
    .processes = &spawn_policy,
    .task = &task_ops,
    .lock = &sley_process_lock_ops,
    .condition = &sley_process_condition_ops,
    .process = &sley_process_process_ops,
    .unit = SLEY_UNIT_SPAWN,
    .queue = &sley_process_queue_ops,
    .queue_count = &sley_process_queue_count_ops,
    .semaphore = &sley_process_semaphore_ops,
    .event = &sley_process_event_ops,
    .barrier = &sley_process_barrier_ops,
    .exceptions = SLEY_EXCEPTION_STATUS,
};
