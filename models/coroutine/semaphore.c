/* asyncio.Semaphore and asyncio.BoundedSemaphore as of CPython 3.11. */
#include "models/coroutine/loop.h"

struct async_semaphore {
    uint32_t value;
    uint32_t bound;              /* UINT32_MAX: none */
    struct loop_waiters waiters; /* a woken waiter stays in until it runs */
};

static struct async_semaphore *
semaphore_of(struct sley_loop_semaphore *semaphore)
{
    _Static_assert(sizeof(struct async_semaphore) <= sizeof(struct sley_loop_semaphore),
                   "no room for a semaphore");
    return (struct async_semaphore *)semaphore->storage;
}

static bool
is_locked(const struct async_semaphore *self)
{
    bool waited_for = false;
    for (const struct sley_async_future *f = self->waiters.first; f; f = f->next) {
        waited_for |= f->state != FUTURE_CANCELLED;
    }
    return self->value == 0 || (waited_for && !sley_fault(SLEY_FAULT_SEMAPHORE_BARGING));
}

/* Hands a unit to the first waiter that has none yet. */
static void
wake_next(struct async_semaphore *self)
{
    struct sley_async_future *waiter = self->waiters.first;
    while (waiter && sley_async_future_done(waiter)) {
        waiter = waiter->next;
    }
    if (waiter) {
        self->value--;
        sley_async_future_finish(waiter, sley_result(1));
    }
}

static struct sley_awaited
acquire(struct async_semaphore *self, uintptr_t object, uintptr_t pc)
{
    if (!is_locked(self)) {
        self->value--;
        return sley_result(1);
    }
    const struct loop_wait wait = {.kind = SLEY_WAIT_SEMAPHORE, .object = object, .owner = -1};
    struct sley_async_future *waiter;
    struct sley_awaited outcome = sley_await_waiter(&self->waiters, &wait, &waiter, pc);
    sley_waiters_remove(&self->waiters, waiter);
    bool has_unit = waiter->state != FUTURE_CANCELLED;
    sley_async_future_drop(waiter);
    if (outcome.kind != SLEY_RESULT) {
        if (has_unit) {
            self->value++;
            wake_next(self);
        }
    } else if (self->value > 0) {
        wake_next(self);
    }
    return outcome;
}

void
sley_loop_semaphore_init(struct sley_loop_semaphore *semaphore, uint32_t value)
{
    *semaphore_of(semaphore) = (struct async_semaphore){.value = value, .bound = UINT32_MAX};
}

void
sley_loop_semaphore_init_bounded(struct sley_loop_semaphore *semaphore, uint32_t value)
{
    *semaphore_of(semaphore) = (struct async_semaphore){.value = value, .bound = value};
}

struct sley_awaited
sley_loop_semaphore_acquire(struct sley_loop_semaphore *semaphore)
{
    sley_loop_self(SLEY_CALLER());
    sley_point_two(SLEY_OP_SEM_WAIT, (uintptr_t)semaphore, sley_loop_object(), SLEY_CALLER());
    return acquire(semaphore_of(semaphore), (uintptr_t)semaphore, SLEY_CALLER());
}

struct sley_awaited
sley_loop_semaphore_release(struct sley_loop_semaphore *semaphore)
{
    sley_loop_check_thread(SLEY_CALLER());
    sley_point_two(SLEY_OP_SEM_POST, (uintptr_t)semaphore, sley_loop_object(), SLEY_CALLER());
    struct async_semaphore *self = semaphore_of(semaphore);
    if (self->value >= self->bound) {
        return sley_exception(SLEY_VALUE_ERROR);
    }
    self->value++;
    wake_next(self);
    return sley_result(0);
}

bool
sley_loop_semaphore_locked(const struct sley_loop_semaphore *semaphore)
{
    return is_locked((const struct async_semaphore *)semaphore->storage);
}
