/* threading.Event: a flag under a condition. */
#include "models/common/common.h"

struct event {
    struct sley_lock lock;
    struct sley_condition is_set;
    bool flag;      /* read without the lock as well */
    uint32_t count; /* of sets: who waited at one goes on although the flag is cleared again */
};

static struct event *
event_of(struct sley_event_object *event)
{
    _Static_assert(sizeof(struct event) <= sizeof(struct sley_event_object), "no room");
    return (struct event *)event->storage;
}

/* The flag is atomic, so that is_set needs no lock; the order is that of the lock. */
static bool
flag_of(struct event *self)
{
    sley_bytecode(SLEY_BYTECODE_PLAIN);
    return __atomic_load_n(&self->flag, __ATOMIC_ACQUIRE);
}

static void
flag_store(struct event *self, bool flag)
{
    sley_bytecode(SLEY_BYTECODE_PLAIN);
    __atomic_store_n(&self->flag, flag, __ATOMIC_RELEASE);
}

static void
init(struct sley_event_object *event)
{
    struct event *self = event_of(event);
    sley_lock_init(&self->lock);
    sley_condition_init(&self->is_set, &self->lock);
    self->flag = false;
    self->count = 0;
}

static void
set(struct sley_event_object *event)
{
    struct event *self = event_of(event);
    sley_lock_acquire(&self->lock);
    flag_store(self, true);
    sley_add(&self->count, 1);
    if (sley_fault_is(SLEY_FAULT_EVENT_ONE)) {
        sley_condition_notify(&self->is_set, 1);
    } else if (!sley_fault_is(SLEY_FAULT_EVENT_SILENT)) {
        sley_condition_notify_all(&self->is_set);
    }
    sley_lock_release(&self->lock);
}

static void
clear(struct sley_event_object *event)
{
    struct event *self = event_of(event);
    sley_lock_acquire(&self->lock);
    if (!sley_fault_is(SLEY_FAULT_EVENT_STICKY)) {
        flag_store(self, false);
    }
    sley_lock_release(&self->lock);
}

static bool
is_set(struct sley_event_object *event)
{
    return flag_of(event_of(event));
}

static bool
wait(struct sley_event_object *event, uint64_t timeout_ns)
{
    struct event *self = event_of(event);
    uint64_t deadline_ns = sley_common_deadline(timeout_ns);
    sley_lock_acquire(&self->lock);
    uint32_t count = sley_load(&self->count);
    bool is_over = flag_of(self);
    while (!is_over && sley_common_wait_until(&self->is_set, deadline_ns)) {
        is_over = flag_of(self) ||
                  (sley_load(&self->count) != count && !sley_fault_is(SLEY_FAULT_EVENT_PULSE_LOST));
    }
    sley_lock_release(&self->lock);
    return is_over;
}

static void
destroy(struct sley_event_object *event)
{
    struct event *self = event_of(event);
    sley_condition_destroy(&self->is_set);
    sley_lock_destroy(&self->lock);
}

const struct sley_model_event_ops sley_common_event_ops = {
    .init = init,
    .set = set,
    .clear = clear,
    .is_set = is_set,
    .wait = wait,
    .destroy = destroy,
};
