/* The operations of process.h and shared.h in the lane native, which has threads alone: shared
 * memory is memory, and no property that needs processes is run. */
#include "native/native.h"

#include <sley/process.h>
#include <sley/shared.h>

#include <errno.h>
#include <string.h>

enum { SHARED_SIZE = 1 << 20 };

static _Alignas(16) char shared[SHARED_SIZE];
static _Atomic size_t shared_used;

void
sley_native_shared_begin(void)
{
    memset(shared, 0, shared_used < SHARED_SIZE ? shared_used : SHARED_SIZE);
    shared_used = 0;
}

void *
sley_shared_allocate(size_t size)
{
    size_t room = (size + 15) & ~(size_t)15;
    size_t at = shared_used;
    shared_used += room;
    if (room > SHARED_SIZE || at > SHARED_SIZE - room) {
        sley_native_fail(ENOMEM);
    }
    return shared + at;
}

void
sley_lock_init_robust(struct sley_lock *lock)
{
    sley_lock_init(lock);
}

bool
sley_lock_acquire_robust(struct sley_lock *lock)
{
    sley_lock_acquire(lock);
    return true;
}

void
sley_kill(uintptr_t task)
{
    (void)task;
    sley_native_fail(ENOSYS);
}

void
sley_kill_window(uintptr_t task)
{
    (void)task;
    sley_native_fail(ENOSYS);
}

int
sley_exit_code(uintptr_t task)
{
    (void)task;
    sley_native_fail(ENOSYS);
    return 0;
}

bool
sley_process_begins_anew(void)
{
    return false;
}

uint64_t
sley_peek(uintptr_t task, const void *address, size_t size)
{
    (void)task;
    (void)address;
    (void)size;
    sley_native_fail(ENOSYS);
    return 0;
}

void
sley_pipe_init(struct sley_pipe *pipe)
{
    (void)pipe;
    sley_native_fail(ENOSYS);
}

void
sley_pipe_write(struct sley_pipe *pipe, const void *bytes, size_t size)
{
    (void)pipe;
    (void)bytes;
    (void)size;
    sley_native_fail(ENOSYS);
}

size_t
sley_pipe_read(struct sley_pipe *pipe, void *bytes, size_t size)
{
    (void)pipe;
    (void)bytes;
    (void)size;
    sley_native_fail(ENOSYS);
    return 0;
}

size_t
sley_pipe_fill(const struct sley_pipe *pipe)
{
    (void)pipe;
    sley_native_fail(ENOSYS);
    return 0;
}

void
sley_pipe_close(struct sley_pipe *pipe)
{
    (void)pipe;
    sley_native_fail(ENOSYS);
}

void
sley_file_init(struct sley_file *file)
{
    (void)file;
    sley_native_fail(ENOSYS);
}

size_t
sley_file_read(struct sley_file *file, void *bytes, size_t size)
{
    (void)file;
    (void)bytes;
    (void)size;
    sley_native_fail(ENOSYS);
    return 0;
}

void
sley_file_write(struct sley_file *file, const void *bytes, size_t size)
{
    (void)file;
    (void)bytes;
    (void)size;
    sley_native_fail(ENOSYS);
}

void
sley_file_seek(struct sley_file *file, size_t offset)
{
    (void)file;
    (void)offset;
    sley_native_fail(ENOSYS);
}

void
sley_file_lock(struct sley_file *file)
{
    (void)file;
    sley_native_fail(ENOSYS);
}

void
sley_file_unlock(struct sley_file *file)
{
    (void)file;
    sley_native_fail(ENOSYS);
}

void
sley_mpqueue_init(struct sley_mpqueue *queue)
{
    (void)queue;
    sley_native_fail(ENOSYS);
}

void
sley_mpqueue_put(struct sley_mpqueue *queue, intptr_t item, size_t weight)
{
    (void)queue;
    (void)item;
    (void)weight;
    sley_native_fail(ENOSYS);
}

intptr_t
sley_mpqueue_get(struct sley_mpqueue *queue)
{
    (void)queue;
    sley_native_fail(ENOSYS);
    return 0;
}

void
sley_mpqueue_init_bounded(struct sley_mpqueue *queue, uint32_t capacity)
{
    (void)capacity;
    sley_mpqueue_init(queue);
}

void
sley_mpqueue_put_object(struct sley_mpqueue *queue, const void *object,
                        size_t (*pickle)(const void *object, void *bytes, size_t room))
{
    (void)object;
    (void)pickle;
    sley_mpqueue_put(queue, 0, 0);
}

size_t
sley_mpqueue_get_bytes(struct sley_mpqueue *queue, void *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return (size_t)sley_mpqueue_get(queue);
}
