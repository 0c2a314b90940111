#include "engine/canonical.h"

#include "engine/internal.h"

#include <base/rng.h>
#include <string.h>

enum { PROBES_MAX = 32, CELL_SHIFT = 64 - 13 };

/* What the run did last to each byte of a granule. */
struct cell {
    uint64_t granule;  /* address / 8 */
    uint64_t write[8]; /* hash of the last operation that changed the byte; 0: none */
    uint64_t reads[8]; /* sum of the hashes of those that read it since */
    uint32_t serial;   /* of the run that uses the cell */
};

static struct {
    uint32_t serial;
    uint32_t task_count;
    bool coarse;
    uint64_t global; /* hash of the last operation that conflicts with every other; 0: none */
    uint64_t ended;  /* sum over the tasks whose slot was handed on */
    uint64_t chain[SLEY_TASKS_MAX]; /* hash of each task's last operation */
    struct cell spare;              /* for every granule that finds no room */
    struct cell cell[SLEY_CANONICAL_CELLS];
} run;

/* Odd numbers without a pattern: which byte an operation was the last one on matters. */
static const uint64_t weights[8] = {
    0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu, 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u,
    0x1d8e4e27c47d124fu, 0xeb44accab455d165u, 0x9c6e6877736c46e3u, 0xd6e8feb86659fd93u,
};

void
sley_canonical_begin(uint32_t serial)
{
    run.serial = serial;
    run.task_count = 1;
    run.coarse = false;
    run.global = run.ended = 0;
    run.chain[0] = 0x51e7;
}

static uint64_t
total(void)
{
    uint64_t sum = run.ended;
    for (uint32_t t = 0; t < run.task_count; t++) {
        sum += sley_mix64(run.chain[t]);
    }
    return sum;
}

void
sley_canonical_start(uint32_t task, uint32_t parent, bool reused)
{
    if (reused) {
        run.ended += sley_mix64(run.chain[task]);
    }
    for (; run.task_count <= task; run.task_count++) {
        run.chain[run.task_count] = 0;
    }
    /* Not the slot's number: which slot is free depends on the order of independent operations. */
    run.chain[parent] = sley_mix64(run.chain[parent] + 1);
    run.chain[task] = sley_mix64(run.chain[parent] ^ 0x7461736bu);
}

static struct cell *
cell_begin(struct cell *cell, uint64_t granule)
{
    memset(cell, 0, sizeof *cell);
    cell->granule = granule;
    cell->serial = run.serial;
    return cell;
}

static struct cell *
cell_of(uintptr_t address)
{
    uint64_t granule = address >> 3;
    uint32_t at = (uint32_t)(granule * 0x9e3779b97f4a7c15u >> CELL_SHIFT);
    for (int probe = 0; probe < PROBES_MAX; probe++) {
        struct cell *cell = &run.cell[(at + (uint32_t)probe) % SLEY_CANONICAL_CELLS];
        if (cell->serial != run.serial) {
            return cell_begin(cell, granule);
        }
        if (cell->granule == granule) {
            return cell;
        }
    }
    run.coarse = true;
    return run.spare.serial == run.serial ? &run.spare : cell_begin(&run.spare, 0);
}

/* What an operation on bytes [first, first + count) of the cell comes after. */
static inline uint64_t
cell_before(const struct cell *cell, uint32_t first, uint32_t count, bool writes)
{
    uint64_t before = 0;
    for (uint32_t b = first; b < first + count; b++) {
        uint64_t last = cell->write[b];
        before +=
            (writes ? last + (cell->reads[b] << 17 | cell->reads[b] >> 47) : last) * weights[b];
    }
    return before;
}

static inline void
cell_note(struct cell *cell, uint32_t first, uint32_t count, bool writes, uint64_t hash)
{
    for (uint32_t b = first; b < first + count; b++) {
        if (writes) {
            cell->write[b] = hash;
            cell->reads[b] = 0;
        } else {
            cell->reads[b] += hash;
        }
    }
}

