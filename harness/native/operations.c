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

extern const struct sley_model_queue_ops sley_thread_queue_ops;

static pthread_mutex_t *locks[LOCKS_MAX]; /* initialised and not destroyed yet */
static _Atomic uint32_t lock_count;       /* may exceed LOCKS_MAX */

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
        pthread_mutex_destroy(locks[i]);
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
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_nsec += real_ns(timeout_ms);
    deadline.tv_sec += deadline.tv_nsec / ns_per_s;
    deadline.tv_nsec %= ns_per_s;
    bool taken = pthread_mutex_timedlock(mutex_of(lock), &deadline) == 0;
    sign_of_life();
    return taken;
}

void
sley_lock_release(struct sley_lock *lock)
{
    pthread_mutex_unlock(mutex_of(lock));
}

void
sley_lock_destroy(struct sley_lock *lock)
{
    pthread_mutex_destroy(mutex_of(lock));
}

void
sley_queue_init(struct sley_queue *queue, uint32_t capacity)
{
    sley_thread_queue_ops.init(queue, capacity);
}

void
sley_queue_put(struct sley_queue *queue, intptr_t item)
{
    sley_thread_queue_ops.put(queue, item);
}

intptr_t
sley_queue_get(struct sley_queue *queue)
{
    return sley_thread_queue_ops.get(queue);
}

void
sley_queue_destroy(struct sley_queue *queue)
{
    sley_thread_queue_ops.destroy(queue);
}
