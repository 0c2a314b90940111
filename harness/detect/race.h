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
    uint32_t step[4][8]; /* [kind of access][byte]: its last step in this run, 0: none */
};

struct sley_race_cell {
    uint32_t write_step; /* last write; older than base: none */
    uint32_t read_step;  /* last read */
    uint8_t write_task;
    uint8_t read_task;
    uint8_t write_bytes; /* bit b: byte b of the granule was accessed */
    uint8_t read_bytes;
    uint32_t rows; /* SLEY_RACE_ROWS: first row, 0: none; and two flags */
};

#define SLEY_RACE_ROWS 0x3fffffffu         /* index of the first row */
#define SLEY_RACE_WRITE_ATOMIC 0x40000000u /* the write that the cell keeps is atomic */
#define SLEY_RACE_READ_ATOMIC 0x80000000u  /* the read is */

enum { SLEY_RACE_CHUNK_SHIFT = 24 }; /* one entry of the directory covers 16 MiB of memory */

/* The earlier access that the current one races with. */
struct sley_race {
    uint32_t task;
    uint32_t step;
    bool writes;
    bool atomic;
};

struct sley_race_detector {
    uint32_t base;      /* first step of the current run */
    uint32_t row_count; /* rows in use in this run; row 0 is never used */
    bool conflict;      /* two tasks touched a common byte in this run, one of them writing */
    struct sley_race_row *rows;
    uint32_t clock[SLEY_TASKS_MAX][SLEY_TASKS_MAX]; /* clock[t][u]: last step of u before t */
};

extern struct sley_race_detector sley_race_detector;

/* Reserves the shadow. Must be called once in a process before any access. */
enum sley_status sley_race_init(struct sley_error *error);

/* Starts a run whose first step is base. */
void sley_race_begin(uint32_t base);

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
    uint32_t rows = cell->rows;
    bool atomic = kind & SLEY_ACCESS_ATOMIC;
    bool has_write = cell->write_step >= base;
    bool has_read = cell->read_step >= base;
    bool simple = true; /* everything kept is ordered before, and covered by, this access */
    if (has_write | has_read) {
        simple = (rows & SLEY_RACE_ROWS) == 0;
    } else {
        rows = 0;
    }
    if (has_write) {
        /* With rows, the step is no write's, and the rows tell of conflicts. */
        bool own = cell->write_task == task;
        d->conflict |= !own & simple & ((cell->write_bytes & bytes) != 0);
        simple &= own | (cell->write_step <= clock[cell->write_task]);
        if (kind & SLEY_ACCESS_WRITE) {
            simple &=
                sley_race_replaces(cell->write_bytes, rows & SLEY_RACE_WRITE_ATOMIC, bytes, atomic);
        }
    }
    if (has_read) {
        bool own = cell->read_task == task;
        d->conflict |= (kind & SLEY_ACCESS_WRITE) && !own && (cell->read_bytes & bytes);
        simple &= own | (cell->read_step <= clock[cell->read_task]);
        simple &= sley_race_replaces(cell->read_bytes, rows & SLEY_RACE_READ_ATOMIC, bytes, atomic);
    }
    if (__builtin_expect(!simple, 0)) {
        cell->rows = rows;
        return sley_race_slow(cell, bytes, task, step, kind, race);
    }
    if (kind & SLEY_ACCESS_WRITE) {
        cell->write_step = step;
        cell->read_step = 0;
        cell->write_task = (uint8_t)task;
        cell->write_bytes = (uint8_t)bytes;
        cell->rows = atomic ? SLEY_RACE_WRITE_ATOMIC : 0;
    } else {
        cell->read_step = step;
        cell->read_task = (uint8_t)task;
        cell->read_bytes = (uint8_t)bytes;
        cell->rows = (rows & SLEY_RACE_WRITE_ATOMIC) | (atomic ? SLEY_RACE_READ_ATOMIC : 0);
    }
    return false;
}

/* Forgets the accesses to [address, address + size): the memory is handed out anew. */
void sley_race_clear(uintptr_t address, size_t size);

#endif
