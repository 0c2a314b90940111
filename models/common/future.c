/* concurrent.futures.Future: a state, a result and callbacks under a condition. */
#include "models/common/common.h"

struct callback {
    void (*call)(struct sley_future *future, void *argument);
    void *argument;
};

struct future {
    struct sley_lock lock;
    struct sley_condition changed;
    enum sley_future_state state;
    bool broken;
    void *result;
    uint32_t callback_count;
    struct callback callbacks[SLEY_FUTURE_CALLBACKS_MAX];
};

static struct future *
future_of(struct sley_future *future)
{
    _Static_assert(sizeof(struct future) <= sizeof(struct sley_future), "no room for a future");
    return (struct future *)future->storage;
}

void
sley_future_init(struct sley_future *future)
{
    struct future *self = future_of(future);
    sley_lock_init(&self->lock);
    sley_condition_init(&self->changed, &self->lock);
    self->state = SLEY_FUTURE_PENDING;
    self->broken = false;
    self->result = NULL;
    self->callback_count = 0;
}

enum sley_future_state
sley_future_state(struct sley_future *future)
{
    struct future *self = future_of(future);
    sley_lock_acquire(&self->lock);
    enum sley_future_state state = sley_load(&self->state);
    sley_lock_release(&self->lock);
    return state;
}

/* A state that stays. */
static bool
is_final(enum sley_future_state state)
{
    return state == SLEY_FUTURE_FINISHED || state == SLEY_FUTURE_CANCELLED;
}

bool
sley_future_done(struct sley_future *future)
{
    return is_final(sley_future_state(future));
}

bool
sley_future_start(struct sley_future *future)
{
    struct future *self = future_of(future);
    sley_lock_acquire(&self->lock);
    bool runs = sley_load(&self->state) == SLEY_FUTURE_PENDING;
    if (runs) {
        sley_store(&self->state, SLEY_FUTURE_RUNNING);
    }
    sley_lock_release(&self->lock);
    return runs;
}

/* Under the lock: to a final state. Fills the callbacks, of which none is added any more. */
static void
finish(struct future *self, enum sley_future_state state, void *result, bool broken,
       struct callback *callbacks, uint32_t *callback_count)
{
    self->result = result;
    self->broken = broken;
    sley_store(&self->state, state);
    *callback_count = self->callback_count;
    for (uint32_t i = 0; i < self->callback_count; i++) {
        callbacks[i] = self->callbacks[i];
    }
    if (!sley_fault_is(SLEY_FAULT_FUTURE_SILENT)) {
        sley_condition_notify_all(&self->changed);
    }
}

/* A final state, if the future is in one of the states of the mask; calls the callbacks outside the
 * lock. Nothing of the future is touched after the lock is released: who waited may have destroyed
 * it by then. */
static bool
finish_from(struct sley_future *future, uint32_t from, enum sley_future_state state, void *result,
            bool broken)
{
    struct future *self = future_of(future);
    struct callback callbacks[SLEY_FUTURE_CALLBACKS_MAX];
    uint32_t callback_count = 0;
    sley_lock_acquire(&self->lock);
    bool finishes = from & 1u << sley_load(&self->state);
    if (finishes) {
        finish(self, state, result, broken, callbacks, &callback_count);
    }
    sley_lock_release(&self->lock);
    bool reversed = sley_fault_is(SLEY_FAULT_FUTURE_CALLBACKS_REVERSED);
    for (uint32_t i = 0; i < callback_count; i++) {
        uint32_t at = reversed ? callback_count - 1 - i : i;
        callbacks[at].call(future, callbacks[at].argument);
    }
    return finishes;
}

static const uint32_t pending = 1u << SLEY_FUTURE_PENDING;
static const uint32_t running = 1u << SLEY_FUTURE_RUNNING;
static const uint32_t finished = 1u << SLEY_FUTURE_FINISHED;

static bool
set(struct sley_future *future, void *result, bool broken)
{
    uint32_t again = sley_fault_is(SLEY_FAULT_FUTURE_SET_TWICE) ? finished : 0;
    return finish_from(future, pending | running | again, SLEY_FUTURE_FINISHED, result, broken);
}

bool
sley_future_set(struct sley_future *future, void *result)
{
    return set(future, result, false);
}

bool
sley_future_set_broken(struct sley_future *future)
{
    return set(future, NULL, true);
}

bool
sley_future_cancel(struct sley_future *future)
{
    uint32_t wrong = sley_fault_is(SLEY_FAULT_FUTURE_CANCEL_RUNNING) ? running : 0;
    return finish_from(future, pending | wrong, SLEY_FUTURE_CANCELLED, NULL, false) ||
           sley_future_state(future) == SLEY_FUTURE_CANCELLED;
}

/* Under the lock, in a final state. */
static enum sley_future_end
outcome(struct future *self, void **result, int *code)
{
    if (self->state == SLEY_FUTURE_CANCELLED) {
        return SLEY_FUTURE_CANCEL;
    }
    if (self->broken) {
        return SLEY_FUTURE_BROKEN;
    }
    if (sley_is_exception(self->result, code) && !sley_fault_is(SLEY_FAULT_FUTURE_EXCEPTION_LOST)) {
        return SLEY_FUTURE_EXCEPTION;
    }
    if (result) {
        *result = self->result;
    }
    return SLEY_FUTURE_RESULT;
}

static enum sley_future_end
wait_for(struct sley_future *future, uint64_t timeout_ns, void **result, int *code)
{
    struct future *self = future_of(future);
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    bool in_time = true;
    sley_lock_acquire(&self->lock);
    while (in_time && !is_final(sley_load(&self->state))) {
        in_time = sley_common_wait_until(&self->changed, deadline_ns);
    }
    enum sley_future_end end = in_time ? outcome(self, result, code) : SLEY_FUTURE_TIMEOUT;
    sley_lock_release(&self->lock);
    return end;
}

enum sley_future_end
sley_future_result(struct sley_future *future, void **result, int *code)
{
    return wait_for(future, SLEY_FOREVER, result, code);
}

enum sley_future_end
sley_future_result_for_ms(struct sley_future *future, uint32_t timeout_ms, void **result, int *code)
{
    return wait_for(future, timeout_ms * UINT64_C(1000000), result, code);
}

bool
sley_future_on_done(struct sley_future *future,
                    void (*callback)(struct sley_future *future, void *argument), void *argument)
{
    struct future *self = future_of(future);
    sley_lock_acquire(&self->lock);
    bool is_done = is_final(sley_load(&self->state));
    bool fits = self->callback_count < SLEY_FUTURE_CALLBACKS_MAX;
    if (!is_done && fits) {
        self->callbacks[self->callback_count++] = (struct callback){callback, argument};
    }
    sley_lock_release(&self->lock);
    if (is_done && !sley_fault_is(SLEY_FAULT_FUTURE_CALLBACK_LATE)) {
        callback(future, argument);
    }
    return is_done || fits;
}

void
sley_future_destroy(struct sley_future *future)
{
    struct future *self = future_of(future);
    sley_condition_destroy(&self->changed);
    sley_lock_destroy(&self->lock);
}
