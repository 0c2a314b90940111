/* A worker's side of a pool. */
#include "models/common/pool.h"

#include <stdlib.h>

/* Only its address means something. */
static char death;

void *
sley_pool_die(void)
{
    return &death;
}

static void
running_add(struct sley_pool_state *self, struct sley_pool_item *item)
{
    sley_lock_acquire(&self->lock);
    item->next = self->running;
    self->running = item;
    sley_lock_release(&self->lock);
}

/* False: the pool broke meanwhile, and answered for the item. */
static bool
running_remove(struct sley_pool_state *self, struct sley_pool_item *item)
{
    sley_lock_acquire(&self->lock);
    struct sley_pool_item **at = &self->running;
    while (*at && *at != item) {
        at = &(*at)->next;
    }
    bool found = *at != NULL;
    if (found) {
        *at = item->next;
    }
    sley_lock_release(&self->lock);
    return found;
}

/* Under the lock. A worker is dead: nobody knows what it did to the queue, so every item fails, and
 * every other worker ends. */
static void
break_all(struct sley_pool_state *self)
{
    intptr_t work;
    sley_store(&self->broken, true);
    sley_store(&self->shut, true);
    if (sley_fault_is(SLEY_FAULT_POOL_BREAK_ONE)) {
        return;
    }
    for (struct sley_pool_item *item = self->running; item; item = item->next) {
        sley_future_set_broken(item->future);
    }
    self->running = NULL;
    while (sley_queue_try_get(&self->work, &work)) {
        struct sley_pool_item *item = (struct sley_pool_item *)work;
        if (item) {
            sley_future_set_broken(item->future);
            free(item);
        }
    }
}

/* The item's worker dies in it: of a thread's death the whole program dies. */
static void
worker_died(struct sley_pool_state *self, struct sley_pool_item *item)
{
    if (self->kind == SLEY_POOL_THREADS && !sley_fault_is(SLEY_FAULT_POOL_THREAD_SURVIVES)) {
        abort();
    }
    sley_lock_acquire(&self->lock);
    break_all(self);
    sley_lock_release(&self->lock);
    sley_future_set_broken(item->future);
    free(item);
    sley_queue_put(&self->work, 0);
}

/* False: the worker is dead. */
static bool
item_run(struct sley_pool_state *self, struct sley_pool_item *item)
{
    if (!sley_future_start(item->future)) {
        free(item);
        return true; /* cancelled before it ran */
    }
    bool breakable = self->kind == SLEY_POOL_PROCESSES;
    if (breakable) {
        running_add(self, item);
    }
    void *result = item->entry(item->argument);
    if (result == &death) {
        worker_died(self, item);
        return false;
    }
    if (sley_fault_is(SLEY_FAULT_POOL_LOSES_EXCEPTIONS) && sley_is_exception(result, NULL)) {
        result = NULL;
    }
    if (!breakable || running_remove(self, item)) {
        sley_future_set(item->future, result);
    }
    free(item);
    return true;
}

/* A worker that finds nothing to do says that it is idle before it waits; the next submit takes
 * that back. */
static struct sley_pool_item *
item_next(struct sley_pool_state *self)
{
    intptr_t work;
    if (!sley_queue_try_get(&self->work, &work)) {
        if (!sley_fault_is(SLEY_FAULT_POOL_NO_REUSE)) {
            sley_semaphore_release(&self->idle);
        }
        work = sley_queue_get(&self->work);
        sley_hand_over(SLEY_HAND_OVER_WAKE);
    }
    return (struct sley_pool_item *)work;
}

void *
sley_pool_work(void *argument)
{
    struct sley_pool_state *self = sley_pool_state_of(argument);
    for (;;) {
        struct sley_pool_item *item = item_next(self);
        if (!item) {
            sley_queue_put(&self->work, 0);
            return NULL;
        }
        if (!item_run(self, item)) {
            return NULL;
        }
    }
}
