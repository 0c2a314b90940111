/* asyncio.Queue: put suspends while the queue is full, get while it is empty; each wakes the first
 * waiter of the other side. */
#include "models/coroutine/loop.h"

#include "engine/heap.h"

#include <sley/model.h>

struct async_queue {
    uint32_t capacity; /* 0: none */
    uint32_t room;     /* items that the ring holds */
    uint32_t count;
    uint32_t first;
    uint32_t unfinished;
    struct sley_loop_list getters;
    struct sley_loop_list putters;
    struct sley_loop_list joiners;
    intptr_t *ring; /* own, or from the run's heap when there is no capacity */
    intptr_t own[SLEY_QUEUE_CAPACITY_MAX];
};

extern const struct sley_model_queue_ops sley_coroutine_queue_ops;
extern const struct sley_model_queue_count_ops sley_coroutine_queue_count_ops;

static struct async_queue *
queue_of(struct sley_queue *queue)
{
    _Static_assert(sizeof(struct async_queue) <= sizeof(struct sley_queue), "no room for a queue");
    return (struct async_queue *)queue->storage;
}

static void
init(struct sley_queue *queue, uint32_t capacity)
{
    struct async_queue *self = queue_of(queue);
    *self = (struct async_queue){.capacity = capacity, .room = SLEY_QUEUE_CAPACITY_MAX};
    self->ring = self->own;
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

/* False: the deadline passed first. */
static bool
wait_in(struct sley_loop_list *list, uintptr_t object, uint64_t deadline_ns, uintptr_t pc)
{
    sley_loop_list_append(list, sley_engine.task);
    if (deadline_ns == SLEY_FOREVER) {
        sley_loop_suspend(SLEY_WAIT_CONDITION, object, -1, 0, pc);
        return true;
    }
    bool in_time = sley_loop_suspend_until(deadline_ns, SLEY_WAIT_CONDITION, object, pc);
    sley_loop_list_remove(list, sley_engine.task);
    return in_time;
}

static uint64_t
deadline_after(uint64_t timeout_ns)
{
    return timeout_ns == SLEY_FOREVER ? SLEY_FOREVER : sley_engine.clock_ns + timeout_ns;
}

static void
grow(struct async_queue *self, uintptr_t pc)
{
    size_t size = self->room * sizeof self->ring[0];
    intptr_t *ring = sley_heap_allocate(2 * size, 16, false, pc);
    if (!ring) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "a queue without limit");
    }
    for (uint32_t i = 0; i < self->count; i++) {
        ring[i] = self->ring[(self->first + i) % self->room];
    }
    self->ring = ring;
    self->room *= 2;
    self->first = 0;
}

static bool
put_until(struct sley_queue *queue, intptr_t item, uint64_t timeout_ns, uintptr_t pc)
{
    struct async_queue *self = queue_of(queue);
    uint64_t deadline_ns = deadline_after(timeout_ns);
    sley_point(SLEY_OP_AWAIT, (uintptr_t)queue, pc);
    while (self->capacity && self->count == self->capacity) {
        if (timeout_ns == 0 || !wait_in(&self->putters, (uintptr_t)queue, deadline_ns, pc)) {
            return false;
        }
    }
    sley_engine.result->conflict |= sley_engine.task_count > 1;
    if (self->count == self->room) {
        grow(self, pc);
    }
    self->ring[(self->first + self->count++) % self->room] = item;
    self->unfinished++;
    wake_first(&self->getters);
    return true;
}

static bool
get_until(struct sley_queue *queue, intptr_t *item, uint64_t timeout_ns, uintptr_t pc)
{
    struct async_queue *self = queue_of(queue);
    uint64_t deadline_ns = deadline_after(timeout_ns);
    sley_point(SLEY_OP_AWAIT, (uintptr_t)queue, pc);
    while (self->count == 0) {
        if (timeout_ns == 0 || !wait_in(&self->getters, (uintptr_t)queue, deadline_ns, pc)) {
            return false;
        }
    }
    *item = self->ring[self->first];
    self->first = (self->first + 1) % self->room;
    self->count--;
    wake_first(&self->putters);
    return true;
}

static void
put(struct sley_queue *queue, intptr_t item)
{
    put_until(queue, item, SLEY_FOREVER, SLEY_CALLER());
}

static intptr_t
get(struct sley_queue *queue)
{
    intptr_t item = 0;
    get_until(queue, &item, SLEY_FOREVER, SLEY_CALLER());
    return item;
}

static bool
put_for(struct sley_queue *queue, intptr_t item, uint64_t timeout_ns)
{
    return put_until(queue, item, timeout_ns, SLEY_CALLER());
}

static bool
get_for(struct sley_queue *queue, intptr_t *item, uint64_t timeout_ns)
{
    return get_until(queue, item, timeout_ns, SLEY_CALLER());
}

static void
destroy(struct sley_queue *queue)
{
    (void)queue; /* nothing is held outside the caller's storage and the run's heap */
}

static uint32_t
size(struct sley_queue *queue)
{
    return queue_of(queue)->count;
}

static bool
task_done(struct sley_queue *queue)
{
    struct async_queue *self = queue_of(queue);
    if (self->unfinished == 0) {
        return false;
    }
    self->unfinished--;
    while (self->unfinished == 0 && self->joiners.first) {
        wake_first(&self->joiners);
    }
    return true;
}

static void
join(struct sley_queue *queue)
{
    struct async_queue *self = queue_of(queue);
    sley_point(SLEY_OP_AWAIT, (uintptr_t)queue, SLEY_CALLER());
    while (self->unfinished > 0) {
        wait_in(&self->joiners, (uintptr_t)queue, SLEY_FOREVER, SLEY_CALLER());
    }
}

const struct sley_model_queue_ops sley_coroutine_queue_ops = {
    .init = init,
    .put = put,
    .get = get,
    .put_for = put_for,
    .get_for = get_for,
    .destroy = destroy,
};

const struct sley_model_queue_count_ops sley_coroutine_queue_count_ops = {
    .size = size,
    .task_done = task_done,
    .join = join,
};
