/* Condition variables: signals that nobody hears, and wake-ups taken for what they are not. */
#include "tests/canary/canary.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int item_count;

static void *
produce(void *unused)
{
    pthread_mutex_lock(&mutex);
    item_count++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void *
consume(void *unused)
{
    pthread_mutex_lock(&mutex);
    while (item_count == 0) {
        pthread_cond_wait(&changed, &mutex);
    }
    item_count--;
    pthread_mutex_unlock(&mutex);
    return unused;
}

/* --- lost-wakeup --- */

/* Minimum: 2 tasks, 1 choice (the signal goes first; no preemption), no input. */
static void *
wait_without_predicate(void *unused)
{
    pthread_mutex_lock(&mutex);
    pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
lost_wakeup(void)
{
    sley_canary_pair(wait_without_predicate, produce);
}

static void
lost_wakeup_fixed(void)
{
    sley_canary_pair(consume, produce);
}

/* --- if-for-while --- */

/* Minimum: 2 tasks, 1 choice (a spurious wake-up; no preemption), no input. */
static void *
consume_if(void *unused)
{
    pthread_mutex_lock(&mutex);
    if (item_count == 0) {
        pthread_cond_wait(&changed, &mutex);
    }
    assert(item_count > 0);
    item_count--;
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
if_for_while(void)
{
    sley_canary_pair(consume_if, produce);
}

static void
if_for_while_fixed(void)
{
    sley_canary_pair(consume, produce);
}

/* --- time-out --- */

static struct timespec
in_a_second(void)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec++;
    return at;
}

/* Minimum: 2 tasks, 1 choice (the deadline comes before the producer; no preemption), no input. */
static void *
consume_in_time(void *unused)
{
    struct timespec deadline = in_a_second();
    pthread_mutex_lock(&mutex);
    int error = 0;
    while (item_count == 0 && error == 0) {
        error = pthread_cond_timedwait(&changed, &mutex, &deadline);
    }
    assert(item_count > 0);
    item_count--;
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void *
consume_or_give_up(void *unused)
{
    struct timespec deadline = in_a_second();
    pthread_mutex_lock(&mutex);
    int error = 0;
    while (item_count == 0 && error == 0) {
        error = pthread_cond_timedwait(&changed, &mutex, &deadline);
    }
    if (item_count > 0) {
        item_count--;
    }
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
time_out(void)
{
    sley_canary_pair(consume_in_time, produce);
}

static void
time_out_fixed(void)
{
    sley_canary_pair(consume_or_give_up, produce);
}

/* --- signal-for-broadcast --- */

/* One place, one condition variable for both directions. */
static void
put(bool broadcast)
{
    pthread_mutex_lock(&mutex);
    while (item_count == 1) {
        pthread_cond_wait(&changed, &mutex);
    }
    item_count = 1;
    (broadcast ? pthread_cond_broadcast : pthread_cond_signal)(&changed);
    pthread_mutex_unlock(&mutex);
}

static void
get(bool broadcast)
{
    pthread_mutex_lock(&mutex);
    while (item_count == 0) {
        pthread_cond_wait(&changed, &mutex);
    }
    item_count = 0;
    (broadcast ? pthread_cond_broadcast : pthread_cond_signal)(&changed);
    pthread_mutex_unlock(&mutex);
}

static void *
put_two(void *unused)
{
    put(false);
    put(false);
    return unused;
}

/* Minimum: 3 tasks, no choice (both wait to get something; the signal of the first that gets it,
 * meant for the one who puts, wakes the other), no input. */
static void *
get_one(void *unused)
{
    get(false);
    return unused;
}

static void *
put_two_broadcasting(void *unused)
{
    put(true);
    put(true);
    return unused;
}

static void *
get_one_broadcasting(void *unused)
{
    get(true);
    return unused;
}

static void
signal_for_broadcast(void)
{
    sley_canary_trio(get_one, get_one, put_two);
}

static void
signal_for_broadcast_fixed(void)
{
    sley_canary_trio(get_one_broadcasting, get_one_broadcasting, put_two_broadcasting);
}

const struct sley_property sley_canary_wakeup[] = {
    {
        SLEY_CANARY_BUG("lost-wakeup", lost_wakeup),
        .minimum = {true, 1, 0},
        .says = "a wait without a predicate misses a signal that came before",
        .event = SLEY_BIT(LOST_WAKEUP),
    },
    {
        SLEY_CANARY_FIXED("lost-wakeup", lost_wakeup_fixed),
        .says = "a predicate under the mutex remembers it",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("if-for-while", if_for_while),
        .minimum = {true, 1, 0},
        .says = "a wake-up does not say that the predicate holds",
        .event = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("if-for-while", if_for_while_fixed),
        .says = "the predicate is tested again after each wake-up",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("time-out", time_out),
        .minimum = {true, 1, 0},
        .says = "a wait that timed out is taken for one that succeeded",
        .event = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("time-out", time_out_fixed),
        .says = "after a time-out the predicate decides",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("signal-for-broadcast", signal_for_broadcast),
        .minimum = {true, 0, 0},
        .says = "a signal on a shared condition variable wakes one that cannot use it",
        .event = SLEY_BIT(BLOCKED) | SLEY_BIT(LOST_WAKEUP),
    },
    {
        SLEY_CANARY_FIXED("signal-for-broadcast", signal_for_broadcast_fixed),
        .says = "a broadcast wakes all of them",
        .exhaustive = true,
    },
    {0},
};
