/* C11 threads. Types and constants are those of glibc, where mtx_t and cnd_t are a pthread_mutex_t
 * and a pthread_cond_t, and thrd_t, tss_t and once_flag have the bits of their relatives. */
#include "engine/engine.h"
#include "pthread/clock.h"
#include "pthread/cond.h"
#include "pthread/front.h"
#include "pthread/key.h"
#include "pthread/mutex.h"
#include "pthread/once.h"
#include "pthread/thread.h"

#include <errno.h>

/* What C11 makes of an error number. */
static int
result(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case ETIMEDOUT:
        return thrd_timedout;
    case EBUSY:
        return thrd_busy;
    case ENOMEM:
        return thrd_nomem;
    default:
        return thrd_error;
    }
}

int
sley_thrd_create(thrd_t *id, thrd_start_t entry, void *argument)
{
    int error = sley_thread_start(id, NULL, NULL, argument, entry, SLEY_CALLER());
    return error == EAGAIN ? thrd_nomem : result(error);
}

int
sley_thrd_join(thrd_t id, int *code)
{
    void *value = NULL;
    if (!sley_running()) {
        return thrd_success;
    }
    int error = sley_thread_join(id, &value, UINT64_MAX, 0, SLEY_CALLER());
    if (error == 0 && code) {
        *code = (int)(intptr_t)value;
    }
    return result(error);
}

int
sley_thrd_detach(thrd_t id)
{
    return sley_running() ? result(sley_thread_detach(id, SLEY_CALLER())) : thrd_success;
}

void
sley_thrd_exit(int code)
{
    if (!sley_running()) {
        thrd_exit(code);
    }
    sley_thread_exit((void *)(intptr_t)code);
}

thrd_t
sley_thrd_current(void)
{
    return sley_pthread_self();
}

int
sley_thrd_equal(thrd_t a, thrd_t b)
{
    return a == b;
}

void
sley_thrd_yield(void)
{
    sley_point_yield(SLEY_CALLER());
}

int
sley_thrd_sleep(const struct timespec *duration, struct timespec *left)
{
    if (!sley_clock_valid_time(duration) || duration->tv_sec < 0) {
        return -2; /* as glibc: -1 is kept for an interrupted sleep */
    }
    return sley_clock_sleep_for(duration, left, SLEY_CALLER()) == 0 ? 0 : -1;
}

int
sley_mtx_init(mtx_t *mutex, int type)
{
    if (type & ~(mtx_timed | mtx_recursive)) {
        return thrd_error;
    }
    int kind = type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
    return sley_running() ? result(sley_mutex_init(mutex, kind, SLEY_CALLER()))
                          : mtx_init(mutex, type);
}

void
sley_mtx_destroy(mtx_t *mutex)
{
    if (sley_running()) {
        sley_object_destroy(mutex, SLEY_OBJECT_MUTEX, SLEY_CALLER());
    }
}

int
sley_mtx_lock(mtx_t *mutex)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? result(sley_mutex_lock(mutex, sley_deadline_none(), pc)) : 0;
}

int
sley_mtx_trylock(mtx_t *mutex)
{
    return sley_running() ? result(sley_mutex_trylock(mutex, SLEY_CALLER())) : 0;
}

int
sley_mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict at)
{
    struct sley_deadline deadline = sley_deadline_at(CLOCK_REALTIME, at);
    return sley_running() ? result(sley_mutex_lock(mutex, deadline, SLEY_CALLER())) : 0;
}

int
sley_mtx_unlock(mtx_t *mutex)
{
    return sley_running() ? result(sley_mutex_unlock(mutex, SLEY_CALLER())) : 0;
}

int
sley_cnd_init(cnd_t *cond)
{
    return sley_running() ? result(sley_cond_init(cond, CLOCK_REALTIME, SLEY_CALLER()))
                          : cnd_init(cond);
}

void
sley_cnd_destroy(cnd_t *cond)
{
    if (sley_running()) {
        sley_object_destroy(cond, SLEY_OBJECT_CONDITION, SLEY_CALLER());
    }
}

int
sley_cnd_wait(cnd_t *cond, mtx_t *mutex)
{
    uintptr_t pc = SLEY_CALLER();
    return sley_running() ? result(sley_cond_wait(cond, mutex, sley_deadline_none(), pc)) : 0;
}

int
sley_cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict at)
{
    struct sley_deadline deadline = sley_deadline_at(CLOCK_REALTIME, at);
    return sley_running() ? result(sley_cond_wait(cond, mutex, deadline, SLEY_CALLER()))
                          : thrd_timedout;
}

int
sley_cnd_signal(cnd_t *cond)
{
    return sley_running() ? result(sley_cond_signal(cond, SLEY_CALLER())) : 0;
}

int
sley_cnd_broadcast(cnd_t *cond)
{
    return sley_running() ? result(sley_cond_broadcast(cond, SLEY_CALLER())) : 0;
}

int
sley_tss_create(tss_t *key, tss_dtor_t destructor)
{
    return sley_running() ? result(sley_key_create(key, destructor, SLEY_CALLER())) : thrd_error;
}

void
sley_tss_delete(tss_t key)
{
    if (sley_running()) {
        sley_key_delete(key, SLEY_CALLER());
    }
}

void *
sley_tss_get(tss_t key)
{
    return sley_running() ? sley_key_get(key) : NULL;
}

int
sley_tss_set(tss_t key, void *value)
{
    return sley_running() ? result(sley_key_set(key, value)) : 0;
}

void
sley_call_once(once_flag *flag, void (*routine)(void))
{
    if (sley_running()) {
        sley_once(flag, routine, SLEY_CALLER());
    }
}
