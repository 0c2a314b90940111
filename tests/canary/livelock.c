/* Tasks that run for ever and get nowhere. */
#include "tests/canary/canary.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

/* --- polite-locks --- */

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right = PTHREAD_MUTEX_INITIALIZER;
static int meal_count;

/* Takes both locks; backs off if the second is not free. */
static void
eat(pthread_mutex_t *first, pthread_mutex_t *second)
{
    for (;;) {
        pthread_mutex_lock(first);
        sched_yield();
        if (pthread_mutex_trylock(second) == 0) {
            break;
        }
        pthread_mutex_unlock(first);
    }
    meal_count++;
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void *
eat_left_first(void *unused)
{
    eat(&left, &right);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the first one's yield lets the second run; no preemption), no input.
 * From then on the two go in lockstep by default, and in the fair tail beyond the step bound. */
static void *
eat_right_first(void *unused)
{
    eat(&right, &left);
    return unused;
}

static void
polite_locks(void)
{
    sley_canary_pair(eat_left_first, eat_right_first);
}

static void
polite_locks_fixed(void)
{
    sley_canary_pair(eat_left_first, eat_left_first);
}

/* --- flag-never-set --- */

static atomic_bool wanted;
static atomic_bool ready;

static void *
spin(void *unused)
{
    atomic_store(&wanted, true);
    while (!atomic_load(&ready)) {
        sched_yield();
    }
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the second goes first; no preemption), no input. */
static void *
set_if_wanted(void *unused)
{
    if (atomic_load(&wanted)) {
        atomic_store(&ready, true);
    }
    return unused;
}

static void *
set(void *unused)
{
    atomic_store(&ready, true);
    return unused;
}

static void
flag_never_set(void)
{
    sley_canary_pair(spin, set_if_wanted);
}

static void
flag_never_set_fixed(void)
{
    sley_canary_pair(spin, set);
}

/* --- endless-count --- */

enum { TRIES_MAX = 3 };
static int try_count;

/* Minimum: 2 tasks, 1 choice (the second goes first; no preemption), no input. */
static void *
count_until_ready(void *unused)
{
    atomic_store(&wanted, true);
    while (!atomic_load(&ready)) {
        try_count++;
    }
    return unused;
}

static void *
count_a_few(void *unused)
{
    atomic_store(&wanted, true);
    while (!atomic_load(&ready) && try_count < TRIES_MAX) {
        try_count++;
    }
    return unused;
}

static void
endless_count(void)
{
    sley_canary_pair(count_until_ready, set_if_wanted);
}

static void
endless_count_fixed(void)
{
    sley_canary_pair(count_a_few, set_if_wanted);
}

const struct sley_property sley_canary_livelock[] = {
    {
        SLEY_CANARY_BUG("polite-locks", polite_locks),
        .minimum = {true, 1, 0},
        .says = "two tasks in lockstep take a lock each, find the other taken and back off",
        .event = SLEY_BIT(LIVELOCK),
        .steps_max = 24,
    },
    {
        SLEY_CANARY_FIXED("polite-locks", polite_locks_fixed),
        .says = "in one order nobody has to back off",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("flag-never-set", flag_never_set),
        .minimum = {true, 1, 0},
        .says = "a task waits in a loop for a flag that nobody will set any more",
        .event = SLEY_BIT(LIVELOCK),
        .steps_max = 500,
    },
    {
        SLEY_CANARY_FIXED("flag-never-set", flag_never_set_fixed),
        .says = "the flag is set whoever comes first",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("endless-count", endless_count),
        .minimum = {true, 1, 0},
        .says = "a loop that counts never repeats itself, and never ends either",
        .event = SLEY_BIT(STEP_BOUND),
        .steps_max = 500,
    },
    {
        SLEY_CANARY_FIXED("endless-count", endless_count_fixed),
        .says = "it gives up after a few tries",
        .exhaustive = true,
    },
    {0},
};
