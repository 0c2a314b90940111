/* queue.Queue: a ring, or a list without limit, under a lock with a condition for each direction
 * and one for "all is dealt with". How much is inside, and how much is not dealt with, are
 * differences of counts that only grow (modulo 2^32). */
#include "models/common/common.h"

#include <stdlib.h>

struct node {
    struct node *next;
    intptr_t item;
};

struct queue {
    struct sley_lock lock;
    struct sley_condition not_empty;
    struct sley_condition not_full;
    struct sley_condition all_done;
    uint32_t capacity; /* 0: none; never changes */
    uint32_t put;
    uint32_t taken;
    uint32_t done;
    struct node *head; /* without a capacity */
    struct node *tail;
    intptr_t items[SLEY_QUEUE_CAPACITY_MAX];
};

static struct queue *
queue_of(struct sley_queue *queue)
{
    _Static_assert(sizeof(struct queue) <= sizeof(struct sley_queue), "no room for a queue");
    return (struct queue *)queue->storage;
}

static void
init(struct sley_queue *queue, uint32_t capacity)
{
    struct queue *self = queue_of(queue);
    sley_lock_init(&self->lock);
    sley_condition_init(&self->not_empty, &self->lock);
    sley_condition_init(&self->not_full, &self->lock);
    sley_condition_init(&self->all_done, &self->lock);
    self->capacity = capacity;
    self->put = 0;
    self->taken = 0;
    self->done = 0;
    self->head = NULL;
    self->tail = NULL;
}

static void
enter(struct queue *self)
{
    if (!sley_fault_is(SLEY_FAULT_QUEUE_NO_MUTEX)) {
        sley_lock_acquire(&self->lock);
    }
}

static void
leave(struct queue *self)
{
    if (!sley_fault_is(SLEY_FAULT_QUEUE_NO_MUTEX)) {
        sley_lock_release(&self->lock);
    }
}

static void
list_append(struct queue *self, intptr_t item)
{
    struct node *node = malloc(sizeof *node);
    if (!node) {
        abort();
    }
    *node = (struct node){NULL, item};
    if (self->head && sley_fault_is(SLEY_FAULT_QUEUE_LIFO)) {
        node->next = self->head;
        self->head = node;
        return;
    }
    if (self->head) {
        self->tail->next = node;
    } else {
        self->head = node;
    }
    self->tail = node;
}

static intptr_t
list_take(struct queue *self)
{
    struct node *node = self->head;
    intptr_t item = node->item;
    self->head = node->next;
    free(node);
    return item;
}

/* The oldest item of a ring; with the fault the newest, whose place the oldest takes. */
static intptr_t
ring_take(struct queue *self, uint32_t capacity, uint32_t taken)
{
    intptr_t item = sley_load(&self->items[taken % capacity]);
    if (sley_fault_is(SLEY_FAULT_QUEUE_LIFO)) {
        uint32_t newest = (self->put - 1) % capacity;
        intptr_t oldest = item;
        item = self->items[newest];
        self->items[newest] = oldest;
    }
    return item;
}

static bool
put_for(struct sley_queue *queue, intptr_t item, uint64_t timeout_ns)
{
    struct queue *self = queue_of(queue);
    uint32_t capacity = self->capacity;
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    uint32_t put;
    enter(self);
    while (put = sley_load(&self->put), capacity != 0 &&
                                            put - sley_load(&self->taken) >= capacity &&
                                            !sley_fault_is(SLEY_FAULT_QUEUE_OVERFULL)) {
        if (!sley_common_wait_until(&self->not_full, deadline_ns)) {
            leave(self);
            return false;
        }
    }
    if (capacity == 0) {
        list_append(self, item);
    } else {
        sley_store(&self->items[put % capacity], item);
    }
    sley_store(&self->put, put + 1);
    if (!sley_fault_is(SLEY_FAULT_QUEUE_NO_NOTIFY)) {
        sley_condition_notify(&self->not_empty, 1);
    }
    leave(self);
    return true;
}

static bool
get_for(struct sley_queue *queue, intptr_t *item, uint64_t timeout_ns)
{
    struct queue *self = queue_of(queue);
    uint32_t capacity = self->capacity;
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    uint32_t taken;
    enter(self);
    while (taken = sley_load(&self->taken), sley_load(&self->put) == taken) {
        if (!sley_common_wait_until(&self->not_empty, deadline_ns)) {
            leave(self);
            return false;
        }
        if (sley_fault_is(SLEY_FAULT_QUEUE_IF)) {
            taken = self->taken;
            break;
        }
    }
    *item = capacity == 0 ? list_take(self) : ring_take(self, capacity, taken);
    sley_store(&self->taken, taken + 1);
    if (capacity != 0) {
        sley_condition_notify(&self->not_full, 1);
    }
    leave(self);
    return true;
}

static void
put(struct sley_queue *queue, intptr_t item)
{
    put_for(queue, item, SLEY_FOREVER);
}

static intptr_t
get(struct sley_queue *queue)
{
    intptr_t item = 0;
    get_for(queue, &item, SLEY_FOREVER);
    return item;
}

static void
destroy(struct sley_queue *queue)
{
    struct queue *self = queue_of(queue);
    while (self->capacity == 0 && self->head) {
        list_take(self);
    }
    sley_condition_destroy(&self->all_done);
    sley_condition_destroy(&self->not_full);
    sley_condition_destroy(&self->not_empty);
    sley_lock_destroy(&self->lock);
}

static uint32_t
size(struct sley_queue *queue)
{
    struct queue *self = queue_of(queue);
    sley_lock_acquire(&self->lock);
    uint32_t count = sley_load(&self->put) - sley_load(&self->taken);
    sley_lock_release(&self->lock);
    return count;
}

static bool
task_done(struct sley_queue *queue)
{
    struct queue *self = queue_of(queue);
    sley_lock_acquire(&self->lock);
    uint32_t done = sley_load(&self->done);
    uint32_t unfinished = sley_load(&self->put) - done;
    if (unfinished > 0) {
        sley_store(&self->done, done + 1);
    }
    if (unfinished == 1 && !sley_fault_is(SLEY_FAULT_QUEUE_JOIN_NO_NOTIFY)) {
        sley_condition_notify_all(&self->all_done);
    }
    sley_lock_release(&self->lock);
    return unfinished > 0;
}

static void
join(struct sley_queue *queue)
{
    struct queue *self = queue_of(queue);
    sley_lock_acquire(&self->lock);
    while (sley_load(&self->put) != sley_load(&self->done)) {
        sley_condition_wait(&self->all_done);
    }
    sley_lock_release(&self->lock);
}

const struct sley_model_queue_ops sley_common_queue_ops = {
    .init = init,
    .put = put,
    .get = get,
    .put_for = put_for,
    .get_for = get_for,
    .destroy = destroy,
};

const struct sley_model_queue_count_ops sley_common_queue_count_ops = {
    .size = size,
    .task_done = task_done,
    .join = join,
};
