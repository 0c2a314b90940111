/* Updates in two steps: a lost one, a decision on stale knowledge, an object that is published
 * before it is made. */
#include "tests/canary/canary.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* --- lost-update --- */

static int counter;

/* Minimum: 2 tasks, 1 choice (a preemption between read and write), no input. */
static void *
increment(void *unused)
{
    counter++;
    return unused;
}

static void *
increment_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    counter++;
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
lost_update(void)
{
    sley_canary_pair(increment, increment);
    assert(counter == 2);
}

static void
lost_update_fixed(void)
{
    sley_canary_pair(increment_locked, increment_locked);
    assert(counter == 2);
}

/* --- check-then-act --- */

enum { PRICE = 60 };
static int balance = 100;

static bool
covers_price(void)
{
    pthread_mutex_lock(&mutex);
    bool enough = balance >= PRICE;
    pthread_mutex_unlock(&mutex);
    return enough;
}

static void
pay(void)
{
    pthread_mutex_lock(&mutex);
    balance -= PRICE;
    assert(balance >= 0);
    pthread_mutex_unlock(&mutex);
}

/* Minimum: 2 tasks, 1 choice (a preemption between the two critical sections), no input. */
static void *
buy(void *unused)
{
    if (covers_price()) {
        pay();
    }
    return unused;
}

static void *
buy_at_once(void *unused)
{
    pthread_mutex_lock(&mutex);
    if (balance >= PRICE) {
        balance -= PRICE;
    }
    assert(balance >= 0);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
check_then_act(void)
{
    sley_canary_pair(buy, buy);
}

static void
check_then_act_fixed(void)
{
    sley_canary_pair(buy_at_once, buy_at_once);
}

/* --- double-checked-lock --- */

struct settings {
    int limit;
};

static struct settings storage;
static struct settings *plain;
static struct settings *_Atomic published;

/* Minimum: 2 tasks, 1 choice (a preemption after the pointer is set), no input. */
static struct settings *
settings_get(void)
{
    if (!plain) {
        pthread_mutex_lock(&mutex);
        if (!plain) {
            plain = &storage;
            storage.limit = 42;
        }
        pthread_mutex_unlock(&mutex);
    }
    return plain;
}

static struct settings *
settings_get_published(void)
{
    if (!atomic_load_explicit(&published, memory_order_acquire)) {
        pthread_mutex_lock(&mutex);
        if (!atomic_load_explicit(&published, memory_order_relaxed)) {
            storage.limit = 42;
            atomic_store_explicit(&published, &storage, memory_order_release);
        }
        pthread_mutex_unlock(&mutex);
    }
    return atomic_load_explicit(&published, memory_order_acquire);
}

static void *
read_limit(void *unused)
{
    assert(settings_get()->limit == 42);
    return unused;
}

static void *
read_published_limit(void *unused)
{
    assert(settings_get_published()->limit == 42);
    return unused;
}

static void
double_checked_lock(void)
{
    sley_canary_pair(read_limit, read_limit);
}

static void
double_checked_lock_fixed(void)
{
    sley_canary_pair(read_published_limit, read_published_limit);
}

/* --- once --- */

static atomic_bool started;
static atomic_int table_size;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
make_table(void)
{
    atomic_store(&table_size, 8);
}

/* Minimum: 2 tasks, 1 choice (a preemption after the flag is set), no input. */
static void *
use_table(void *unused)
{
    if (!atomic_exchange(&started, true)) {
        make_table();
    }
    assert(atomic_load(&table_size) == 8);
    return unused;
}

static void *
use_table_once(void *unused)
{
    pthread_once(&once, make_table);
    assert(atomic_load(&table_size) == 8);
    return unused;
}

static void
once_by_hand(void)
{
    sley_canary_pair(use_table, use_table);
}

static void
once_by_hand_fixed(void)
{
    sley_canary_pair(use_table_once, use_table_once);
}

const struct sley_property sley_canary_update[] = {
    {
        SLEY_CANARY_BUG("lost-update", lost_update),
        .minimum = {true, 1, 0},
        .says = "two increments without a lock lose an update",
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("lost-update", lost_update_fixed),
        .says = "two increments under a lock lose none",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("check-then-act", check_then_act),
        .minimum = {true, 1, 0},
        .says = "what one critical section has checked no longer holds in the next",
        .event = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("check-then-act", check_then_act_fixed),
        .says = "checked and done in one critical section",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("double-checked-lock", double_checked_lock),
        .minimum = {true, 1, 0},
        .says = "a pointer set before its object is filled lets a reader past the lock too early",
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("double-checked-lock", double_checked_lock_fixed),
        .says = "a filled object is published with release and read with acquire",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("once", once_by_hand),
        .minimum = {true, 1, 0},
        .says = "a flag that says who initialises does not say that it is done",
        .event = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("once", once_by_hand_fixed),
        .says = "pthread_once returns when the initialiser has returned",
        .exhaustive = true,
    },
    {0},
};
