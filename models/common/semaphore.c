/* threading.Semaphore and BoundedSemaphore: a count under a condition. A task that comes may
 * overtake those who wait. */
#include "models/common/common.h"

struct semaphore {
    struct sley_lock lock;
    struct sley_condition not_zero;
    uint32_t value;
    uint32_t bound;
};

static struct semaphore *
semaphore_of(struct sley_semaphore *semaphore)
{
    _Static_assert(sizeof(struct semaphore) <= sizeof(struct sley_semaphore), "no room");
    return (struct semaphore *)semaphore->storage;
}

static void
init(struct sley_semaphore *semaphore, uint32_t value, uint32_t bound)
{
    struct semaphore *self = semaphore_of(semaphore);
    sley_lock_init(&self->lock);
    sley_condition_init(&self->not_zero, &self->lock);
    self->value = value;
    self->bound = bound;
}

/* Under the lock: waits for a value above 0. */
static bool
wait_for_one(struct semaphore *self, uint64_t deadline_ns)
{
    while (sley_load(&self->value) == 0) {
        if (!sley_common_wait_until(&self->not_zero, deadline_ns)) {
            return false;
        }
        if (sley_fault_is(SLEY_FAULT_SEMAPHORE_IF)) {
            break;
        }
    }
    return true;
}

static bool
acquire(struct sley_semaphore *semaphore, uint64_t timeout_ns)
{
    struct semaphore *self = semaphore_of(semaphore);
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    sley_lock_acquire(&self->lock);
    bool taken = wait_for_one(self, deadline_ns);
    if (taken && !sley_fault_is(SLEY_FAULT_SEMAPHORE_NO_COUNT)) {
        sley_add(&self->value, -1u);
    }
    sley_lock_release(&self->lock);
    return taken;
}

static bool
release(struct sley_semaphore *semaphore, uint32_t count)
{
    struct semaphore *self = semaphore_of(semaphore);
    sley_lock_acquire(&self->lock);
    bool fits =
        count <= self->bound - sley_load(&self->value) || sley_fault_is(SLEY_FAULT_SEMAPHORE_BOUND);
    if (fits) {
        sley_add(&self->value, count);
        uint32_t woken = sley_fault_is(SLEY_FAULT_SEMAPHORE_ONE_NOTIFY) ? 1 : count;
        sley_condition_notify(&self->not_zero, woken);
    }
    sley_lock_release(&self->lock);
    return fits;
}

static void
destroy(struct sley_semaphore *semaphore)
{
    struct semaphore *self = semaphore_of(semaphore);
    sley_condition_destroy(&self->not_zero);
    sley_lock_destroy(&self->lock);
}

const struct sley_model_semaphore_ops sley_common_semaphore_ops = {
    .init = init,
    .acquire = acquire,
    .release = release,
    .destroy = destroy,
};
