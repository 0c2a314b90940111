/* multiprocessing.Queue between processes: what is delivered, what a death leaves behind, and
 * what remains for the programmer. */
#include <sley/process.h>
#include <sley/shared.h>

enum { TASKS_MAX = 3, ITEMS_MAX = 3, PLAIN = SLEY_MPQUEUE_HEADER };

/* In shared memory. A task gets the address of its part, since a spawned process has nothing else.
 */
struct world {
    struct part {
        struct world *world;
        int index;
    } part[TASKS_MAX];
    struct sley_mpqueue queue;
    int producers, consumers, items;
    size_t weight;
    int taken[TASKS_MAX * ITEMS_MAX]; /* how often */
};

static struct world *
world_create(void)
{
    struct world *world = sley_shared_allocate(sizeof *world);
    for (int i = 0; i < TASKS_MAX; i++) {
        world->part[i] = (struct part){world, i};
    }
    world->weight = PLAIN;
    return world;
}

/* --- delivery --- */

static void *
produce(void *argument)
{
    struct part *part = argument;
    struct world *world = part->world;
    for (int i = 0; i < world->items; i++) {
        sley_mpqueue_put(&world->queue, part->index * ITEMS_MAX + i, world->weight);
    }
    return NULL;
}

/* Its share of all items; those of one producer come in their order. */
static void *
consume(void *argument)
{
    struct part *part = argument;
    struct world *world = part->world;
    int all = world->producers * world->items;
    int share = all / world->consumers + (part->index < all % world->consumers);
    int last[TASKS_MAX] = {-1, -1, -1};
    for (int i = 0; i < share; i++) {
        int item = (int)sley_mpqueue_get(&world->queue);
        sley_check(item >= 0 && item < TASKS_MAX * ITEMS_MAX);
        sley_check(item % ITEMS_MAX > last[item / ITEMS_MAX]);
        last[item / ITEMS_MAX] = item % ITEMS_MAX;
        __atomic_fetch_add(&world->taken[item], 1, __ATOMIC_ACQ_REL);
    }
    return NULL;
}

