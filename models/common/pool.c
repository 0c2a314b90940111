/* The executor's side of a pool: submit, map, shutdown. Built as ThreadPoolExecutor is: a queue of
 * work without limit, a semaphore that counts idle workers, workers started on demand. */
#include "models/common/pool.h"

#include <stdlib.h>

void
sley_pool_init(struct sley_pool *pool, uint32_t workers, enum sley_pool_kind kind)
{
    struct sley_pool_state *self = sley_pool_state_of(pool);
    sley_check(workers >= 1 && workers <= SLEY_POOL_WORKERS_MAX);
    sley_queue_init(&self->work, 0);
    sley_semaphore_init(&self->idle, 0);
    sley_lock_init(&self->lock);
    self->kind = kind;
    self->workers_max = workers;
    self->started = 0;
    self->joined = 0;
    self->shut = false;
    self->broken = false;
    self->running = NULL;
}

/* Under the lock: one more worker, unless an idle one takes the item or there are enough. */
static void
worker_add(struct sley_pool *pool)
{
    struct sley_pool_state *self = sley_pool_state_of(pool);
    bool eager = sley_fault_is(SLEY_FAULT_POOL_EAGER);
    if (!eager && sley_semaphore_try(&self->idle)) {
        return;
    }
    uint32_t started = sley_load(&self->started);
    uint32_t most =
        sley_fault_is(SLEY_FAULT_POOL_NO_CAP) ? SLEY_POOL_WORKERS_MAX : self->workers_max;
    while (started < most) {
        self->workers[started++] = sley_spawn(sley_pool_work, pool);
        sley_store(&self->started, started);
        if (!eager) {
            return;
        }
    }
}

bool
sley_pool_submit(struct sley_pool *pool, struct sley_future *future, void *(*entry)(void *),
                 void *argument)
{
    struct sley_pool_state *self = sley_pool_state_of(pool);
    sley_hand_over(SLEY_HAND_OVER_THREAD);
    sley_lock_acquire(&self->lock);
    bool takes = !sley_load(&self->shut) && !sley_load(&self->broken);
    if (takes) {
        struct sley_pool_item *item = malloc(sizeof *item);
        if (!item) {
            abort();
        }
        *item = (struct sley_pool_item){NULL, future, entry, argument};
        sley_future_init(future);
        sley_queue_put(&self->work, (intptr_t)item);
        worker_add(pool);
    }
    sley_lock_release(&self->lock);
    return takes;
}

/* Under the lock: what has not started never will. */
static void
pending_cancel(struct sley_pool_state *self)
{
    intptr_t work;
    while (sley_queue_try_get(&self->work, &work)) {
        struct sley_pool_item *item = (struct sley_pool_item *)work;
        if (item) {
            sley_future_cancel(item->future);
            free(item);
        }
    }
}

/* Each worker that ends hands the sentinel on, so that one is enough. */
void
sley_pool_shutdown(struct sley_pool *pool, bool wait, bool cancel)
{
    struct sley_pool_state *self = sley_pool_state_of(pool);
    sley_lock_acquire(&self->lock);
    sley_store(&self->shut, true);
    if (cancel && !sley_fault_is(SLEY_FAULT_POOL_NO_CANCEL)) {
        pending_cancel(self);
    }
    sley_queue_put(&self->work, 0);
    uint32_t started = sley_load(&self->started);
    sley_lock_release(&self->lock);
    while (wait && self->joined < started) {
        sley_join(self->workers[self->joined++]);
    }
}

uint32_t
sley_pool_started(struct sley_pool *pool)
{
    struct sley_pool_state *self = sley_pool_state_of(pool);
    sley_lock_acquire(&self->lock);
    uint32_t started = sley_load(&self->started);
    sley_lock_release(&self->lock);
    return started;
}

bool
sley_pool_is_broken(struct sley_pool *pool)
{
    struct sley_pool_state *self = sley_pool_state_of(pool);
    sley_lock_acquire(&self->lock);
    bool broken = sley_load(&self->broken);
    sley_lock_release(&self->lock);
    return broken;
}

void
sley_pool_destroy(struct sley_pool *pool)
{
    struct sley_pool_state *self = sley_pool_state_of(pool);
    sley_pool_shutdown(pool, true, false);
    sley_lock_destroy(&self->lock);
    sley_semaphore_destroy(&self->idle);
    sley_queue_destroy(&self->work);
}
