/* Data race detection by vector clocks.
 *
 * Execution is serialised, so the number of the step is an epoch for all tasks at once: access A of
 * task a happened before the current access of task b iff step(A) <= clock[b][a]. The shadow keeps
 * one 16-byte cell for each 8 bytes of memory; a cell holds one read and one write (the epochs of
 * FastTrack: C. Flanagan, S. Freund, PLDI 2009), and falls back to exact rows, one for each task,
 * byte and kind of access, where reads are shared, sizes are mixed, or plain and atomic accesses
 * meet. Steps grow over all runs of a process, so cells of earlier runs are older than `base` and
 * need no clearing. */
#ifndef SLEY_DETECT_RACE_H
#define SLEY_DETECT_RACE_H

#include <sley/strategy.h>

enum sley_access_kind {
    SLEY_ACCESS_WRITE = 1,  /* bit: the access writes */
    SLEY_ACCESS_ATOMIC = 2, /* bit: the access is atomic */
};

struct sley_race_row {
    uint32_t next; /* index of the next row of this granule, 0: none */
    uint32_t task;
    uint32_t seen;       /* bit 8 * kind + byte: step[kind][byte] is not 0 */
    uint32_t step[4][8]; /* [kind of access][byte]: its last step in this run, 0: none */
};

struct sley_race_cell {
    uint32_t write_step; /* last write; older than base: none */
    uint32_t read_step;  /* last read; with SLEY_RACE_ROWS the index of the first row instead */
    uint16_t write_task;
    uint16_t read_task;
    uint8_t write_bytes; /* bit b: byte b of the granule was accessed */
    uint8_t read_bytes;
    uint8_t flags; /* enum sley_race_flag */
};

_Static_assert(sizeof(struct sley_race_cell) == 16, "four cells a cache line");

enum sley_race_flag {
    SLEY_RACE_WRITE_ATOMIC = 1, /* the write that the cell keeps is atomic */
    SLEY_RACE_READ_ATOMIC = 2,  /* the read is */
    SLEY_RACE_ROWS = 4,         /* everything is kept in rows; write_step is the last access's */
};

enum { SLEY_RACE_CHUNK_SHIFT = 24 }; /* one entry of the directory covers 16 MiB of memory */

/* The earlier access that the current one races with. */
struct sley_race {
    uint32_t task;
    uint32_t step;
    bool writes;
    bool atomic;
};

/* Entries from one task's clock to the next one's: the clocks of a few tasks, of which the first
 * entries are used, must not fall into one set of the cache. */
enum { SLEY_RACE_STRIDE = SLEY_TASKS_MAX + 16 };

struct sley_race_detector {
    uint32_t base;      /* first step of the current run */
    uint32_t row_count; /* rows in use in this run; row 0 is never used */
    bool conflict;      /* two tasks touched a common byte in this run, one of them writing */
    struct sley_race_row *rows;
    uint32_t clock[SLEY_TASKS_MAX][SLEY_RACE_STRIDE]; /* clock[t][u]: last step of u before t */
};

extern struct sley_race_detector sley_race_detector;

/* Reserves the shadow. Must be called once in a process before any access. */
enum sley_status sley_race_init(struct sley_error *error);

/* Starts a run whose first step is base. */
void sley_race_begin(uint32_t base);

/* Sets the clocks of tasks 0..task_count-1 back, which nobody beyond them knows of. */
void sley_race_clocks_clear(uint32_t task_count);

/* Forgets everything; the next run may use any step again. */
void sley_race_forget(void);

/* The shadow: a directory of chunks of cells, made on first touch. */
extern struct sley_race_cell *sley_race_directory[];
struct sley_race_cell *sley_race_chunk_create(uintptr_t address);

/* The part of sley_race_access that needs rows. */
bool sley_race_slow(struct sley_race_cell *cell, uint32_t bytes, uint32_t task, uint32_t step,
                    unsigned kind, struct sley_race *race);

