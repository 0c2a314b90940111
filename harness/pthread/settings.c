/* Names, yields, and settings of threads that mean nothing to fibers: those are accepted, as a
 * system may grant them without any effect that a program could rely on. */
#include "engine/engine.h"
#include "pthread/front.h"
#include "pthread/thread.h"

#include <errno.h>
#include <string.h>

/* The thread that id names, with its task; NULL if there is none. */
static struct sley_thread *
find(pthread_t id, struct sley_task **task)
{
    uint32_t index = (uint32_t)(id & 0xffff) - 1;
    if (!sley_running() || index >= sley_engine.task_count) {
        return NULL;
    }
    *task = &sley_engine.task_table[index];
    struct sley_thread *thread = sley_thread_of(index);
    return thread->generation == id >> 16 ? thread : NULL;
}

int
sley_pthread_setname_np(pthread_t id, const char *name)
{
    struct sley_task *task;
    struct sley_thread *thread = find(id, &task);
    if (strlen(name) >= sizeof thread->name) {
        return ERANGE;
    }
    if (!thread) {
        return sley_running() ? ESRCH : 0;
    }
    memcpy(thread->name, name, strlen(name) + 1);
    task->name = thread->name;
    return 0;
}

int
sley_pthread_getname_np(pthread_t id, char *name, size_t size)
{
    struct sley_task *task;
    struct sley_thread *thread = find(id, &task);
    const char *known = thread ? thread->name : "";
    if (strlen(known) >= size) {
        return ERANGE;
    }
    memcpy(name, known, strlen(known) + 1);
    return 0;
}

pid_t
sley_gettid(void)
{
    return sley_running() ? (pid_t)sley_engine.task + 1 : gettid();
}

int
sley_sched_yield(void)
{
    sley_point_yield(SLEY_CALLER());
    return 0;
}

int
sley_pthread_yield(void)
{
    sley_point_yield(SLEY_CALLER());
    return 0;
}

int
sley_pthread_setcancelstate(int state, int *former)
{
    (void)state;
    if (former) {
        *former = PTHREAD_CANCEL_ENABLE;
    }
    return 0;
}

int
sley_pthread_setcanceltype(int type, int *former)
{
    (void)type;
    if (former) {
        *former = PTHREAD_CANCEL_DEFERRED;
    }
    return 0;
}

/* Nobody can have asked: pthread_cancel is refused. */
void
sley_pthread_testcancel(void)
{
}

int
sley_pthread_setaffinity_np(pthread_t id, size_t size, const cpu_set_t *set)
{
    (void)id;
    (void)size;
    (void)set;
    return 0;
}

int
sley_sched_setaffinity(pid_t number, size_t size, const cpu_set_t *set)
{
    (void)number;
    (void)size;
    (void)set;
    return 0;
}

int
sley_pthread_setschedparam(pthread_t id, int policy, const struct sched_param *parameters)
{
    (void)id;
    (void)policy;
    (void)parameters;
    return 0;
}

int
sley_pthread_setschedprio(pthread_t id, int priority)
{
    (void)id;
    (void)priority;
    return 0;
}

/* The harness keeps the signals of its one OS thread to itself. */
int
sley_pthread_sigmask(int how, const sigset_t *set, sigset_t *former)
{
    (void)how;
    (void)set;
    if (former) {
        sigemptyset(former);
    }
    return 0;
}
