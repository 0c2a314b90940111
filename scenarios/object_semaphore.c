/* Semaphores: never more inside than the value, whoever waits gets in, and a bounded one is not
 * given more than was taken. */
#include "scenarios/object.h"

#include <sley/shared.h>

static struct sley_semaphore semaphore;
static struct sley_lock guard;

/* What the tasks find out, where all of them see it. */
static struct {
    int value, inside, entered;
} * shared;

/* A value of one excludes: plain accesses inside are no race. */
static void *
exclusive(void *unused)
{
    sley_semaphore_acquire(&semaphore);
    sley_add(&shared->inside, 1);
    sley_check(sley_load(&shared->inside) == 1);
    sley_add(&shared->inside, -1);
    sley_semaphore_release(&semaphore);
    return unused;
}

static void
mutual_exclusion(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_semaphore_init(&semaphore, 1);
    sley_gather(2, exclusive);
    sley_semaphore_destroy(&semaphore);
}

static void *
visit(void *unused)
{
    for (int i = 0; i < 2; i++) {
        sley_semaphore_acquire(&semaphore);
        sley_with (&guard) {
            sley_add(&shared->inside, 1);
            sley_check(sley_load(&shared->inside) <= shared->value);
        }
        sley_pause();
        sley_with (&guard) {
            sley_add(&shared->inside, -1);
            sley_add(&shared->entered, 1);
        }
        sley_semaphore_release(&semaphore);
    }
    return unused;
}

static void
limit(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    shared->value = sley_draw(1, 2);
    sley_lock_init(&guard);
    sley_semaphore_init(&semaphore, (uint32_t)shared->value);
    sley_gather(4, visit);
    sley_check(shared->entered == 8);
    sley_check(sley_semaphore_try(&semaphore));
}

static void
bounded(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    int bound = sley_draw(1, 3);
    int taken = sley_draw(0, 3);
    sley_assume(taken <= bound);
    sley_semaphore_init_bounded(&semaphore, (uint32_t)bound);
    for (int i = 0; i < taken; i++) {
        sley_check(sley_semaphore_try(&semaphore));
    }
    for (int i = 0; i < taken; i++) {
        sley_check(sley_semaphore_release(&semaphore));
    }
    sley_check(!sley_semaphore_release(&semaphore));
    for (int i = 0; i < bound; i++) {
        sley_check(sley_semaphore_try(&semaphore));
    }
    sley_check(!sley_semaphore_try(&semaphore));
}

static void *
take_one(void *unused)
{
    sley_semaphore_acquire(&semaphore);
    sley_with (&guard) {
        sley_add(&shared->entered, 1);
    }
    return unused;
}

static void
release_many(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_lock_init(&guard);
    sley_semaphore_init(&semaphore, 0);
    uintptr_t a = sley_spawn(take_one, 0);
    uintptr_t b = sley_spawn(take_one, 0);
    sley_check(sley_semaphore_release_many(&semaphore, 2));
    sley_join(a);
    sley_join(b);
    sley_check(shared->entered == 2);
    sley_check(!sley_semaphore_try(&semaphore));
}

static void
timeouts(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_semaphore_init(&semaphore, 0);
    sley_check(!sley_semaphore_try(&semaphore));
    uint64_t begin_ns = sley_now_ns();
    sley_check(!sley_semaphore_acquire_for_ms(&semaphore, 10));
    sley_check(sley_now_ns() - begin_ns >= 10000000);
    sley_check(sley_semaphore_release(&semaphore));
    sley_check(sley_semaphore_acquire_for_ms(&semaphore, 10));
    sley_check(!sley_semaphore_try(&semaphore));
}

/* Either the one who waits gets it in time, or it is still there: nothing is lost between. */
static void *
take_in_time(void *unused)
{
    if (sley_semaphore_acquire_for_ms(&semaphore, 10)) {
        sley_with (&guard) {
            sley_add(&shared->entered, 1);
        }
    }
    return unused;
}

static void
late_release(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_lock_init(&guard);
    sley_semaphore_init(&semaphore, 0);
    uintptr_t task = sley_spawn(take_in_time, 0);
    sley_sleep_ms(10);
    sley_semaphore_release(&semaphore);
    sley_join(task);
    sley_check(sley_semaphore_try(&semaphore) == (shared->entered == 0));
}

const struct sley_property sley_scenario_object_semaphore[] = {
    {
        SLEY_CONTRACT_SEARCHED("object-semaphore.exclusive", "threading.Semaphore",
                               "a semaphore of one excludes, and orders what happens inside",
                               mutual_exclusion),
        .falsifier = "fault:semaphore.no-count",
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-semaphore.limit", "threading.Semaphore",
                                 "never more tasks inside than the value, and all get in", limit),
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-semaphore.bounded", "threading.BoundedSemaphore",
                                 "a release beyond the first value is refused and changes nothing",
                                 bounded),
        .exhaustive = true,
        .alone = true,
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-semaphore.release-many", "threading.Semaphore.release",
                                 "a release of two lets two waiters in", release_many),
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-semaphore.timeout", "threading.Semaphore.acquire",
                                 "an acquire with a time-out ends false, not before the time",
                                 timeouts),
        .falsifier = "fault:semaphore.no-count",
        .alone = true,
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-semaphore.late", "threading.Semaphore.acquire",
                                 "a release at the moment of a time-out is either used or kept",
                                 late_release),
        .falsifier = "fault:semaphore.no-count",
    },
    {0},
};
