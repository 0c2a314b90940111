/* queue.Queue: a ring, or a list without limit, under a lock with a condition for each direction
 * and one for "all is dealt with". */
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
    uint32_t count;
    uint32_t first;
    uint32_t unfinished;
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
    self->count = 0;
    self->first = 0;
    self->unfinished = 0;
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

static void
append(struct queue *self, uint32_t capacity, intptr_t item)
{
    uint32_t count = sley_load(&self->count);
    if (capacity == 0) {
        list_append(self, item);
    } else {
        sley_store(&self->items[(self->first + count) % capacity], item);
    }
    sley_store(&self->count, count + 1);
}

static intptr_t
take(struct queue *self, uint32_t capacity)
{
    uint32_t count = sley_load(&self->count) - 1;
    intptr_t item;
    if (capacity == 0) {
        item = list_take(self);
    } else if (sley_fault_is(SLEY_FAULT_QUEUE_LIFO)) {
        item = self->items[(self->first + count) % capacity];
    } else {
        uint32_t first = self->first;
        item = sley_load(&self->items[first]);
        self->first = (first + 1) % capacity;
    }
    sley_store(&self->count, count);
    return item;
}

static bool
put_for(struct sley_queue *queue, intptr_t item, uint64_t timeout_ns)
{
    struct queue *self = queue_of(queue);
    uint32_t capacity = self->capacity;
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    bool fits = true;
    enter(self);
    while (fits && capacity != 0 && sley_load(&self->count) >= capacity &&
           !sley_fault_is(SLEY_FAULT_QUEUE_OVERFULL)) {
        fits = sley_common_wait_until(&self->not_full, deadline_ns);
    }
    if (fits) {
        append(self, capacity, item);
        sley_add(&self->unfinished, 1);
        if (!sley_fault_is(SLEY_FAULT_QUEUE_NO_NOTIFY)) {
            sley_condition_notify(&self->not_empty, 1);
        }
    }
    leave(self);
    return fits;
}

static bool
get_for(struct sley_queue *queue, intptr_t *item, uint64_t timeout_ns)
{
    struct queue *self = queue_of(queue);
    uint32_t capacity = self->capacity;
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    bool found = true;
    enter(self);
    while (found && sley_load(&self->count) == 0) {
        found = sley_common_wait_until(&self->not_empty, deadline_ns);
        if (sley_fault_is(SLEY_FAULT_QUEUE_IF)) {
            break;
        }
    }
    if (found) {
        *item = take(self, capacity);
        if (capacity != 0) {
            sley_condition_notify(&self->not_full, 1);
        }
    }
    leave(self);
    return found;
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
    uint32_t count = sley_load(&self->count);
    sley_lock_release(&self->lock);
    return count;
}

static bool
task_done(struct sley_queue *queue)
{
    struct queue *self = queue_of(queue);
    sley_lock_acquire(&self->lock);
    uint32_t unfinished = sley_load(&self->unfinished);
    if (unfinished > 0) {
        sley_store(&self->unfinished, unfinished - 1);
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
    while (sley_load(&self->unfinished) > 0) {
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
