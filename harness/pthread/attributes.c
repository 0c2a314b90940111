#include "pthread/attributes.h"

#include "pthread/front.h"
#include "pthread/sigtable.h"

#include <errno.h>
#include <string.h>

/* The default attributes of this run; 0: the system's. */
static struct {
    uint32_t serial; /* the run that they speak of */
    size_t stack_size, guard_size;
} defaults;

static void
begin(void)
{
    if (defaults.serial != sley_engine.serial) {
        defaults.serial = sley_engine.serial;
        defaults.stack_size = 0;
        defaults.guard_size = 4096;
    }
}

bool
sley_attributes_valid(int policy, int priority)
{
    bool real_time = policy == SCHED_FIFO || policy == SCHED_RR;
    bool shared = policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE;
    return real_time ? priority >= 1 && priority <= 99 : shared && priority == 0;
}

static void
take_from_creator(struct sley_thread *thread, const struct sley_thread *creator)
{
    thread->policy = creator->policy;
    thread->parameters = creator->parameters;
    thread->mask = creator->mask;
    thread->affinity_set = creator->affinity_set;
    if (thread->affinity_set) {
        thread->affinity = creator->affinity;
    }
}

static void
take_scheduling(struct sley_thread *thread, const pthread_attr_t *attributes)
{
    int inherit = PTHREAD_INHERIT_SCHED;
    pthread_attr_getinheritsched(attributes, &inherit);
    thread->explicit = inherit == PTHREAD_EXPLICIT_SCHED;
    if (thread->explicit) {
        pthread_attr_getschedpolicy(attributes, &thread->policy);
        pthread_attr_getschedparam(attributes, &thread->parameters);
    }
}

void
sley_attributes_take(struct sley_thread *thread, const pthread_attr_t *attributes,
                     const struct sley_thread *creator)
{
    take_from_creator(thread, creator);
    if (!attributes) {
        return;
    }
    sigset_t mask;
    cpu_set_t affinity;
    take_scheduling(thread, attributes);
    pthread_attr_getstacksize(attributes, &thread->stack_size);
    pthread_attr_getguardsize(attributes, &thread->guard_size);
    if (pthread_attr_getsigmask_np(attributes, &mask) == 0) {
        thread->mask = sley_signals_of_set(&mask);
    }
    if (pthread_attr_getaffinity_np(attributes, sizeof affinity, &affinity) == 0 &&
        CPU_COUNT(&affinity) < CPU_SETSIZE) {
        thread->affinity_set = true;
        thread->affinity = affinity;
    }
}

/* The stack of a task is the harness's, and larger than most ask for: its upper part, as large as
 * was asked for, is where the frames of a thread that keeps to its size lie. */
static int
set_stack(pthread_attr_t *attributes, const struct sley_thread *thread,
          const struct sley_task *task)
{
    size_t size = task->stack_size;
    size_t asked = thread->stack_size ? thread->stack_size : defaults.stack_size;
    if (asked != 0 && asked < size) {
        size = asked;
    }
    const char *low = task->stack_low + (task->stack_size - size);
    return pthread_attr_setstack(attributes, (void *)(uintptr_t)low, size);
}

int
sley_pthread_getattr_np(pthread_t id, pthread_attr_t *attributes)
{
    uint32_t task;
    if (!sley_running()) {
        return pthread_getattr_np(id, attributes);
    }
    const struct sley_thread *thread =
        sley_thread_require(id, &task, "pthread_getattr_np", SLEY_CALLER());
    if (!thread) {
        return ESRCH;
    }
    begin();
    int error = pthread_attr_init(attributes);
    if (error == 0) {
        error = set_stack(attributes, thread, &sley_engine.task_table[task]);
    }
    if (error == 0) {
        pthread_attr_setguardsize(attributes,
                                  thread->guard_size ? thread->guard_size : defaults.guard_size);
        pthread_attr_setdetachstate(attributes, thread->detached ? PTHREAD_CREATE_DETACHED
                                                                 : PTHREAD_CREATE_JOINABLE);
        pthread_attr_setinheritsched(attributes, thread->explicit ? PTHREAD_EXPLICIT_SCHED
                                                                  : PTHREAD_INHERIT_SCHED);
        pthread_attr_setschedpolicy(attributes, thread->policy);
        pthread_attr_setschedparam(attributes, &thread->parameters);
    }
    return error;
}

int
sley_pthread_getattr_default_np(pthread_attr_t *attributes)
{
    if (!sley_running()) {
        return pthread_getattr_default_np(attributes);
    }
    begin();
    int error = pthread_attr_init(attributes);
    if (error == 0) {
        size_t size = defaults.stack_size ? defaults.stack_size : sley_current()->stack_size;
        pthread_attr_setstacksize(attributes, size);
        pthread_attr_setguardsize(attributes, defaults.guard_size);
    }
    return error;
}

int
sley_pthread_setattr_default_np(const pthread_attr_t *attributes)
{
    if (!sley_running()) {
        return 0;
    }
    begin();
    int detach_state = PTHREAD_CREATE_JOINABLE;
    pthread_attr_getdetachstate(attributes, &detach_state);
    if (detach_state == PTHREAD_CREATE_DETACHED) {
        return EINVAL;
    }
    pthread_attr_getstacksize(attributes, &defaults.stack_size);
    pthread_attr_getguardsize(attributes, &defaults.guard_size);
    return 0;
}
