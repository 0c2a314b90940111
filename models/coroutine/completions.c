/* asyncio.as_completed: the callbacks of the futures put them into a queue, in the order in which
 * they run. */
#include "models/coroutine/loop.h"

enum { ITERATORS_MAX = 64, FUTURES_MAX = 2048 };

struct iterator {
    struct sley_async_future **futures; /* [count] */
    struct sley_async_future **done;    /* [count]: NULL: the time was over first */
    uint32_t count;
    uint32_t missing; /* futures that are not in done yet */
    uint32_t done_count;
    uint32_t taken;
    bool timed;
    struct sley_handle timer;
    struct loop_waiters getters;
};

static struct iterator iterators[ITERATORS_MAX];
static struct sley_async_future *slots[2 * FUTURES_MAX];
static uint32_t iterator_count, slot_count;

void
sley_loop_completions_reset(void)
{
    iterator_count = 0;
    slot_count = 0;
}

static void
put(struct iterator *self, struct sley_async_future *future)
{
    self->missing--;
    self->done[self->done_count++] = future;
    struct sley_async_future *getter;
    while ((getter = sley_waiters_take(&self->getters)) != NULL) {
        if (!sley_async_future_done(getter)) {
            sley_async_future_finish(getter, sley_result(0));
            return;
        }
    }
}

static void
timer_stop(struct iterator *self)
{
    if (self->timed) {
        self->timed = false;
        sley_loop_guard(false);
        sley_loop_handle_stop(self->timer);
    }
}

static void
one_is_done(struct sley_async_future *future, void *argument)
{
    struct iterator *self = argument;
    if (self->missing == 0) {
        return; /* the time is over */
    }
    put(self, future);
    if (self->missing == 0) {
        timer_stop(self);
    }
}

static void
time_out(struct sley_async_future *unused, void *argument)
{
    (void)unused;
    struct iterator *self = argument;
    timer_stop(self);
    for (uint32_t i = 0; i < self->count; i++) {
        sley_async_future_remove_internal(self->futures[i], one_is_done, self);
    }
    while (self->missing > 0) {
        put(self, NULL);
    }
}

static struct iterator *
iterator_make(uint32_t count, uintptr_t pc)
{
    if (iterator_count == ITERATORS_MAX || slot_count + 2 * count > 2 * FUTURES_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc,
                         "more than 64 as_completed, or 2048 futures in all of them");
    }
    struct iterator *self = &iterators[iterator_count++];
    *self = (struct iterator){.futures = &slots[slot_count], .done = &slots[slot_count + count]};
    slot_count += 2 * count;
    return self;
}

static bool
is_in(const struct iterator *self, const struct sley_async_future *future)
{
    for (uint32_t i = 0; i < self->count; i++) {
        if (self->futures[i] == future) {
            return true;
        }
    }
    return false;
}

void
sley_loop_as_completed(struct sley_loop_completions *completions,
                       struct sley_async_future *const futures[], uint32_t count,
                       uint32_t timeout_ms)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_WAKE, sley_loop_object(), pc);
    struct iterator *self = iterator_make(count, pc);
    completions->storage[0] = (uint64_t)(self - iterators);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_in(self, futures[i])) {
            self->futures[self->count++] = futures[i];
            self->missing++;
            sley_async_future_add_internal(futures[i], one_is_done, self, NULL, pc);
        }
    }
    if (count > 0 && timeout_ms != SLEY_NO_TIMEOUT) {
        uint64_t when_ns = sley_engine.clock_ns + timeout_ms * ns_per_ms;
        self->timed = true;
        sley_loop_guard(true);
        self->timer = sley_loop_at(when_ns, time_out, NULL, self, NULL, pc);
    }
}

struct sley_awaited
sley_loop_next_completed(struct sley_loop_completions *completions,
                         struct sley_async_future **which)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_self(pc);
    sley_point(SLEY_OP_AWAIT, sley_loop_object(), pc);
    struct iterator *self = &iterators[completions->storage[0] % ITERATORS_MAX];
    const struct loop_wait wait = {SLEY_WAIT_FUTURE, (uintptr_t)completions, -1, 0};
    while (self->taken == self->done_count) {
        struct sley_async_future *getter;
        struct sley_awaited outcome = sley_await_waiter(&self->getters, &wait, &getter, pc);
        bool passed_over = getter->state == FUTURE_FINISHED && outcome.kind != SLEY_RESULT;
        sley_waiters_remove(&self->getters, getter);
        sley_async_future_drop(getter);
        if (passed_over && self->getters.first && self->taken < self->done_count) {
            sley_async_future_finish(sley_waiters_take(&self->getters), sley_result(0));
        }
        if (outcome.kind != SLEY_RESULT) {
            return outcome;
        }
    }
    struct sley_async_future *future = self->done[self->taken++];
    if (which) {
        *which = future;
    }
    return future ? sley_async_future_outcome(future) : sley_exception(SLEY_TIMEOUT_ERROR);
}
