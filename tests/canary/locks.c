/* Deadlocks of mutexes, and orders that could become one. */
#include "tests/canary/canary.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t c = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int work;

static void
work_under(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    pthread_mutex_lock(outer);
    pthread_mutex_lock(inner);
    work++;
    pthread_mutex_unlock(inner);
    pthread_mutex_unlock(outer);
}

/* --- self-deadlock --- */

static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int error_count;
static int line_count;

static void
log_line(void)
{
    pthread_mutex_lock(&log_mutex);
    line_count++;
    pthread_mutex_unlock(&log_mutex);
}

static void *
fail(void *unused)
{
    atomic_fetch_add(&error_count, 1);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the failing task goes first; no preemption), no input. */
static void *
flush(void *unused)
{
    pthread_mutex_lock(&log_mutex);
    if (atomic_load(&error_count) > 0) {
        log_line();
    }
    pthread_mutex_unlock(&log_mutex);
    return unused;
}

static void *
flush_in_two(void *unused)
{
    pthread_mutex_lock(&log_mutex);
    bool failed = atomic_load(&error_count) > 0;
    pthread_mutex_unlock(&log_mutex);
    if (failed) {
        log_line();
    }
    return unused;
}

static void
self_deadlock(void)
{
    sley_canary_pair(flush, fail);
}

static void
self_deadlock_fixed(void)
{
    sley_canary_pair(flush_in_two, fail);
}

/* --- abba --- */

static void *
a_then_b(void *unused)
{
    work_under(&a, &b);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (a preemption between the two locks), no input. */
static void *
b_then_a(void *unused)
{
    work_under(&b, &a);
    return unused;
}

static void
abba(void)
{
    sley_canary_pair(a_then_b, b_then_a);
}

static void
abba_fixed(void)
{
    sley_canary_pair(a_then_b, a_then_b);
}

/* --- three-locks --- */

static void *
b_then_c(void *unused)
{
    work_under(&b, &c);
    return unused;
}

static void *
a_then_c(void *unused)
{
    work_under(&a, &c);
    return unused;
}

/* Minimum: 3 tasks, 2 choices (the last one goes first; a preemption between its locks lets the
 * second one run), no input. */
static void *
c_then_a(void *unused)
{
    work_under(&c, &a);
    return unused;
}

static void
three_locks(void)
{
    sley_canary_trio(a_then_b, b_then_c, c_then_a);
}

static void
three_locks_fixed(void)
{
    sley_canary_trio(a_then_b, b_then_c, a_then_c);
}

/* --- gated-inversion --- */

static void *
gated_a_then_b(void *unused)
{
    pthread_mutex_lock(&gate);
    work_under(&a, &b);
    pthread_mutex_unlock(&gate);
    return unused;
}

/* Minimum: 2 tasks, no choice (both orders are used, whoever comes first), no input. */
static void *
gated_b_then_a(void *unused)
{
    pthread_mutex_lock(&gate);
    work_under(&b, &a);
    pthread_mutex_unlock(&gate);
    return unused;
}

static void
gated_inversion(void)
{
    sley_canary_pair(gated_a_then_b, gated_b_then_a);
}

static void
gated_inversion_fixed(void)
{
    sley_canary_pair(gated_a_then_b, gated_a_then_b);
}

/* --- orphaned-lock --- */

static atomic_bool valid;

static void *
validate(void *unused)
{
    atomic_store(&valid, true);
    pthread_mutex_lock(&a);
    work++;
    pthread_mutex_unlock(&a);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the second goes first; no preemption), no input. */
static void *
parse(void *unused)
{
    pthread_mutex_lock(&a);
    if (!atomic_load(&valid)) {
        return unused;
    }
    work++;
    pthread_mutex_unlock(&a);
    return unused;
}

static void *
parse_and_unlock(void *unused)
{
    pthread_mutex_lock(&a);
    if (atomic_load(&valid)) {
        work++;
    }
    pthread_mutex_unlock(&a);
    return unused;
}

static void
orphaned_lock(void)
{
    sley_canary_pair(validate, parse);
}

static void
orphaned_lock_fixed(void)
{
    sley_canary_pair(validate, parse_and_unlock);
}

const struct sley_property sley_canary_locks[] = {
    {
        SLEY_CANARY_BUG("self-deadlock", self_deadlock),
        .minimum = {true, 1, 0},
        .says = "a rare path calls a function that takes the lock which is held",
        .event = SLEY_BIT(DEADLOCK_SELF),
    },
    {
        SLEY_CANARY_FIXED("self-deadlock", self_deadlock_fixed),
        .says = "the path gives the lock back first",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("abba", abba),
        .minimum = {true, 1, 0},
        .says = "two locks in opposite orders",
        .event = SLEY_BIT(DEADLOCK_CYCLE),
        .also = SLEY_BIT(INVERSION),
    },
    {
        SLEY_CANARY_FIXED("abba", abba_fixed),
        .says = "two locks in one order",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("three-locks", three_locks),
        .minimum = {true, 2, 0},
        .says = "three locks, each taken before the next one round",
        .event = SLEY_BIT(DEADLOCK_CYCLE),
        .also = SLEY_BIT(INVERSION),
    },
    {
        SLEY_CANARY_FIXED("three-locks", three_locks_fixed),
        .says = "three locks in one order",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("gated-inversion", gated_inversion),
        .minimum = {true, 0, 0},
        .says = "opposite orders are reported although an outer lock keeps them from deadlocking",
        .event = SLEY_BIT(INVERSION),
    },
    {
        SLEY_CANARY_FIXED("gated-inversion", gated_inversion_fixed),
        .says = "one order under an outer lock",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("orphaned-lock", orphaned_lock),
        .minimum = {true, 1, 0},
        .says = "an early return keeps the lock for ever",
        .event = SLEY_BIT(ORPHANED_LOCK),
    },
    {
        SLEY_CANARY_FIXED("orphaned-lock", orphaned_lock_fixed),
        .says = "every path gives the lock back",
        .exhaustive = true,
    },
    {0},
};
