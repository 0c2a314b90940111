/* Synchronisation objects and threads used against their rules. */
#include "tests/canary/canary.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int work;

static void *
work_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    work++;
    pthread_mutex_unlock(&mutex);
    return unused;
}

/* --- foreign-unlock --- */

/* Minimum: 2 tasks, 1 choice (a preemption of the one that holds the lock), no input. */
static void *
work_or_skip(void *unused)
{
    if (pthread_mutex_trylock(&mutex) == 0) {
        work++;
    }
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void *
work_or_leave(void *unused)
{
    if (pthread_mutex_trylock(&mutex) == 0) {
        work++;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

static void
foreign_unlock(void)
{
    sley_canary_pair(work_locked, work_or_skip);
}

static void
foreign_unlock_fixed(void)
{
    sley_canary_pair(work_locked, work_or_leave);
}

/* --- destroy-held --- */

/* Minimum: 2 tasks, 1 choice (the second goes first; no preemption), no input. While the lock is
 * held: 1 choice (a preemption of the one that holds it). */
static void *
retire(void *unused)
{
    pthread_mutex_destroy(&mutex);
    return unused;
}

static void
destroy_held(void)
{
    sley_canary_pair(work_locked, retire);
}

static void
destroy_held_fixed(void)
{
    sley_canary_pair(work_locked, work_locked);
    retire(NULL);
}

/* --- joined-twice --- */

static pthread_t worker;
static atomic_bool claimed;

static void *
join_worker(void *unused)
{
    pthread_join(worker, NULL);
    return unused;
}

static void *
join_worker_once(void *unused)
{
    if (!atomic_exchange(&claimed, true)) {
        pthread_join(worker, NULL);
    }
    return unused;
}

/* Minimum: 3 tasks, no choice (both wait and one of them comes second), no input. */
static void
joined_twice(void)
{
    pthread_create(&worker, NULL, work_locked, NULL);
    sley_canary_pair(join_worker, join_worker);
}

static void
joined_twice_fixed(void)
{
    pthread_create(&worker, NULL, work_locked, NULL);
    sley_canary_pair(join_worker_once, join_worker_once);
}

const struct sley_property sley_canary_misuse[] = {
    {
        SLEY_CANARY_BUG("foreign-unlock", foreign_unlock),
        .minimum = {true, 1, 0},
        .says = "who failed to take the lock gives it back nevertheless",
        .event = SLEY_BIT(MISUSE),
    },
    {
        SLEY_CANARY_FIXED("foreign-unlock", foreign_unlock_fixed),
        .says = "only the owner gives it back",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("destroy-held", destroy_held),
        .minimum = {true, 1, 0},
        .says = "a lock is destroyed while a task holds it or will want it",
        .event = SLEY_BIT(MISUSE),
        .also = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("destroy-held", destroy_held_fixed),
        .says = "a lock is destroyed when its users are joined",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("joined-twice", joined_twice),
        .minimum = {true, 0, 0},
        .says = "two tasks join the same one",
        .event = SLEY_BIT(MISUSE),
    },
    {
        SLEY_CANARY_FIXED("joined-twice", joined_twice_fixed),
        .says = "whoever claims it first joins it",
        .exhaustive = true,
    },
    {0},
};
