/* Pools of workers, as ThreadPoolExecutor and ProcessPoolExecutor have them. A part of sley.h. */
#ifndef SLEY_POOL_H
#define SLEY_POOL_H

#include <sley/future.h>

struct sley_pool {
    uint64_t storage[384];
};

enum { SLEY_POOL_WORKERS_MAX = 64 };

enum sley_pool_kind {
    SLEY_POOL_THREADS,   /* a worker's death is the program's */
    SLEY_POOL_PROCESSES, /* a worker's death breaks the pool */
};

/* A pool of at most workers (1..SLEY_POOL_WORKERS_MAX) tasks of the model; none is started yet. */
void sley_pool_init(struct sley_pool *pool, uint32_t workers, enum sley_pool_kind kind);

/* Queues entry(argument) behind what was submitted before; future, which is initialised here and
 * borrowed until it is done, gets the result. Starts a worker only if none is idle and there are
 * fewer than allowed. False, with nothing done: the pool is shut down or broken. A work item that
 * waits for another of the same full pool waits for ever. */
bool sley_pool_submit(struct sley_pool *pool, struct sley_future *future, void *(*entry)(void *),
                      void *argument);

/* results[i] = entry(arguments[i]) for every i < count, in the order of the inputs. Returns the
 * index of the first input whose item raised or broke, or count; results behind it are not
 * filled. chunk: items handed to a worker at a time; 0 counts as 1. */
uint32_t sley_pool_map(struct sley_pool *pool, void *(*entry)(void *), void *const *arguments,
                       void **results, uint32_t count, uint32_t chunk);

/* No more submits. cancel: what has not started is cancelled, else it is still run. wait: returns
 * when every worker has ended. */
void sley_pool_shutdown(struct sley_pool *pool, bool wait, bool cancel);

/* Workers started so far. */
uint32_t sley_pool_started(struct sley_pool *pool);

/* A worker has died. */
bool sley_pool_is_broken(struct sley_pool *pool);

/* Shuts down, if that was not done, and waits for every worker: none outlives the pool. */
void sley_pool_destroy(struct sley_pool *pool);

/* What a work item returns whose worker dies in it (os._exit, a crash, a kill): the item and all
 * others get BROKEN, and the pool takes no more. In a pool of threads it ends the run with the
 * verdict crash, since a dead thread is a dead program. */
void *sley_pool_die(void);

#endif
