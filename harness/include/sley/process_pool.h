/* A pool of processes, as concurrent.futures.ProcessPoolExecutor has it. For the process models;
 * sley/pool.h is the pool of tasks that share memory.
 *
 * Work goes through one pipe, from which the workers take it in turn, and answers come back through
 * another: an item's argument and result are single words, and what they point to stays where it
 * is. The pool belongs to the process that made it. */
#ifndef SLEY_PROCESS_POOL_H
#define SLEY_PROCESS_POOL_H

#include <sley/process.h>

enum {
    SLEY_PROCESS_POOL_WORKERS_MAX = 64,
    SLEY_PROCESS_POOL_ITEMS_MAX = 256, /* submits, and chunks of map, in a pool's life */
    SLEY_PROCESS_POOL_CHUNK_MAX = 8,
};

/* Lives in the caller's storage; copies name the same pool. */
struct sley_process_pool {
    void *shared; /* in shared memory */
};

/* At most workers (1..SLEY_PROCESS_POOL_WORKERS_MAX) processes; none is started yet. item_limit:
 * a worker ends after that many submits or chunks, and another takes its place
 * (max_tasks_per_child); 0: never. Takes two pipes of the run. */
void sley_process_pool_init(struct sley_process_pool *pool, uint32_t workers, uint32_t item_limit);

/* Sends entry(argument) to the workers, and returns its number, from 0. The first submit starts
 * every worker where children are forked, since a process with threads is not forked safely
 * (CPython issue 90622); where they are spawned, a submit starts one if none is idle. Waits for an
 * answer while SLEY_PROCESS_POOL_ITEMS_MAX / 8 are outstanding. */
uint32_t sley_process_pool_submit(struct sley_process_pool *pool, void *(*entry)(void *),
                                  void *argument);

/* Waits for the answer of the submit with that number. The same however often it is asked. */
void *sley_process_pool_result(struct sley_process_pool *pool, uint32_t number);

/* results[i] = entry(arguments[i]) for every i < count, in the order of the inputs. chunk: items
 * sent at a time, 1..SLEY_PROCESS_POOL_CHUNK_MAX. */
void sley_process_pool_map(struct sley_process_pool *pool, void *(*entry)(void *),
                           void *const *arguments, void **results, uint32_t count, uint32_t chunk);

/* Workers started so far. */
uint32_t sley_process_pool_started(const struct sley_process_pool *pool);

/* What was submitted is done, and every worker has ended. */
void sley_process_pool_shutdown(struct sley_process_pool *pool);

#endif
