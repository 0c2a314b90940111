/* libatomic's generic forms, which the compilers call for sizes without an instruction. */
#include "engine/access.h"
#include "instrument/sync_table.h"

#include <string.h>

static void
point(const volatile void *at, size_t size, enum sley_op op, uintptr_t pc)
{
    unsigned kind = SLEY_ACCESS_ATOMIC | (op == SLEY_OP_ATOMIC_LOAD ? 0 : SLEY_ACCESS_WRITE);
    sley_access((uintptr_t)at, size < 8 ? (uint32_t)size : 8, op, kind, pc);
    if (!sley_running()) {
        return;
    }
    if (size > 8) {
        sley_access_race_range((uintptr_t)at + 8, size - 8, kind, pc);
    }
    /* libatomic takes a lock: whatever the order says, it is sequentially consistent. */
    struct sley_clock *clock = sley_sync_clock((uintptr_t)at, true);
    sley_clock_acquire(clock);
    if (op != SLEY_OP_ATOMIC_LOAD) {
        sley_clock_release(clock);
    }
}

void sley___atomic_load(size_t size, const void *at, void *result, int order);
void sley___atomic_store(size_t size, void *at, const void *value, int order);
void sley___atomic_exchange(size_t size, void *at, const void *value, void *result, int order);
bool sley___atomic_compare_exchange(size_t size, void *at, void *expected, const void *value,
                                    int order, int failure);

void
sley___atomic_load(size_t size, const void *at, void *result, int order)
{
    (void)order;
    point(at, size, SLEY_OP_ATOMIC_LOAD, SLEY_CALLER());
    memcpy(result, at, size);
}

void
sley___atomic_store(size_t size, void *at, const void *value, int order)
{
    (void)order;
    point(at, size, SLEY_OP_ATOMIC_STORE, SLEY_CALLER());
    memcpy(at, value, size);
}

void
sley___atomic_exchange(size_t size, void *at, const void *value, void *result, int order)
{
    (void)order;
    point(at, size, SLEY_OP_ATOMIC_RMW, SLEY_CALLER());
    memmove(result, at, size);
    memcpy(at, value, size);
}

bool
sley___atomic_compare_exchange(size_t size, void *at, void *expected, const void *value, int order,
                               int failure)
{
    (void)order;
    (void)failure;
    point(at, size, SLEY_OP_ATOMIC_RMW, SLEY_CALLER());
    if (memcmp(at, expected, size) != 0) {
        memcpy(expected, at, size);
        return false;
    }
    memcpy(at, value, size);
    return true;
}

__extension__ typedef __int128 int128;

int128 sley___atomic_load_16(const void *at, int order);
void sley___atomic_store_16(void *at, int128 value, int order);
int128 sley___atomic_exchange_16(void *at, int128 value, int order);
bool sley___atomic_compare_exchange_16(void *at, void *expected, int128 value, int order,
                                       int failure);

int128
sley___atomic_load_16(const void *at, int order)
{
    int128 value;
    sley___atomic_load(sizeof value, at, &value, order);
    return value;
}

void
sley___atomic_store_16(void *at, int128 value, int order)
{
    sley___atomic_store(sizeof value, at, &value, order);
}

int128
sley___atomic_exchange_16(void *at, int128 value, int order)
{
    int128 old;
    sley___atomic_exchange(sizeof value, at, &value, &old, order);
    return old;
}

bool
sley___atomic_compare_exchange_16(void *at, void *expected, int128 value, int order, int failure)
{
    return sley___atomic_compare_exchange(sizeof value, at, expected, &value, order, failure);
}
