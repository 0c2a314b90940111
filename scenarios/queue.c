/* "queue.Queue is a thread-safe channel" (000:75): a bounded queue against its sequential
 * specification. */
#include <sley/oracle.h>
#include <sley/sley.h>

enum { PRODUCERS_MAX = 3, ITEMS_MAX = 3 };

static struct sley_queue queue;
static struct sley_history history;
static int producers, consumers, items;
static uint32_t capacity;
static struct sley_lock lock;
static int taken_of[PRODUCERS_MAX]; /* next item expected of each producer, under the lock */
static int taken;

/* Items are 100 * producer + number, so that each is told from all others. */
static void *
produce(void *index)
{
    for (int i = 0; i < items; i++) {
        sley_queue_put(&queue, (intptr_t)index * 100 + i);
    }
    return index;
}

/* With one consumer the order of each producer's items must be kept. */
static void *
consume_all(void *unused)
{
    for (int i = 0; i < producers * items; i++) {
        intptr_t item = sley_queue_get(&queue);
        sley_check(item % 100 == taken_of[item / 100]);
        taken_of[item / 100]++;
    }
    return unused;
}

static void
one_consumer(void)
{
    capacity = (uint32_t)sley_draw(1, 4);
    producers = sley_draw(1, PRODUCERS_MAX);
    items = sley_draw(1, ITEMS_MAX);
    sley_queue_init(&queue, capacity);
    uintptr_t consumer = sley_spawn(consume_all, 0);
    sley_gather(producers, produce);
    sley_join(consumer);
    for (int i = 0; i < producers; i++) {
        sley_check(taken_of[i] == items);
    }
    sley_queue_destroy(&queue);
}

static void *
consume_some(void *index)
{
    for (int i = 0; i < producers * items / consumers; i++) {
        intptr_t item = sley_queue_get(&queue);
        sley_with (&lock) {
            taken_of[item / 100] |= 1 << item % 100;
            taken++;
        }
    }
    return index;
}

static void
many_consumers(void)
{
    capacity = (uint32_t)sley_draw(1, 3);
    producers = consumers = sley_draw(2, PRODUCERS_MAX);
    items = sley_draw(1, ITEMS_MAX);
    sley_queue_init(&queue, capacity);
    sley_lock_init(&lock);
    uintptr_t tasks[2 * PRODUCERS_MAX];
    for (intptr_t i = 0; i < producers; i++) {
        tasks[i] = sley_spawn(produce, (void *)i);
        tasks[producers + i] = sley_spawn(consume_some, (void *)i);
    }
    for (int i = 0; i < 2 * producers; i++) {
        sley_join(tasks[i]);
    }
    sley_check(taken == producers * items);
    for (int i = 0; i < producers; i++) {
        sley_check(taken_of[i] == (1 << items) - 1);
    }
}

static void *
recorded_producer(void *index)
{
    for (int i = 0; i < items; i++) {
        sley_history_put(&history, &queue, (intptr_t)index * 100 + i);
    }
    return index;
}

static void *
recorded_consumer(void *index)
{
    for (int i = 0; i < items; i++) {
        sley_history_get(&history, &queue);
    }
    return index;
}

static void
record(void)
{
    capacity = (uint32_t)sley_draw(1, 3);
    producers = sley_draw(1, 3);
    items = sley_draw(1, 2);
    sley_queue_init(&queue, capacity);
    uintptr_t tasks[2 * PRODUCERS_MAX];
    for (intptr_t i = 0; i < producers; i++) {
        tasks[2 * i] = sley_spawn(recorded_producer, (void *)i);
        tasks[2 * i + 1] = sley_spawn(recorded_consumer, (void *)i);
    }
    for (int i = 0; i < 2 * producers; i++) {
        sley_join(tasks[i]);
    }
}

static void
linearizable(void)
{
    record();
    sley_check_linearizable(&history, sley_spec_fifo(capacity));
}

/* Held against the wrong specification, for the oracle must be able to refuse. */
static void
as_a_stack(void)
{
    record();
    sley_check_linearizable(&history, sley_spec_stack(capacity));
}

static const char blocks_the_loop[] =
    "queue.Queue blocks the whole loop; asyncio.Queue has properties of its own";

const struct sley_property sley_scenario_queue[] = {
    {
        .name = "queue-thread-safe",
        .claim = "queue-thread-safe",
        .source = "000:75",
        .says = "every history of puts and gets is one of a sequential bounded queue",
        .quantifier = SLEY_ALWAYS,
        .body = linearizable,
        .falsifier = "fault:queue.lifo",
        .global_order = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_NOT_APPLICABLE,
                    "queue.Queue is copied by fork: queue-thread-safe.copied"},
                   {"coroutine", SLEY_NOT_APPLICABLE, blocks_the_loop}},
    },
    {
        .name = "queue-thread-safe.not-a-stack",
        .claim = "queue-thread-safe",
        .source = "000:75",
        .says = "some history of puts and gets is none of a sequential stack",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = as_a_stack,
        .twin = true,
        .global_order = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, blocks_the_loop}},
    },
    {
        .name = "queue-thread-safe.fifo",
        .claim = "queue-thread-safe",
        .source = "000:75",
        .says = "one consumer gets the items of each producer in order, none lost, none twice",
        .quantifier = SLEY_ALWAYS,
        .body = one_consumer,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_NOT_APPLICABLE, blocks_the_loop}},
    },
    {
        .name = "queue-thread-safe.exactly-once",
        .claim = "queue-thread-safe",
        .source = "000:75",
        .says = "several consumers together get every item exactly once",
        .quantifier = SLEY_ALWAYS,
        .body = many_consumers,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_NOT_APPLICABLE, blocks_the_loop}},
    },
    {
        .name = "queue-thread-safe.asyncio",
        .claim = "queue-thread-safe",
        .source = "000:75",
        .says = "asyncio.Queue between coroutines delivers every item once and in order",
        .quantifier = SLEY_ALWAYS,
        .body = one_consumer,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
