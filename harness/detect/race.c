#include "detect/race.h"

#include "base/region.h"

#include <string.h>

enum {
    CHUNK_CELLS = 1 << (SLEY_RACE_CHUNK_SHIFT - 3),
    DIRECTORY_SIZE = 1 << (48 - SLEY_RACE_CHUNK_SHIFT),
    ROWS_MAX = 1 << 22,
};

struct sley_race_detector sley_race_detector;
struct sley_race_cell *sley_race_directory[DIRECTORY_SIZE];

enum sley_status
sley_race_init(struct sley_error *error)
{
    struct sley_race_detector *d = &sley_race_detector;
    if (!d->rows) {
        d->rows = sley_region_reserve(ROWS_MAX * sizeof d->rows[0]);
    }
    if (!d->rows) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM,
                              "cannot reserve %zu bytes of address space for the race detector",
                              ROWS_MAX * sizeof d->rows[0]);
    }
    d->row_count = 1;
    return SLEY_OK;
}

void
sley_race_begin(uint32_t base)
{
    struct sley_race_detector *d = &sley_race_detector;
    d->base = base;
    d->row_count = 1;
    d->conflict = false;
}

void
sley_race_forget(void)
{
    for (size_t i = 0; i < DIRECTORY_SIZE; i++) {
        if (sley_race_directory[i]) {
            sley_region_clear(sley_race_directory[i],
                              CHUNK_CELLS * sizeof sley_race_directory[i][0]);
        }
    }
}

struct sley_race_cell *
sley_race_chunk_create(uintptr_t address)
{
    struct sley_race_cell *chunk = sley_region_reserve(CHUNK_CELLS * sizeof chunk[0]);
    if (!chunk) {
        __builtin_trap(); /* the detector cannot go on; the run shows as a crash */
    }
    sley_race_directory[(address >> SLEY_RACE_CHUNK_SHIFT) & (DIRECTORY_SIZE - 1)] = chunk;
    return chunk;
}

/* The row of task in the granule of cell, put first if there is none yet. NULL: no row is left, and
 * the access goes unseen. */
static struct sley_race_row *
row_of(struct sley_race_cell *cell, uint32_t task)
{
    struct sley_race_detector *d = &sley_race_detector;
    for (uint32_t i = cell->read_step; i != 0; i = d->rows[i].next) {
        if (d->rows[i].task == task) {
            return &d->rows[i];
        }
    }
    if (d->row_count == ROWS_MAX) {
        return NULL;
    }
    struct sley_race_row *row = &d->rows[d->row_count];
    memset(row, 0, sizeof *row);
    row->task = task;
    row->next = cell->read_step;
    cell->read_step = d->row_count++;
    return row;
}

static void
row_record(struct sley_race_row *row, uint32_t bytes, unsigned kind, uint32_t step)
{
    if (!row) {
        return;
    }
    row->seen |= bytes << 8 * kind;
    for (uint32_t left = bytes; left != 0; left &= left - 1) {
        row->step[kind][__builtin_ctz(left)] = step;
    }
}

/* Whether an access of this kind and an earlier one of that kind conflict. */
static bool
kinds_conflict(unsigned a, unsigned b)
{
    return ((a | b) & SLEY_ACCESS_WRITE) != 0 && !(a & b & SLEY_ACCESS_ATOMIC);
}

/* What of a row an access touches, as bits of `seen`: what it changes, or what changed it. */
static uint32_t
touched(uint32_t bytes, unsigned kind)
{
    uint32_t writes =
        bytes << 8 * SLEY_ACCESS_WRITE | bytes << 8 * (SLEY_ACCESS_WRITE | SLEY_ACCESS_ATOMIC);
    uint32_t reads = bytes | bytes << 8 * SLEY_ACCESS_ATOMIC;
    return kind & SLEY_ACCESS_WRITE ? writes | reads : writes;
}

/* Whether an access races with one of those in the row that `common`, bits of `seen`, names. */
static bool
row_races(const struct sley_race_row *row, uint32_t common, unsigned kind, const uint32_t *clock,
          struct sley_race *race)
{
    for (; common != 0; common &= common - 1) {
        unsigned bit = (unsigned)__builtin_ctz(common);
        unsigned other = bit / 8;
        uint32_t step = row->step[other][bit % 8];
        if (kinds_conflict(kind, other) && step > clock[row->task]) {
            *race = (struct sley_race){row->task, step, other & SLEY_ACCESS_WRITE,
                                       (other & SLEY_ACCESS_ATOMIC) != 0};
            return true;
        }
    }
    return false;
}

static bool
rows_access(struct sley_race_cell *cell, uint32_t bytes, uint32_t task, uint32_t step,
            unsigned kind, struct sley_race *race)
{
    struct sley_race_detector *d = &sley_race_detector;
    uint32_t mask = touched(bytes, kind);
    struct sley_race_row *own = NULL;
    bool found = false;
    for (uint32_t i = cell->read_step; i != 0 && !found; i = d->rows[i].next) {
        struct sley_race_row *row = &d->rows[i];
        uint32_t common = row->seen & mask;
        if (row->task == task) {
            own = row;
        } else if (common != 0) {
            d->conflict = true;
            found = row_races(row, common, kind, d->clock[task], race);
        }
    }
    row_record(own ? own : row_of(cell, task), bytes, kind, step);
    cell->write_step = step; /* keeps the rows alive for the rest of the run */
    return found;
}

/* Moves what the cell remembers into rows. */
static void
spill(struct sley_race_cell *cell)
{
    uint32_t base = sley_race_detector.base;
    struct sley_race_cell old = *cell;
    cell->flags = SLEY_RACE_ROWS;
    cell->read_step = 0;
    if (old.write_step >= base) {
        unsigned atomic = old.flags & SLEY_RACE_WRITE_ATOMIC ? SLEY_ACCESS_ATOMIC : 0;
        row_record(row_of(cell, old.write_task), old.write_bytes, SLEY_ACCESS_WRITE | atomic,
                   old.write_step);
    }
    if (old.read_step >= base) {
        unsigned atomic = old.flags & SLEY_RACE_READ_ATOMIC ? SLEY_ACCESS_ATOMIC : 0;
        row_record(row_of(cell, old.read_task), old.read_bytes, atomic, old.read_step);
    }
}

bool
sley_race_slow(struct sley_race_cell *cell, uint32_t bytes, uint32_t task, uint32_t step,
               unsigned kind, struct sley_race *race)
{
    if (!(cell->flags & SLEY_RACE_ROWS)) {
        spill(cell);
    }
    return rows_access(cell, bytes, task, step, kind, race);
}

void
sley_race_clocks_clear(uint32_t task_count)
{
    for (uint32_t t = 0; t < task_count; t++) {
        uint32_t *clock = sley_race_detector.clock[t];
        memset(clock, 0, task_count * sizeof clock[0]);
    }
}

void
sley_race_clear(uintptr_t address, size_t size)
{
    const uintptr_t chunk = (uintptr_t)1 << SLEY_RACE_CHUNK_SHIFT;
    for (uintptr_t at = address & ~(uintptr_t)7; at < address + size; at += 8) {
        if (!sley_race_directory[(at >> SLEY_RACE_CHUNK_SHIFT) & (DIRECTORY_SIZE - 1)]) {
            at = (at | (chunk - 1)) - 7; /* nothing was ever accessed in these 16 MiB */
            continue;
        }
        struct sley_race_cell *cell = sley_race_cell_of(at);
        cell->write_step = 0;
        cell->read_step = 0;
    }
}