static void
delivery(void)
{
    uintptr_t tasks[2 * TASKS_MAX];
    struct world *world = world_create();
    world->producers = sley_draw(1, TASKS_MAX);
    world->consumers = sley_draw(1, TASKS_MAX);
    world->items = sley_draw(0, ITEMS_MAX);
    world->weight = (size_t)sley_draw(PLAIN, 3000);
    sley_mpqueue_init(&world->queue);
    int count = 0;
    for (int i = 0; i < world->consumers; i++) {
        tasks[count++] = sley_spawn(consume, &world->part[i]);
    }
    for (int i = 0; i < world->producers; i++) {
        tasks[count++] = sley_spawn(produce, &world->part[i]);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    for (int i = 0; i < world->producers; i++) {
        for (int n = 0; n < world->items; n++) {
            sley_check(world->taken[i * ITEMS_MAX + n] == 1);
        }
    }
}

/* --- a death --- */

static void *
take_one(void *argument)
{
    struct part *part = argument;
    sley_mpqueue_get(&part->world->queue);
    return NULL;
}

static void *
take_one_or_die(void *argument)
{
    sley_kill_window(0);
    return take_one(argument);
}

/* Two items for two consumers, of which one may be killed: enough for the other in any case. */
static void
consumer_killed(void)
{
    struct world *world = world_create();
    world->items = 2;
    sley_mpqueue_init(&world->queue);
    uintptr_t victim = sley_spawn(take_one_or_die, &world->part[0]);
    uintptr_t other = sley_spawn(take_one, &world->part[1]);
    produce(&world->part[0]);
    sley_join(victim);
    sley_join(other);
}

/* --- what is left to the programmer --- */

static void
two_items_of(int weight_min, int weight_max, bool joins_first)
{
    struct world *world = world_create();
    world->items = 2;
    world->weight = (size_t)sley_draw(weight_min, weight_max);
    sley_mpqueue_init(&world->queue);
    uintptr_t child = sley_spawn(produce, &world->part[0]);
    if (joins_first) {
        sley_join(child);
    }
    sley_check(sley_mpqueue_get(&world->queue) == 0);
    sley_check(sley_mpqueue_get(&world->queue) == 1);
    if (!joins_first) {
        sley_join(child);
    }
}

static void
join_before_large(void)
{
    two_items_of(SLEY_PIPE_BYTES / 2 + 1, SLEY_PIPE_BYTES, true);
}

static void
join_before_small(void)
{
    two_items_of(PLAIN, SLEY_PIPE_BYTES / 2, true);
}

static void
drain_before_join(void)
{
    two_items_of(PLAIN, SLEY_PIPE_BYTES, false);
}

static struct sley_mpqueue module_queue;

/* What stands at a module's top level runs in every process that imports the module. */
static void
module_run(void)
{
    if (module_queue.number == 0) {
        sley_mpqueue_init(&module_queue);
    }
}

static void *
get_at_module_level(void *argument)
{
    module_run();
    sley_check(sley_mpqueue_get(&module_queue) == 7);
    return argument;
}

static void
module_level(void)
{
    module_run();
    uintptr_t child = sley_spawn(get_at_module_level, NULL);
    sley_mpqueue_put(&module_queue, 7, PLAIN);
    sley_join(child);
}

static const char no_pipe[] = "multiprocessing.Queue is meant for processes; queue.Queue has "
                              "properties of its own";
static const char blocks_the_loop[] = "its get blocks the whole loop";

#define MP_QUEUE(property, of, place, text, entry)                                                 \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_ALWAYS,       \
    .body = entry, .runs = 300

/* That they end: no run is a deadlock. */
#define MP_QUEUE_ENDS(property, of, place, text, entry)                                            \
    .name = property, .claim = of, .source = place, .says = text, .quantifier = SLEY_NEVER,        \
    .event = SLEY_ANY_DEADLOCK, .body = entry, .runs = 300

#define BETWEEN_PROCESSES(finding, reason)                                                         \
    {"process", finding, reason},                                                                  \
    {                                                                                              \
        "process:spawn", finding, reason                                                           \
    }

const struct sley_property sley_scenario_queue_process[] = {
    {
        MP_QUEUE("queue-mp-safe", "queue-mp-safe", "000:238",
                 "consumers get every item exactly once, those of one producer in order", delivery),
        .when = "no process dies, and what was put is not changed",
        .steps_max = 60000,
        .expect = {BETWEEN_PROCESSES(SLEY_CONFIRMED, ""),
                   {"thread", SLEY_NOT_APPLICABLE, no_pipe},
                   {"coroutine", SLEY_NOT_APPLICABLE, blocks_the_loop}},
    },
    {
        MP_QUEUE_ENDS("queue-mp-safe.killed", "queue-mp-safe", "000:238",
                      "of two items and two consumers, a consumer that lives never waits for ever "
                      "for its own",
                      consumer_killed),
        .when = "the other consumer may be killed",
        .expect = {BETWEEN_PROCESSES(SLEY_REFUTED,
                                     "who is killed in a get keeps the queue's read lock")},
    },
    {
        MP_QUEUE_ENDS("queue-no-user-sync.join-first", "queue-no-user-sync", "000:267",
                      "producer and consumer that use nothing but the queue never wait for ever",
                      join_before_large),
        .when = "the producer is joined first, and its items are more than the pipe holds",
        .expect = {BETWEEN_PROCESSES(SLEY_REFUTED, "a process ends when its feeder has written "
                                                   "everything: both wait")},
    },
    {
        MP_QUEUE_ENDS("queue-no-user-sync.join-first-small", "queue-no-user-sync", "000:267",
                      "producer and consumer that use nothing but the queue never wait for ever",
                      join_before_small),
        .when = "the producer is joined first, and the pipe holds its items",
        .falsifier = "queue-no-user-sync.join-first",
        .expect = {BETWEEN_PROCESSES(SLEY_CONFIRMED, "")},
    },
    {
        MP_QUEUE_ENDS("queue-no-user-sync.drain-first", "queue-no-user-sync", "000:267",
                      "producer and consumer that use nothing but the queue never wait for ever",
                      drain_before_join),
        .when = "the items are taken before the producer is joined",
        .falsifier = "queue-no-user-sync.join-first",
        .expect = {BETWEEN_PROCESSES(SLEY_CONFIRMED, "")},
    },
    {
        MP_QUEUE_ENDS(
            "queue-no-user-sync.module-level", "queue-no-user-sync", "000:267",
            "a worker never waits for ever for an item of the queue at the module's top level",
            module_level),
        .when = "the workers know the queue as a global variable",
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_REFUTED,
                    "a spawned worker runs the module again and makes a queue of its own"}},
    },
    {0},
};
