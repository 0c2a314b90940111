/* Locks, conditions and bounded queues of processes: those of the pthread front, in shared memory.
 * What the program declares is a handle, which a fork copies and which names one object. */
#include "models/process/process.h"

#include "base/note.h"
#include "pthread/cond.h"
#include "pthread/front.h"
#include "pthread/mutex.h"

#include <errno.h>

struct handle {
    void *object;           /* in shared memory; NULL: never initialised in this process */
    struct sley_lock *lock; /* conditions */
};

static void *
object_of(const void *storage, const char *what, uintptr_t pc)
{
    const struct handle *handle = storage;
    if (!handle->object) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)storage, pc, what);
    }
    return handle->object;
}

static struct handle *
handle_of(void *storage)
{
    return storage;
}

static void *
mutex_of(const struct sley_lock *lock, uintptr_t pc)
{
    return object_of(lock->storage, "use of a lock that this process never initialised", pc);
}

static void
lock_init(struct sley_lock *lock, enum sley_lock_kind kind)
{
    uintptr_t pc = SLEY_CALLER();
    int type = kind == SLEY_LOCK_REENTRANT ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
    void *mutex = sley_process_shared(sizeof(pthread_mutex_t));
    sley_mutex_init(mutex, type, pc);
    sley_mutex_set_robust(mutex, kind == SLEY_LOCK_ROBUST);
    handle_of(lock->storage)->object = mutex;
    sley_note_alias(mutex, lock, sizeof(pthread_mutex_t));
}

static void
lock_acquire(struct sley_lock *lock)
{
    uintptr_t pc = SLEY_CALLER();
    sley_mutex_lock(mutex_of(lock, pc), sley_deadline_none(), pc);
}

bool
sley_process_acquire_robust(struct sley_lock *lock)
{
    uintptr_t pc = SLEY_CALLER();
    void *mutex = mutex_of(lock, pc);
    if (sley_mutex_lock(mutex, sley_deadline_none(), pc) != EOWNERDEAD) {
        return true;
    }
    sley_mutex_consistent(mutex, pc);
    return false;
}

static bool
lock_try(struct sley_lock *lock)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_mutex_trylock(mutex_of(lock, pc), pc) == 0;
}

static bool
lock_acquire_for(struct sley_lock *lock, uint64_t timeout_ns)
{
    uintptr_t pc = SLEY_CALLER();
    struct sley_deadline deadline = {sley_clock_read(pc) + timeout_ns, ETIMEDOUT};
    return sley_mutex_lock(mutex_of(lock, pc), deadline, pc) == 0;
}

static void
lock_release(struct sley_lock *lock)
{
    uintptr_t pc = SLEY_CALLER();
    sley_mutex_unlock(mutex_of(lock, pc), pc);
}

static void
lock_destroy(struct sley_lock *lock)
{
    sley_pthread_mutex_destroy(mutex_of(lock, SLEY_CALLER()));
}

const struct sley_model_lock_ops sley_process_lock_ops = {
    .init = lock_init,
    .acquire = lock_acquire,
    .try_acquire = lock_try,
    .acquire_for = lock_acquire_for,
    .release = lock_release,
    .destroy = lock_destroy,
};

static void *
cond_of(const struct sley_condition *condition, uintptr_t pc)
{
    return object_of(condition->storage, "use of a condition that this process never initialised",
                     pc);
}

static void
condition_init(struct sley_condition *condition, struct sley_lock *lock)
{
    struct handle *handle = handle_of(condition->storage);
    handle->object = sley_process_shared(sizeof(pthread_cond_t));
    handle->lock = lock;
    sley_note_alias(handle->object, condition, sizeof(pthread_cond_t));
    sley_cond_init(handle->object, CLOCK_MONOTONIC, SLEY_CALLER());
}

static bool
condition_wait(struct sley_condition *condition, uint64_t timeout_ns)
{
    uintptr_t pc = SLEY_CALLER();
    void *cond = cond_of(condition, pc);
    const struct sley_lock *lock = handle_of(condition->storage)->lock;
    struct sley_deadline deadline = sley_deadline_none();
    if (timeout_ns != UINT64_MAX) {
        deadline = (struct sley_deadline){sley_clock_read(pc) + timeout_ns, ETIMEDOUT};
    }
    return sley_cond_wait(cond, mutex_of(lock, pc), deadline, pc) == 0;
}

static void
condition_notify(struct sley_condition *condition, uint32_t count)
{
    uintptr_t pc = SLEY_CALLER();
    void *cond = cond_of(condition, pc);
    if (count == UINT32_MAX) {
        sley_cond_broadcast(cond, pc);
        return;
    }
    for (uint32_t i = 0; i < count && i < SLEY_TASKS_MAX; i++) {
        sley_cond_signal(cond, pc);
    }
}

static void
condition_destroy(struct sley_condition *condition)
{
    sley_pthread_cond_destroy(cond_of(condition, SLEY_CALLER()));
}

const struct sley_model_condition_ops sley_process_condition_ops = {
    .init = condition_init,
    .wait = condition_wait,
    .notify = condition_notify,
    .destroy = condition_destroy,
};
