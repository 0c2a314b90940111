/* The model's table of what belongs to processes: death, and looking into another's memory. */
#include "models/process/channel.h"

#include <string.h>
#include <sys/uio.h>

void
sley_process_channels_begin(void)
{
    sley_process_pipes_begin();
    sley_process_files_begin();
    sley_process_mpqueues_begin();
}

/* Task 0's process is the worker itself, which nobody may kill. */
static uint32_t
mortal(uintptr_t handle, uintptr_t pc)
{
    uint32_t task = handle ? sley_process_task_of(handle, pc) : sley_engine.task;
    if (sley_engine.task_table[task].process == 0) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "the first process of a run cannot be killed");
    }
    return task;
}

static void
kill_task(uintptr_t handle)
{
    uintptr_t pc = SLEY_CALLER();
    uint32_t task = mortal(handle, pc);
    sley_point(SLEY_OP_KILL, (uintptr_t)&sley_engine.task_table[task].done, pc);
    if (sley_engine.task_table[task].process == sley_current()->process) {
        sley_task_end_process(-9);
    }
    sley_task_kill_process(task);
}

static void
kill_window(uintptr_t handle)
{
    uintptr_t pc = SLEY_CALLER();
    uint32_t task = mortal(handle, pc);
    sley_point(SLEY_OP_KILL, (uintptr_t)&sley_engine.task_table[task].done, pc);
    sley_task_kill_window(task);
}

static int
exit_code(uintptr_t handle)
{
    uint32_t task = sley_process_task_of(handle, SLEY_CALLER());
    return sley_process_table[sley_engine.task_table[task].process].exit_code;
}

/* What stands at address in the process, read by the system from outside. */
static bool
read_outside(uint32_t process, uintptr_t address, void *to, size_t size)
{
    const struct sley_process *slot = &sley_process_table[process];
    if (process == sley_baton_self()) {
        memcpy(to, (const void *)address, size);
        return true;
    }
    if (process != 0 && slot->fresh) {
        return sley_image_peek(process, address, to, size);
    }
    struct iovec local = {to, size};
    struct iovec remote = {(void *)address, size};
    pid_t pid = process ? slot->pid : sley_baton_worker();
    return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

static uint64_t
peek(uintptr_t handle, const void *address, size_t size)
{
    uintptr_t pc = SLEY_CALLER();
    uint64_t value = 0;
    uintptr_t at = (uintptr_t)address;
    /* Handle 0 names no task; the first process has none, and is asked for by it. */
    uint32_t task = handle ? sley_process_task_of(handle, pc) : 0;
    uint32_t process = sley_engine.task_table[task].process;
    uintptr_t shift = sley_baton_is_private(at) ? (uintptr_t)process << SLEY_PROCESS_SHIFT : 0;
    sley_point_sized(SLEY_OP_READ, at + shift, (uint32_t)size, pc);
    if (size < 1 || size > sizeof value || sley_process_table[process].ended ||
        !read_outside(process, at, &value, size)) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, at, pc, "no memory there to look at");
    }
    return value;
}

const struct sley_model_process_ops sley_process_process_ops = {
    .shared = sley_process_shared,
    .acquire_robust = sley_process_acquire_robust,
    .kill = kill_task,
    .kill_window = kill_window,
    .exit_code = exit_code,
    .peek = peek,
    .pipe_init = sley_process_pipe_init,
    .pipe_write = sley_process_pipe_write,
    .pipe_read = sley_process_pipe_read,
    .pipe_fill = sley_process_pipe_fill,
    .pipe_close = sley_process_pipe_close,
    .file_init = sley_process_file_init,
    .file_read = sley_process_file_read,
    .file_write = sley_process_file_write,
    .file_seek = sley_process_file_seek,
    .file_lock = sley_process_file_lock,
    .file_unlock = sley_process_file_unlock,
    .mpqueue_init = sley_process_mpqueue_init,
    .mpqueue_put = sley_process_mpqueue_put,
    .mpqueue_put_object = sley_process_mpqueue_put_object,
    .mpqueue_get = sley_process_mpqueue_get,
};
