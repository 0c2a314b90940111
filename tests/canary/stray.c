/* Runs that leave the harness's hands: no stack left, no scheduling point, no same run twice. */
#include "tests/canary/canary.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* --- stack-overflow --- */

static atomic_int level = 1;

static void *
raise_level(void *unused)
{
    atomic_fetch_add(&level, 1);
    atomic_fetch_add(&level, 1);
    return unused;
}

/* Of odd levels only: an even one never meets the end. */
static int
descend(int from)
{
    return from == 1 ? 0 : 1 + descend(from - 2);
}

/* Minimum: 2 tasks, 1 choice (a preemption between the two additions), no input. */
static void *
walk_down(void *unused)
{
    descend(atomic_load(&level));
    return unused;
}

static void *
raise_level_at_once(void *unused)
{
    atomic_fetch_add(&level, 2);
    return unused;
}

static void
stack_overflow(void)
{
    sley_canary_pair(raise_level, walk_down);
}

static void
stack_overflow_fixed(void)
{
    sley_canary_pair(raise_level_at_once, walk_down);
}

/* --- stuck --- */

enum { END = 16 };
static atomic_int stride = 1;

static void *
change_stride(void *unused)
{
    atomic_store(&stride, 0);
    atomic_store(&stride, 2);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (a preemption between the two stores), no input. The loop touches
 * nothing but variables of its own, so it has no scheduling point. */
static void *
walk_along(void *unused)
{
    int step = atomic_load(&stride);
    for (int at = 0; at < END; at += step) {
    }
    return unused;
}

static void *
change_stride_at_once(void *unused)
{
    atomic_store(&stride, 2);
    return unused;
}

static void
stuck(void)
{
    sley_canary_pair(change_stride, walk_along);
}

static void
stuck_fixed(void)
{
    sley_canary_pair(change_stride_at_once, walk_along);
}

/* --- out-of-memory --- */

enum { ENTRIES = 2, UNBOUNDED = 70000 };
static atomic_int entries = ENTRIES;

static void *
change_entries(void *unused)
{
    atomic_store(&entries, UNBOUNDED); /* while the next bound is worked out */
    atomic_store(&entries, ENTRIES);
    return unused;
}

/* Minimum: 2 tasks, 1 choice (a preemption between the two stores), no input. */
static void *
set_up_entries(void *unused)
{
    int count = atomic_load(&entries);
    /* NOLINTNEXTLINE(misc-non-copyable-objects) */
    pthread_mutex_t *table = malloc((size_t)count * sizeof *table);
    for (int i = 0; table && i < count; i++) {
        pthread_mutex_init(&table[i], NULL);
    }
    free(table);
    return unused;
}

static void *
change_entries_at_once(void *unused)
{
    atomic_store(&entries, ENTRIES);
    return unused;
}

static void
out_of_memory(void)
{
    sley_canary_pair(change_entries, set_up_entries);
}

static void
out_of_memory_fixed(void)
{
    sley_canary_pair(change_entries_at_once, set_up_entries);
}

/* --- nondeterminism --- */

static int total;

static void
add_up(int count)
{
    for (int i = 0; i < count; i++) {
        pthread_mutex_lock(&mutex);
        total++;
        pthread_mutex_unlock(&mutex);
    }
}

/* Minimum: 1 task, no choice (the number of the file, which an earlier run left open, is another
 * one each time), no input. */
static void *
count_by_file(void *unused)
{
    add_up(open("/dev/null", O_RDONLY | O_CLOEXEC));
    return unused;
}

static void *
count_by_closed_file(void *unused)
{
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(file);
    add_up(file >= 0 ? 1 : 0);
    return unused;
}

static void
nondeterminism(void)
{
    sley_canary_pair(count_by_file, count_by_file);
}

static void
nondeterminism_fixed(void)
{
    sley_canary_pair(count_by_closed_file, count_by_closed_file);
}

/* Minimum: 1 task, no choice, no input: what an earlier run wrote into the environment is there. */
static void *
leave_a_trace(void *unused)
{
    bool second = getenv("SLEY_CANARY_TRACE") != NULL;
    if (second) {
        unsetenv("SLEY_CANARY_TRACE");
    } else {
        setenv("SLEY_CANARY_TRACE", "1", 1);
    }
    add_up(second ? 2 : 1);
    return unused;
}

static void *
add_one(void *unused)
{
    add_up(1);
    return unused;
}

static void *
leave_none(void *unused)
{
    setenv("SLEY_CANARY_TRACE", "1", 1);
    add_up(getenv("SLEY_CANARY_TRACE") ? 1 : 2);
    unsetenv("SLEY_CANARY_TRACE");
    return unused;
}

static void
environment(void)
{
    sley_canary_pair(add_one, leave_a_trace);
}

static void
environment_fixed(void)
{
    sley_canary_pair(add_one, leave_none);
}

const struct sley_property sley_canary_stray[] = {
    {
        SLEY_CANARY_BUG("stack-overflow", stack_overflow),
        .minimum = {true, 1, 0},
        .says = "a value from the middle of an update makes a recursion endless",
        .event = SLEY_BIT(STACK_OVERFLOW),
    },
    {
        SLEY_CANARY_FIXED("stack-overflow", stack_overflow_fixed),
        .says = "an update in one step has no middle",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("stuck", stuck),
        .minimum = {true, 1, 0},
        .says = "a value from the middle of an update makes a loop endless",
        .event = SLEY_BIT(STUCK),
    },
    {
        SLEY_CANARY_FIXED("stuck", stuck_fixed),
        .says = "an update in one step has no middle",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("out-of-memory", out_of_memory),
        .minimum = {true, 1, 0},
        .says = "a bound from the middle of a change makes a table grow for ever",
        .event = SLEY_BIT(OUT_OF_MEMORY),
        .steps_max = 200000,
        .runs = 100,
    },
    {
        SLEY_CANARY_FIXED("out-of-memory", out_of_memory_fixed),
        .says = "a change in one step has no middle",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("nondeterminism", nondeterminism),
        .says = "a run depends on what an earlier one left behind in the process",
        .event = SLEY_BIT(NONDETERMINISM),
        .runs = 16,
    },
    {
        SLEY_CANARY_FIXED("nondeterminism", nondeterminism_fixed),
        .says = "each run leaves the process as it found it",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("environment", environment),
        .says = "a run depends on the environment that an earlier one changed",
        .event = SLEY_BIT(NONDETERMINISM),
        .runs = 16,
    },
    {
        SLEY_CANARY_FIXED("environment", environment_fixed),
        .says = "each run leaves the environment as it found it",
        .exhaustive = true,
    },
    {0},
};
