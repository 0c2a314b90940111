/* Data races that no assertion needs to notice. */
#include "tests/canary/canary.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* --- race-flag --- */

static int message;
static bool plain_ready;
static atomic_bool ready;

/* Minimum: 2 tasks, no choice (nothing orders the flag, however it is scheduled), no input. */
static void *
publish(void *unused)
{
    message = 42;
    plain_ready = true;
    return unused;
}

static void *
consume(void *unused)
{
    if (plain_ready) {
        assert(message == 42);
    }
    return unused;
}

static void *
publish_released(void *unused)
{
    message = 42;
    atomic_store_explicit(&ready, true, memory_order_release);
    return unused;
}

static void *
consume_acquired(void *unused)
{
    if (atomic_load_explicit(&ready, memory_order_acquire)) {
        assert(message == 42);
    }
    return unused;
}

static void
race_flag(void)
{
    sley_canary_pair(publish, consume);
}

static void
race_flag_fixed(void)
{
    sley_canary_pair(publish_released, consume_acquired);
}

/* --- race-relaxed --- */

/* Minimum: 2 tasks, no choice (the default order already reads what was never handed over), no
 * input. */
static void *
publish_relaxed(void *unused)
{
    message = 42;
    atomic_store_explicit(&ready, true, memory_order_relaxed);
    return unused;
}

static void *
consume_relaxed(void *unused)
{
    if (atomic_load_explicit(&ready, memory_order_relaxed)) {
        assert(message == 42);
    }
    return unused;
}

static void *
publish_fenced(void *unused)
{
    message = 42;
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&ready, true, memory_order_relaxed);
    return unused;
}

static void *
consume_fenced(void *unused)
{
    if (atomic_load_explicit(&ready, memory_order_relaxed)) {
        atomic_thread_fence(memory_order_acquire);
        assert(message == 42);
    }
    return unused;
}

static void
race_relaxed(void)
{
    sley_canary_pair(publish_relaxed, consume_relaxed);
}

static void
race_relaxed_fixed(void)
{
    sley_canary_pair(publish_fenced, consume_fenced);
}

/* --- race-torn-copy --- */

struct record {
    long left;
    char padding[8];
    long right;
};

static struct record shared;

/* Minimum: 2 tasks, no choice for the race, 1 (a preemption between two pieces of a copy) for the
 * torn record; no input. */
static void *
write_record(void *unused)
{
    const struct record next = {.left = 1, .right = 1};
    memcpy(&shared, &next, sizeof shared);
    return unused;
}

static void *
read_record(void *unused)
{
    struct record copy;
    memcpy(&copy, &shared, sizeof copy);
    assert(copy.left == copy.right);
    return unused;
}

static void *
write_record_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    write_record(unused);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void *
read_record_locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    read_record(unused);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void
race_torn_copy(void)
{
    sley_canary_pair(write_record, read_record);
}

static void
race_torn_copy_fixed(void)
{
    sley_canary_pair(write_record_locked, read_record_locked);
}

/* --- race-bit-field --- */

static struct {
    unsigned left : 1;
    unsigned right : 1;
} bits;

static struct {
    unsigned char left;
    unsigned char right;
} bytes;

/* Minimum: 2 tasks, no choice for the race, 1 (a preemption between read and write) for the lost
 * bit; no input. */
static void *
set_left_bit(void *unused)
{
    bits.left = 1;
    return unused;
}

static void *
set_right_bit(void *unused)
{
    bits.right = 1;
    return unused;
}

static void *
set_left_byte(void *unused)
{
    bytes.left = 1;
    return unused;
}

static void *
set_right_byte(void *unused)
{
    bytes.right = 1;
    return unused;
}

static void
race_bit_field(void)
{
    sley_canary_pair(set_left_bit, set_right_bit);
    assert(bits.left && bits.right);
}

static void
race_bit_field_fixed(void)
{
    sley_canary_pair(set_left_byte, set_right_byte);
    assert(bytes.left && bytes.right);
}

const struct sley_property sley_canary_race[] = {
    {
        SLEY_CANARY_BUG("race-flag", race_flag),
        .minimum = {true, 0, 0},
        .says = "a plain flag orders nothing",
        .event = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("race-flag", race_flag_fixed),
        .says = "a flag stored with release and loaded with acquire hands the message over",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("race-relaxed", race_relaxed),
        .minimum = {true, 0, 0},
        .says = "a relaxed atomic flag is no race itself and orders nothing else",
        .event = SLEY_BIT(RACE),
    },
    {
        SLEY_CANARY_FIXED("race-relaxed", race_relaxed_fixed),
        .says = "a release and an acquire fence around relaxed accesses hand the message over",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("race-torn-copy", race_torn_copy),
        .minimum = {true, 0, 0},
        .says = "memcpy of a struct is no atomic copy",
        .event = SLEY_BIT(RACE),
        .also = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("race-torn-copy", race_torn_copy_fixed),
        .says = "under a lock it is whole",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("race-bit-field", race_bit_field),
        .minimum = {true, 0, 0},
        .says = "adjacent bit-fields are one memory location",
        .event = SLEY_BIT(RACE),
        .also = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("race-bit-field", race_bit_field_fixed),
        .says = "adjacent bytes of one word are two memory locations",
        .exhaustive = true,
    },
    {0},
};
