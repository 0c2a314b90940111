#include "descriptor/wait.h"

#include "engine/internal.h"
#include "pthread/cancel.h"
#include "pthread/cleanup.h"
#include "pthread/signals.h"
#include "pthread/sigtable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The watchdog of a silent run (campaign/signals.c) waits longer. */
unsigned sley_descriptor_patience_ms = 5000;

struct waiter {
    struct sley_gate gate;
    const struct sley_ready *ready;
    bool asleep; /* it was not ready at some time: the call has begun */
};

static struct waiter waiters[SLEY_TASKS_MAX];
static struct sley_taskset waiting;
static uint32_t waiting_serial;  /* the run that waiting speaks of */
static int kept[SLEY_TASKS_MAX]; /* number that stands for a closed one; 0: none */
static uint32_t kept_serial[SLEY_TASKS_MAX];

static void
begin(void)
{
    if (waiting_serial != sley_engine.serial) {
        waiting_serial = sley_engine.serial;
        waiting = (struct sley_taskset){0};
    }
}

bool
sley_descriptor_blocks(int number)
{
    struct stat status;
    if (fstat(number, &status) != 0) {
        return false;
    }
    return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) ||
           (S_ISCHR(status.st_mode) && isatty(number));
}

/* Whether what becomes of number is up to the tasks alone. */
static bool
is_inside(int number)
{
    const struct sley_description *own = sley_descriptor_own(number);
    struct stat status;
    if (own || number < 0) {
        return !own || !own->outside;
    }
    return fstat(number, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
}

/* What the kernel says now, without what lies outside: what comes from there at which time is not
 * for the run to depend on. */
static bool
is_ready(const struct sley_ready *ready)
{
    int saved_errno = errno;
    bool found;
    if (ready->test) {
        found = ready->test(ready->context);
    } else if (!ready->outside) {
        found = poll(ready->files, ready->file_count, 0) > 0;
    } else {
        found = false;
        for (nfds_t i = 0; i < ready->file_count && !found; i++) {
            found = is_inside(ready->files[i].fd) && poll(&ready->files[i], 1, 0) > 0;
        }
    }
    errno = saved_errno;
    return found;
}

static void
look(struct waiter *waiter)
{
    bool ready = is_ready(waiter->ready);
    waiter->asleep |= !ready;
    sley_gate_set(&waiter->gate, ready);
}

void
sley_descriptor_changed(void)
{
    begin();
    for (uint32_t t = sley_taskset_next(&waiting, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&waiting, t + 1)) {
        look(&waiters[t]);
    }
}

/* One look at what is outside, for all who wait for it, of at most wait_ms of real time. Whether
 * anything came. */
static bool
look_outside(int wait_ms)
{
    enum { TOGETHER_MAX = 64, SHORT_MS = 10 };
    struct pollfd files[TOGETHER_MAX];
    nfds_t count = 0;
    for (uint32_t t = sley_taskset_next(&waiting, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&waiting, t + 1)) {
        const struct sley_ready *ready = waiters[t].ready;
        for (nfds_t i = 0; ready->outside && i < ready->file_count; i++) {
            if (count < TOGETHER_MAX) {
                files[count++] = ready->files[i];
            } else if (wait_ms > SHORT_MS) {
                wait_ms = SHORT_MS; /* the rest is looked at below */
            }
        }
    }
    poll(files, count, wait_ms);
    bool any = false;
    for (uint32_t t = sley_taskset_next(&waiting, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&waiting, t + 1)) {
        const struct sley_ready *ready = waiters[t].ready;
        if (ready->outside && poll(ready->files, ready->file_count, 0) > 0) {
            sley_gate_set(&waiters[t].gate, true);
            any = true;
        }
    }
    return any;
}

static uint64_t
real_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
give_up(void)
{
    struct sley_engine *e = &sley_engine;
    uint32_t task = sley_taskset_next(&waiting, 0);
    while (!waiters[task].ready->outside) {
        task = sley_taskset_next(&waiting, task + 1);
    }
    char text[96];
    snprintf(text, sizeof text, "nothing came from outside the program for %u ms",
             sley_descriptor_patience_ms);
    const struct sley_task *waiter = &e->task_table[task];
    struct sley_failure *failure =
        sley_verdict(SLEY_VERDICT_STUCK, waiter->gate->object, sley_task_place(task), text);
    if (failure) {
        failure->task[0] = task;
    }
    sley_run_end();
}

/* No task can run. A timer that is armed does not wait for what may come. */
static void
idle(bool timers)
{
    begin();
    bool any = false;
    for (uint32_t t = sley_taskset_next(&waiting, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&waiting, t + 1)) {
        any |= waiters[t].ready->outside;
    }
    if (!any) {
        return;
    }
    if (timers) {
        look_outside(0);
        return;
    }
    uint64_t end = real_ms() + sley_descriptor_patience_ms;
    for (uint64_t now = real_ms(); now < end; now = real_ms()) {
        if (look_outside((int)(end - now))) {
            return;
        }
    }
    give_up();
}

/* From now on the run listens to the outside. */
static void
listen_outside(const struct sley_ready *ready)
{
    struct sley_engine *e = &sley_engine;
    e->idle = idle;
    for (nfds_t i = 0; i < ready->file_count; i++) {
        e->result->outside |=
            !is_inside(ready->files[i].fd) && sley_descriptor_blocks(ready->files[i].fd);
    }
}

/* What the kernel says now, of what lies outside as well. */
static enum sley_waited
look_once(const struct sley_ready *ready)
{
    bool found =
        ready->test ? ready->test(ready->context) : poll(ready->files, ready->file_count, 0) > 0;
    return found ? SLEY_WAITED_OPEN : SLEY_WAITED_LATE;
}

/* The wait is left for good, also by a handler that ends its thread. */
static void
leave(void *unused)
{
    (void)unused;
    sley_taskset_remove(&waiting, sley_engine.task);
    sley_descriptor_release();
}

static enum sley_waited
wait_at_gate(const struct sley_ready *ready, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    struct waiter *self = &waiters[e->task];
    struct sley_cleanup_hook hook;
    sley_gate_init(&self->gate, ready->wait, ready->channel->name);
    self->ready = ready;
    self->asleep = false;
    look(self);
    sley_taskset_add(&waiting, e->task);
    sley_cleanup_hook_begin(&hook, leave, NULL);
    struct sley_wait_rule former = sley_rule_begin((struct sley_wait_rule){ready->restart, true});
    bool passed = sley_point_gate(ready->op, &self->gate, ready->deadline_ns, pc);
    bool broken = sley_rule_end(former);
    if (!passed) {
        const struct sley_deadline deadline = {ready->deadline_ns, ETIMEDOUT};
        sley_deadline_in_vain(sley_step(), deadline, broken);
        sley_cancel_point(pc);
    }
    sley_cleanup_hook_end(&hook);
    sley_taskset_remove(&waiting, e->task);
    return passed ? SLEY_WAITED_OPEN : broken ? SLEY_WAITED_EINTR : SLEY_WAITED_LATE;
}

static void
mask_back(void *mask)
{
    sley_thread_self()->mask = *(const uint64_t *)mask;
}

static enum sley_waited
wait_masked(const struct sley_ready *ready, uintptr_t pc)
{
    struct sley_thread *self = sley_thread_self();
    struct sley_cleanup_hook hook;
    sley_point(ready->op, ready->channel->name, pc);
    bool timely = ready->deadline_ns > sley_engine.clock_ns;
    if (timely ? is_ready(ready) : look_once(ready) == SLEY_WAITED_OPEN) {
        return SLEY_WAITED_OPEN;
    }
    uint64_t outer = self->mask;
    sley_cleanup_hook_begin(&hook, mask_back, &outer);
    self->mask = sley_signals_blockable(sley_signals_of_set(ready->signals));
    enum sley_waited waited = SLEY_WAITED_LATE;
    if (sley_signals_deliver() != SLEY_HANDLED_NONE) {
        waited = SLEY_WAITED_EINTR;
    } else if (timely) {
        waited = wait_at_gate(ready, pc);
    }
    sley_cleanup_hook_end(&hook);
    self->mask = outer;
    sley_signals_deliver();
    return waited;
}

enum sley_waited
sley_descriptor_wait(const struct sley_ready *ready, uintptr_t pc)
{
    sley_cancel_point(pc);
    begin();
    if (ready->outside) {
        listen_outside(ready);
    }
    sley_channel_use(ready->channel);
    if (ready->signals) {
        return wait_masked(ready, pc);
    }
    if (ready->deadline_ns <= sley_engine.clock_ns) {
        sley_point(ready->op, ready->channel->name, pc);
        return look_once(ready);
    }
    return wait_at_gate(ready, pc);
}

int
sley_descriptor_error(enum sley_waited waited)
{
    return waited == SLEY_WAITED_EINTR ? EINTR : EAGAIN;
}

/* Far above what a program will have: its own numbers stay what they would be. */
static int
keep(int number)
{
    struct rlimit limit;
    int least = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 512
                    ? (int)(limit.rlim_cur < 1 << 20 ? limit.rlim_cur : 1 << 20) - 256
                    : 256;
    return fcntl(number, F_DUPFD_CLOEXEC, least);
}

void
sley_descriptor_leaves(int number)
{
    struct sley_engine *e = &sley_engine;
    begin();
    for (uint32_t t = sley_taskset_next(&waiting, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&waiting, t + 1)) {
        const struct sley_ready *ready = waiters[t].ready;
        for (nfds_t i = 0; waiters[t].asleep && i < ready->file_count; i++) {
            bool known = kept_serial[t] == e->serial && kept[t];
            if (ready->files[i].fd != number || known) {
                continue;
            }
            int other = keep(number);
            if (other >= 0) {
                sley_descriptor_set(other, sley_descriptor_own(number));
                ready->files[i].fd = other;
                kept[t] = other;
                kept_serial[t] = e->serial;
            }
        }
    }
}

void
sley_descriptor_release(void)
{
    uint32_t task = sley_engine.task;
    if (kept_serial[task] == sley_engine.serial && kept[task]) {
        int saved_errno = errno;
        sley_descriptor_set(kept[task], NULL);
        close(kept[task]);
        kept[task] = 0;
        errno = saved_errno;
        sley_descriptor_changed();
    }
}

uint64_t
sley_descriptor_deadline(uint64_t duration_ns)
{
    uint64_t now = sley_engine.clock_ns;
    return duration_ns > UINT64_MAX - now ? UINT64_MAX : now + duration_ns;
}
