/* asyncio.Event. */
#include "models/coroutine/event.h"

static struct async_event *
event_of(struct sley_loop_event *event)
{
    _Static_assert(sizeof(struct async_event) <= sizeof(struct sley_loop_event),
                   "no room for an event");
    return (struct async_event *)event->storage;
}

void
sley_async_event_set(struct async_event *event)
{
    if (event->set) {
        return;
    }
    event->set = true;
    for (struct sley_async_future *f = event->waiters.first; f; f = f->next) {
        bool woken = !sley_async_future_done(f);
        sley_async_future_finish(f, sley_result(1));
        if (woken && sley_fault(SLEY_FAULT_EVENT_WAKES_ONE)) {
            return;
        }
    }
}

struct sley_awaited
sley_async_event_wait(struct async_event *event, uintptr_t object, uintptr_t pc)
{
    if (event->set) {
        return sley_result(1);
    }
    const struct loop_wait wait = {.kind = SLEY_WAIT_CONDITION, .object = object, .owner = -1};
    struct sley_async_future *waiter;
    struct sley_awaited outcome = sley_await_waiter(&event->waiters, &wait, &waiter, pc);
    sley_waiters_remove(&event->waiters, waiter);
    sley_async_future_drop(waiter);
    return outcome;
}

void
sley_loop_event_init(struct sley_loop_event *event)
{
    *event_of(event) = (struct async_event){0};
}

void
sley_loop_event_set(struct sley_loop_event *event)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_BROADCAST, (uintptr_t)event, sley_loop_object(), SLEY_CALLER());
    sley_async_event_set(event_of(event));
}

void
sley_loop_event_clear(struct sley_loop_event *event)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point(SLEY_OP_SIGNAL, (uintptr_t)event, SLEY_CALLER());
    event_of(event)->set = false;
}

bool
sley_loop_event_is_set(const struct sley_loop_event *event)
{
    const struct async_event *own = (const void *)event->storage;
    return own->set;
}

struct sley_awaited
sley_loop_event_wait(struct sley_loop_event *event)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAIT, (uintptr_t)event, sley_loop_object(), SLEY_CALLER());
    return sley_async_event_wait(event_of(event), (uintptr_t)event, SLEY_CALLER());
}
