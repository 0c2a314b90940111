/* asyncio.Event without its scheduling points, for what is built on it. */
#ifndef SLEY_MODELS_COROUTINE_EVENT_H
#define SLEY_MODELS_COROUTINE_EVENT_H

#include "models/coroutine/loop.h"

struct async_event {
    bool set;
    struct loop_waiters waiters; /* a woken waiter stays in until it runs */
};

void sley_async_event_set(struct async_event *event);

/* object: what reports name. */
struct sley_awaited sley_async_event_wait(struct async_event *event, uintptr_t object,
                                          uintptr_t pc);

#endif
