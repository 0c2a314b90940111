/* Oracles that scenarios share. They run in the harness, so their own work is no scheduling point.
 */
#ifndef SLEY_ORACLE_H
#define SLEY_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

enum { SLEY_HISTORY_MAX = 20 };

/* One operation on a queue, as the task that called it saw it. */
struct sley_queue_call {
    uint64_t begin; /* stamp before the call */
    uint64_t end;   /* stamp after it returned; greater than begin */
    intptr_t item;  /* put or taken */
    bool is_put;
};

/* The calls of one run, in any order. */
struct sley_queue_history {
    struct sley_queue_call calls[SLEY_HISTORY_MAX];
    int count;
};

/* A number that grows with every scheduling point of the run. Depends on global order: a property
 * that uses it declares global_order. */
uint64_t sley_stamp(void);

/* Puts or gets on the model's queue and appends the call to the history. A history that is full
 * ends the run with the verdict misuse. */
struct sley_queue;
void sley_history_put(struct sley_queue_history *history, struct sley_queue *queue, intptr_t item);
intptr_t sley_history_get(struct sley_queue_history *history, struct sley_queue *queue);

/* Whether some order of the calls that respects their times is a run of a sequential first-in-
 * first-out queue of that capacity (J. Wing, C. Gong, 1993; with a memo of sets of done calls, G.
 * Lowe, 2017). The items must be distinct. Fast
 * while few calls overlap: at worst the cost grows with the orders of the puts that do. */
bool sley_history_is_fifo(const struct sley_queue_history *history, uint32_t capacity);

#endif
