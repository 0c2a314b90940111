/* asyncio.Queue: put suspends while the queue is full, get while it is empty; each wakes the first
 * waiter of the other side. */
#include "models/coroutine/loop.h"

#include <sley/model.h>

struct async_queue {
    uint32_t capacity;
    uint32_t count;
    uint32_t first;
    struct sley_loop_list getters;
    struct sley_loop_list putters;
    intptr_t items[SLEY_QUEUE_CAPACITY_MAX];
};

extern const struct sley_model_queue_ops sley_coroutine_queue_ops;

static struct async_queue *
queue_of(struct sley_queue *queue)
{
    _Static_assert(sizeof(struct async_queue) <= sizeof(struct sley_queue), "no room for a queue");
    return (struct async_queue *)queue->storage;
}

static void
init(struct sley_queue *queue, uint32_t capacity)
{
    *queue_of(queue) = (struct async_queue){.capacity = capacity};
}

static void
wake_first(struct sley_loop_list *list)
{
    if (list->first) {
        uint32_t task = list->first - 1u;
        sley_loop_list_remove(list, task);
        sley_loop_wake(task);
    }
}

static void
wait_in(struct sley_loop_list *list, uintptr_t object, uintptr_t pc)
{
    sley_loop_list_append(list, sley_engine.task);
    sley_loop_suspend(SLEY_WAIT_CONDITION, object, -1, 0, pc);
}

static void
put(struct sley_queue *queue, intptr_t item)
{
    struct async_queue *self = queue_of(queue);
    sley_point(SLEY_OP_AWAIT, (uintptr_t)queue, SLEY_CALLER());
    while (self->count == self->capacity) {
        wait_in(&self->putters, (uintptr_t)queue, SLEY_CALLER());
    }
    sley_engine.result->conflict |= sley_engine.task_count > 1;
    self->items[(self->first + self->count++) % self->capacity] = item;
    wake_first(&self->getters);
}

static intptr_t
get(struct sley_queue *queue)
{
    struct async_queue *self = queue_of(queue);
    sley_point(SLEY_OP_AWAIT, (uintptr_t)queue, SLEY_CALLER());
    while (self->count == 0) {
        wait_in(&self->getters, (uintptr_t)queue, SLEY_CALLER());
    }
    intptr_t item = self->items[self->first];
    self->first = (self->first + 1) % self->capacity;
    self->count--;
    wake_first(&self->putters);
    return item;
}

static void
destroy(struct sley_queue *queue)
{
    (void)queue; /* nothing is held outside the caller's storage */
}

const struct sley_model_queue_ops sley_coroutine_queue_ops = {
    .init = init,
    .put = put,
    .get = get,
    .destroy = destroy,
};
