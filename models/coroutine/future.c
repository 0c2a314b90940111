/* asyncio.Future, and lists of futures that wait in a synchronisation object. */
#include "models/coroutine/loop.h"

static struct sley_async_future futures[SLEY_LOOP_FUTURES_MAX];
static uint32_t made;
static struct sley_async_future *free_first;

void
sley_loop_futures_reset(void)
{
    made = 0;
    free_first = NULL;
}

void
sley_async_future_init(struct sley_async_future *future, enum future_kind kind)
{
    *future = (struct sley_async_future){.kind = kind};
}

struct sley_async_future *
sley_async_future_make(enum future_kind kind, uintptr_t pc)
{
    struct sley_async_future *future = free_first;
    if (future) {
        free_first = future->next;
    } else if (made < SLEY_LOOP_FUTURES_MAX) {
        future = &futures[made++];
    } else {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 4096 futures");
    }
    sley_async_future_init(future, kind);
    return future;
}

struct sley_async_future *
sley_async_future_make_internal(uintptr_t pc)
{
    struct sley_async_future *future = sley_async_future_make(FUTURE_PLAIN, pc);
    future->internal = true;
    future->references = 1;
    return future;
}

void
sley_async_future_drop(struct sley_async_future *future)
{
    if (future->internal && --future->references == 0) {
        future->next = free_first;
        free_first = future;
    }
}

struct sley_awaited
sley_async_future_outcome(const struct sley_async_future *future)
{
    if (future->state == FUTURE_PENDING) {
        return sley_exception(SLEY_INVALID_STATE_ERROR);
    }
    bool cancelled =
        future->state == FUTURE_CANCELLED ||
        (future->outcome.kind == SLEY_EXCEPTION && future->outcome.value == SLEY_CANCELLED_ERROR);
    return cancelled ? sley_cancellation() : future->outcome;
}

/* --- callbacks --- */

static uint16_t
link_of(const struct loop_handle *handle)
{
    return (uint16_t)(sley_loop_handle_index(handle) + 1);
}

void
sley_async_future_add(struct sley_async_future *future, struct loop_handle *handle)
{
    handle->future = future;
    if (sley_async_future_done(future)) {
        sley_loop_ready(handle);
        return;
    }
    handle->next = 0;
    if (future->last_callback) {
        sley_loop_handles[future->last_callback - 1].next = link_of(handle);
    } else {
        future->first_callback = link_of(handle);
    }
    future->last_callback = link_of(handle);
    if (sley_fault(SLEY_FAULT_CALLBACKS_REVERSED) && future->first_callback != link_of(handle)) {
        handle->next = future->first_callback;
        future->first_callback = link_of(handle);
        uint16_t at = handle->next;
        while (sley_loop_handles[at - 1].next != link_of(handle)) {
            at = sley_loop_handles[at - 1].next;
        }
        sley_loop_handles[at - 1].next = 0;
        future->last_callback = at;
    }
}

void
sley_async_future_add_internal(struct sley_async_future *future,
                               void (*internal)(struct sley_async_future *future, void *argument),
                               void *argument, struct sley_async_future *holds, uintptr_t pc)
{
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_INTERNAL, pc);
    handle->internal = internal;
    handle->argument = argument;
    handle->holds = holds;
    if (holds) {
        holds->references++;
    }
    sley_async_future_add(future, handle);
}

static bool
calls(const struct loop_handle *handle, enum handle_kind kind,
      void (*function)(struct sley_async_future *future, void *argument), const void *argument)
{
    if (handle->kind != kind || handle->argument != argument) {
        return false;
    }
    return (kind == HANDLE_INTERNAL ? handle->internal : handle->callback) == function;
}

static uint32_t
callbacks_remove(struct sley_async_future *future, enum handle_kind kind,
                 void (*function)(struct sley_async_future *future, void *argument),
                 const void *argument)
{
    uint32_t removed = 0;
    uint16_t before = 0;
    uint16_t at = future->first_callback;
    while (at) {
        struct loop_handle *handle = &sley_loop_handles[at - 1];
        uint16_t next = handle->next;
        if (calls(handle, kind, function, argument)) {
            *(before ? &sley_loop_handles[before - 1].next : &future->first_callback) = next;
            if (future->last_callback == at) {
                future->last_callback = before;
            }
            sley_loop_handle_free(handle);
            removed++;
        } else {
            before = at;
        }
        at = next;
    }
    return removed;
}

uint32_t
sley_async_future_remove_internal(struct sley_async_future *future,
                                  void (*internal)(struct sley_async_future *future,
                                                   void *argument),
                                  const void *argument)
{
    return callbacks_remove(future, HANDLE_INTERNAL, internal, argument);
}

