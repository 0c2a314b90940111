#include "engine/baton.h"

#include "base/region.h"
#include "engine/internal.h"
#include "engine/share.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    HOME_SIZE = 1 << 17,
    LOOK_MS = 200,       /* how often a sleeper looks whether the others are still there */
    DESCRIPTORS_LOW = 3, /* those of the worker that its children have no use for ... */
    DESCRIPTORS_HIGH = SLEY_DESCRIPTORS_KEPT - 1, /* ... and must not hold open */
};

enum command {
    COMMAND_NONE,
    COMMAND_FORK,    /* fork a process for the slot `argument`, and give the baton back */
    COMMAND_ABANDON, /* the run's verdict is recorded: end */
};

struct sley_process sley_process_table[SLEY_PROCESS_TASKS_MAX];

/* Shared, like all of the harness's memory. */
static struct {
    bool open;
    const struct sley_process_policy *policy;
    pid_t worker;
    uint32_t holder; /* process that has the baton */
    uint32_t target; /* task that it is to continue with; SLEY_TASKS_MAX: the driver */
    enum command command;
    uint32_t argument;
    uint32_t asker;
    uint32_t used; /* slots below it may have a process */
    char *home;    /* stack that each process has of its own */
} pool;

/* Thread-local storage is private to a process. */
static _Thread_local uint32_t self;
static _Thread_local bool dies;
static _Thread_local int death; /* signal, 0: it exits */

uint32_t
sley_baton_self(void)
{
    return self;
}

pid_t
sley_baton_worker(void)
{
    return pool.worker;
}

static long
futex(uint32_t *word, int operation, uint32_t value, const struct timespec *limit)
{
    return syscall(SYS_futex, word, operation, value, limit, NULL, 0);
}

static void
pass(uint32_t process)
{
    struct sley_process *to = &sley_process_table[process];
    __atomic_store_n(&pool.holder, process, __ATOMIC_RELAXED);
    __atomic_store_n(&to->go, 1, __ATOMIC_RELEASE);
    futex(&to->go, FUTEX_WAKE, 1, NULL);
}

/* The worker's: the process that has the baton may have been killed from outside. */
static void
look_after_holder(void)
{
    uint32_t holder = __atomic_load_n(&pool.holder, __ATOMIC_RELAXED);
    struct sley_process *process = &sley_process_table[holder];
    siginfo_t info = {0};
    if (holder == 0 || waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG) != 0 ||
        info.si_pid == 0) {
        return;
    }
    process->pid = 0;
    if (sley_running()) {
        sley_engine_crashed(SLEY_VERDICT_CRASH, (uint32_t)info.si_status, 0,
                            "a process of the run was ended from outside", 0, 0);
    }
    sley_baton_close();
    _exit(SLEY_EXIT_RECORDED);
}

static void
sleep_until_go(struct sley_process *me)
{
    static const struct timespec limit = {0, LOOK_MS * 1000000};
    while (__atomic_load_n(&me->go, __ATOMIC_ACQUIRE) == 0) {
        if (futex(&me->go, FUTEX_WAIT, 0, &limit) == 0 || errno != ETIMEDOUT) {
            continue;
        }
        if (self == 0) {
            look_after_holder();
        } else if (getppid() != pool.worker) {
            _exit(0);
        }
    }
    me->go = 0;
}

/* First switch to the process, or to another program in it: its memory becomes what the spawner
 * took down, and the task's first frame is made on its own stack. */
static struct sley_fiber *
program_begin(void)
{
    struct sley_process *me = &sley_process_table[self];
    me->fresh = false;
    if (pool.policy->anew) {
        sley_world_reset();
    }
    sley_image_apply(self);
    sley_task_prepare(self);
    errno = 0;
    return &sley_engine.task_table[self].fiber;
}

static void *
home_main(void *argument)
{
    struct sley_process *me = &sley_process_table[self];
    sleep_until_go(me);
    for (;;) {
        sley_fiber_switch(&me->home, program_begin());
    }
    return argument;
}

static void
home_end(void *result)
{
    (void)result;
    _exit(0);
}

static void __attribute__((noreturn)) child_main(uint32_t process)
{
    struct sley_fiber nobody;
    struct sley_process *me = &sley_process_table[process];
    self = process;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != pool.worker) {
        _exit(0);
    }
    syscall(SYS_close_range, DESCRIPTORS_LOW, DESCRIPTORS_HIGH, 0);
    /* A fork has no timers of its parent's. */
    struct itimerval quarter = {.it_interval = {0, 250000}, .it_value = {0, 250000}};
    setitimer(ITIMER_VIRTUAL, &quarter, NULL);
    me->home = (struct sley_fiber){0};
    sley_fiber_init(&me->home, pool.home, HOME_SIZE, home_main, NULL, home_end);
    sley_fiber_leave(&nobody, &me->home);
    __builtin_unreachable();
}

static void
fork_slot(uint32_t process)
{
    struct sley_process *slot = &sley_process_table[process];
    if (slot->pid > 0) {
        waitpid(slot->pid, NULL, 0); /* it was killed, or is on its last instructions */
    }
    slot->gone = false;
    slot->go = 0;
    slot->pid = 0;
    pid_t child = fork();
    if (child == 0) {
        child_main(process);
    }
    slot->pid = child > 0 ? child : 0;
    pool.used = process >= pool.used ? process + 1 : pool.used;
}

