/* Processes that are killed, and what that does to the others. */
#include <sley/process.h>
#include <sley/shared.h>

#include <errno.h>
#include <pthread.h>

static long *cell;
static struct sley_lock lock;
static uintptr_t victim;

static void *
work(void *argument)
{
    (void)argument;
    for (int i = 0; i < 2; i++) {
        __atomic_fetch_add(cell, 1, __ATOMIC_SEQ_CST);
    }
    return argument;
}

static void *
hold_and_add(void *argument)
{
    (void)argument;
    sley_kill_window(0);
    sley_lock_acquire(&lock);
    *cell = *cell + 1;
    *cell = *cell + 1;
    sley_lock_release(&lock);
    return NULL;
}

static void
kill_holder(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_lock_init(&lock);
    uintptr_t child = sley_spawn(hold_and_add, NULL);
    sley_join(child);
    sley_lock_acquire(&lock);
    sley_check(*cell == 0 || *cell == 2);
    sley_lock_release(&lock);
}

/* With the robust kind the next owner learns of the death, and can put things right. */
static void
kill_robust_holder(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_lock_init_robust(&lock);
    uintptr_t child = sley_spawn(hold_and_add, NULL);
    sley_join(child);
    bool consistent = sley_lock_acquire_robust(&lock);
    if (!consistent) {
        sley_check(sley_exit_code(child) == -9);
        *cell = 2;
    }
    sley_check(*cell == 0 || *cell == 2);
    sley_lock_release(&lock);
    sley_check(sley_lock_acquire_robust(&lock));
    sley_lock_release(&lock);
}

/* The same by pthread's own functions: an owner that does not make it consistent ruins it. */
static void *
hold_robust(void *argument)
{
    pthread_mutex_lock(argument);
    sley_kill_window(0);
    *cell = 1;
    pthread_mutex_unlock(argument);
    return NULL;
}

static void
robust_not_made_consistent(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t *robust = sley_shared_allocate(sizeof *robust);
    cell = sley_shared_allocate(sizeof *cell);
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(robust, &attributes);
    pthread_mutexattr_destroy(&attributes);
    uintptr_t child = sley_spawn(hold_robust, robust);
    sley_join(child);
    int first = pthread_mutex_lock(robust);
    sley_check(first == (sley_exit_code(child) == -9 ? EOWNERDEAD : 0));
    pthread_mutex_unlock(robust);
    sley_check(pthread_mutex_lock(robust) == (first == 0 ? 0 : ENOTRECOVERABLE));
}

static void *
add_twice(void *argument)
{
    sley_kill_window(0);
    return work(argument);
}

/* No lock, no harm: whoever is left finishes. */
static void
kill_independent(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    uintptr_t mortal = sley_spawn(add_twice, NULL);
    uintptr_t other = sley_spawn(work, NULL);
    sley_join(other);
    sley_join(mortal);
    sley_check(*cell >= 2 && *cell <= 4);
    sley_check(*cell == 4 || sley_exit_code(mortal) == -9);
}

/* Two that add without a lock or an atomic operation are not independent. */
static void *
add_plainly(void *argument)
{
    for (int i = 0; i < 2; i++) {
        *cell = *cell + 1;
    }
    return argument;
}

static void
plain_counter(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    uintptr_t one = sley_spawn(add_plainly, NULL);
    uintptr_t other = sley_spawn(add_plainly, NULL);
    sley_join(other);
    sley_join(one);
    sley_check(*cell >= 2 && *cell <= 4);
    sley_check(*cell == 4 || sley_exit_code(one) == -9);
}

static void *
wait_for_lock(void *argument)
{
    (void)argument;
    sley_lock_acquire(&lock);
    sley_lock_release(&lock);
    return NULL;
}

static bool spared;

static void *
killer(void *argument)
{
    if (!spared) {
        sley_kill(victim);
    }
    return argument;
}

/* A kill of a process that waits leaves nothing behind. */
static void
kill_waiter(void)
{
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    victim = sley_spawn(wait_for_lock, NULL);
    uintptr_t second = sley_spawn(killer, NULL);
    sley_join(second);
    sley_join(victim);
    sley_lock_release(&lock);
    sley_lock_acquire(&lock);
    sley_lock_release(&lock);
    sley_check(sley_exit_code(victim) == -9);
}

static void
spare_waiter(void)
{
    sley_lock_init(&lock);
    spared = true;
    victim = sley_spawn(wait_for_lock, NULL);
    sley_join(victim);
    sley_check(sley_exit_code(victim) == -9);
}

static const char one_process[] = "nobody kills one task of a process: thread-crash-takes-all";

const struct sley_property sley_scenario_process_kill[] = {
    {
        .name = "proc-crash-does-not-affect-others",
        .claim = "proc-crash-does-not-affect-others",
        .source = "001:44",
        .says = "whenever a process is killed, the others finish: also if it held a shared lock",
        .when = "it shares a lock with them",
        .quantifier = SLEY_NEVER,
        .event = SLEY_BIT(ORPHANED_LOCK),
        .body = kill_holder,
        .exhaustive = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, one_process},
                   {"process", SLEY_REFUTED, "who holds a plain lock and dies keeps it"},
                   {"coroutine", SLEY_NOT_APPLICABLE, one_process}},
    },
    {
        .name = "proc-crash-does-not-affect-others.independent",
        .claim = "proc-crash-does-not-affect-others",
        .source = "001:44",
        .says = "whenever a process is killed, one that shares no lock with it finishes",
        .when = "it shares nothing that it could leave half done",
        .falsifier = "proc-crash-does-not-affect-others.plain-counter",
        .quantifier = SLEY_ALWAYS,
        .body = kill_independent,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-crash-does-not-affect-others.plain-counter",
        .claim = "proc-crash-does-not-affect-others",
        .source = "001:44",
        .says = "two processes that add to one counter without a lock are independent",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = plain_counter,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "one overwrites what the other has added"}},
    },
    {
        .name = "process-kill.plain-lock-stays-locked",
        .claim = "contract",
        .source = "kill(2), pthread_mutex_lock(3)",
        .says = "a plain lock whose holder was killed is never free again",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ORPHANED_LOCK),
        .body = kill_holder,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-kill.robust-lock-recovers",
        .claim = "contract",
        .source = "pthread_mutexattr_setrobust(3)",
        .says = "whoever locks a robust lock after its owner's death learns of it and goes on",
        .quantifier = SLEY_ALWAYS,
        .body = kill_robust_holder,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-kill.robust-not-made-consistent",
        .claim = "contract",
        .source = "pthread_mutex_consistent(3)",
        .says = "a robust lock that its next owner does not make consistent is of no use any more",
        .falsifier = "fault:process.not-robust",
        .quantifier = SLEY_ALWAYS,
        .body = robust_not_made_consistent,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-kill.waiter",
        .claim = "contract",
        .source = "kill(2)",
        .says = "a process that is killed while it waits for a lock leaves nothing behind",
        .falsifier = "process-kill.spared",
        .quantifier = SLEY_ALWAYS,
        .body = kill_waiter,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-kill.spared",
        .claim = "contract",
        .source = "kill(2)",
        .says = "a process that nobody kills ends as if it were",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = spare_waiter,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_REFUTED, "it takes the lock and returns"}},
    },
    {0},
};