/* The future is done: its callbacks go to the ready queue. */
static void
callbacks_schedule(struct sley_async_future *future)
{
    uint16_t at = future->first_callback;
    future->first_callback = future->last_callback = 0;
    while (at) {
        struct loop_handle *handle = &sley_loop_handles[at - 1];
        at = handle->next;
        sley_engine.result->conflict |=
            handle->kind == HANDLE_WAKEUP && handle->task != sley_loop.current;
        sley_loop_ready(handle);
    }
}

void
sley_async_future_finish(struct sley_async_future *future, struct sley_awaited outcome)
{
    if (sley_async_future_done(future)) {
        return;
    }
    future->state = FUTURE_FINISHED;
    future->outcome = outcome;
    callbacks_schedule(future);
}

bool
sley_async_future_cancel_plain(struct sley_async_future *future)
{
    if (sley_async_future_done(future)) {
        return false;
    }
    future->state = FUTURE_CANCELLED;
    callbacks_schedule(future);
    return true;
}

void
sley_async_future_release_waiter(struct sley_async_future *unused, void *argument)
{
    (void)unused;
    sley_async_future_finish(argument, sley_result(0));
}

/* --- lists --- */

void
sley_waiters_append(struct loop_waiters *waiters, struct sley_async_future *future)
{
    future->next = NULL;
    *(waiters->last ? &waiters->last->next : &waiters->first) = future;
    waiters->last = future;
}

bool
sley_waiters_remove(struct loop_waiters *waiters, struct sley_async_future *future)
{
    struct sley_async_future *before = NULL;
    struct sley_async_future *at = waiters->first;
    while (at && at != future) {
        before = at;
        at = at->next;
    }
    if (!at) {
        return false;
    }
    *(before ? &before->next : &waiters->first) = at->next;
    if (waiters->last == at) {
        waiters->last = before;
    }
    return true;
}

struct sley_async_future *
sley_waiters_take(struct loop_waiters *waiters)
{
    struct sley_async_future *first = waiters->first;
    if (first) {
        waiters->first = first->next;
        waiters->last = first->next ? waiters->last : NULL;
    }
    return first;
}

/* --- for authors --- */

struct sley_async_future *
sley_loop_future(void)
{
    sley_loop_check_thread(SLEY_CALLER());
    return sley_async_future_make(FUTURE_PLAIN, SLEY_CALLER());
}

static struct sley_awaited
finish(struct sley_async_future *future, struct sley_awaited outcome, uintptr_t pc)
{
    sley_loop_check_thread(pc);
    sley_point_two(SLEY_OP_WAKE, (uintptr_t)future, sley_loop_object(), pc);
    if (future->kind == FUTURE_TASK) {
        return sley_exception(SLEY_RUNTIME_ERROR);
    }
    if (sley_async_future_done(future)) {
        return sley_exception(SLEY_INVALID_STATE_ERROR);
    }
    sley_async_future_finish(future, outcome);
    return sley_result(0);
}

struct sley_awaited
sley_loop_set_result(struct sley_async_future *future, intptr_t value)
{
    return finish(future, sley_result(value), SLEY_CALLER());
}

struct sley_awaited
sley_loop_set_exception(struct sley_async_future *future, intptr_t code)
{
    return finish(future, sley_exception(code), SLEY_CALLER());
}

bool
sley_loop_cancel(struct sley_async_future *future)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAKE, (uintptr_t)future, sley_loop_object(), SLEY_CALLER());
    return sley_async_future_cancel(future);
}

bool
sley_loop_done(const struct sley_async_future *future)
{
    return sley_async_future_done(future);
}

bool
sley_loop_cancelled(const struct sley_async_future *future)
{
    return future->state == FUTURE_CANCELLED;
}

struct sley_awaited
sley_loop_result(const struct sley_async_future *future)
{
    return sley_async_future_outcome(future);
}

void
sley_loop_add_callback(struct sley_async_future *future,
                       void (*callback)(struct sley_async_future *future, void *argument),
                       void *argument)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_WAKE, (uintptr_t)future, sley_loop_object(), SLEY_CALLER());
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_CALLBACK, SLEY_CALLER());
    handle->callback = callback;
    handle->argument = argument;
    sley_async_future_add(future, handle);
}

uint32_t
sley_loop_remove_callback(struct sley_async_future *future,
                          void (*callback)(struct sley_async_future *future, void *argument),
                          void *argument)
{
    sley_loop_check_thread(SLEY_CALLER());
    return callbacks_remove(future, HANDLE_CALLBACK, callback, argument);
}
