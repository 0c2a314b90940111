/* Programs generated from a seed, and their outcomes.
 *
 * Two or three tasks execute two to four operations each on three shared variables, two mutexes, a
 * condition variable and a semaphore. They may deadlock, race, lose wake-ups and leave locks
 * behind. */
#ifndef SLEY_TESTS_GUARANTEE_GENERATED_H
#define SLEY_TESTS_GUARANTEE_GENERATED_H

#include "engine/engine.h"

enum { WORKERS_MAX = 3, OPERATIONS_MAX = 4, VARIABLES = 3, LOCKS = 2 };

struct operation {
    uint32_t kind;
    uint32_t object; /* variable or lock */
};

struct generated {
    uint64_t seed;
    uint32_t worker_count;
    uint32_t count[WORKERS_MAX];
    struct operation operation[WORKERS_MAX][OPERATIONS_MAX + LOCKS];
    uint32_t semaphore;    /* first value */
    uint32_t spurious_max; /* wake-ups without a signal in a run */
};

/* The program of seed. */
void generated_init(struct generated *program, uint64_t seed);

/* Executes one run. Returns a digest of the final state, of what each task read and of the
 * verdicts: runs that agree in these have the same outcome. */
uint64_t generated_run(const struct generated *program, struct sley_source source,
                       struct sley_run_result *result);

/* Prints the program on standard error. */
void generated_print(const struct generated *program);

#endif
