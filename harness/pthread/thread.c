/* Threads: a pthread_t is the task's number and how often its slot was used in this run. */
#include "pthread/thread.h"

#include "pthread/attributes.h"
#include "pthread/cancel.h"
#include "pthread/cleanup.h"
#include "pthread/deadline.h"
#include "pthread/front.h"
#include "pthread/interrupt.h"
#include "pthread/sigtable.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct sley_thread threads[SLEY_TASKS_MAX];

/* Makes the slot that of a new thread. Values beyond value_count are NULL already. */
static struct sley_thread *
slot_begin(uint32_t task)
{
    struct sley_thread *thread = &threads[task];
    thread->generation = thread->serial == sley_engine.serial ? thread->generation + 1 : 1;
    thread->serial = sley_engine.serial;
    thread->detached = thread->joined = thread->broken = false;
    thread->cancel_asked = thread->cancel_off = thread->cancel_async = false;
    thread->unwinding = thread->shielded = false;
    thread->affinity_set = thread->signal_stack_set = thread->explicit = false;
    thread->next = 0;
    thread->held_count = thread->owned_count = 0;
    thread->rule = (struct sley_wait_rule){0};
    thread->mask = thread->awaited = 0;
    thread->queue = NULL;
    thread->hook = NULL;
    thread->cleanup = NULL;
    thread->c11_entry = NULL;
    thread->stack_size = thread->guard_size = 0;
    thread->parameters = (struct sched_param){0};
    thread->policy = SCHED_OTHER;
    thread->name[0] = '\0';
    sley_clock_init(&thread->told);
    if (thread->value_count > 0) {
        memset(thread->values, 0, thread->value_count * sizeof thread->values[0]);
        thread->value_count = 0;
    }
    sley_engine.task_table[task].front = thread;
    sley_pending_forget(task);
    return thread;
}

struct sley_thread *
sley_thread_of(uint32_t task)
{
    struct sley_thread *thread = sley_engine.task_table[task].front;
    if (!thread) {
        thread = slot_begin(task);
    }
    return thread;
}

struct sley_thread *
sley_thread_self(void)
{
    struct sley_thread *thread = sley_current()->front;
    return thread ? thread : sley_thread_of(sley_engine.task);
}

pthread_t
sley_thread_id(uint32_t task)
{
    return (pthread_t)threads[task].generation << 16 | (task + 1);
}

struct sley_thread *
sley_thread_find(pthread_t id, uint32_t *task)
{
    *task = (uint32_t)(id & 0xffff) - 1;
    if (*task >= sley_engine.task_count) {
        return NULL;
    }
    struct sley_thread *thread = &threads[*task];
    bool valid = thread->serial == sley_engine.serial && thread->generation == id >> 16;
    return valid ? thread : NULL;
}

struct sley_thread *
sley_thread_require(pthread_t id, uint32_t *task, const char *what, uintptr_t pc)
{
    struct sley_thread *thread = sley_thread_find(id, task);
    if (!thread || thread->joined) {
        char text[96];
        snprintf(text, sizeof text, "%s of a thread that was joined already or never existed",
                 what);
        sley_verdict(SLEY_VERDICT_MISUSE, 0, pc, text);
        return NULL;
    }
    return thread;
}

struct sley_thread *
sley_thread_reach(pthread_t id, uint32_t *task, const char *what, uintptr_t pc)
{
    struct sley_thread *thread = sley_thread_require(id, task, what, pc);
    if (thread && thread->detached && sley_engine.task_table[*task].state == SLEY_TASK_DONE) {
        char text[96];
        snprintf(text, sizeof text, "%s of a detached thread that has ended", what);
        sley_verdict(SLEY_VERDICT_MISUSE, 0, pc, text);
        return NULL;
    }
    return thread;
}

static void *
c11_begin(void *argument)
{
    return (void *)(intptr_t)sley_thread_self()->c11_entry(argument);
}

int
sley_thread_start(pthread_t *id, const pthread_attr_t *attributes, void *(*entry)(void *),
                  void *argument, thrd_start_t c11_entry, uintptr_t pc)
{
    int detach_state = PTHREAD_CREATE_JOINABLE;
    if (attributes) {
        pthread_attr_getdetachstate(attributes, &detach_state);
    }
    if (!sley_running()) {
        return EAGAIN;
    }
    uint32_t task = sley_task_spawn(c11_entry ? c11_begin : entry, argument, NULL, pc);
    if (task == SLEY_TASKS_MAX) {
        return EAGAIN;
    }
    struct sley_thread *creator = sley_thread_self();
    struct sley_thread *thread = slot_begin(task);
    sley_attributes_take(thread, attributes, creator);
    thread->detached = detach_state == PTHREAD_CREATE_DETACHED;
    thread->c11_entry = c11_entry;
    *id = sley_thread_id(task);
    return 0;
}

