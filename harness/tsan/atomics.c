/* The tsan lane's callbacks for atomic operations: a scheduling point and sley's own edges, then
 * the real callback, which executes the operation with the order as written. */
/* A tail call of a function without a value is written `return f();`, which ISO C does not know. */
#pragma clang diagnostic ignored "-Wpedantic"

#include "instrument/order.h"

__extension__ typedef __int128 int128;

#define LOAD(bits, type)                                                                           \
    type __tsan_atomic##bits##_load(const volatile type *at, int order);                           \
    type sley_tsan_atomic##bits##_load(const volatile type *at, int order);                        \
    type sley_tsan_atomic##bits##_load(const volatile type *at, int order)                         \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_LOAD, SLEY_CALLER());            \
        sley_atomic_loaded((uintptr_t)at, order);                                                  \
        __attribute__((musttail)) return __tsan_atomic##bits##_load(at, order);                    \
    }

#define STORE(bits, type)                                                                          \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order);                    \
    void sley_tsan_atomic##bits##_store(volatile type *at, type value, int order);                 \
    void sley_tsan_atomic##bits##_store(volatile type *at, type value, int order)                  \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_STORE, SLEY_CALLER());           \
        sley_atomic_stored((uintptr_t)at, order, false);                                           \
        __attribute__((musttail)) return __tsan_atomic##bits##_store(at, value, order);            \
    }

#define UPDATE(bits, type, name)                                                                   \
    type __tsan_atomic##bits##_##name(volatile type *at, type value, int order);                   \
    type sley_tsan_atomic##bits##_##name(volatile type *at, type value, int order);                \
    type sley_tsan_atomic##bits##_##name(volatile type *at, type value, int order)                 \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_RMW, SLEY_CALLER());             \
        sley_atomic_loaded((uintptr_t)at, order);                                                  \
        sley_atomic_stored((uintptr_t)at, order, true);                                            \
        __attribute__((musttail)) return __tsan_atomic##bits##_##name(at, value, order);           \
    }

/* Execution is serialised, so whether the exchange will succeed is known before. */
#define EDGES(bits, type)                                                                          \
    static void edges##bits(volatile type *at, type expected, int order, int failure)              \
    {                                                                                              \
        bool success = *at == expected;                                                            \
        sley_atomic_loaded((uintptr_t)at, success ? order : failure);                              \
        if (success) {                                                                             \
            sley_atomic_stored((uintptr_t)at, order, true);                                        \
        }                                                                                          \
    }

#define COMPARE(bits, type, name)                                                                  \
    int __tsan_atomic##bits##_##name(volatile type *at, type *expected, type value, int order,     \
                                     int failure);                                                 \
    int sley_tsan_atomic##bits##_##name(volatile type *at, type *expected, type value, int order,  \
                                        int failure);                                              \
    int sley_tsan_atomic##bits##_##name(volatile type *at, type *expected, type value, int order,  \
                                        int failure)                                               \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_RMW, SLEY_CALLER());             \
        edges##bits(at, *expected, order, failure);                                                \
        __attribute__((musttail)) return __tsan_atomic##bits##_##name(at, expected, value, order,  \
                                                                      failure);                    \
    }

#define COMPARE_VALUE(bits, type)                                                                  \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *at, type expected, type value,  \
                                                    int order, int failure);                       \
    type sley_tsan_atomic##bits##_compare_exchange_val(volatile type *at, type expected,           \
                                                       type value, int order, int failure);        \
    type sley_tsan_atomic##bits##_compare_exchange_val(volatile type *at, type expected,           \
                                                       type value, int order, int failure)         \
    {                                                                                              \
        sley_atomic_point((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_RMW, SLEY_CALLER());             \
        edges##bits(at, expected, order, failure);                                                 \
        __attribute__((musttail)) return __tsan_atomic##bits##_compare_exchange_val(               \
            at, expected, value, order, failure);                                                  \
    }

#define ALL(bits, type)                                                                            \
    LOAD(bits, type)                                                                               \
    STORE(bits, type)                                                                              \
    UPDATE(bits, type, exchange)                                                                   \
    UPDATE(bits, type, fetch_add)                                                                  \
    UPDATE(bits, type, fetch_sub)                                                                  \
    UPDATE(bits, type, fetch_and)                                                                  \
    UPDATE(bits, type, fetch_or)                                                                   \
    UPDATE(bits, type, fetch_xor)                                                                  \
    UPDATE(bits, type, fetch_nand)                                                                 \
    EDGES(bits, type)                                                                              \
    COMPARE(bits, type, compare_exchange_strong)                                                   \
    COMPARE(bits, type, compare_exchange_weak)                                                     \
    COMPARE_VALUE(bits, type)

ALL(8, uint8_t)
ALL(16, uint16_t)
ALL(32, uint32_t)
ALL(64, uint64_t)
ALL(128, int128)

void __tsan_atomic_thread_fence(int order);
void sley_tsan_atomic_thread_fence(int order);

void
sley_tsan_atomic_thread_fence(int order)
{
    sley_atomic_fence(order, SLEY_CALLER());
    __attribute__((musttail)) return __tsan_atomic_thread_fence(order);
}
