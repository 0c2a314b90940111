/* Tasks that wait for what nobody will do: semaphores, barriers. */
#include "tests/canary/canary.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

/* --- never-posted --- */

static sem_t semaphore;
static atomic_bool waiting;

static void *
wait_for_post(void *unused)
{
    atomic_store(&waiting, true);
    sem_wait(&semaphore);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the second goes first; no preemption), no input. */
static void *
post_if_waiting(void *unused)
{
    if (atomic_load(&waiting)) {
        sem_post(&semaphore);
    }
    return unused;
}

static void *
post(void *unused)
{
    sem_post(&semaphore);
    return unused;
}

static void
never_posted(void)
{
    sem_init(&semaphore, 0, 0);
    sley_canary_pair(wait_for_post, post_if_waiting);
    sem_destroy(&semaphore);
}

static void
never_posted_fixed(void)
{
    sem_init(&semaphore, 0, 0);
    sley_canary_pair(wait_for_post, post);
    sem_destroy(&semaphore);
}

/* --- barrier-skipped --- */

static pthread_barrier_t barrier;
static atomic_bool stopped;

static void *
arrive_and_stop(void *unused)
{
    pthread_barrier_wait(&barrier);
    atomic_store(&stopped, true);
    pthread_barrier_wait(&barrier);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the second arrives first and so leaves last; no preemption), no
 * input. */
static void *
arrive_unless_stopped(void *unused)
{
    pthread_barrier_wait(&barrier);
    if (atomic_load(&stopped)) {
        return unused;
    }
    pthread_barrier_wait(&barrier);
    return unused;
}

static void *
arrive_and_look(void *unused)
{
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return atomic_load(&stopped) ? NULL : unused;
}

static void
barrier_skipped(void)
{
    pthread_barrier_init(&barrier, NULL, 2);
    sley_canary_pair(arrive_and_stop, arrive_unless_stopped);
    pthread_barrier_destroy(&barrier);
}

static void
barrier_skipped_fixed(void)
{
    pthread_barrier_init(&barrier, NULL, 2);
    sley_canary_pair(arrive_and_stop, arrive_and_look);
    pthread_barrier_destroy(&barrier);
}

/* --- barrier-destroyed --- */

static atomic_int arrivals;

static void *
arrive(void *unused)
{
    atomic_fetch_add(&arrivals, 1);
    pthread_barrier_wait(&barrier);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the second goes first; no preemption), no input; while one waits at
 * it: 2 choices (a preemption between the question and the answer as well). */
static void *
arrive_or_destroy(void *unused)
{
    if (atomic_load(&arrivals) == 0) {
        pthread_barrier_destroy(&barrier);
    } else {
        pthread_barrier_wait(&barrier);
    }
    return unused;
}

static void *
arrive_and_destroy(void *unused)
{
    int role = pthread_barrier_wait(&barrier);
    if (role == PTHREAD_BARRIER_SERIAL_THREAD) {
        pthread_barrier_destroy(&barrier);
    }
    return unused;
}

static void
barrier_destroyed(void)
{
    pthread_barrier_init(&barrier, NULL, 2);
    sley_canary_pair(arrive, arrive_or_destroy);
}

static void
barrier_destroyed_fixed(void)
{
    pthread_barrier_init(&barrier, NULL, 2);
    sley_canary_pair(arrive_and_destroy, arrive_and_destroy);
}

const struct sley_property sley_canary_blocked[] = {
    {
        SLEY_CANARY_BUG("never-posted", never_posted),
        .minimum = {true, 1, 0},
        .says = "a post that is left out because nobody waits yet",
        .event = SLEY_BIT(BLOCKED),
    },
    {
        SLEY_CANARY_FIXED("never-posted", never_posted_fixed),
        .says = "a semaphore remembers a post",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("barrier-skipped", barrier_skipped),
        .minimum = {true, 1, 0},
        .says = "an early return leaves the others at the barrier",
        .event = SLEY_BIT(BLOCKED),
    },
    {
        SLEY_CANARY_FIXED("barrier-skipped", barrier_skipped_fixed),
        .says = "every task comes to every round",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("barrier-destroyed", barrier_destroyed),
        .minimum = {true, 2, 0},
        .says = "a barrier is destroyed while another task waits there or comes to it",
        .event = SLEY_BIT(MISUSE),
        .also = SLEY_BIT(BLOCKED),
    },
    {
        SLEY_CANARY_FIXED("barrier-destroyed", barrier_destroyed_fixed),
        .says = "the last one to arrive may destroy it",
        .exhaustive = true,
    },
    {0},
};
