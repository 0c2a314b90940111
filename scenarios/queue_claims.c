/* What the documents claim of a queue's users: get blocks, and nothing else is left to them.
 * "Thread-safe" stands in scenarios/queue.c, what holds between processes alone in
 * scenarios/queue_process.c. */
#include "scenarios/object.h"
#include "scenarios/tasks.h"

#include <sley/shared.h>

enum { TASKS_MAX = 4, POLLS_MAX = 100 };

static struct sley_queue queue;
static struct sley_lock guard;

/* Where all tasks see it. */
static struct {
    int workers, got;
    uint32_t delay_ms;
} * world;

static void
begin(uint32_t capacity)
{
    world = sley_shared_allocate(sizeof *world);
    sley_lock_init(&guard);
    sley_queue_init(&queue, capacity);
}

/* --- get blocks --- */

static void *
put_later(void *unused)
{
    sley_sleep_ms(world->delay_ms);
    for (int i = 0; i < world->workers; i++) {
        sley_queue_put(&queue, 7);
    }
    return unused;
}

static void *
get_when_there(void *unused)
{
    sley_check(sley_queue_get(&queue) == 7);
    sley_check(sley_now_ns() >= world->delay_ms * UINT64_C(1000000));
    return unused;
}

static void
get_blocks(void)
{
    uintptr_t tasks[TASKS_MAX];
    begin(TASKS_MAX);
    world->workers = sley_draw(1, 3);
    world->delay_ms = (uint32_t)sley_draw(0, 20);
    tasks[world->workers] = sley_spawn(put_later, 0);
    spawn_all(tasks, world->workers, get_when_there);
    join_all(tasks, world->workers + 1);
}

static void *
get_one(void *unused)
{
    sley_queue_get(&queue);
    return unused;
}

/* What a loop over get_nowait does: each look takes its time. */
static void *
poll_for_one(void *unused)
{
    intptr_t item;
    for (int i = 0; i < POLLS_MAX && !sley_queue_try_get(&queue, &item); i++) {
        sley_compute_us(10);
        sley_pause();
    }
    return unused;
}

/* One core, and one task that computes in parts: nobody else may use the core meanwhile. */
static void
waits_beside_work(void *(*wait)(void *))
{
    int parts = sley_draw(1, 20);
    sley_machine_set(1, "ideal");
    sley_queue_init(&queue, 1);
    uintptr_t waiter = sley_spawn(wait, 0);
    sley_io_us(1);
    for (int i = 0; i < parts; i++) {
        sley_compute_us(10);
        sley_pause();
    }
    sley_queue_put(&queue, 7);
    sley_join(waiter);
    sley_check(sley_usage().busy_ns == (uint64_t)parts * 10000);
}

static void
get_waits_idle(void)
{
    waits_beside_work(get_one);
}

static void
polling_is_busy(void)
{
    waits_beside_work(poll_for_one);
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

/* Items for all but one of the consumers. */
static void
look_then_get(void)
{
    uintptr_t tasks[TASKS_MAX];
    begin(TASKS_MAX);
    world->workers = sley_draw(2, 3);
    for (int i = 1; i < world->workers; i++) {
        sley_queue_put(&queue, 7);
    }
    spawn_all(tasks, world->workers, get_if_any);
    join_all(tasks, world->workers);
}

static void *
try_to_get(void *unused)
{
    intptr_t item;
    if (sley_queue_try_get(&queue, &item)) {
        sley_with (&guard) {
            sley_add(&world->got, 1);
        }
    }
    return unused;
}

static void
get_without_look(void)
{
    uintptr_t tasks[TASKS_MAX];
    begin(TASKS_MAX);
    world->workers = sley_draw(2, 3);
    for (int i = 1; i < world->workers; i++) {
        sley_queue_put(&queue, 7);
    }
    spawn_all(tasks, world->workers, try_to_get);
    join_all(tasks, world->workers);
    sley_check(world->got == world->workers - 1 && sley_queue_empty(&queue));
}

#define QUEUE(property, of, place, text, how, entry)                                               \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = how, .body = entry

static const char taken_between[] = "another takes the item between empty and get";

const struct sley_property sley_scenario_queue_claims[] = {
    {
        QUEUE("queue-get-blocks", "queue-get-blocks", "000:261",
              "each get waits until an item is there, and gets it", SLEY_ALWAYS, get_blocks),
        .strict_time = true,
        .runs = 500,
        .expect = {SLEY_EVERYWHERE(SLEY_CONFIRMED, "")},
    },
    {
        QUEUE("queue-get-blocks.idle", "queue-get-blocks", "000:261",
              "who waits in get uses no core", SLEY_ALWAYS, get_waits_idle),
        .timed = true,
        .runs = 100,
        .falsifier = "queue-get-blocks.polling",
        .expect = {SLEY_EVERYWHERE(SLEY_CONFIRMED, "")},
    },
    {
        QUEUE("queue-get-blocks.polling", "queue-get-blocks", "000:261",
              "who asks again and again whether there is an item uses no core", SLEY_ALWAYS,
              polling_is_busy),
        .twin = true,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EVERYWHERE(SLEY_REFUTED, "each look computes")},
    },
    {
        QUEUE("queue-no-user-sync", "queue-no-user-sync", "000:267",
              "consumers that use nothing but the queue never wait for ever", SLEY_NEVER,
              look_then_get),
        .when = "a consumer looks whether the queue is empty before it gets",
        .event = SLEY_ANY_DEADLOCK,
        .expect = {{"thread", SLEY_REFUTED, taken_between},
                   {"gil:py32", SLEY_REFUTED, taken_between},
                   {"gil:py310", SLEY_REFUTED, taken_between},
                   {"gil:per-interpreter", SLEY_REFUTED, taken_between},
                   {"gil:free", SLEY_REFUTED, taken_between},
                   {"process", SLEY_REFUTED, taken_between},
                   {"coroutine", SLEY_CONFIRMED, "no await lies between empty and get"}},
    },
    {
        QUEUE("queue-no-user-sync.try", "queue-no-user-sync", "000:267",
              "consumers that use nothing but the queue never wait, and get every item",
              SLEY_ALWAYS, get_without_look),
        .when = "a consumer gets without looking (get_nowait)",
        .falsifier = "fault:queue.no-mutex",
        .runs = 500,
        .expect = {SLEY_EVERYWHERE(SLEY_CONFIRMED, "")},
    },
    {0},
};
