/* Misuse of the heap that depends on who comes first. */
#include "tests/canary/canary.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* --- use-after-free --- */

static int *session;

/* Minimum: 2 tasks, 1 choice (a preemption after the pointer was read), no input. */
static void *
use_session(void *unused)
{
    pthread_mutex_lock(&mutex);
    int *mine = session;
    pthread_mutex_unlock(&mutex);
    if (mine) {
        *mine = 1;
    }
    return unused;
}

static void *
use_session_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    if (session) {
        *session = 1;
    }
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void *
close_session(void *unused)
{
    pthread_mutex_lock(&mutex);
    int *old = session;
    session = NULL;
    pthread_mutex_unlock(&mutex);
    free(old);
    return unused;
}

static void
use_after_free(void)
{
    session = malloc(sizeof *session);
    sley_canary_pair(use_session, close_session);
}

static void
use_after_free_fixed(void)
{
    session = malloc(sizeof *session);
    sley_canary_pair(use_session_locked, close_session);
}

/* --- double-free --- */

static int *_Atomic buffer;

/* Minimum: 2 tasks, 1 choice (a preemption before the pointer is cleared), no input. */
static void *
release_buffer(void *unused)
{
    int *mine = atomic_load(&buffer);
    if (mine) {
        free(mine);
        atomic_store(&buffer, NULL);
    }
    return unused;
}

static void *
release_buffer_once(void *unused)
{
    free(atomic_exchange(&buffer, NULL));
    return unused;
}

static void
double_free(void)
{
    atomic_store(&buffer, malloc(sizeof(int)));
    sley_canary_pair(release_buffer, release_buffer);
}

static void
double_free_fixed(void)
{
    atomic_store(&buffer, malloc(sizeof(int)));
    sley_canary_pair(release_buffer_once, release_buffer_once);
}

/* --- foreign-free --- */

static char fallback[] = "untitled";
static char *_Atomic title = fallback;

static void *
set_title(void *unused)
{
    atomic_store(&title, strdup("report"));
    return unused;
}

/* Minimum: 2 tasks, 1 choice (the second goes first; no preemption), no input. */
static void *
drop_title(void *unused)
{
    free(atomic_load(&title));
    return unused;
}

static void *
drop_own_title(void *unused)
{
    char *old = atomic_load(&title);
    if (old != fallback) {
        free(old);
    }
    return unused;
}

static void
foreign_free(void)
{
    sley_canary_pair(set_title, drop_title);
}

static void
foreign_free_fixed(void)
{
    sley_canary_pair(set_title, drop_own_title);
}

/* --- past-the-end --- */

enum { CAPACITY = 1 };
static int *items;
static atomic_uint item_count;

/* Minimum: 2 tasks, 1 choice (a preemption between check and reservation), no input. */
static void *
append(void *unused)
{
    if (atomic_load(&item_count) < CAPACITY) {
        items[atomic_fetch_add(&item_count, 1)] = 1;
    }
    return unused;
}

static void *
append_reserved(void *unused)
{
    unsigned at = atomic_fetch_add(&item_count, 1);
    if (at < CAPACITY) {
        items[at] = 1;
    }
    return unused;
}

static void
past_the_end(void)
{
    items = calloc(CAPACITY, sizeof *items);
    sley_canary_pair(append, append);
    free(items);
}

static void
past_the_end_fixed(void)
{
    items = calloc(CAPACITY, sizeof *items);
    sley_canary_pair(append_reserved, append_reserved);
    free(items);
}

const struct sley_property sley_canary_heap[] = {
    {
        SLEY_CANARY_BUG("use-after-free", use_after_free),
        .minimum = {true, 1, 0},
        .says = "a lock around the pointer does not keep the block",
        .event = SLEY_BIT(HEAP),
        .also = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("use-after-free", use_after_free_fixed),
        .says = "a lock around the use does",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("double-free", double_free),
        .minimum = {true, 1, 0},
        .says = "two tasks see the same pointer and free it",
        .event = SLEY_BIT(HEAP),
    },
    {
        SLEY_CANARY_FIXED("double-free", double_free_fixed),
        .says = "an exchange hands the pointer to one of them",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("foreign-free", foreign_free),
        .minimum = {true, 1, 0},
        .says = "a static default is freed when nobody has replaced it yet",
        .event = SLEY_BIT(HEAP),
    },
    {
        SLEY_CANARY_FIXED("foreign-free", foreign_free_fixed),
        .says = "only a title from the heap is freed",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("past-the-end", past_the_end),
        .minimum = {true, 1, 0},
        .says = "two tasks pass the check for the last place",
        .event = SLEY_BIT(HEAP),
    },
    {
        SLEY_CANARY_FIXED("past-the-end", past_the_end_fixed),
        .says = "a place is reserved first and checked then",
        .exhaustive = true,
    },
    {0},
};
