/* The operations of sley.h on real threads, as harness/model/dispatch.c has them in the engine. */
#include "native/native.h"

#include <sley/sley.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

/* Milliseconds of a property are virtual: here a hundredth of them passes, and 20 ms at most. */
enum { GATHER_MAX = 32, LOCKS_MAX = 256, NS_PER_VIRTUAL_MS = 10000, SLEEP_MS_MAX = 2000 };

static const long ns_per_s = 1000000000;

static _Atomic(pthread_mutex_t *) locks[LOCKS_MAX]; /* initialised; NULL: destroyed again */
static _Atomic uint32_t lock_count;                 /* may exceed LOCKS_MAX */

void
sley_native_tasks_begin(void)
{
    lock_count = 0;
    sley_native_program_begin();
}

/* A lock that a run leaves behind would be known to the sanitizer in the next one. */
bool
sley_native_tasks_end(void)
{
    for (uint32_t i = 0; i < lock_count && i < LOCKS_MAX; i++) {
        if (locks[i]) {
            pthread_mutex_destroy(locks[i]);
        }
    }
    return lock_count <= LOCKS_MAX;
}

uintptr_t
sley_spawn(void *(*entry)(void *), void *argument)
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, entry, argument);
    if (error) {
        sley_native_fail(error);
    }
    return (uintptr_t)thread;
}

void *
sley_join(uintptr_t task)
{
    void *result = NULL;
    pthread_join((pthread_t)task, &result);
    return result;
}

void
sley_gather(int count, void *(*entry)(void *))
{
    uintptr_t tasks[GATHER_MAX];
    for (int i = 0; i < count && i < GATHER_MAX; i++) {
        tasks[i] = sley_spawn(entry, (void *)(intptr_t)i);
    }
    for (int i = 0; i < count && i < GATHER_MAX; i++) {
        sley_join(tasks[i]);
    }
}

void
sley_bytecode(enum sley_bytecode kind)
{
    (void)kind; /* C threads interpret nothing */
}

void
sley_pause(void)
{
    sched_yield();
}

static long
real_ns(uint32_t duration_ms)
{
    return (long)(duration_ms < SLEEP_MS_MAX ? duration_ms : SLEEP_MS_MAX) * NS_PER_VIRTUAL_MS;
}

static void
sign_of_life(void)
{
    atomic_fetch_add_explicit(&sley_native_shared->activity, 1, memory_order_relaxed);
}

static struct timespec
deadline_after(long duration_ns)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_nsec += duration_ns;
    deadline.tv_sec += deadline.tv_nsec / ns_per_s;
    deadline.tv_nsec %= ns_per_s;
    return deadline;
}

/* The clock runs as fast as sleeps do: a virtual millisecond in NS_PER_VIRTUAL_MS. */
uint64_t
sley_now_ns(void)
{
    return sley_native_now() * (1000000 / NS_PER_VIRTUAL_MS);
}

void
sley_sleep_ms(uint32_t duration_ms)
{
    struct timespec duration = {0, real_ns(duration_ms)};
    nanosleep(&duration, NULL);
    sign_of_life();
}

static pthread_mutex_t *
mutex_of(struct sley_lock *lock)
{
    _Static_assert(sizeof(pthread_mutex_t) <= sizeof(struct sley_lock), "no room for a mutex");
    return (pthread_mutex_t *)lock->storage;
}

static void
lock_init(struct sley_lock *lock, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type);
    pthread_mutex_init(mutex_of(lock), &attributes);
    pthread_mutexattr_destroy(&attributes);
    uint32_t index = atomic_fetch_add_explicit(&lock_count, 1, memory_order_relaxed);
    if (index < LOCKS_MAX) {
        locks[index] = mutex_of(lock);
    }
}

void
sley_lock_init(struct sley_lock *lock)
{
    lock_init(lock, PTHREAD_MUTEX_NORMAL);
}

void
sley_lock_init_reentrant(struct sley_lock *lock)
{
    lock_init(lock, PTHREAD_MUTEX_RECURSIVE);
}

void
sley_lock_acquire(struct sley_lock *lock)
{
    pthread_mutex_lock(mutex_of(lock));
}

bool
sley_lock_try(struct sley_lock *lock)
{
    return pthread_mutex_trylock(mutex_of(lock)) == 0;
}

bool
sley_lock_acquire_for(struct sley_lock *lock, uint32_t timeout_ms)
{
    struct timespec deadline = deadline_after(real_ns(timeout_ms));
    bool taken = pthread_mutex_timedlock(mutex_of(lock), &deadline) == 0;
    sign_of_life();
    return taken;
}

void
sley_lock_release(struct sley_lock *lock)
{
    pthread_mutex_unlock(mutex_of(lock));
}

/* Its memory may be gone when the run is over. */
void
sley_lock_destroy(struct sley_lock *lock)
{
    pthread_mutex_destroy(mutex_of(lock));
    for (uint32_t i = 0; i < lock_count && i < LOCKS_MAX; i++) {
        pthread_mutex_t *known = mutex_of(lock);
        atomic_compare_exchange_strong_explicit(&locks[i], &known, NULL, memory_order_relaxed,
                                                memory_order_relaxed);
    }
}

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
    pthread_cond_init(&condition_of(condition)->cond, NULL);
    condition_of(condition)->mutex = mutex_of(lock);
}

static bool
condition_wait(struct sley_condition *condition, uint64_t timeout_ns)
{
    struct condition *self = condition_of(condition);
    if (timeout_ns == SLEY_FOREVER) {
        return pthread_cond_wait(&self->cond, self->mutex) == 0;
    }
    uint64_t timeout_ms = timeout_ns / 1000000;
    uint32_t bounded_ms = timeout_ms < SLEEP_MS_MAX ? (uint32_t)timeout_ms + 1 : SLEEP_MS_MAX;
    struct timespec deadline = deadline_after(real_ns(bounded_ms));
    bool in_time = pthread_cond_timedwait(&self->cond, self->mutex, &deadline) == 0;
    sign_of_life();
    return in_time;
}

static void
condition_notify(struct sley_condition *condition, uint32_t count)
{
    struct condition *self = condition_of(condition);
    if (count == UINT32_MAX) {
        pthread_cond_broadcast(&self->cond);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        pthread_cond_signal(&self->cond);
    }
}

static void
condition_destroy(struct sley_condition *condition)
{
    pthread_cond_destroy(&condition_of(condition)->cond);
}

static const struct sley_model_condition_ops condition_ops = {
    .init = condition_init,
    .wait = condition_wait,
    .notify = condition_notify,
    .destroy = condition_destroy,
};

/* The generic objects are the model's; tasks and locks are this file's own. */
static const struct sley_model model = {
    .name = "thread",
    .condition = &condition_ops,
    .exceptions = SLEY_EXCEPTION_LOST,
};
const struct sley_model *sley_model_current = &model;

/* Among those who wait a thread may wake whom it likes: what the outside decides, chance does. */
uint32_t
sley_outside(uint32_t bound)
{
    return bound > 1 ? (uint32_t)sley_draw(0, (int)bound - 1) : 0;
}

uintptr_t
sley_self(void)
{
    return (uintptr_t)pthread_self();
}
