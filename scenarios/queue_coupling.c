/* "A queue decouples producers from consumers" (000:252). */
#include "scenarios/object.h"

#include <sley/process.h>
#include <sley/shared.h>

enum { TASKS_MAX = 3, ITEMS_MAX = 4, PERIOD_MS = 10, SHORT = 2, LARGE = 2000 };

static struct sley_queue queue;
static struct sley_lock guard;

/* Where all tasks see it. */
static struct {
    int producers, consumers, items;
    uint32_t put_ms[TASKS_MAX], get_ms[TASKS_MAX]; /* each one's own pace */
    int processed[TASKS_MAX * ITEMS_MAX];
    uint32_t longest;
    struct sley_mpqueue pipe;
} * world;

static void
begin(void)
{
    world = sley_shared_allocate(sizeof *world);
    sley_lock_init(&guard);
}

/* --- counts and rates --- */

static void *
produce(void *argument)
{
    intptr_t index = (intptr_t)argument;
    for (int i = 0; i < world->items; i++) {
        sley_sleep_ms(world->put_ms[index]);
        sley_queue_put(&queue, index * ITEMS_MAX + i);
    }
    return argument;
}

/* -1 ends it. Nobody knows of a producer, or of how many there are. */
static void *
consume(void *argument)
{
    intptr_t index = (intptr_t)argument;
    for (;;) {
        intptr_t item = sley_queue_get(&queue);
        if (item < 0) {
            return argument;
        }
        sley_sleep_ms(world->get_ms[index]);
        sley_with (&guard) {
            sley_add(&world->processed[item], 1);
        }
    }
}

static void
counts_and_rates(void)
{
    uintptr_t producers[TASKS_MAX], consumers[TASKS_MAX];
    begin();
    world->producers = sley_draw(1, TASKS_MAX);
    world->consumers = sley_draw(1, TASKS_MAX);
    world->items = sley_draw(0, ITEMS_MAX);
    sley_queue_init(&queue, (uint32_t)sley_draw(1, 4));
    for (int i = 0; i < TASKS_MAX; i++) {
        world->put_ms[i] = (uint32_t)sley_draw(0, 5);
        world->get_ms[i] = (uint32_t)sley_draw(0, 5);
    }
    for (intptr_t i = 0; i < world->producers; i++) {
        producers[i] = sley_spawn(produce, (void *)i);
    }
    for (intptr_t i = 0; i < world->consumers; i++) {
        consumers[i] = sley_spawn(consume, (void *)i);
    }
    for (int i = 0; i < world->producers; i++) {
        sley_join(producers[i]);
    }
    for (int i = 0; i < world->consumers; i++) {
        sley_queue_put(&queue, -1);
    }
    for (int i = 0; i < world->consumers; i++) {
        sley_join(consumers[i]);
    }
    for (int i = 0; i < world->producers * ITEMS_MAX; i++) {
        sley_check(world->processed[i] == (i % ITEMS_MAX < world->items ? 1 : 0));
    }
}

/* --- a fast producer and a slow consumer, in strict time --- */

static void *
consume_slowly(void *unused)
{
    for (int i = 0; i < world->items; i++) {
        sley_sleep_ms(PERIOD_MS);
        uint32_t size = sley_queue_size(&queue);
        world->longest = size > world->longest ? size : world->longest;
        sley_check(sley_queue_get(&queue) == i);
    }
    return unused;
}

/* Returns when the last item was put, in ns. */
static uint64_t
put_at_once(uint32_t capacity)
{
    begin();
    world->items = sley_draw(3, 8);
    sley_queue_init(&queue, capacity);
    uintptr_t consumer = sley_spawn(consume_slowly, 0);
    for (int i = 0; i < world->items; i++) {
        sley_queue_put(&queue, i);
    }
    uint64_t put_ns = sley_now_ns();
    sley_join(consumer);
    return put_ns;
}

static void
producer_waits_bounded(void)
{
    uint64_t begin_ns = sley_now_ns();
    sley_check(put_at_once((uint32_t)sley_draw(1, SHORT)) == begin_ns);
}

static void
producer_waits_unbounded(void)
{
    uint64_t begin_ns = sley_now_ns();
    sley_check(put_at_once(0) == begin_ns);
}

static void
stays_short_bounded(void)
{
    put_at_once((uint32_t)sley_draw(1, SHORT));
    sley_check(world->longest <= SHORT);
}

static void
stays_short_unbounded(void)
{
    put_at_once(0);
    sley_check(world->longest <= SHORT);
}

static void *
take_slowly(void *unused)
{
    for (int i = 0; i < world->items; i++) {
        sley_sleep_ms(PERIOD_MS);
        sley_check(sley_mpqueue_get(&world->pipe) == i);
    }
    return unused;
}

/* Items of which the pipe holds two: the feeder waits. */
static void
producer_has_a_feeder(void)
{
    begin();
    world->items = sley_draw(3, 8);
    sley_mpqueue_init(&world->pipe);
    uintptr_t consumer = sley_spawn(take_slowly, 0);
    uint64_t begin_ns = sley_now_ns();
    for (int i = 0; i < world->items; i++) {
        sley_mpqueue_put(&world->pipe, i, LARGE);
    }
    sley_check(sley_now_ns() == begin_ns);
    sley_join(consumer);
}

static const char rate[] = "a full queue makes the producer wait";
static const char grows[] = "it grows by what the producer is ahead";
static const char feeder[] = "between processes a feeder does the waiting";

#define DECOUPLES(suffix, text, entry)                                                             \
    .name = "queue-decouples-producer-consumer" suffix,                                            \
    .claim = "queue-decouples-producer-consumer", .source = "000:252", .says = text,               \
    .quantifier = SLEY_ALWAYS, .body = entry, .strict_time = true, .runs = 300

const struct sley_property sley_scenario_queue_coupling[] = {
    {
        DECOUPLES("", "whatever the counts and paces of both sides, every item is processed once",
                  counts_and_rates),
        .when = "what counts is what is processed",
        .falsifier = "fault:queue.overfull",
        .expect = {SLEY_SHARING(SLEY_CONFIRMED, ""), {"process", SLEY_CONFIRMED, ""}},
    },
    {
        DECOUPLES(".bounded", "a producer never waits for a slow consumer", producer_waits_bounded),
        .when = "the queue has a capacity",
        .expect = {SLEY_SHARING(SLEY_REFUTED, rate), {"process", SLEY_REFUTED, rate}},
    },
    {
        DECOUPLES(".without-limit", "a producer never waits for a slow consumer",
                  producer_waits_unbounded),
        .when = "the queue has no capacity",
        .falsifier = "queue-decouples-producer-consumer.bounded",
        .expect = {SLEY_SHARING(SLEY_CONFIRMED, ""), {"process", SLEY_NOT_APPLICABLE, feeder}},
    },
    {
        DECOUPLES(".feeder", "a producer never waits for a slow consumer", producer_has_a_feeder),
        .when = "the queue has no capacity",
        .falsifier = "fault:process.no-feeder",
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        DECOUPLES(".length", "the queue stays short however fast the producer is",
                  stays_short_bounded),
        .when = "the queue has a capacity",
        .falsifier = "queue-decouples-producer-consumer.growth",
        .expect = {SLEY_SHARING(SLEY_CONFIRMED, ""), {"process", SLEY_CONFIRMED, ""}},
    },
    {
        DECOUPLES(".growth", "the queue stays short however fast the producer is",
                  stays_short_unbounded),
        .when = "the queue has no capacity",
        .expect = {SLEY_SHARING(SLEY_REFUTED, grows)},
    },
    {0},
};