static inline struct sley_race_cell *
sley_race_cell_of(uintptr_t address)
{
    struct sley_race_cell *chunk =
        sley_race_directory[(address << 16) >> (SLEY_RACE_CHUNK_SHIFT + 16)];
    if (__builtin_expect(!chunk, 0)) {
        chunk = sley_race_chunk_create(address);
    }
    return &chunk[(address >> 3) & ((1u << (SLEY_RACE_CHUNK_SHIFT - 3)) - 1)];
}

/* Whether an access that the cell keeps may be forgotten once one of these bytes is recorded in its
 * place: whatever races with the old one later then races with the new one as well. */
static inline bool
sley_race_replaces(uint32_t old_bytes, bool old_atomic, uint32_t bytes, bool atomic)
{
    return !(old_bytes & ~bytes) && (!atomic || old_atomic);
}

/* Records that task accessed bytes (a mask, not zero) of the granule at address & ~7 at step, and
 * returns whether this races; race is filled then (NULL not allowed). Allocates shadow pages on
 * first touch only. Inline, since it is most of what a point costs. */
static inline __attribute__((always_inline)) bool
sley_race_access(uintptr_t address, uint32_t bytes, uint32_t task, uint32_t step, unsigned kind,
                 struct sley_race *race)
{
    struct sley_race_detector *d = &sley_race_detector;
    struct sley_race_cell *cell = sley_race_cell_of(address);
    const uint32_t *clock = d->clock[task];
    uint32_t base = d->base;
    unsigned flags = cell->flags;
    bool atomic = kind & SLEY_ACCESS_ATOMIC;
    bool has_write = cell->write_step >= base;
    bool has_read = cell->read_step >= base;
    bool simple = true; /* everything kept is ordered before, and covered by, this access */
    if (__builtin_expect(flags & SLEY_RACE_ROWS, 0)) {
        if (has_write) {
            return sley_race_slow(cell, bytes, task, step, kind, race);
        }
        has_read = false; /* rows of an earlier run: no step of a read */
        cell->read_step = 0;
        flags = 0;
    }
    if (has_write) {
        bool own = cell->write_task == task;
        d->conflict |= !own & ((cell->write_bytes & bytes) != 0);
        simple &= own | (cell->write_step <= clock[cell->write_task]);
        if (kind & SLEY_ACCESS_WRITE) {
            simple &= sley_race_replaces(cell->write_bytes, flags & SLEY_RACE_WRITE_ATOMIC, bytes,
                                         atomic);
        }
    }
    if (has_read) {
        bool own = cell->read_task == task;
        d->conflict |= (kind & SLEY_ACCESS_WRITE) && !own && (cell->read_bytes & bytes);
        simple &= own | (cell->read_step <= clock[cell->read_task]);
        simple &=
            sley_race_replaces(cell->read_bytes, flags & SLEY_RACE_READ_ATOMIC, bytes, atomic);
    }
    if (__builtin_expect(!simple, 0)) {
        return sley_race_slow(cell, bytes, task, step, kind, race);
    }
    if (kind & SLEY_ACCESS_WRITE) {
        cell->write_step = step;
        cell->read_step = 0;
        cell->write_task = (uint16_t)task;
        cell->write_bytes = (uint8_t)bytes;
        cell->flags = atomic ? SLEY_RACE_WRITE_ATOMIC : 0;
    } else {
        cell->read_step = step;
        cell->read_task = (uint16_t)task;
        cell->read_bytes = (uint8_t)bytes;
        cell->flags =
            (uint8_t)((flags & SLEY_RACE_WRITE_ATOMIC) | (atomic ? SLEY_RACE_READ_ATOMIC : 0u));
    }
    return false;
}

/* Forgets the accesses to [address, address + size): the memory is handed out anew. */
void sley_race_clear(uintptr_t address, size_t size);

#endif
