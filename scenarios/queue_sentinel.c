/* "A None item tells the worker loop to stop" (000:262): which one, and how many it takes. */
#include "scenarios/object.h"
#include "scenarios/tasks.h"

#include <sley/shared.h>

enum { SENTINEL = -1, TASKS_MAX = 4 };

static struct sley_queue queue;
static struct sley_lock guard;

/* Where all tasks see it. */
static struct {
    int workers, items, sentinels;
    int processed, ended;
    bool hands_on; /* a worker that gets the sentinel puts it back */
} * world;

static void
begin(uint32_t capacity)
{
    world = sley_shared_allocate(sizeof *world);
    sley_lock_init(&guard);
    sley_queue_init(&queue, capacity);
}

static void *
work_until_sentinel(void *unused)
{
    while (sley_queue_get(&queue) != SENTINEL) {
        sley_with (&guard) {
            sley_add(&world->processed, 1);
        }
    }
    sley_with (&guard) {
        sley_add(&world->ended, 1);
    }
    if (world->hands_on) {
        sley_queue_put(&queue, SENTINEL);
    }
    return unused;
}

static void
put_sentinels(int count)
{
    for (int i = 0; i < count; i++) {
        sley_queue_put(&queue, SENTINEL);
    }
}

static void
run_workers(void)
{
    uintptr_t tasks[TASKS_MAX];
    spawn_all(tasks, world->workers, work_until_sentinel);
    for (int i = 0; i < world->items; i++) {
        sley_queue_put(&queue, i);
    }
    put_sentinels(world->sentinels);
    join_all(tasks, world->workers);
}

static void
fewer_sentinels(void)
{
    begin(TASKS_MAX);
    world->workers = sley_draw(2, 3);
    world->sentinels = sley_draw(1, world->workers - 1);
    run_workers();
}

static void
handed_on(void)
{
    begin(0);
    world->workers = sley_draw(2, 3);
    world->items = sley_draw(0, 2);
    world->sentinels = 1;
    world->hands_on = true;
    run_workers();
    sley_check(world->processed == world->items);
}

static void
enough_sentinels(void)
{
    begin(TASKS_MAX);
    world->workers = sley_draw(1, 3);
    world->items = sley_draw(0, 3);
    world->sentinels = world->workers + sley_draw(0, 1);
    run_workers();
    sley_check(world->processed == world->items);
    sley_check(sley_queue_size(&queue) == (uint32_t)(world->sentinels - world->workers));
}

/* A value among the data is the sentinel: a worker ends, and what stands behind it is left. */
static void
sentinel_in_data(void)
{
    uintptr_t worker[1];
    begin(TASKS_MAX);
    world->workers = 1;
    world->items = sley_draw(2, 3);
    int none = sley_draw(0, world->items - 2);
    spawn_all(worker, 1, work_until_sentinel);
    for (int i = 0; i < world->items; i++) {
        sley_queue_put(&queue, i == none ? SENTINEL : i);
    }
    put_sentinels(1);
    join_all(worker, 1);
    sley_check(world->processed == world->items - 1); /* all but the None itself */
}

/* Strict time: after the sleep all workers have done what they could. */
static void
ended_after(bool hands_on)
{
    uintptr_t tasks[TASKS_MAX];
    begin(2 * TASKS_MAX);
    world->hands_on = hands_on;
    world->workers = sley_draw(1, TASKS_MAX);
    int first = sley_draw(0, world->workers);
    spawn_all(tasks, world->workers, work_until_sentinel);
    put_sentinels(first);
    sley_sleep_ms(10);
    int ended;
    sley_with (&guard) {
        ended = sley_load(&world->ended);
    }
    sley_check(ended == first);
    put_sentinels(world->workers - first);
    join_all(tasks, world->workers);
}

static void
one_stops_one(void)
{
    ended_after(false);
}

static void
one_stops_all(void)
{
    ended_after(true);
}

#define NONE(property, text, how, entry)                                                           \
    .name = property, .claim = "queue-sentinel-none", .source = "000:262", .says = text,           \
    .quantifier = how, .body = entry

static const char each_takes_one[] = "one sentinel stops exactly one worker";
static const char behind[] = "a None among the data stops the worker that gets it";

const struct sley_property sley_scenario_queue_sentinel[] = {
    {
        NONE("queue-sentinel-none", "None in the queue ends the workers: none waits for ever",
             SLEY_NEVER, fewer_sentinels),
        .when = "there are fewer Nones than workers",
        .event = SLEY_ANY_DEADLOCK,
        .runs = 500,
        .expect = {SLEY_EVERYWHERE(SLEY_REFUTED, each_takes_one)},
    },
    {
        NONE("queue-sentinel-none.each",
             "None in the queue ends the workers, after every item is processed", SLEY_ALWAYS,
             enough_sentinels),
        .when = "there is a None for each worker, and none in the data",
        .falsifier = "queue-sentinel-none.in-data",
        .runs = 500,
        .expect = {SLEY_EVERYWHERE(SLEY_CONFIRMED, "")},
    },
    {
        NONE("queue-sentinel-none.in-data",
             "None in the queue ends the workers, after every item is processed", SLEY_ALWAYS,
             sentinel_in_data),
        .when = "None occurs in the data",
        .runs = 500,
        .expect = {SLEY_EVERYWHERE(SLEY_REFUTED, behind)},
    },
    {
        NONE("queue-sentinel-none.one-each", "n Nones stop exactly n workers", SLEY_ALWAYS,
             one_stops_one),
        .when = "what is counted is workers for each None",
        .falsifier = "queue-sentinel-none.all",
        .strict_time = true,
        .runs = 500,
        .expect = {SLEY_EVERYWHERE(SLEY_CONFIRMED, "")},
    },
    {
        NONE("queue-sentinel-none.all", "n Nones stop exactly n workers that put them back",
             SLEY_ALWAYS, one_stops_all),
        .twin = true,
        .strict_time = true,
        .runs = 500,
        .expect = {SLEY_EVERYWHERE(SLEY_REFUTED, "a None that is put back stops the next one")},
    },
    {
        NONE("queue-sentinel-none.handed-on", "one None ends all workers that put it back",
             SLEY_NEVER, handed_on),
        .event = SLEY_ANY_DEADLOCK,
        .twin = true,
        .falsifier = "queue-sentinel-none",
        .runs = 500,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {0},
};
