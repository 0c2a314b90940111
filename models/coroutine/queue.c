/* asyncio.Queue: put suspends while the queue is full, get while it is empty; each wakes the first
 * waiter of the other side. */
#include "models/coroutine/queue.h"
#include "models/coroutine/event.h"

struct async_queue {
    uint32_t capacity; /* 0: none */
    uint32_t count;
    uint32_t first;
    uint32_t unfinished;
    struct loop_waiters getters; /* a woken waiter is taken out at once */
    struct loop_waiters putters;
    struct async_event finished;
    intptr_t items[SLEY_LOOP_QUEUE_MAX];
};

static struct async_queue *
queue_of(struct sley_queue *queue)
{
    _Static_assert(sizeof(struct async_queue) <= sizeof(struct sley_queue), "no room for a queue");
    return (struct async_queue *)queue->storage;
}

void
sley_async_queue_init(struct sley_queue *queue, uint32_t capacity)
{
    *queue_of(queue) = (struct async_queue){.capacity = capacity, .finished = {.set = true}};
}

static bool
is_full(const struct async_queue *self)
{
    return self->capacity != 0 && self->count >= self->capacity;
}

static bool
is_empty(const struct async_queue *self)
{
    return self->count == 0;
}

static void
wake_next(struct loop_waiters *waiters)
{
    struct sley_async_future *waiter;
    while ((waiter = sley_waiters_take(waiters)) != NULL) {
        if (!sley_async_future_done(waiter)) {
            sley_async_future_finish(waiter, sley_result(0));
            return;
        }
    }
}

static void
append(struct async_queue *self, intptr_t item, uintptr_t pc)
{
    if (self->count == SLEY_LOOP_QUEUE_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, (uintptr_t)self, pc,
                         "more than 40 items in a queue without bound");
    }
    self->items[(self->first + self->count++) % SLEY_LOOP_QUEUE_MAX] = item;
    self->unfinished++;
    self->finished.set = false;
    if (!sley_fault(SLEY_FAULT_QUEUE_NO_WAKE) || self->count == 1) {
        wake_next(&self->getters);
    }
}

static intptr_t
take(struct async_queue *self)
{
    self->count--;
    intptr_t item = self->items[self->first];
    if (sley_fault(SLEY_FAULT_LOOP_QUEUE_LIFO)) {
        item = self->items[(self->first + self->count) % SLEY_LOOP_QUEUE_MAX];
    } else {
        self->first = (self->first + 1) % SLEY_LOOP_QUEUE_MAX;
    }
    wake_next(&self->putters);
    return item;
}

/* Waits as long as blocked says so. A waiter that is cancelled although it was woken wakes the next
 * one in its place. */
static struct sley_awaited
wait_while(struct async_queue *self, bool (*blocked)(const struct async_queue *),
           struct loop_waiters *waiters, uintptr_t pc)
{
    const struct loop_wait wait = {SLEY_WAIT_CONDITION, (uintptr_t)self, -1, 0};
    while (blocked(self)) {
        struct sley_async_future *waiter;
        struct sley_awaited outcome = sley_await_waiter(waiters, &wait, &waiter, pc);
        if (outcome.kind != SLEY_RESULT) {
            sley_async_future_cancel_plain(waiter);
            sley_waiters_remove(waiters, waiter);
            if (!blocked(self) && waiter->state != FUTURE_CANCELLED) {
                wake_next(waiters);
            }
        }
        sley_async_future_drop(waiter);
        if (outcome.kind != SLEY_RESULT) {
            return outcome;
        }
    }
    return sley_result(0);
}

struct sley_awaited
sley_async_queue_put(struct sley_queue *queue, intptr_t item, uintptr_t pc)
{
    struct async_queue *self = queue_of(queue);
    struct sley_awaited outcome = wait_while(self, is_full, &self->putters, pc);
    if (outcome.kind == SLEY_RESULT) {
        append(self, item, pc);
    }
    return outcome;
}

struct sley_awaited
sley_async_queue_get(struct sley_queue *queue, uintptr_t pc)
{
    struct async_queue *self = queue_of(queue);
    struct sley_awaited outcome = wait_while(self, is_empty, &self->getters, pc);
    return outcome.kind == SLEY_RESULT ? sley_result(take(self)) : outcome;
}

bool
sley_async_queue_full(const struct sley_queue *queue)
{
    return is_full((const struct async_queue *)queue->storage);
}

/* --- for authors --- */

void
sley_loop_queue_init(struct sley_queue *queue, uint32_t capacity)
{
    if (capacity > SLEY_LOOP_QUEUE_MAX) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)queue, SLEY_CALLER(),
                         "sley_loop_queue_init with a capacity above 40");
    }
    sley_async_queue_init(queue, capacity);
}

struct sley_awaited
sley_loop_queue_put(struct sley_queue *queue, intptr_t item)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_AWAIT, (uintptr_t)queue, sley_loop_object(), SLEY_CALLER());
    return sley_async_queue_put(queue, item, SLEY_CALLER());
}

struct sley_awaited
sley_loop_queue_get(struct sley_queue *queue)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_AWAIT, (uintptr_t)queue, sley_loop_object(), SLEY_CALLER());
    return sley_async_queue_get(queue, SLEY_CALLER());
}

struct sley_awaited
sley_loop_queue_put_nowait(struct sley_queue *queue, intptr_t item)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAKE, (uintptr_t)queue, sley_loop_object(), SLEY_CALLER());
    if (is_full(queue_of(queue))) {
        return sley_exception(SLEY_QUEUE_FULL);
    }
    append(queue_of(queue), item, SLEY_CALLER());
    return sley_result(0);
}

struct sley_awaited
sley_loop_queue_get_nowait(struct sley_queue *queue)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAKE, (uintptr_t)queue, sley_loop_object(), SLEY_CALLER());
    if (is_empty(queue_of(queue))) {
        return sley_exception(SLEY_QUEUE_EMPTY);
    }
    return sley_result(take(queue_of(queue)));
}

struct sley_awaited
sley_loop_queue_task_done(struct sley_queue *queue)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAKE, (uintptr_t)queue, sley_loop_object(), SLEY_CALLER());
    struct async_queue *self = queue_of(queue);
    if (self->unfinished == 0) {
        return sley_exception(SLEY_VALUE_ERROR);
    }
    if (--self->unfinished == 0) {
        sley_async_event_set(&self->finished);
    }
    return sley_result(0);
}

struct sley_awaited
sley_loop_queue_join(struct sley_queue *queue)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_AWAIT, (uintptr_t)queue, sley_loop_object(), SLEY_CALLER());
    struct async_queue *self = queue_of(queue);
    if (self->unfinished == 0) {
        return sley_result(0);
    }
    return sley_async_event_wait(&self->finished, (uintptr_t)queue, SLEY_CALLER());
}

uint32_t
sley_loop_queue_size(const struct sley_queue *queue)
{
    return ((const struct async_queue *)queue->storage)->count;
}
