/* Every family of gcc's atomic builtins, up to 16 bytes. With -DBUG one increment is plain. */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define FAMILY(type, name)                                                                         \
    static void name(void)                                                                         \
    {                                                                                              \
        static type word, other;                                                                   \
        type expected = 5;                                                                         \
        __atomic_store_n(&word, 5, __ATOMIC_RELEASE);                                              \
        assert(__atomic_load_n(&word, __ATOMIC_ACQUIRE) == 5);                                     \
        assert(__atomic_exchange_n(&word, 6, __ATOMIC_ACQ_REL) == 5);                              \
        assert(!__atomic_compare_exchange_n(&word, &expected, 7, false, __ATOMIC_SEQ_CST,          \
                                            __ATOMIC_RELAXED));                                    \
        assert(expected == 6);                                                                     \
        assert(__atomic_compare_exchange_n(&word, &expected, 7, false, __ATOMIC_SEQ_CST,           \
                                           __ATOMIC_RELAXED));                                     \
        assert(__atomic_fetch_add(&word, 3, __ATOMIC_RELAXED) == 7);                               \
        assert(__atomic_add_fetch(&word, 1, __ATOMIC_RELAXED) == 11);                              \
        assert(__atomic_fetch_sub(&word, 1, __ATOMIC_RELAXED) == 11);                              \
        assert(__atomic_sub_fetch(&word, 2, __ATOMIC_RELAXED) == 8);                               \
        assert(__atomic_fetch_or(&word, 3, __ATOMIC_RELAXED) == 8);                                \
        assert(__atomic_or_fetch(&word, 4, __ATOMIC_RELAXED) == 15);                               \
        assert(__atomic_fetch_and(&word, 6, __ATOMIC_RELAXED) == 15);                              \
        assert(__atomic_and_fetch(&word, 4, __ATOMIC_RELAXED) == 4);                               \
        assert(__atomic_fetch_xor(&word, 5, __ATOMIC_RELAXED) == 4);                               \
        assert(__atomic_xor_fetch(&word, 3, __ATOMIC_RELAXED) == 2);                               \
        assert(__atomic_fetch_nand(&word, 2, __ATOMIC_RELAXED) == 2);                              \
        assert(word == (type)~2);                                                                  \
        word = 1;                                                                                  \
        __atomic_load(&word, &other, __ATOMIC_SEQ_CST);                                            \
        assert(other == 1);                                                                        \
        other = 2;                                                                                 \
        __atomic_store(&word, &other, __ATOMIC_SEQ_CST);                                           \
        other = 3;                                                                                 \
        __atomic_exchange(&word, &other, &expected, __ATOMIC_SEQ_CST);                             \
        assert(word == 3 && expected == 2);                                                        \
        assert(__sync_fetch_and_add(&word, 1) == 3 && __sync_add_and_fetch(&word, 1) == 5);        \
        assert(__sync_fetch_and_sub(&word, 1) == 5 && __sync_sub_and_fetch(&word, 1) == 3);        \
        assert(__sync_fetch_and_or(&word, 4) == 3 && __sync_or_and_fetch(&word, 8) == 15);         \
        assert(__sync_fetch_and_and(&word, 7) == 15 && __sync_and_and_fetch(&word, 3) == 3);       \
        assert(__sync_fetch_and_xor(&word, 1) == 3 && __sync_xor_and_fetch(&word, 2) == 0);        \
        assert(__sync_bool_compare_and_swap(&word, 0, 9));                                         \
        assert(__sync_val_compare_and_swap(&word, 0, 1) == 9);                                     \
        assert(__sync_lock_test_and_set(&word, 1) == 9);                                           \
        __sync_lock_release(&word);                                                                \
        assert(word == 0);                                                                         \
        __sync_synchronize();                                                                      \
    }

FAMILY(uint8_t, bytes_1)
FAMILY(uint16_t, bytes_2)
FAMILY(uint32_t, bytes_4)
FAMILY(uint64_t, bytes_8)
#ifdef __SIZEOF_INT128__
FAMILY(unsigned __int128, bytes_16)
#endif

struct odd {
    char bytes[24];
} __attribute__((aligned(32)));

static void
sizes_without_an_instruction(void)
{
    static struct odd place, seen;
    struct odd value;
    memset(&value, 7, sizeof value);
    __atomic_store(&place, &value, __ATOMIC_SEQ_CST);
    __atomic_load(&place, &seen, __ATOMIC_SEQ_CST);
    assert(memcmp(&seen, &value, sizeof value) == 0);
}

static int total;
static bool flag;

static void *
adds(void *argument)
{
#ifdef BUG
    total++;
#endif
    __sync_fetch_and_add(&total, 1);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return argument;
}

int
main(void)
{
    pthread_t threads[2];
    bytes_1();
    bytes_2();
    bytes_4();
    bytes_8();
#ifdef __SIZEOF_INT128__
    bytes_16();
#endif
    sizes_without_an_instruction();
    assert(__atomic_always_lock_free(sizeof(int), 0) && __atomic_is_lock_free(sizeof(int), 0));
    assert(!__atomic_test_and_set(&flag, __ATOMIC_ACQUIRE));
    assert(__atomic_test_and_set(&flag, __ATOMIC_ACQUIRE));
    __atomic_clear(&flag, __ATOMIC_RELEASE);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, adds, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
#ifdef BUG
    assert(total == 4);
#else
    assert(total == 2);
#endif
    return 0;
}
