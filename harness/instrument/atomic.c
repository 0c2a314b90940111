/* The callbacks that -fsanitize=thread puts in place of atomic operations.
 *
 * Execution is serialised and every atomic operation is one point, so the values are those of a
 * sequentially consistent memory whatever the orders say (docs/limits.md); the happens-before edges
 * follow the orders as written. */
#include "engine/access.h"
#include "instrument/sync_table.h"

#include <string.h>

/* The compilers' memory orders, by value. */
enum order { RELAXED, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST };

static struct sley_clock fences[SLEY_TASKS_MAX]; /* what each task's last release fence covers */
static uint32_t fence_serial[SLEY_TASKS_MAX];
static struct sley_clock read_before_fence[SLEY_TASKS_MAX]; /* what relaxed loads have seen */
static uint32_t read_serial[SLEY_TASKS_MAX];
static struct sley_clock fence_all; /* seq_cst fences order each other */
static uint32_t fence_all_serial;

static bool
acquires(int order)
{
    return order == CONSUME || order == ACQUIRE || order == ACQ_REL || order == SEQ_CST;
}

static bool
releases(int order)
{
    return order == RELEASE || order == ACQ_REL || order == SEQ_CST;
}

static void
clock_join(struct sley_clock *to, const struct sley_clock *from)
{
    for (; to->count < from->count; to->count++) {
        to->at[to->count] = 0;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        if (from->at[i] > to->at[i]) {
            to->at[i] = from->at[i];
        }
    }
}

static void
loaded(uintptr_t address, int order)
{
    const struct sley_clock *clock = sley_sync_clock(address, false);
    uint32_t task = sley_engine.task;
    if (!clock) {
        return;
    }
    if (acquires(order)) {
        sley_clock_acquire(clock);
        return;
    }
    if (read_serial[task] != sley_engine.serial) {
        read_serial[task] = sley_engine.serial;
        sley_clock_init(&read_before_fence[task]);
    }
    clock_join(&read_before_fence[task], clock);
}

/* A store that is no read-modify-write ends the release sequence of earlier ones. */
static void
stored(uintptr_t address, int order, bool read_modify_write)
{
    uint32_t task = sley_engine.task;
    bool fenced = fence_serial[task] == sley_engine.serial;
    bool orders = releases(order) || fenced;
    struct sley_clock *clock = sley_sync_clock(address, orders);
    if (!clock) {
        return;
    }
    if (!read_modify_write) {
        sley_clock_init(clock);
    }
    if (releases(order)) {
        sley_clock_release(clock);
    } else if (fenced) {
        clock_join(clock, &fences[task]);
    }
}

static void
fence(int order, uintptr_t pc)
{
    /* Sequentially consistent fences order each other, so they are operations on one object. */
    sley_point(SLEY_OP_FENCE, order == SEQ_CST ? (uintptr_t)&fence_all : 0, pc);
    uint32_t task = sley_engine.task;
    uint32_t serial = sley_engine.serial;
    if (!sley_running()) {
        return;
    }
    if (acquires(order) && read_serial[task] == serial) {
        sley_clock_acquire(&read_before_fence[task]);
    }
    if (order == SEQ_CST) {
        if (fence_all_serial != serial) {
            fence_all_serial = serial;
            sley_clock_init(&fence_all);
        }
        sley_clock_acquire(&fence_all);
        sley_clock_release(&fence_all);
    }
    if (releases(order)) {
        fence_serial[task] = serial;
        sley_clock_init(&fences[task]);
        sley_clock_release(&fences[task]);
    }
}

/* The point and the checks of one atomic operation; it executes right after. */
static void
atomic_access(uintptr_t address, uint32_t size, enum sley_op op, uintptr_t pc)
{
    unsigned kind = SLEY_ACCESS_ATOMIC | (op == SLEY_OP_ATOMIC_LOAD ? 0 : SLEY_ACCESS_WRITE);
    uint32_t part = size < 8 ? size : 8;
    sley_access(address, part, op, kind, pc);
    if (size > 8) {
        sley_access_race_range(address + 8, size - 8, kind, pc);
    }
}

static bool
weak_failure(void)
{
    return sley_running() && sley_engine.options->weak_cas &&
           sley_choose(SLEY_CHOICE_WEAK_CAS, 2) == 1;
}

__extension__ typedef __int128 int128;

#define LOAD(bits, type)                                                                           \
    type __tsan_atomic##bits##_load(const volatile type *at, int order);                           \
    type __tsan_atomic##bits##_load(const volatile type *at, int order)                            \
    {                                                                                              \
        atomic_access((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_LOAD, SLEY_CALLER());                \
        type value = *at;                                                                          \
        if (sley_running()) {                                                                      \
            loaded((uintptr_t)at, order);                                                          \
        }                                                                                          \
        return value;                                                                              \
    }

#define STORE(bits, type)                                                                          \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order);                    \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order)                     \
    {                                                                                              \
        atomic_access((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_STORE, SLEY_CALLER());               \
        if (sley_running()) {                                                                      \
            stored((uintptr_t)at, order, false);                                                   \
        }                                                                                          \
        *at = value;                                                                               \
    }

#define UPDATE(bits, type, name, expression)                                                       \
    type __tsan_atomic##bits##_##name(volatile type *at, type value, int order);                   \
    type __tsan_atomic##bits##_##name(volatile type *at, type value, int order)                    \
    {                                                                                              \
        atomic_access((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_RMW, SLEY_CALLER());                 \
        type old = *at;                                                                            \
        if (sley_running()) {                                                                      \
            loaded((uintptr_t)at, order);                                                          \
            stored((uintptr_t)at, order, true);                                                    \
        }                                                                                          \
        *at = (type)(expression);                                                                  \
        return old;                                                                                \
    }

/* On failure only the load happened, with the failure order. */
#define COMPARE(bits, type)                                                                        \
    static bool compare##bits(volatile type *at, type *expected, type value, int order,            \
                              int failure_order, bool weak, uintptr_t pc)                          \
    {                                                                                              \
        atomic_access((uintptr_t)at, bits / 8, SLEY_OP_ATOMIC_RMW, pc);                            \
        type old = *at;                                                                            \
        bool success = old == *expected && !(weak && weak_failure());                              \
        if (sley_running()) {                                                                      \
            loaded((uintptr_t)at, success ? order : failure_order);                                \
        }                                                                                          \
        if (!success) {                                                                            \
            *expected = old;                                                                       \
            return false;                                                                          \
        }                                                                                          \
        if (sley_running()) {                                                                      \
            stored((uintptr_t)at, order, true);                                                    \
        }                                                                                          \
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
    fence(order, SLEY_CALLER());
}

void
__tsan_atomic_signal_fence(int order)
{
    (void)order; /* orders a task with its own signal handlers only */
}
