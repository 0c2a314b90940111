/* queue.Queue: a ring under a mutex, with a condition for each direction. */
#include "models/gil/gil.h"

struct gil_queue {
    struct gil_lock mutex;
    struct gil_condition not_empty, not_full;
    uint32_t capacity;
    uint32_t count;
    uint32_t first;
    intptr_t items[SLEY_QUEUE_CAPACITY_MAX];
};

_Static_assert(sizeof(struct gil_queue) <= sizeof(struct sley_queue), "no room for a queue");

static struct gil_queue *
queue_of(struct sley_queue *queue)
{
    return (struct gil_queue *)queue->storage;
}

static void
init(struct sley_queue *queue, uint32_t capacity)
{
    struct gil_queue *self = queue_of(queue);
    *self = (struct gil_queue){.capacity = capacity};
    gil_lock_init(&self->mutex, (uintptr_t)&self->mutex, false);
    gil_condition_init(&self->not_empty, &self->mutex, (uintptr_t)&self->not_empty);
    gil_condition_init(&self->not_full, &self->mutex, (uintptr_t)&self->not_full);
}

static void
put(struct sley_queue *queue, intptr_t item)
{
    struct gil_queue *self = queue_of(queue);
    uintptr_t pc = SLEY_CALLER();
    gil_lock_acquire(&self->mutex, UINT64_MAX, pc);
    while (self->count == self->capacity) {
        gil_condition_wait(&self->not_full, UINT64_MAX, pc);
    }
    self->items[(self->first + self->count++) % self->capacity] = item;
    gil_condition_notify(&self->not_empty, 1, pc);
    gil_lock_release(&self->mutex, pc);
}

static intptr_t
get(struct sley_queue *queue)
{
    struct gil_queue *self = queue_of(queue);
    uintptr_t pc = SLEY_CALLER();
    gil_lock_acquire(&self->mutex, UINT64_MAX, pc);
    while (self->count == 0) {
        gil_condition_wait(&self->not_empty, UINT64_MAX, pc);
    }
    intptr_t item = self->items[self->first];
    self->first = (self->first + 1) % self->capacity;
    self->count--;
    gil_condition_notify(&self->not_full, 1, pc);
    gil_lock_release(&self->mutex, pc);
    return item;
}

static void
destroy(struct sley_queue *queue)
{
    (void)queue; /* nothing is held outside the caller's storage */
}

const struct sley_model_queue_ops sley_gil_queue_ops = {
    .init = init,
    .put = put,
    .get = get,
    .destroy = destroy,
};
