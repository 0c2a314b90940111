/* What the documents claim of queues beyond "thread-safe" (scenarios/queue.c): blocking, sentinels,
 * decoupling, what is inside, and what is left to the programmer. */
#include "scenarios/object.h"

enum { SENTINEL = -1, CAPACITY = 2 };

static struct sley_queue queue;
static struct sley_lock guard;
static struct sley_semaphore room, filled;
static int workers, sentinels, items;
static int processed, got;
static uint32_t capacity;
static intptr_t ring[CAPACITY];
static int ring_first, ring_count;

/* --- get blocks --- */

static void *
put_later(void *unused)
{
    sley_sleep_ms(10);
    sley_queue_put(&queue, 7);
    return unused;
}

static void
get_blocks(void)
{
    sley_queue_init(&queue, 1);
    uintptr_t producer = sley_spawn(put_later, 0);
    sley_check(sley_queue_get(&queue) == 7);
    sley_check(sley_now_ns() >= 10000000);
    sley_join(producer);
}

/* --- sentinels --- */

static void *
work_until_sentinel(void *unused)
{
    for (;;) {
        intptr_t item = sley_queue_get(&queue);
        if (item == SENTINEL) {
            return unused;
        }
        sley_with (&guard) {
            sley_add(&processed, 1);
        }
    }
}

static void
run_workers(void)
{
    uintptr_t tasks[3];
    sley_lock_init(&guard);
    sley_queue_init(&queue, 4);
    for (int i = 0; i < workers; i++) {
        tasks[i] = sley_spawn(work_until_sentinel, 0);
    }
    for (int i = 0; i < items; i++) {
        sley_queue_put(&queue, i);
    }
    for (int i = 0; i < sentinels; i++) {
        sley_queue_put(&queue, SENTINEL);
    }
    for (int i = 0; i < workers; i++) {
        sley_join(tasks[i]);
    }
}

static void
one_for_all(void)
{
    workers = 2;
    sentinels = 1;
    run_workers();
}

static void
one_for_each(void)
{
    workers = sley_draw(1, 3);
    items = sley_draw(0, 3);
    sentinels = workers + sley_draw(0, 1);
    run_workers();
    sley_check(processed == items);
    sley_check(sley_queue_size(&queue) == (uint32_t)(sentinels - workers));
}

/* --- look, then get --- */

static void *
get_if_any(void *unused)
{
    if (!sley_queue_empty(&queue)) {
        sley_queue_get(&queue);
    }
    return unused;
}

static void
look_then_get(void)
{
    sley_queue_init(&queue, 1);
    uintptr_t a = sley_spawn(get_if_any, 0);
    uintptr_t b = sley_spawn(get_if_any, 0);
    sley_queue_put(&queue, 7);
    sley_join(a);
    sley_join(b);
}

static void *
try_to_get(void *unused)
{
    intptr_t item;
    if (sley_queue_try_get(&queue, &item)) {
        sley_with (&guard) {
            sley_add(&got, 1);
        }
    }
    return unused;
}

static void
get_without_look(void)
{
    sley_lock_init(&guard);
    sley_queue_init(&queue, 1);
    sley_queue_put(&queue, 7);
    sley_gather(2, try_to_get);
    sley_check(got == 1 && sley_queue_empty(&queue));
}

/* --- locks and semaphores inside --- */

static void *
put_by_hand(void *unused)
{
    for (int i = 0; i < items; i++) {
        sley_semaphore_acquire(&room);
        sley_with (&guard) {
            ring[(ring_first + ring_count) % CAPACITY] = i;
            ring_count++;
            sley_check(ring_count <= CAPACITY);
        }
        sley_semaphore_release(&filled);
    }
    return unused;
}

static void
of_semaphores(void)
{
    items = sley_draw(1, 4);
    sley_lock_init(&guard);
    sley_semaphore_init(&room, CAPACITY);
    sley_semaphore_init(&filled, 0);
    uintptr_t producer = sley_spawn(put_by_hand, 0);
    for (int i = 0; i < items; i++) {
        sley_semaphore_acquire(&filled);
        sley_with (&guard) {
            sley_check(ring[ring_first] == i);
            ring_first = (ring_first + 1) % CAPACITY;
            ring_count--;
        }
        sley_semaphore_release(&room);
    }
    sley_join(producer);
}

/* --- decoupling: a fast producer and a slow consumer, in strict time --- */

static void *
consume_slowly(void *unused)
{
    for (int i = 0; i < 4; i++) {
        sley_sleep_ms(10);
        sley_check(sley_queue_get(&queue) == i);
    }
    return unused;
}

static void
producer_waits(void)
{
    sley_queue_init(&queue, capacity);
    uintptr_t consumer = sley_spawn(consume_slowly, 0);
    for (int i = 0; i < 4; i++) {
        sley_queue_put(&queue, i);
    }
    uint64_t put_ns = sley_now_ns();
    sley_join(consumer);
    sley_check(put_ns < 1000000);
}

static void
bounded(void)
{
    capacity = 1;
    producer_waits();
}

static void
unbounded(void)
{
    capacity = 0;
    producer_waits();
}

#define QUEUE(property, of, place, text, how, entry)                                               \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = how, .body = entry

static const char each_takes_one[] = "one sentinel stops exactly one worker";
static const char rate[] = "a full queue makes the producer wait";

const struct sley_property sley_scenario_queue_claims[] = {
    {
        QUEUE("queue-get-blocks", "queue-get-blocks", "000:261",
              "a get on an empty queue waits for the item, and gets it", SLEY_ALWAYS, get_blocks),
        .strict_time = true,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        QUEUE("queue-sentinel-none", "queue-sentinel-none", "000:262",
              "one None in the queue stops two workers", SLEY_NEVER, one_for_all),
        .event = SLEY_ANY_DEADLOCK,
        .expect = {{"thread", SLEY_REFUTED, each_takes_one},
                   {"coroutine", SLEY_REFUTED, each_takes_one}},
    },
    {
        QUEUE("queue-sentinel-none.each", "queue-sentinel-none", "000:262",
              "with a None for each worker all end, after every item is processed", SLEY_ALWAYS,
              one_for_each),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        QUEUE("queue-no-user-sync", "queue-no-user-sync", "000:267",
              "two consumers that get only if the queue is not empty never wait", SLEY_NEVER,
              look_then_get),
        .event = SLEY_ANY_DEADLOCK,
        .expect = {{"thread", SLEY_REFUTED, "another takes the item between empty and get"},
                   {"coroutine", SLEY_CONFIRMED, "no await lies between empty and get"}},
    },
    {
        QUEUE("queue-no-user-sync.try", "queue-no-user-sync", "000:267",
              "two consumers that try to get never wait, and one gets the item", SLEY_ALWAYS,
              get_without_look),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        QUEUE("queue-internal-locks-semaphores", "queue-internal-locks-semaphores", "000:267",
              "a lock and two semaphores make a bounded queue that keeps order and capacity",
              SLEY_ALWAYS, of_semaphores),
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        QUEUE("queue-decouples-producer-consumer", "queue-decouples-producer-consumer", "000:252",
              "a producer never waits for a slow consumer: bounded queue", SLEY_ALWAYS, bounded),
        .strict_time = true,
        .expect = {{"thread", SLEY_REFUTED, rate}, {"coroutine", SLEY_REFUTED, rate}},
    },
    {
        QUEUE("queue-decouples-producer-consumer.without-limit",
              "queue-decouples-producer-consumer", "000:252",
              "a producer never waits for a slow consumer: queue without limit", SLEY_ALWAYS,
              unbounded),
        .strict_time = true,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {0},
};
