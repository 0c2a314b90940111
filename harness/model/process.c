/* The operations of process.h and shared.h, handed to the current model. */
#include "engine/baton.h"
#include "engine/engine.h"
#include "engine/heap.h"

#include <sley/process.h>
#include <sley/shared.h>

/* The model's processes; without any, what only they have ends the run. */
static const struct sley_model_process_ops *
ops(uintptr_t pc)
{
    if (!sley_model_current->process) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "a model without processes cannot do this");
    }
    return sley_model_current->process;
}

void *
sley_shared_allocate(size_t size)
{
    if (sley_model_current->process) {
        return sley_model_current->process->shared(size);
    }
    void *memory = sley_heap_allocate(size, 16, true, SLEY_CALLER());
    if (!memory) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, SLEY_CALLER(), "no room");
    }
    return memory;
}

void
sley_lock_init_robust(struct sley_lock *lock)
{
    sley_model_current->lock->init(lock, SLEY_LOCK_ROBUST);
}

bool
sley_lock_acquire_robust(struct sley_lock *lock)
{
    return ops(SLEY_CALLER())->acquire_robust(lock);
}

void
sley_kill(uintptr_t task)
{
    ops(SLEY_CALLER())->kill(task);
}

void
sley_kill_window(uintptr_t task)
{
    ops(SLEY_CALLER())->kill_window(task);
}

int
sley_exit_code(uintptr_t task)
{
    return ops(SLEY_CALLER())->exit_code(task);
}

bool
sley_process_begins_anew(void)
{
    const struct sley_process_policy *policy = sley_model_current->processes;
    return policy && policy->anew;
}

uint64_t
sley_peek(uintptr_t task, const void *address, size_t size)
{
    return ops(SLEY_CALLER())->peek(task, address, size);
}

void
sley_pipe_init(struct sley_pipe *pipe)
{
    ops(SLEY_CALLER())->pipe_init(pipe);
}

void
sley_pipe_write(struct sley_pipe *pipe, const void *bytes, size_t size)
{
    ops(SLEY_CALLER())->pipe_write(pipe, bytes, size);
}

size_t
sley_pipe_read(struct sley_pipe *pipe, void *bytes, size_t size)
{
    return ops(SLEY_CALLER())->pipe_read(pipe, bytes, size);
}

size_t
sley_pipe_fill(const struct sley_pipe *pipe)
{
    return ops(SLEY_CALLER())->pipe_fill(pipe);
}

void
sley_pipe_close(struct sley_pipe *pipe)
{
    ops(SLEY_CALLER())->pipe_close(pipe);
}

void
sley_file_init(struct sley_file *file)
{
    ops(SLEY_CALLER())->file_init(file);
}

size_t
sley_file_read(struct sley_file *file, void *bytes, size_t size)
{
    return ops(SLEY_CALLER())->file_read(file, bytes, size);
}

void
sley_file_write(struct sley_file *file, const void *bytes, size_t size)
{
    ops(SLEY_CALLER())->file_write(file, bytes, size);
}

void
sley_file_seek(struct sley_file *file, size_t offset)
{
    ops(SLEY_CALLER())->file_seek(file, offset);
}

void
sley_file_lock(struct sley_file *file)
{
    ops(SLEY_CALLER())->file_lock(file);
}

void
sley_file_unlock(struct sley_file *file)
{
    ops(SLEY_CALLER())->file_unlock(file);
}

void
sley_mpqueue_init(struct sley_mpqueue *queue)
{
    ops(SLEY_CALLER())->mpqueue_init(queue, 0);
}

void
sley_mpqueue_init_bounded(struct sley_mpqueue *queue, uint32_t capacity)
{
    ops(SLEY_CALLER())->mpqueue_init(queue, capacity);
}

void
sley_mpqueue_put(struct sley_mpqueue *queue, intptr_t item, size_t weight)
{
    ops(SLEY_CALLER())->mpqueue_put(queue, item, weight);
}

void
sley_mpqueue_put_object(struct sley_mpqueue *queue, const void *object,
                        size_t (*pickle)(const void *object, void *bytes, size_t room))
{
    ops(SLEY_CALLER())->mpqueue_put_object(queue, object, pickle);
}

intptr_t
sley_mpqueue_get(struct sley_mpqueue *queue)
{
    size_t none = 0;
    return ops(SLEY_CALLER())->mpqueue_get(queue, NULL, &none);
}

size_t
sley_mpqueue_get_bytes(struct sley_mpqueue *queue, void *bytes, size_t size)
{
    ops(SLEY_CALLER())->mpqueue_get(queue, bytes, &size);
    return size;
}
