/* What belongs to one thread, in the hands of another. */
#include "tests/canary/canary.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* --- thread-specific --- */

static pthread_key_t key;
static int *shared_value;

static void
share(int *value)
{
    pthread_mutex_lock(&mutex);
    shared_value = value;
    pthread_mutex_unlock(&mutex);
}

static void *
own_value(void *unused)
{
    int *mine = malloc(sizeof *mine);
    pthread_setspecific(key, mine);
    share(mine);
    return unused;
}

static void *
own_value_for_a_time(void *unused)
{
    int *mine = malloc(sizeof *mine);
    pthread_setspecific(key, mine);
    share(mine);
    share(NULL);
    return unused;
}

/* Minimum: 2 tasks, no choice (the owner has ended when the other one comes), no input. */
static void *
use_value(void *unused)
{
    pthread_mutex_lock(&mutex);
    if (shared_value) {
        *shared_value = 1;
    }
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
thread_specific(void)
{
    pthread_key_create(&key, free);
    sley_canary_pair(own_value, use_value);
    pthread_key_delete(key);
}

static void
thread_specific_fixed(void)
{
    pthread_key_create(&key, free);
    sley_canary_pair(own_value_for_a_time, use_value);
    pthread_key_delete(key);
}

/* --- thread-local --- */

/* gcc has thread-local variables of its own only, which all tasks of the harness would share. */
#if defined(__clang__)

static _Thread_local int local;
static int *_Atomic shared_local;
static atomic_int handed_over;

static void *
share_local(void *unused)
{
    atomic_store(&shared_local, &local);
    local++;
    return unused;
}

/* Minimum: 2 tasks, no choice (nothing orders the owner's access), no input. */
static void *
use_local(void *unused)
{
    int *other = atomic_load(&shared_local);
    if (other) {
        *other += 1;
    }
    return unused;
}

static void *
hand_over_local(void *unused)
{
    local++;
    atomic_store(&handed_over, local);
    return unused;
}

static void *
use_own_local(void *unused)
{
    local += atomic_load(&handed_over);
    return unused;
}

static void
thread_local_shared(void)
{
    sley_canary_pair(share_local, use_local);
}

static void
thread_local_shared_fixed(void)
{
    sley_canary_pair(hand_over_local, use_own_local);
}

#endif

const struct sley_property sley_canary_local[] = {
    {
        SLEY_CANARY_BUG("thread-specific", thread_specific),
        .minimum = {true, 0, 0},
        .says = "a thread's own value is used after its destructor has freed it",
        .event = SLEY_BIT(HEAP),
        .also = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("thread-specific", thread_specific_fixed),
        .says = "the thread withdraws its value before it ends",
        .exhaustive = true,
    },
#if defined(__clang__)
    {
        SLEY_CANARY_BUG("thread-local", thread_local_shared),
        .minimum = {true, 0, 0},
        .says = "a pointer to a thread-local variable shares what looks private",
        .event = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("thread-local", thread_local_shared_fixed),
        .says = "each task has a variable of its own",
        .exhaustive = true,
    },
#endif
    {0},
};
