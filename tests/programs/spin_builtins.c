/* Locks that are made of the compiler's builtins, one for each family; the argument says which. The
 * bug: the lock is given back before what it protects. */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int word;
static bool flag;
static __int128 wide;
static int inside;

static bool
try_sync_swap(void)
{
    return __sync_lock_test_and_set(&word, 1) == 0;
}

static void
free_sync(void)
{
    __sync_lock_release(&word);
}

static bool
try_sync_compare(void)
{
    return __sync_bool_compare_and_swap(&word, 0, 1);
}

static bool
try_sync_value(void)
{
    return __sync_val_compare_and_swap(&word, 0, 1) == 0;
}

static bool
try_atomic_flag(void)
{
    return !__atomic_test_and_set(&flag, __ATOMIC_ACQUIRE);
}

static void
free_atomic_flag(void)
{
    __atomic_clear(&flag, __ATOMIC_RELEASE);
}

static bool
try_atomic_exchange(void)
{
    return __atomic_exchange_n(&word, 1, __ATOMIC_ACQUIRE) == 0;
}

static void
free_atomic(void)
{
    __atomic_store_n(&word, 0, __ATOMIC_RELEASE);
}

static bool
try_atomic_compare(void)
{
    int expected = 0;
    return __atomic_compare_exchange_n(&word, &expected, 1, true, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static bool
try_or(void)
{
    return (__sync_fetch_and_or(&word, 4) & 4) == 0;
}

static void
free_and(void)
{
    __sync_fetch_and_and(&word, ~4);
}

static bool
try_add(void)
{
    if (__sync_add_and_fetch(&word, 1) == 1) {
        return true;
    }
    __sync_sub_and_fetch(&word, 1);
    return false;
}

static void
free_sub(void)
{
    __atomic_sub_fetch(&word, 1, __ATOMIC_RELEASE);
}

static bool
try_wide(void)
{
    return __sync_bool_compare_and_swap(&wide, 0, (__int128)1 << 100);
}

static void
free_wide(void)
{
    while (!__sync_bool_compare_and_swap(&wide, (__int128)1 << 100, 0)) {
    }
}

static const struct {
    const char *name;
    bool (*take)(void);
    void (*give)(void);
} kinds[] = {
    {"sync-swap", try_sync_swap, free_sync},
    {"sync-compare", try_sync_compare, free_sync},
    {"sync-value", try_sync_value, free_sync},
    {"atomic-flag", try_atomic_flag, free_atomic_flag},
    {"atomic-exchange", try_atomic_exchange, free_atomic},
    {"atomic-compare", try_atomic_compare, free_atomic},
    {"or", try_or, free_and},
    {"add", try_add, free_sub},
    {"wide", try_wide, free_wide},
};

static size_t kind = sizeof kinds / sizeof kinds[0];

static void *
enter(void *argument)
{
    for (int i = 0; i < 2; i++) {
        while (!kinds[kind].take()) {
        }
#ifndef FIXED
        kinds[kind].give();
#endif
        assert(__atomic_fetch_add(&inside, 1, __ATOMIC_RELAXED) == 0);
        __atomic_fetch_sub(&inside, 1, __ATOMIC_RELAXED);
#ifdef FIXED
        kinds[kind].give();
#endif
    }
    return argument;
}

int
main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof kinds / sizeof kinds[0]; i++) {
        kind = strcmp(argv[1], kinds[i].name) == 0 ? i : kind;
    }
    if (kind == sizeof kinds / sizeof kinds[0]) {
        fprintf(stderr, "usage: spin_builtins KIND\n");
        return 2;
    }
    pthread_t other;
    pthread_create(&other, NULL, enter, NULL);
    enter(NULL);
    pthread_join(other, NULL);
    return 0;
}
