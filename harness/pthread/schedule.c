/* Policies, priorities and processors of threads: kept and told. The schedule is explored, so none
 * of them decides anything. */
#include "pthread/attributes.h"
#include "pthread/front.h"

#include <errno.h>

/* Processors that a thread which never said otherwise may run on: as many in every place. */
enum { PROCESSORS = 2 };

static struct sley_thread *
require(pthread_t id, const char *what, uintptr_t pc)
{
    uint32_t task;
    return sley_running() ? sley_thread_require(id, &task, what, pc) : NULL;
}

int
sley_pthread_setschedparam(pthread_t id, int policy, const struct sched_param *parameters)
{
    struct sley_thread *thread = require(id, "pthread_setschedparam", SLEY_CALLER());
    if (!thread) {
        return ESRCH;
    }
    if (!sley_attributes_valid(policy, parameters->sched_priority)) {
        return EINVAL;
    }
    thread->policy = policy;
    thread->parameters = *parameters;
    return 0;
}

int
sley_pthread_getschedparam(pthread_t id, int *policy, struct sched_param *parameters)
{
    const struct sley_thread *thread = require(id, "pthread_getschedparam", SLEY_CALLER());
    if (!thread) {
        return ESRCH;
    }
    *policy = thread->policy;
    *parameters = thread->parameters;
    return 0;
}

int
sley_pthread_setschedprio(pthread_t id, int priority)
{
    struct sley_thread *thread = require(id, "pthread_setschedprio", SLEY_CALLER());
    if (!thread) {
        return ESRCH;
    }
    if (!sley_attributes_valid(thread->policy, priority)) {
        return EINVAL;
    }
    thread->parameters.sched_priority = priority;
    return 0;
}

static void
get_affinity(const struct sley_thread *thread, size_t size, cpu_set_t *set)
{
    CPU_ZERO_S(size, set);
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (thread->affinity_set ? CPU_ISSET(i, &thread->affinity) : i < PROCESSORS) {
            CPU_SET_S(i, size, set);
        }
    }
}

static int
set_affinity(struct sley_thread *thread, size_t size, const cpu_set_t *set)
{
    if (CPU_COUNT_S(size, set) == 0) {
        return EINVAL;
    }
    thread->affinity_set = true;
    CPU_ZERO(&thread->affinity);
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET_S(i, size, set)) {
            CPU_SET(i, &thread->affinity);
        }
    }
    return 0;
}

int
sley_pthread_setaffinity_np(pthread_t id, size_t size, const cpu_set_t *set)
{
    struct sley_thread *thread = require(id, "pthread_setaffinity_np", SLEY_CALLER());
    return thread ? set_affinity(thread, size, set) : ESRCH;
}

int
sley_pthread_getaffinity_np(pthread_t id, size_t size, cpu_set_t *set)
{
    const struct sley_thread *thread = require(id, "pthread_getaffinity_np", SLEY_CALLER());
    if (!thread) {
        return ESRCH;
    }
    get_affinity(thread, size, set);
    return 0;
}

/* The thread that a process or thread number names: 0 and the process are the caller. */
static struct sley_thread *
of_number(pid_t number)
{
    uint32_t index = (uint32_t)number - 1; /* as gettid says */
    if (sley_running() && (number == 0 || number == getpid())) {
        return sley_thread_self();
    }
    if (sley_running() && index < sley_engine.task_count) {
        return sley_thread_of(index);
    }
    errno = ESRCH;
    return NULL;
}

static int
fail(int error)
{
    errno = error;
    return -1;
}

int
sley_sched_setaffinity(pid_t number, size_t size, const cpu_set_t *set)
{
    struct sley_thread *thread = of_number(number);
    return !thread ? -1 : set_affinity(thread, size, set) == 0 ? 0 : fail(EINVAL);
}

int
sley_sched_getaffinity(pid_t number, size_t size, cpu_set_t *set)
{
    const struct sley_thread *thread = of_number(number);
    if (thread) {
        get_affinity(thread, size, set);
    }
    return thread ? 0 : -1;
}

int
sley_sched_setscheduler(pid_t number, int policy, const struct sched_param *parameters)
{
    struct sley_thread *thread = of_number(number);
    if (!thread) {
        return -1;
    }
    if (!sley_attributes_valid(policy, parameters->sched_priority)) {
        return fail(EINVAL);
    }
    thread->policy = policy;
    thread->parameters = *parameters;
    return 0;
}

int
sley_sched_getscheduler(pid_t number)
{
    const struct sley_thread *thread = of_number(number);
    return thread ? thread->policy : -1;
}

int
sley_sched_setparam(pid_t number, const struct sched_param *parameters)
{
    struct sley_thread *thread = of_number(number);
    return thread ? sley_sched_setscheduler(number, thread->policy, parameters) : -1;
}

int
sley_sched_getparam(pid_t number, struct sched_param *parameters)
{
    const struct sley_thread *thread = of_number(number);
    if (thread) {
        *parameters = thread->parameters;
    }
    return thread ? 0 : -1;
}

int
sley_sched_rr_get_interval(pid_t number, struct timespec *interval)
{
    const struct sley_thread *thread = of_number(number);
    *interval = (struct timespec){.tv_nsec = 100000000};
    return thread ? 0 : -1;
}

/* Which processor the real one is would differ from run to run. */
int
sley_sched_getcpu(void)
{
    return sley_running() ? (int)(sley_engine.task % PROCESSORS) : sched_getcpu();
}
