/* Plain C threads: every operation is the POSIX one of the pthread front. */
#include "models/registry.h"

#include "engine/engine.h"
#include "models/machine/machine.h"
#include "pthread/front.h"

static const uint64_t ns_per_s = 1000000000;

static void
begin(void)
{
    sley_machine_begin();
}

static uintptr_t
spawn(void *(*entry)(void *), void *argument)
{
    pthread_t thread;
    return sley_pthread_create(&thread, NULL, entry, argument) == 0 ? (uintptr_t)thread : 0;
}

static void *
join(uintptr_t task)
{
    void *result = NULL;
    sley_pthread_join((pthread_t)task, &result);
    return result;
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

static const struct sley_model_task_ops task_ops = {
    .begin = begin,
    .spawn = spawn,
    .join = join,
    .pause = pause_task,
    .sleep = sleep_task,
    .ended = NULL, /* what ends with a thread is the pthread front's business */
};

static pthread_mutex_t *
mutex_of(struct sley_lock *lock)
{
    _Static_assert(sizeof(pthread_mutex_t) <= sizeof(struct sley_lock), "no room for a mutex");
    return (pthread_mutex_t *)lock->storage;
}

static void
lock_init(struct sley_lock *lock, enum sley_lock_kind kind)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    int type = kind == SLEY_LOCK_REENTRANT ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
    pthread_mutexattr_settype(&attributes, type);
    sley_pthread_mutex_init(mutex_of(lock), &attributes);
    pthread_mutexattr_destroy(&attributes);
}

static void
lock_acquire(struct sley_lock *lock)
{
    sley_pthread_mutex_lock(mutex_of(lock));
}

static bool
lock_try(struct sley_lock *lock)
{
    return sley_pthread_mutex_trylock(mutex_of(lock)) == 0;
}

static struct timespec
deadline_after(uint64_t timeout_ns)
{
    struct timespec deadline;
    sley_clock_gettime(CLOCK_REALTIME, &deadline);
    uint64_t nanoseconds = (uint64_t)deadline.tv_nsec + timeout_ns;
    deadline.tv_sec += (time_t)(nanoseconds / ns_per_s);
    deadline.tv_nsec = (long)(nanoseconds % ns_per_s);
    return deadline;
}

static bool
lock_acquire_for(struct sley_lock *lock, uint64_t timeout_ns)
{
    struct timespec deadline = deadline_after(timeout_ns);
    return sley_pthread_mutex_timedlock(mutex_of(lock), &deadline) == 0;
}

static void
lock_release(struct sley_lock *lock)
{
    sley_pthread_mutex_unlock(mutex_of(lock));
}

static void
lock_destroy(struct sley_lock *lock)
{
    sley_pthread_mutex_destroy(mutex_of(lock));
}

static const struct sley_model_lock_ops lock_ops = {
    .init = lock_init,
    .acquire = lock_acquire,
    .try_acquire = lock_try,
    .acquire_for = lock_acquire_for,
    .release = lock_release,
    .destroy = lock_destroy,
};

struct condition {
    pthread_cond_t cond;
    pthread_mutex_t *mutex; /* of the lock that waiters hold */
};

static struct condition *
condition_of(struct sley_condition *condition)
{
    _Static_assert(sizeof(struct condition) <= sizeof(struct sley_condition), "no room");
    return (struct condition *)condition->storage;
}

static void
condition_init(struct sley_condition *condition, struct sley_lock *lock)
{
    condition_of(condition)->mutex = mutex_of(lock);
    sley_pthread_cond_init(&condition_of(condition)->cond, NULL);
}

static bool
condition_wait(struct sley_condition *condition, uint64_t timeout_ns)
{
    struct condition *self = condition_of(condition);
    if (timeout_ns == SLEY_FOREVER) {
        return sley_pthread_cond_wait(&self->cond, self->mutex) == 0;
    }
    struct timespec deadline = deadline_after(timeout_ns);
    return sley_pthread_cond_timedwait(&self->cond, self->mutex, &deadline) == 0;
}

/* Which waiter a signal wakes is a choice: POSIX promises no order. */
static void
condition_notify(struct sley_condition *condition, uint32_t count)
{
    struct condition *self = condition_of(condition);
    if (count >= SLEY_TASKS_MAX) {
        sley_pthread_cond_broadcast(&self->cond);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        sley_pthread_cond_signal(&self->cond);
    }
}

static void
condition_destroy(struct sley_condition *condition)
{
    sley_pthread_cond_destroy(&condition_of(condition)->cond);
}

static const struct sley_model_condition_ops condition_ops = {
    .init = condition_init,
    .wait = condition_wait,
    .notify = condition_notify,
    .destroy = condition_destroy,
};

const struct sley_model sley_model_thread = {
    .name = "thread",
    .summary = "plain C threads: a switch at every memory access",
    .task = &task_ops,
    .lock = &lock_ops,
    .condition = &condition_ops,
    .exceptions = SLEY_EXCEPTION_LOST,
};
