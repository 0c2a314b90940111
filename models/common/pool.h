/* What the files of the pool share. */
#ifndef SLEY_MODELS_COMMON_POOL_H
#define SLEY_MODELS_COMMON_POOL_H

#include "models/common/common.h"

/* One thing to do, from the run's heap; who takes it from the queue frees it. */
struct sley_pool_item {
    struct sley_pool_item *next; /* in the list of those that run */
    struct sley_future *future;
    void *(*entry)(void *);
    void *argument;
};

struct sley_pool_state {
    struct sley_queue work; /* of items; 0 is the sentinel */
    struct sley_semaphore idle;
    struct sley_lock lock; /* of what follows */
    enum sley_pool_kind kind;
    uint32_t workers_max;
    uint32_t started;
    uint32_t joined;
    bool shut;
    bool broken;
    struct sley_pool_item *running;
    uintptr_t workers[SLEY_POOL_WORKERS_MAX];
};

static inline struct sley_pool_state *
sley_pool_state_of(struct sley_pool *pool)
{
    _Static_assert(sizeof(struct sley_pool_state) <= sizeof(struct sley_pool), "no room");
    return (struct sley_pool_state *)pool->storage;
}

/* A worker's life; argument is the pool. */
void *sley_pool_work(void *argument);

#endif