int
sley_thread_join(pthread_t id, void **result, uint64_t deadline_ns, int late, uintptr_t pc)
{
    uint32_t index;
    bool waits = deadline_ns != 0; /* trying to join is no cancellation point */
    struct sley_thread *thread = sley_thread_require(id, &index, "join", pc);
    if (!thread) {
        return ESRCH;
    }
    if (index == sley_engine.task) {
        return EDEADLK;
    }
    if (thread->detached) {
        return EINVAL;
    }
    struct sley_task *task = &sley_engine.task_table[index];
    struct sley_deadline deadline = {deadline_ns, late};
    bool ended = waits ? sley_wait_interruptible(SLEY_OP_JOIN, &task->done, deadline,
                                                 SLEY_RESTART_ALWAYS, pc) == SLEY_WAITED_OPEN
                       : sley_deadline_gate(SLEY_OP_JOIN, &task->done, deadline, pc);
    if (!ended && !waits) {
        sley_deadline_in_vain(sley_step(), deadline, false);
    }
    /* Another task waited as well and came first, which POSIX leaves undefined. */
    if (sley_thread_require(id, &index, "join", pc) != thread) {
        return ESRCH;
    }
    if (!ended) {
        return late;
    }
    thread->joined = true;
    sley_clock_acquire(&task->exit_clock);
    if (result) {
        *result = task->result;
    }
    return 0;
}

int
sley_thread_detach(pthread_t id, uintptr_t pc)
{
    uint32_t index;
    struct sley_thread *thread = sley_thread_require(id, &index, "detach", pc);
    if (!thread) {
        return ESRCH;
    }
    if (thread->detached) {
        return EINVAL;
    }
    thread->detached = true;
    return 0;
}

void
sley_thread_exit(void *result)
{
    struct sley_thread *self = sley_thread_self();
    sley_current()->result = result;
    self->cancel_off = self->unwinding = true;
    self->cancel_async = false;
    sley_queue_abandon();
    sley_cleanup_unwind();
}

void
sley_thread_finish(void)
{
    struct sley_task *self = sley_current();
    if (sley_engine.task == 0) {
        self->exit_quietly = true;
    }
    if (sley_engine.options->task_end) {
        sley_engine.options->task_end();
    }
    sley_task_exit(self->result);
}

int
sley_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*entry)(void *),
                    void *argument)
{
    return sley_thread_start(id, attributes, entry, argument, NULL, SLEY_CALLER());
}

int
sley_pthread_join(pthread_t id, void **result)
{
    return sley_running() ? sley_thread_join(id, result, UINT64_MAX, 0, SLEY_CALLER()) : 0;
}

int
sley_pthread_tryjoin_np(pthread_t id, void **result)
{
    return sley_running() ? sley_thread_join(id, result, 0, EBUSY, SLEY_CALLER()) : 0;
}

static int
join_until(pthread_t id, void **result, clockid_t clock, const struct timespec *at, uintptr_t pc)
{
    struct sley_deadline deadline = at ? sley_deadline_at(clock, at) : sley_deadline_none();
    if (deadline.error == EINVAL) {
        return EINVAL;
    }
    return sley_thread_join(id, result, deadline.at_ns, deadline.error, pc);
}

int
sley_pthread_timedjoin_np(pthread_t id, void **result, const struct timespec *at)
{
    return sley_running() ? join_until(id, result, CLOCK_REALTIME, at, SLEY_CALLER()) : 0;
}

int
sley_pthread_clockjoin_np(pthread_t id, void **result, clockid_t clock, const struct timespec *at)
{
    return sley_running() ? join_until(id, result, clock, at, SLEY_CALLER()) : 0;
}

int
sley_pthread_detach(pthread_t id)
{
    return sley_running() ? sley_thread_detach(id, SLEY_CALLER()) : 0;
}

void
sley_pthread_exit(void *result)
{
    if (!sley_running()) {
        pthread_exit(result);
    }
    sley_thread_exit(result);
}

pthread_t
sley_pthread_self(void)
{
    if (!sley_running()) {
        return pthread_self();
    }
    sley_thread_self();
    return sley_thread_id(sley_engine.task);
}

int
sley_pthread_equal(pthread_t a, pthread_t b)
{
    return a == b;
}
