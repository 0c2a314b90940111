/* Runs that end otherwise than by the return of the body. */
#include "tests/canary/canary.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* --- leak --- */

static atomic_int work;

static void *
work_on(void *unused)
{
    atomic_fetch_add(&work, 1);
    return unused;
}

/* Minimum: 1 task, no choice (the main one returns first), no input. */
static void
leak(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, work_on, NULL);
    atomic_fetch_add(&work, 1);
}

static void
leak_fixed(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, work_on, NULL);
    atomic_fetch_add(&work, 1);
    pthread_join(thread, NULL);
}

/* --- exit --- */

static atomic_int low;
static atomic_int high;

static void *
set_both(void *unused)
{
    atomic_store(&low, 1);
    atomic_store(&high, 1);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (a preemption between the two stores), no input. */
static void *
check_both(void *unused)
{
    if (atomic_load(&low) != atomic_load(&high)) {
        exit(3);
    }
    return unused;
}

static void *
set_both_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    set_both(unused);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void *
check_both_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    check_both(unused);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
exit_on_mismatch(void)
{
    sley_canary_pair(set_both, check_both);
}

static void
exit_on_mismatch_fixed(void)
{
    sley_canary_pair(set_both_locked, check_both_locked);
}

/* --- abort --- */

/* Minimum: 2 tasks, 1 choice (a preemption between the two stores), no input. */
static void *
abort_on_mismatch(void *unused)
{
    if (atomic_load(&low) != atomic_load(&high)) {
        abort();
    }
    return unused;
}

static void *
abort_on_mismatch_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    abort_on_mismatch(unused);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
abort_body(void)
{
    sley_canary_pair(set_both, abort_on_mismatch);
}

static void
abort_body_fixed(void)
{
    sley_canary_pair(set_both_locked, abort_on_mismatch_locked);
}

/* --- null-pointer --- */

static int target;
static int *_Atomic pointer = &target;

/* Minimum: 2 tasks, 1 choice (a preemption between the two loads), no input. */
static void *
write_if_set(void *unused)
{
    if (atomic_load(&pointer)) {
        *atomic_load(&pointer) = 1;
    }
    return unused;
}

static void *
write_if_loaded(void *unused)
{
    int *loaded = atomic_load(&pointer);
    if (loaded) {
        *loaded = 1;
    }
    return unused;
}

static void *
clear_pointer(void *unused)
{
    atomic_store(&pointer, NULL);
    return unused;
}

static void
null_pointer(void)
{
    sley_canary_pair(write_if_set, clear_pointer);
}

static void
null_pointer_fixed(void)
{
    sley_canary_pair(write_if_loaded, clear_pointer);
}

/* --- allocation-failed --- */

static atomic_size_t size = 8;
static atomic_size_t used = 4;

static void *
grow(void *unused)
{
    atomic_store(&size, 32);
    atomic_store(&used, 16);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (a preemption between the two loads: the room is less than nothing, so
 * that malloc returns NULL), no input. */
static void *
fill_room(void *unused)
{
    size_t known = atomic_load(&size);
    size_t room = known - atomic_load(&used);
    char *copy = malloc(room);
    memset(copy, 0, 4);
    free(copy);
    return unused;
}

static void *
grow_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    grow(unused);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void *
fill_room_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    fill_room(unused);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
allocation_failed(void)
{
    sley_canary_pair(fill_room, grow);
}

static void
allocation_failed_fixed(void)
{
    sley_canary_pair(fill_room_locked, grow_locked);
}

const struct sley_property sley_canary_ending[] = {
    {
        SLEY_CANARY_BUG("leak", leak),
        .minimum = {true, 0, 0},
        .says = "the main task returns while another one is alive",
        .event = SLEY_BIT(LEAK),
    },
    {
        SLEY_CANARY_FIXED("leak", leak_fixed),
        .says = "it joins the other one first",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("exit", exit_on_mismatch),
        .minimum = {true, 1, 0},
        .says = "a task that sees half an update ends the process",
        .event = SLEY_BIT(EXIT),
    },
    {
        SLEY_CANARY_FIXED("exit", exit_on_mismatch_fixed),
        .says = "under a lock it sees none or all",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("abort", abort_body),
        .minimum = {true, 1, 0},
        .says = "a task that sees half an update aborts",
        .event = SLEY_BIT(CRASH),
    },
    {
        SLEY_CANARY_FIXED("abort", abort_body_fixed),
        .says = "under a lock it sees none or all",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("null-pointer", null_pointer),
        .minimum = {true, 1, 0},
        .says = "a pointer is loaded again after it was checked",
        .event = SLEY_BIT(CRASH),
    },
    {
        SLEY_CANARY_FIXED("null-pointer", null_pointer_fixed),
        .says = "it is loaded once",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("allocation-failed", allocation_failed),
        .minimum = {true, 1, 0},
        .says = "a size from two moments asks for too much, and nobody looks at the result",
        .event = SLEY_BIT(CRASH),
    },
    {
        SLEY_CANARY_FIXED("allocation-failed", allocation_failed_fixed),
        .says = "under a lock both are from one moment",
        .exhaustive = true,
    },
    {0},
};