/* The hash of the task's next operation, which comes after what `before` stands for. */
static inline uint64_t
advance(uint32_t task, enum sley_op op, uint32_t size, uint64_t key, uint64_t before)
{
    uint64_t own = run.chain[task] + key * 0x9e3779b97f4a7c15u;
    uint64_t hash =
        (own << 31 | own >> 33) ^ (before + run.global) ^ (uint64_t)op << 56 ^ (uint64_t)size << 32;
    return run.chain[task] = sley_mix64(hash);
}

/* An operation within one granule, by far the most. */
static inline __attribute__((always_inline)) void
operate(uint32_t task, enum sley_op op, uintptr_t address, uint32_t size, uint64_t key)
{
    bool writes = sley_op_writes(op);
    struct cell *cell = cell_of(address);
    uint32_t first = address & 7;
    uint64_t before = cell_before(cell, first, size, writes);
    cell_note(cell, first, size, writes, advance(task, op, size, key, before));
}

static void
operate_on_range(uint32_t task, enum sley_op op, uintptr_t address, uint32_t size, uint64_t key)
{
    bool writes = sley_op_writes(op);
    uint32_t looked_at = size < SLEY_CANONICAL_BYTES_MAX ? size : SLEY_CANONICAL_BYTES_MAX;
    uint64_t before = 0;
    run.coarse |= looked_at < size;
    for (uint32_t at = 0, part; at < looked_at; at += part) {
        part = 8 - (uint32_t)((address + at) & 7);
        part = part < looked_at - at ? part : looked_at - at;
        before += cell_before(cell_of(address + at), (address + at) & 7, part, writes) *
                  (2 * (uint64_t)at + 1);
    }
    uint64_t hash = advance(task, op, size, key, before);
    for (uint32_t at = 0, part; at < looked_at; at += part) {
        part = 8 - (uint32_t)((address + at) & 7);
        part = part < looked_at - at ? part : looked_at - at;
        cell_note(cell_of(address + at), (address + at) & 7, part, writes, hash);
    }
}

void
sley_canonical_operation(uint32_t task, enum sley_op op, uintptr_t address, uint32_t size,
                         uint64_t key)
{
    address = address ? sley_place_of(address) : 0; /* private memory is another in each process */
    if (address == 0) {
        advance(task, op, size, key, 0);
    } else if (size == 4 && (address & 3) == 0) {
        operate(task, op, address, 4, key);
    } else if ((address & 7) + size <= 8) {
        operate(task, op, address, size, key);
    } else {
        operate_on_range(task, op, address, size, key);
    }
}

void
sley_canonical_two(uint32_t task, enum sley_op op, uintptr_t address, uint64_t key,
                   uintptr_t second, uint64_t second_key)
{
    address = sley_place_of(address);
    second = sley_place_of(second);
    struct cell *one = cell_of(address);
    struct cell *other = cell_of(second);
    uint64_t before =
        cell_before(one, address & 7, 1, true) + 3 * cell_before(other, second & 7, 1, true);
    uint64_t hash = advance(task, op, 1, key + 3 * second_key, before);
    cell_note(one, address & 7, 1, true, hash);
    cell_note(other, second & 7, 1, true, hash);
}

void
sley_canonical_global(uint32_t task, enum sley_op op, uint64_t key)
{
    /* It comes after the last operation of every task, and all later ones come after it. */
    run.global = advance(task, op, 1, key, total());
}

void
sley_canonical_choice(uint32_t task, enum sley_choice_kind kind, uint32_t value)
{
    run.chain[task] = sley_mix64(run.chain[task] ^ (uint64_t)(kind + 1) << 40 ^ value);
}

uint64_t
sley_canonical_final(void)
{
    uint64_t hash = sley_mix64(total());
    return hash ? hash : 1;
}

bool
sley_canonical_coarse(void)
{
    return run.coarse;
}