/* Sleeps until this process has the baton and is to go on with a task. */
static void
await_baton(void)
{
    struct sley_process *me = &sley_process_table[self];
    sleep_until_go(me);
    while (self == 0 && pool.command != COMMAND_NONE) {
        if (pool.command == COMMAND_ABANDON) {
            sley_baton_close();
            _exit(SLEY_EXIT_RECORDED);
        }
        pool.command = COMMAND_NONE;
        fork_slot(pool.argument);
        pass(pool.asker);
        sleep_until_go(me);
    }
}

static bool
ensure_process(uint32_t process)
{
    const struct sley_process *slot = &sley_process_table[process];
    if (slot->pid > 0 && !slot->gone) {
        return true;
    }
    if (self == 0) {
        fork_slot(process);
    } else {
        pool.command = COMMAND_FORK;
        pool.argument = process;
        pool.asker = self;
        pass(0);
        sleep_until_go(&sley_process_table[self]);
    }
    return slot->pid > 0;
}

bool
sley_baton_spawn(uint32_t task)
{
    struct sley_process *slot = &sley_process_table[task];
    if (!ensure_process(task)) {
        return false;
    }
    slot->parent = self;
    slot->fork_step = sley_engine.step;
    slot->fresh = true;
    slot->ended = slot->killable = false;
    slot->exit_code = 0;
    if (!sley_image_take(task, pool.policy->anew)) {
        return false;
    }
    if (pool.policy->forked && !pool.policy->anew) {
        pool.policy->forked(task);
    }
    return true;
}

/* The fiber of a task of this process, or the driver's. */
static struct sley_fiber *
fiber_of(uint32_t task)
{
    return task == SLEY_TASKS_MAX ? &sley_engine.driver : &sley_engine.task_table[task].fiber;
}

static void
local_switch(struct sley_fiber *from, struct sley_fiber *to, bool leaves)
{
    if (leaves) {
        sley_fiber_leave(from, to);
    }
    sley_fiber_switch(from, to);
}

void
sley_baton_switch(struct sley_fiber *from, uint32_t task, bool leaves)
{
    uint32_t process = task == SLEY_TASKS_MAX ? 0 : sley_engine.task_table[task].process;
    if (process == self) {
        local_switch(from, fiber_of(task), leaves);
        return;
    }
    pool.target = task;
    pass(process);
    if (dies) {
        if (death) {
            kill(getpid(), SIGKILL);
        }
        _exit(0);
    }
    await_baton();
    /* The slot of a task that does not go on may be another process's by now: what is left there
     * goes nowhere, and not into that one's fiber. */
    struct sley_fiber nobody = {0};
    if (sley_process_table[self].fresh) {
        sley_fiber_leave(&nobody, &sley_process_table[self].home);
    }
    struct sley_fiber *to = fiber_of(pool.target);
    if (leaves) {
        sley_fiber_leave(&nobody, to);
    }
    if (to != from) {
        sley_fiber_switch(from, to);
    }
}

void
sley_baton_die(int signal)
{
    sley_process_table[self].gone = true;
    dies = true;
    death = signal;
}

void
sley_baton_kill(uint32_t process)
{
    struct sley_process *slot = &sley_process_table[process];
    if (slot->pid > 0 && !slot->gone) {
        kill(slot->pid, SIGKILL);
    }
    slot->gone = true;
}

void
sley_baton_abandon(void)
{
    pool.command = COMMAND_ABANDON;
    pass(0);
    _exit(0);
}

void
sley_baton_begin(void)
{
    sley_image_begin();
    pool.holder = 0;
    pool.command = COMMAND_NONE;
}

/* A switch between cores costs twenty times as much as one on a core, and only one process runs at
 * a time. Which core does not matter; workers should spread. */
static void
take_one_core(void)
{
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return;
    }
    int count = CPU_COUNT(&allowed);
    int wanted = count > 0 ? (int)(getpid() % count) : 0;
    for (size_t core = 0; core < CPU_SETSIZE; core++) {
        if (CPU_ISSET(core, &allowed) && wanted-- == 0) {
            CPU_ZERO(&one);
            CPU_SET(core, &one);
            sched_setaffinity(0, sizeof one, &one);
            return;
        }
    }
}

enum sley_status
sley_baton_open(const struct sley_process_policy *policy, struct sley_error *error)
{
    if (pool.open && pool.worker == getpid()) {
        pool.policy = policy;
        return SLEY_OK;
    }
    enum sley_status status = sley_share(policy->share_globals, error);
    if (status != SLEY_OK) {
        return status;
    }
    void *home = mmap(NULL, HOME_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (home == MAP_FAILED) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a pool of processes");
    }
    pool.home = home;
    pool.policy = policy;
    pool.worker = getpid();
    pool.open = true;
    take_one_core();
    return SLEY_OK;
}

void
sley_baton_close(void)
{
    if (!pool.open || pool.worker != getpid()) {
        return;
    }
    for (uint32_t i = 1; i < pool.used; i++) {
        if (sley_process_table[i].pid > 0) {
            kill(sley_process_table[i].pid, SIGKILL);
        }
    }
    for (uint32_t i = 1; i < pool.used; i++) {
        if (sley_process_table[i].pid > 0) {
            waitpid(sley_process_table[i].pid, NULL, 0);
            sley_process_table[i].pid = 0;
        }
    }
}
