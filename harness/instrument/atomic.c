/* The callbacks that -fsanitize=thread puts in place of atomic operations.
 *
 * Execution is serialised and every atomic operation is one point, so the values are those of a
 * sequentially consistent memory whatever the orders say (docs/limits.md); the happens-before edges
 * follow the orders as written. */
#include "instrument/order.h"

__extension__ typedef __int128 int128;

#define LOAD(bits, type)                                                                           \
    type __tsan_atomic##bits##_load(const volatile type *at, int order);                           \
    type __tsan_atomic##bits##_load(const volatile type *at, int order)                            \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_LOAD, SLEY_CALLER());            \
        type value = *at;                                                                          \
        sley_atomic_loaded((uintptr_t)at, order);                                                  \
        return value;                                                                              \
    }

#define STORE(bits, type)                                                                          \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order);                    \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order)                     \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_STORE, SLEY_CALLER());           \
        sley_atomic_stored((uintptr_t)at, order, false);                                           \
        *at = value;                                                                               \
    }

#define UPDATE(bits, type, name, expression)                                                       \
    type __tsan_atomic##bits##_##name(volatile type *at, type value, int order);                   \
    type __tsan_atomic##bits##_##name(volatile type *at, type value, int order)                    \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_RMW, SLEY_CALLER());             \
        type old = *at;                                                                            \
        sley_atomic_loaded((uintptr_t)at, order);                                                  \
        sley_atomic_stored((uintptr_t)at, order, true);                                            \
        *at = (type)(expression);                                                                  \
        return old;                                                                                \
    }

/* On failure only the load happened, with the failure order. */
#define COMPARE(bits, type)                                                                        \
    static bool compare##bits(volatile type *at, type *expected, type value, int order,            \
                              int failure_order, bool weak, uintptr_t pc)                          \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_RMW, pc);                        \
        type old = *at;                                                                            \
        bool success = old == *expected && !(weak && sley_atomic_weak_failure());                  \
        sley_atomic_loaded((uintptr_t)at, success ? order : failure_order);                        \
        if (!success) {                                                                            \
            *expected = old;                                                                       \
            return false;                                                                          \
        }                                                                                          \
        sley_atomic_stored((uintptr_t)at, order, true);                                            \
        *at = value;                                                                               \
        return true;                                                                               \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile type *at, type *expected,           \
                                                      type value, int order, int failure);         \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile type *at, type *expected,           \
                                                      type value, int order, int failure)          \
    {                                                                                              \
        return compare##bits(at, expected, value, order, failure, false, SLEY_CALLER());           \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile type *at, type *expected, type value, \
                                                    int order, int failure);                       \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile type *at, type *expected, type value, \
                                                    int order, int failure)                        \
    {                                                                                              \
        return compare##bits(at, expected, value, order, failure, true, SLEY_CALLER());            \
    }                                                                                              \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *at, type expected, type value,  \
                                                    int order, int failure);                       \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *at, type expected, type value,  \
                                                    int order, int failure)                        \
    {                                                                                              \
        compare##bits(at, &expected, value, order, failure, false, SLEY_CALLER());                 \
        return expected;                                                                           \
    }

#define ALL(bits, type)                                                                            \
    LOAD(bits, type)                                                                               \
    STORE(bits, type)                                                                              \
    UPDATE(bits, type, exchange, value)                                                            \
    UPDATE(bits, type, fetch_add, old + value)                                                     \
    UPDATE(bits, type, fetch_sub, old - value)                                                     \
    UPDATE(bits, type, fetch_and, old &value)                                                      \
    UPDATE(bits, type, fetch_or, old | value)                                                      \
    UPDATE(bits, type, fetch_xor, old ^ value)                                                     \
    UPDATE(bits, type, fetch_nand, ~(old & value))                                                 \
    COMPARE(bits, type)

ALL(8, uint8_t)
ALL(16, uint16_t)
ALL(32, uint32_t)
ALL(64, uint64_t)
ALL(128, int128)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

void
__tsan_atomic_thread_fence(int order)
{
    sley_atomic_fence(order, SLEY_CALLER());
}

void
__tsan_atomic_signal_fence(int order)
{
    (void)order; /* orders a task with its own signal handlers only */
}
