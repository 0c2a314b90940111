/* Read-write locks: upgrades that wait for themselves, and writes under the wrong lock. */
#include "tests/canary/canary.h"

#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static bool cached;
static int value;

static void *
fill(void *unused)
{
    pthread_rwlock_wrlock(&lock);
    value = 42;
    cached = true;
    pthread_rwlock_unlock(&lock);
    return unused;
}

/* --- upgrade and upgrade-by-two --- */

/* Minimum of the one: 2 tasks, 1 choice (the reader goes first; no preemption), no input. Of the
 * other: 3 tasks, 1 choice (a reader goes first; no preemption), no input. */
static void *
look_up(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    if (!cached) {
        pthread_rwlock_wrlock(&lock);
        value = 42;
        cached = true;
        pthread_rwlock_unlock(&lock);
    }
    assert(value == 42);
    pthread_rwlock_unlock(&lock);
    return unused;
}

static void *
look_up_again(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    bool found = cached;
    pthread_rwlock_unlock(&lock);
    if (!found) {
        fill(NULL);
    }
    return unused;
}

static void
upgrade(void)
{
    sley_canary_pair(fill, look_up);
}

static void
upgrade_fixed(void)
{
    sley_canary_pair(fill, look_up_again);
}

static void
upgrade_by_two(void)
{
    sley_canary_trio(fill, look_up, look_up);
}

static void
upgrade_by_two_fixed(void)
{
    sley_canary_trio(fill, look_up_again, look_up_again);
}

/* --- write-under-read-lock --- */

/* Minimum: 2 tasks, no choice (readers do not order each other), no input. */
static void *
count_read_locked(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    value++;
    pthread_rwlock_unlock(&lock);
    return unused;
}

static void *
count_write_locked(void *unused)
{
    pthread_rwlock_wrlock(&lock);
    value++;
    pthread_rwlock_unlock(&lock);
    return unused;
}

static void
write_under_read_lock(void)
{
    sley_canary_pair(count_read_locked, count_read_locked);
    assert(value == 2);
}

static void
write_under_read_lock_fixed(void)
{
    sley_canary_pair(count_write_locked, count_write_locked);
    assert(value == 2);
}

const struct sley_property sley_canary_rwlock[] = {
    {
        SLEY_CANARY_BUG("upgrade", upgrade),
        .minimum = {true, 1, 0},
        .says = "a reader that wants to write waits for itself",
        .event = SLEY_BIT(DEADLOCK_SELF),
    },
    {
        SLEY_CANARY_FIXED("upgrade", upgrade_fixed),
        .says = "it gives its read lock back first",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("upgrade-by-two", upgrade_by_two),
        .minimum = {true, 1, 0},
        .says = "two readers that want to write wait for each other",
        .event = SLEY_BIT(DEADLOCK_CYCLE) | SLEY_BIT(BLOCKED),
        .also = SLEY_BIT(DEADLOCK_SELF),
    },
    {
        SLEY_CANARY_FIXED("upgrade-by-two", upgrade_by_two_fixed),
        .says = "they give their read locks back first",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("write-under-read-lock", write_under_read_lock),
        .minimum = {true, 0, 0},
        .says = "a read lock keeps no other reader from writing",
        .event = SLEY_BIT(RACE),
        .also = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("write-under-read-lock", write_under_read_lock_fixed),
        .says = "a write lock does",
        .exhaustive = true,
    },
    {0},
};
