/* asyncio.timeout as of CPython 3.11. */
#include "models/coroutine/lock.h"

enum scope_state {
    SCOPE_CREATED,
    SCOPE_ENTERED,
    SCOPE_EXPIRING, /* has cancelled its task */
    SCOPE_EXPIRED,
    SCOPE_EXITED,
};

struct scope {
    enum scope_state state;
    bool armed;
    uint32_t cancelling; /* cancellations asked for before the scope */
    struct sley_handle timer;
    struct loop_task *task;
};

static struct scope *
scope_of(struct sley_loop_timeout *scope)
{
    _Static_assert(sizeof(struct scope) <= sizeof(struct sley_loop_timeout), "no room for a scope");
    return (struct scope *)scope->storage;
}

static void
disarm(struct scope *self)
{
    if (self->armed) {
        self->armed = false;
        sley_loop_handle_stop(self->timer);
        sley_loop_guard(false);
    }
}

static void
expire(struct sley_async_future *unused, void *argument)
{
    (void)unused;
    struct scope *self = argument;
    sley_task_cancel(self->task);
    self->state = SCOPE_EXPIRING;
    self->armed = false;
    sley_loop_guard(false);
}

static void
arm(struct scope *self, uint64_t when_ns, uintptr_t pc)
{
    disarm(self);
    if (when_ns == UINT64_MAX) {
        return;
    }
    self->armed = true;
    sley_loop_guard(true);
    if (when_ns <= sley_engine.clock_ns) {
        self->timer = sley_loop_handle_id(sley_loop_soon(expire, NULL, self));
    } else {
        self->timer = sley_loop_at(when_ns, expire, NULL, self, NULL, pc);
    }
}

void
sley_timeout_enter(struct sley_loop_timeout *scope, uint64_t when_ns, uintptr_t pc)
{
    struct scope *self = scope_of(scope);
    struct loop_task *task = sley_loop_self(pc);
    *self = (struct scope){.state = SCOPE_ENTERED, .task = task, .cancelling = task->cancel_count};
    arm(self, when_ns, pc);
}

struct sley_awaited
sley_timeout_leave(struct sley_loop_timeout *scope, struct sley_awaited block)
{
    struct scope *self = scope_of(scope);
    disarm(self);
    if (self->state != SCOPE_EXPIRING) {
        self->state = SCOPE_EXITED;
        return block;
    }
    self->state = SCOPE_EXPIRED;
    uint32_t left = sley_loop_uncancel(&self->task->future);
    bool own = left <= self->cancelling && block.kind == SLEY_CANCELLED;
    return own ? sley_exception(SLEY_TIMEOUT_ERROR) : block;
}

/* --- for authors --- */

struct sley_awaited
sley_loop_timeout_enter(struct sley_loop_timeout *scope, uint32_t timeout_ms)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_self(pc);
    sley_point(SLEY_OP_WAKE, sley_loop_object(), pc);
    uint64_t when_ns = sley_engine.clock_ns + timeout_ms * ns_per_ms;
    sley_timeout_enter(scope, timeout_ms == SLEY_NO_TIMEOUT ? UINT64_MAX : when_ns, pc);
    return sley_result(0);
}

struct sley_awaited
sley_loop_timeout_leave(struct sley_loop_timeout *scope, struct sley_awaited block)
{
    sley_loop_self(SLEY_CALLER());
    return sley_timeout_leave(scope, block);
}

struct sley_awaited
sley_loop_timeout_reschedule_ns(struct sley_loop_timeout *scope, uint64_t when_ns)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point(SLEY_OP_WAKE, sley_loop_object(), SLEY_CALLER());
    if (scope_of(scope)->state != SCOPE_ENTERED) {
        return sley_exception(SLEY_RUNTIME_ERROR);
    }
    arm(scope_of(scope), when_ns, SLEY_CALLER());
    return sley_result(0);
}

bool
sley_loop_timeout_expired(const struct sley_loop_timeout *scope)
{
    const struct scope *self = (const struct scope *)scope->storage;
    return self->state == SCOPE_EXPIRING || self->state == SCOPE_EXPIRED;
}
