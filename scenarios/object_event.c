/* Events: a set reaches all who wait, and orders what came before it. */
#include "scenarios/object.h"

#include <sley/shared.h>

static struct sley_event_object event;

/* What the tasks find out, where all of them see it. */
static struct {
    long data;
    bool passed;
} * shared;

static void *
wait_and_read(void *unused)
{
    sley_event_wait(&event);
    sley_check(sley_load(&shared->data) == 42);
    return unused;
}

static void
set_wakes_all(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_event_init(&event);
    uintptr_t a = sley_spawn(wait_and_read, 0);
    uintptr_t b = sley_spawn(wait_and_read, 0);
    sley_pause();
    sley_store(&shared->data, 42);
    sley_event_set(&event);
    sley_join(a);
    sley_join(b);
    sley_check(sley_event_is_set(&event));
    sley_event_destroy(&event);
}

static void *
wait_briefly(void *unused)
{
    sley_store(&shared->passed, sley_event_wait_for_ms(&event, 20));
    return unused;
}

/* Time is strict here, so that the waiter waits when the event is set. */
static void
pulse(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_event_init(&event);
    uintptr_t waiter = sley_spawn(wait_briefly, 0);
    sley_sleep_ms(10);
    sley_event_set(&event);
    sley_event_clear(&event);
    sley_join(waiter);
    sley_check(shared->passed);
    sley_check(!sley_event_is_set(&event));
}

static void
flag(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_event_init(&event);
    sley_check(!sley_event_is_set(&event));
    sley_check(!sley_event_wait_for_ms(&event, 10));
    sley_event_set(&event);
    sley_event_set(&event);
    sley_check(sley_event_is_set(&event) && sley_event_wait_for_ms(&event, 0));
    sley_event_clear(&event);
    sley_check(!sley_event_is_set(&event) && !sley_event_wait_for_ms(&event, 0));
}

/* A set before the wait is as good as one after it: the flag stays. */
static void *
set_event(void *unused)
{
    sley_store(&shared->data, 42);
    sley_event_set(&event);
    return unused;
}

static void
early_set(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_event_init(&event);
    uintptr_t setter = sley_spawn(set_event, 0);
    wait_and_read(0);
    sley_join(setter);
}

const struct sley_property sley_scenario_object_event[] = {
    {
        SLEY_CONTRACT_EVERYWHERE("object-event.set-wakes-all", "threading.Event.set",
                                 "a set lets every waiter go on, after all that came before it",
                                 set_wakes_all),
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-event.early-set", "threading.Event.wait",
                                 "a set is not lost, whether it comes before or during the wait",
                                 early_set),
        .falsifier = "fault:event.silent",
        .exhaustive = true,
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-event.pulse", "threading.Event.set",
                                 "who waits at a set goes on although the event is cleared at once",
                                 pulse),
        .strict_time = true,
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-event.flag", "threading.Event",
                                 "is_set and wait without time follow set and clear", flag),
        .alone = true,
    },
    {0},
};
