/* "Queue uses locks and semaphores inside" (000:267): a queue made of them by hand, and the bounded
 * queue of multiprocessing, each with and without a part of them. */
#include "scenarios/object.h"

#include <sley/process.h>
#include <sley/shared.h>

enum { TASKS_MAX = 2, ITEMS_MAX = 4, CAPACITY = 2 };

static struct sley_lock guard;
static struct sley_semaphore room, filled;

/* Where all tasks see it. */
static struct world {
    intptr_t ring[CAPACITY];
    int ring_first, ring_count;
    bool waits_for_room;
    struct sley_mpqueue pipe;
    int producers, items, capacity;
    int put_count, get_count;
} * world;

static struct world *
begin(void)
{
    struct world *created = sley_shared_allocate(sizeof *created);
    sley_lock_init(&guard);
    return created;
}

/* --- by hand --- */

static void *
put_by_hand(void *unused)
{
    for (int i = 0; i < world->items; i++) {
        if (world->waits_for_room) {
            sley_semaphore_acquire(&room);
        }
        sley_with (&guard) {
            world->ring[(world->ring_first + world->ring_count) % CAPACITY] = i;
            world->ring_count++;
            sley_check(world->ring_count <= CAPACITY);
        }
        sley_semaphore_release(&filled);
    }
    return unused;
}

static void
by_hand(bool waits_for_room)
{
    world = begin();
    world->items = sley_draw(1, ITEMS_MAX);
    world->waits_for_room = waits_for_room;
    sley_semaphore_init(&room, CAPACITY);
    sley_semaphore_init(&filled, 0);
    uintptr_t producer = sley_spawn(put_by_hand, 0);
    for (int i = 0; i < world->items; i++) {
        sley_semaphore_acquire(&filled);
        sley_with (&guard) {
            sley_check(world->ring[world->ring_first] == i);
            world->ring_first = (world->ring_first + 1) % CAPACITY;
            world->ring_count--;
        }
        sley_semaphore_release(&room);
    }
    sley_join(producer);
}

static void
of_semaphores(void)
{
    by_hand(true);
}

static void
of_one_semaphore(void)
{
    by_hand(false);
}

/* --- multiprocessing.Queue(maxsize) --- */

static void *
put_counted(void *argument)
{
    struct world *all = argument;
    for (int i = 0; i < all->items; i++) {
        sley_mpqueue_put(&all->pipe, i, SLEY_MPQUEUE_HEADER);
        int put = __atomic_add_fetch(&all->put_count, 1, __ATOMIC_SEQ_CST);
        /* Gets are counted before they begin: the difference is never above what is inside. */
        int gets = __atomic_load_n(&all->get_count, __ATOMIC_SEQ_CST);
        sley_check(put - gets <= all->capacity);
    }
    return NULL;
}

static void
bounded(void)
{
    struct world *all = begin();
    all->capacity = sley_draw(1, 2);
    all->producers = sley_draw(1, 2);
    all->items = sley_draw(1, ITEMS_MAX);
    sley_mpqueue_init_bounded(&all->pipe, (uint32_t)all->capacity);
    uintptr_t tasks[TASKS_MAX];
    for (int i = 0; i < all->producers; i++) {
        tasks[i] = sley_spawn(put_counted, all);
    }
    for (int i = 0; i < all->producers * all->items; i++) {
        __atomic_fetch_add(&all->get_count, 1, __ATOMIC_SEQ_CST);
        sley_mpqueue_get(&all->pipe);
    }
    for (int i = 0; i < all->producers; i++) {
        sley_join(tasks[i]);
    }
}

#define QUEUE(property, text, entry)                                                               \
    .name = property, .claim = "queue-internal-locks-semaphores", .source = "000:267",             \
    .says = text, .quantifier = SLEY_ALWAYS, .body = entry

const struct sley_property sley_scenario_queue_capacity[] = {
    {
        QUEUE("queue-internal-locks-semaphores",
              "a lock and two semaphores make a bounded queue that keeps order and capacity",
              of_semaphores),
        .falsifier = "queue-internal-locks-semaphores.one",
        .runs = 500,
        .expect = {SLEY_SHARING(SLEY_CONFIRMED, ""), {"process", SLEY_CONFIRMED, ""}},
    },
    {
        QUEUE("queue-internal-locks-semaphores.one",
              "a lock and the semaphore of the consumers alone make such a queue",
              of_one_semaphore),
        .twin = true,
        .runs = 500,
        .expect = {SLEY_SHARING(SLEY_REFUTED, "nothing makes the producer wait"),
                   {"process", SLEY_REFUTED, "nothing makes the producer wait"}},
    },
    {
        QUEUE("queue-internal-locks-semaphores.bounded",
              "a semaphore keeps what was put and not taken within the capacity, a lock keeps "
              "messages whole",
              bounded),
        .runs = 300,
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {0},
};
