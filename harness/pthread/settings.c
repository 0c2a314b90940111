/* Names, yields, and settings that mean nothing to fibers: those are accepted, as a system may
 * grant them without any effect that a program could rely on. */
#include "engine/engine.h"
#include "pthread/front.h"
#include "pthread/thread.h"

#include <errno.h>
#include <string.h>

int
sley_pthread_setname_np(pthread_t id, const char *name)
{
    uint32_t task;
    struct sley_thread *thread = sley_running() ? sley_thread_find(id, &task) : NULL;
    if (strlen(name) >= sizeof thread->name) {
        return ERANGE;
    }
    if (!thread) {
        return sley_running() ? ESRCH : 0;
    }
    memcpy(thread->name, name, strlen(name) + 1);
    sley_engine.task_table[task].name = thread->name;
    return 0;
}

int
sley_pthread_getname_np(pthread_t id, char *name, size_t size)
{
    uint32_t task;
    const struct sley_thread *thread = sley_running() ? sley_thread_find(id, &task) : NULL;
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

/* How many processors the program would like: remembered for the run. */
static struct {
    uint32_t serial;
    int level;
} concurrency;

int
sley_pthread_setconcurrency(int level)
{
    if (level < 0) {
        return EINVAL;
    }
    concurrency.serial = sley_engine.serial;
    concurrency.level = level;
    return 0;
}

int
sley_pthread_getconcurrency(void)
{
    return concurrency.serial == sley_engine.serial ? concurrency.level : 0;
}

/* Every CPU clock shows virtual time. */
int
sley_pthread_getcpuclockid(pthread_t id, clockid_t *clock)
{
    uint32_t task;
    if (sley_running() && !sley_thread_require(id, &task, "pthread_getcpuclockid", SLEY_CALLER())) {
        return ESRCH;
    }
    *clock = CLOCK_THREAD_CPUTIME_ID;
    return 0;
}

int
sley_clock_getcpuclockid(pid_t process, clockid_t *clock)
{
    (void)process;
    *clock = CLOCK_PROCESS_CPUTIME_ID;
    return 0;
}

/* Kept by nobody: there is no fork that would call them. */
int
sley_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    (void)prepare;
    (void)parent;
    (void)child;
    return 0;
}
