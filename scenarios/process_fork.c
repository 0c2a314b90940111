/* Locks and forks: what a child finds of a lock that its parent held. */
#include <sley/process.h>
#include <sley/shared.h>

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *
lock_copy(void *argument)
{
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return argument;
}

static void
fork_with_held_lock(void)
{
    pthread_mutex_lock(&mutex);
    uintptr_t child = sley_spawn(lock_copy, NULL);
    pthread_mutex_unlock(&mutex);
    sley_join(child);
}

static void
fork_with_free_lock(void)
{
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    uintptr_t child = sley_spawn(lock_copy, NULL);
    pthread_mutex_lock(&mutex); /* the parent's: no business of the child's */
    sley_join(child);
    pthread_mutex_unlock(&mutex);
}

enum {
    NEVER_TAKEN = SLEY_BIT(ORPHANED_LOCK) | SLEY_BIT(DEADLOCK_SELF) | SLEY_BIT(DEADLOCK_CYCLE) |
                  SLEY_BIT(BLOCKED),
};

const struct sley_property sley_scenario_process_fork[] = {
    {
        .name = "process-fork.held-lock",
        .claim = "contract",
        .source = "fork(2), pthread_atfork(3)",
        .says = "a child forked while a private lock is held can never take its copy",
        .falsifier = "process-fork.free-lock",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(ORPHANED_LOCK),
        .body = fork_with_held_lock,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-fork.free-lock",
        .claim = "contract",
        .source = "fork(2)",
        .says =
            "a private lock that the parent takes after the fork keeps no child waiting for ever",
        .falsifier = "process-fork.held-lock",
        .quantifier = SLEY_NEVER,
        .event = NEVER_TAKEN,
        .body = fork_with_free_lock,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
