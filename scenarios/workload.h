/* A workload of equal tasks, run on the virtual machine with the costs of CPython, and what the
 * other ways to run it would take: what advice about the choice of a model is held against. */
#ifndef SLEY_SCENARIOS_WORKLOAD_H
#define SLEY_SCENARIOS_WORKLOAD_H

#include <sley/sley.h>

/* Each task is sent its data, waits, and computes. */
struct sley_workload {
    uint32_t count;      /* tasks: 1..32 */
    uint32_t cores;      /* 1..8 */
    uint32_t wait_us;    /* below 2^20 */
    uint32_t compute_us; /* below 2^20 */
    uint32_t kib;        /* of data for each task, serialised for another process: below 2^14 */
    bool blocking;       /* the wait is a call that knows of no event loop */
    bool released;       /* the computing is C code that releases the interpreter lock */
};

/* The ways to run it that the documents choose among. */
enum sley_way { SLEY_IN_A_ROW, SLEY_THREADS, SLEY_PROCESSES, SLEY_COROUTINES, SLEY_WAY_COUNT };

/* Runs it with one task of the model for each of its tasks; returns the virtual time that it took.
 * The account of sley_usage is that of this run. */
uint64_t sley_workload_run_us(const struct sley_workload *work);

/* What it takes in that way: threads under one interpreter lock, forked processes, coroutines of
 * one loop. The properties workload.estimate hold it against the machine: within a third. */
uint64_t sley_workload_estimate_us(const struct sley_workload *work, enum sley_way way);

/* The least of these estimates. */
uint64_t sley_workload_best_us(const struct sley_workload *work);

/* Runs it; the run fails if it took more than a quarter longer than the best way would. */
void sley_workload_check_regret(const struct sley_workload *work);

/* The way that the model's tasks are. */
enum sley_way sley_workload_way(void);

#endif
