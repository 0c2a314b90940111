/* Queues: the capacity, time-outs, queues without limit, and "all is dealt with". What a queue
 * delivers, and in which order, is said by scenarios/queue.c. */
#include "scenarios/object.h"

#include <sley/shared.h>

enum { ITEMS_MAX = 40 };

static struct sley_queue queue;
static struct sley_lock guard;

/* What the tasks find out, where all of them see it. */
static struct {
    int items, taken, dealt_with;
    uint32_t capacity;
} * shared;

static void *
produce(void *index)
{
    for (int i = 0; i < shared->items; i++) {
        sley_queue_put(&queue, i);
    }
    return index;
}

/* A queue that lets too many in overwrites what it holds as well. */
static void
never_overfull(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    shared->capacity = (uint32_t)sley_draw(1, 2);
    shared->items = sley_draw(1, 3);
    sley_queue_init(&queue, shared->capacity);
    uintptr_t producer = sley_spawn(produce, 0);
    for (int i = 0; i < shared->items; i++) {
        sley_check(sley_queue_size(&queue) <= shared->capacity);
        sley_check(sley_queue_get(&queue) == i);
    }
    sley_join(producer);
    sley_check(sley_queue_empty(&queue));
}

static void
without_waiting(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    intptr_t item = 0;
    shared->capacity = (uint32_t)sley_draw(1, 3);
    sley_queue_init(&queue, shared->capacity);
    sley_check(!sley_queue_try_get(&queue, &item));
    sley_check(!sley_queue_get_for_ms(&queue, &item, 5));
    for (uint32_t i = 0; i < shared->capacity; i++) {
        sley_check(sley_queue_try_put(&queue, (intptr_t)i));
    }
    sley_check(!sley_queue_try_put(&queue, 9));
    sley_check(!sley_queue_put_for_ms(&queue, 9, 5));
    sley_check(sley_queue_size(&queue) == shared->capacity);
    for (uint32_t i = 0; i < shared->capacity; i++) {
        sley_check(sley_queue_try_get(&queue, &item) && item == (intptr_t)i);
    }
    sley_check(sley_queue_empty(&queue));
    sley_queue_destroy(&queue);
}

static void
without_limit(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    shared->items = sley_draw(0, ITEMS_MAX);
    sley_queue_init(&queue, 0);
    produce(0);
    sley_check(sley_queue_size(&queue) == (uint32_t)shared->items);
    for (int i = 0; i < shared->items; i++) {
        sley_check(sley_queue_get(&queue) == i);
    }
    sley_queue_destroy(&queue);
}

/* Producer and consumer on a queue without limit: its nodes are nobody's but the queue's. */
static void
without_limit_shared(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    shared->items = sley_draw(1, 4);
    sley_queue_init(&queue, 0);
    uintptr_t producer = sley_spawn(produce, 0);
    for (int i = 0; i < shared->items; i++) {
        sley_check(sley_queue_get(&queue) == i);
    }
    sley_join(producer);
    sley_queue_destroy(&queue);
}

static void *
deal(void *unused)
{
    for (int i = 0; i < shared->items; i++) {
        sley_queue_get(&queue);
        sley_pause();
        sley_with (&guard) {
            sley_add(&shared->dealt_with, 1);
        }
        sley_check(sley_queue_task_done(&queue));
    }
    return unused;
}

static void
join_waits_for_all(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    shared->items = sley_draw(0, 2);
    sley_lock_init(&guard);
    sley_queue_init(&queue, 4);
    uintptr_t a = sley_spawn(deal, 0);
    uintptr_t b = sley_spawn(deal, 0);
    for (int i = 0; i < 2 * shared->items; i++) {
        sley_queue_put(&queue, i);
    }
    sley_queue_join(&queue);
    sley_with (&guard) {
        sley_check(shared->dealt_with == 2 * shared->items);
    }
    sley_check(!sley_queue_task_done(&queue));
    sley_join(a);
    sley_join(b);
}

/* The item is delivered or still there: a time-out at the last moment loses none. */
static void *
take_in_time(void *unused)
{
    intptr_t item = 0;
    if (sley_queue_get_for_ms(&queue, &item, 10)) {
        sley_check(item == 7);
        sley_store(&shared->taken, 1);
    }
    return unused;
}

static void
late_put(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    intptr_t item = 0;
    sley_queue_init(&queue, 1);
    uintptr_t task = sley_spawn(take_in_time, 0);
    sley_sleep_ms(10);
    sley_queue_put(&queue, 7);
    sley_join(task);
    sley_check(sley_queue_try_get(&queue, &item) == (shared->taken == 0));
}

const struct sley_property sley_scenario_object_queue[] = {
    {
        SLEY_CONTRACT_EVERYWHERE("object-queue.capacity", "queue.Queue",
                                 "a queue never holds more than its capacity", never_overfull),
    },
    {
        SLEY_CONTRACT_EVERYWHERE(
            "object-queue.timeout", "queue.Queue.get",
            "what cannot be done at once, or in time, says so and changes nothing",
            without_waiting),
        .falsifier = "fault:queue.overfull",
        .alone = true,
    },
    {
        SLEY_CONTRACT("object-queue.without-limit", "queue.Queue(0)",
                      "a queue without a capacity takes everything and keeps the order",
                      without_limit),
        .falsifier = "fault:queue.lifo",
        .alone = true,
    },
    {
        SLEY_CONTRACT("object-queue.without-limit.shared", "queue.Queue(0)",
                      "a queue without a capacity hands over in order and frees what it holds",
                      without_limit_shared),
        .falsifier = "fault:queue.no-mutex",
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-queue.join", "queue.Queue.join",
                                 "join returns when every item is dealt with, not before",
                                 join_waits_for_all),
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-queue.late", "queue.Queue.get",
                                 "an item that comes at the moment of a time-out is taken or kept",
                                 late_put),
        .falsifier = "fault:queue.if",
    },
    {0},
};
