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
    uint32_t rows; /* bits 0..29: first row, 0: none; bit 30: the write is atomic; bit 31: the read */
};

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

/* Records that task accessed bytes (a mask, not zero) of the granule at address & ~7 at step, and
 * returns whether this races; race is filled then (NULL not allowed). Allocates shadow pages on
 * first touch only. */
bool sley_race_access(uintptr_t address, uint32_t bytes, uint32_t task, uint32_t step,
                      unsigned kind, struct sley_race *race);

/* Forgets the accesses to [address, address + size): the memory is handed out anew. */
void sley_race_clear(uintptr_t address, size_t size);

#endif
