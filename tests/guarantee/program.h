/* Small programs of plain points, to be run by the engine and, apart from it, by a model of what a
 * run is. The model knows nothing of the engine: it is what the counts of the guarantee tests are
 * derived from. */
#ifndef SLEY_TESTS_GUARANTEE_PROGRAM_H
#define SLEY_TESTS_GUARANTEE_PROGRAM_H

#include "engine/engine.h"

enum { PROGRAM_TASKS_MAX = 4, PROGRAM_OBJECTS_MAX = 4 };

/* What each task does, two characters for each operation: a letter and an object or task.
 *   wN rN  writes, reads object N          lN uN  locks, unlocks lock N
 *   jN     waits for the end of task N     y0     yields
 * Task 0 starts all others first; the run is over when it ends. At most 30 operations in all. */
struct program {
    uint32_t task_count;
    const char *task[PROGRAM_TASKS_MAX];
};

/* The order in which the tasks executed their operations: base-4 digits, the first highest, behind
 * a leading 1. */
typedef uint64_t program_order;

/* Executes one run; result may be NULL. Returns the order of its operations. */
program_order program_run(const struct program *program, struct sley_source source,
                          struct sley_run_result *result);

/* Executes the program as task 0 of the run that is going on. */
program_order program_execute(const struct program *program);

/* The order that reads "1122": operations of tasks 1, 1, 2, 2. */
program_order program_order_of(const char *tasks);

/* --- the model --- */

/* Before a question "who runs next". To begin is a choice of its own that executes no operation. */
struct program_state {
    const struct program *program;
    program_order order;
    bool begun[PROGRAM_TASKS_MAX];
    uint8_t done[PROGRAM_TASKS_MAX];   /* operations executed */
    int8_t owner[PROGRAM_OBJECTS_MAX]; /* of each lock; -1: free */
    uint32_t current;                  /* task that ran last */
};

/* The state in which task 0 has started the others; begun: these have all begun already. */
struct program_state program_begin(const struct program *program, bool begun);

/* Whether task 0 has ended. */
bool program_over(const struct program_state *state);

/* Fills the tasks that can run, ascending; returns their number. 0: a deadlock. */
uint32_t program_candidates(const struct program_state *state, uint8_t tasks[PROGRAM_TASKS_MAX]);

/* Letter of the next operation of task; 0: it has none. */
char program_next(const struct program_state *state, uint32_t task);

/* Object of the next operation of task. */
uint32_t program_object(const struct program_state *state, uint32_t task);

/* The class of an order: another order has the same one iff it has the same operations, with every
 * pair of conflicting ones of different tasks in the same order (64 bits stand for it). */
uint64_t program_class(const struct program *program, program_order order);

/* Whether the next operations of two tasks that have begun do not commute. */
bool program_conflict(const struct program_state *state, uint32_t a, uint32_t b);

/* Lets task begin, or else execute an operation. Returns whether it was an operation. */
bool program_step(struct program_state *state, uint32_t task);

#endif
