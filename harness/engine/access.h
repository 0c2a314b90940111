/* The hot path: what happens at each memory access of the code under test. */
#ifndef SLEY_ENGINE_ACCESS_H
#define SLEY_ENGINE_ACCESS_H

#include "detect/race.h"
#include "engine/canonical.h"
#include "engine/engine.h"
#include "engine/heap.h"

/* The part of a point that is not on the fast path: a question may be due, the run may be
 * observed, or no run may be going on (then 0 is returned). Otherwise returns the step of the
 * operation. */
uint32_t sley_point_slow(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t second,
                         uintptr_t pc);

/* Reports the race of the current access with an earlier one. */
void sley_access_report(const struct sley_race *race, uintptr_t address, unsigned kind,
                        uint32_t size, uintptr_t pc);

/* Checks [address, address + size) for races without a point. */
void sley_access_race_range(uintptr_t address, size_t size, unsigned kind, uintptr_t pc);

/* The key of an address that is no global of the program, and the heap check. */
uint64_t sley_access_key(uintptr_t address, uint32_t size, bool writes, uintptr_t pc);

static inline void
sley_hash(struct sley_engine *e, enum sley_op op, uint32_t size, uint64_t key)
{
    uint64_t task = (uint64_t)e->task << 56 | (uint64_t)e->task >> 8;
    uint64_t h = e->hash ^ key ^ task ^ (uint64_t)op << 48 ^ (uint64_t)size << 40;
    e->hash = (h << 23 | h >> 41) * 0x9e3779b97f4a7c15u;
}

/* A mask of the bytes of a granule that [address, address + size) covers; size <= 8 and the access
 * does not leave the granule. */
static inline uint32_t
sley_access_bytes(uintptr_t address, uint32_t size)
{
    return ((1u << size) - 1) << (address & 7);
}

/* One access of at most 8 bytes: a scheduling point, the run's hash, heap and race checks. */
static inline __attribute__((always_inline)) void
sley_access(uintptr_t address, uint32_t size, enum sley_op op, unsigned kind, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    uint32_t step = ++e->step;
    if (__builtin_expect(step >= e->limit, 0)) {
        step = sley_point_slow(op, address, size, 0, pc);
        if (step == 0) {
            return;
        }
    }
    e->pc_ring[step % SLEY_PC_RING] = (uint32_t)pc;
    uintptr_t offset = address - e->globals_low;
    uint64_t key = __builtin_expect(offset < e->globals_size, 1)
                       ? e->globals_key[offset]
                       : sley_access_key(address, size, kind & SLEY_ACCESS_WRITE, pc);
    if (__builtin_expect(e->check & SLEY_CHECK_HASH_ONLY, 1)) {
        sley_hash(e, op, size, key);
    } else if (e->check & SLEY_CHECK_HASH) {
        sley_hash(e, op, size, key);
        sley_canonical_operation(e->task, op, address, size, key);
    }
    const uint32_t race_checks = SLEY_CHECK_RACE | SLEY_CHECK_PLACES | SLEY_CHECK_IGNORES;
    if (__builtin_expect((e->check & race_checks) != SLEY_CHECK_RACE, 0)) {
        sley_access_race_range(address, size, kind, pc);
        return;
    }
    struct sley_race race;
    if (__builtin_expect((address & 7) + size > 8, 0)) {
        sley_access_race_range(address, size, kind, pc);
    } else if (__builtin_expect(sley_race_access(address, sley_access_bytes(address, size), e->task,
                                                 step, kind, &race),
                                0)) {
        sley_access_report(&race, address, kind, size, pc);
    }
}

#endif
