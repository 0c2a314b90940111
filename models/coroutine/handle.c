/* Handles: what waits in the ready queue, among the timers, or for a future. */
#include "models/coroutine/loop.h"

struct loop_handle sley_loop_handles[SLEY_LOOP_HANDLES_MAX];
static uint32_t made; /* handles that were in use in this run */
static uint16_t free_first;

enum {
    /* As asyncio: with more timers than the first, and more than half of them cancelled, the heap
     * is rebuilt without them. */
    TIMERS_KEPT = 100,
};

void
sley_loop_handles_reset(void)
{
    made = 0;
    free_first = 0;
    sley_loop.ready_first = 0;
    sley_loop.ready_count = 0;
    sley_loop.timers.count = 0;
    sley_loop.timers.cancelled = 0;
}

struct loop_handle *
sley_loop_handle_make(enum handle_kind kind, uintptr_t pc)
{
    struct loop_handle *handle;
    uint32_t generation = 1;
    if (free_first) {
        handle = &sley_loop_handles[free_first - 1];
        free_first = handle->next;
        generation = handle->generation;
    } else if (made < SLEY_LOOP_HANDLES_MAX) {
        handle = &sley_loop_handles[made++];
    } else {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc,
                         "more than 4096 handles of the event loop");
    }
    *handle = (struct loop_handle){.kind = kind, .generation = generation};
    return handle;
}

void
sley_loop_handle_free(struct loop_handle *handle)
{
    struct sley_async_future *held = handle->holds;
    handle->holds = NULL;
    handle->generation++;
    handle->next = free_first;
    free_first = (uint16_t)(sley_loop_handle_index(handle) + 1);
    if (held) {
        sley_async_future_drop(held);
    }
}

struct sley_handle
sley_loop_handle_id(const struct loop_handle *handle)
{
    return (struct sley_handle){sley_loop_handle_index(handle), handle->generation};
}

void
sley_loop_handle_stop(struct sley_handle id)
{
    if (id.index >= made || sley_loop_handles[id.index].generation != id.generation) {
        return;
    }
    struct loop_handle *handle = &sley_loop_handles[id.index];
    if (!handle->cancelled) {
        handle->cancelled = true;
        sley_loop.timers.cancelled += handle->scheduled;
    }
}

void
sley_loop_ready(struct loop_handle *handle)
{
    struct loop_state *loop = &sley_loop;
    uint32_t count = loop->ready_count++;
    if (sley_fault(SLEY_FAULT_LOOP_LIFO)) {
        loop->ready_first = (loop->ready_first + SLEY_LOOP_HANDLES_MAX - 1) % SLEY_LOOP_HANDLES_MAX;
        count = 0;
    }
    loop->ready[(loop->ready_first + count) % SLEY_LOOP_HANDLES_MAX] =
        sley_loop_handle_index(handle);
}

struct loop_handle *
sley_loop_soon(void (*internal)(struct sley_async_future *future, void *argument),
               struct sley_async_future *future, void *argument)
{
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_INTERNAL, 0);
    handle->internal = internal;
    handle->future = future;
    handle->argument = argument;
    sley_loop_ready(handle);
    return handle;
}

static void
schedule(struct loop_handle *handle, uint64_t when_ns)
{
    handle->when_ns = when_ns;
    handle->scheduled = true;
    sley_timers_push(&sley_loop.timers,
                     (struct loop_timer){when_ns, sley_loop_handle_index(handle)});
}

struct sley_handle
sley_loop_at(uint64_t when_ns, void (*internal)(struct sley_async_future *future, void *argument),
             struct sley_async_future *future, void *argument, struct sley_async_future *holds,
             uintptr_t pc)
{
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_INTERNAL, pc);
    handle->internal = internal;
    handle->future = future;
    handle->argument = argument;
    handle->holds = holds;
    if (holds) {
        holds->references++;
    }
    schedule(handle, when_ns);
    return sley_loop_handle_id(handle);
}

static void
timer_drop(struct loop_timer timer)
{
    sley_loop_handles[timer.id].scheduled = false;
    sley_loop_handle_free(&sley_loop_handles[timer.id]);
}

void
sley_loop_timers_clean(void)
{
    struct loop_timers *timers = &sley_loop.timers;
    if (timers->count > TIMERS_KEPT && timers->cancelled * 2 > timers->count) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < timers->count; i++) {
            if (sley_loop_handles[timers->at[i].id].cancelled) {
                timer_drop(timers->at[i]);
            } else {
                timers->at[kept++] = timers->at[i];
            }
        }
        timers->count = kept;
        sley_timers_heapify(timers);
        timers->cancelled = 0;
        return;
    }
    while (timers->count && sley_loop_handles[timers->at[0].id].cancelled) {
        timers->cancelled--;
        timer_drop(sley_timers_pop(timers));
    }
}

void
sley_loop_timers_fire(void)
{
    struct loop_timers *timers = &sley_loop.timers;
    if (sley_fault(SLEY_FAULT_LOOP_STARVES_TIMERS) && sley_loop.ready_count) {
        return;
    }
    while (timers->count && timers->at[0].when_ns <= sley_engine.clock_ns) {
        struct loop_handle *handle = &sley_loop_handles[sley_timers_pop(timers).id];
        handle->scheduled = false;
        sley_loop_ready(handle);
    }
}

/* --- for authors --- */

static struct loop_handle *
user_call(void (*call)(void *argument), void *argument, uintptr_t pc)
{
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_WAKE, sley_loop_object(), pc);
    struct loop_handle *handle = sley_loop_handle_make(HANDLE_CALL, pc);
    handle->call = call;
    handle->argument = argument;
    return handle;
}

struct sley_handle
sley_loop_call_soon(void (*callback)(void *argument), void *argument)
{
    struct loop_handle *handle = user_call(callback, argument, SLEY_CALLER());
    sley_loop_ready(handle);
    return sley_loop_handle_id(handle);
}

struct sley_handle
sley_loop_call_later_ms(uint32_t delay_ms, void (*callback)(void *argument), void *argument)
{
    struct loop_handle *handle = user_call(callback, argument, SLEY_CALLER());
    schedule(handle, sley_engine.clock_ns + delay_ms * ns_per_ms);
    return sley_loop_handle_id(handle);
}

struct sley_handle
sley_loop_call_at_ns(uint64_t when_ns, void (*callback)(void *argument), void *argument)
{
    struct loop_handle *handle = user_call(callback, argument, SLEY_CALLER());
    schedule(handle, when_ns);
    return sley_loop_handle_id(handle);
}

void
sley_loop_handle_cancel(struct sley_handle handle)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point(SLEY_OP_WAKE, sley_loop_object(), SLEY_CALLER());
    sley_loop_handle_stop(handle);
}

uint64_t
sley_loop_time_ns(void)
{
    return sley_engine.clock_ns;
}
