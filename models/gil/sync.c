/* threading.Lock, RLock and Condition. What waits does so without the interpreter lock. */
#include "models/fault.h"
#include "models/gil/gil.h"

/* The lock on which a task waits in a condition, and the next in its line. */
static struct sley_gate bells[SLEY_TASKS_MAX];
static uint16_t next_waiter[SLEY_TASKS_MAX];

void
gil_lock_init(struct gil_lock *lock, uintptr_t object, bool reentrant)
{
    *lock = (struct gil_lock){.reentrant = reentrant};
    sley_gate_init(&lock->gate, SLEY_WAIT_MUTEX, object);
}

static bool
is_mine(const struct gil_lock *lock)
{
    return lock->reentrant && lock->gate.owner == (int32_t)sley_engine.task;
}

static void
own(struct gil_lock *lock, uint32_t count, uintptr_t pc)
{
    lock->count = count;
    lock->gate.owner = (int32_t)sley_engine.task;
    lock->gate.taken_pc = sley_noted_pc(pc);
    sley_gate_set(&lock->gate, false);
}

/* Waits, without the interpreter lock, and owns the lock before it asks for that one again. */
static bool
wait_for(struct gil_lock *lock, uint32_t count, uint64_t deadline_ns, uintptr_t pc)
{
    sley_gil_block_begin();
    bool taken = sley_wait_gate(&lock->gate, deadline_ns, pc);
    if (taken) {
        own(lock, count, pc);
    }
    sley_gil_block_end(pc);
    return taken;
}

bool
gil_lock_acquire(struct gil_lock *lock, uint64_t deadline_ns, uintptr_t pc)
{
    sley_gil_enter(SLEY_OP_LOCK, lock->gate.object, pc);
    bool taken = true;
    if (is_mine(lock)) {
        lock->count++;
    } else if (lock->gate.open || sley_fault(SLEY_FAULT_GIL_LOCK_OPEN)) {
        own(lock, 1, pc);
    } else {
        taken = deadline_ns > sley_engine.clock_ns && wait_for(lock, 1, deadline_ns, pc);
    }
    sley_gil_return(pc);
    return taken;
}

static void
set_free(struct gil_lock *lock)
{
    lock->count = 0;
    lock->gate.owner = -1;
    sley_gate_set(&lock->gate, true);
}

void
gil_lock_release(struct gil_lock *lock, uintptr_t pc)
{
    sley_gil_enter(SLEY_OP_UNLOCK, lock->gate.object, pc);
    if (lock->gate.open) {
        sley_verdict(SLEY_VERDICT_MISUSE, lock->gate.object, pc,
                     "release of a lock that is not held");
    } else if (lock->reentrant && !is_mine(lock)) {
        sley_verdict(SLEY_VERDICT_MISUSE, lock->gate.object, pc,
                     "release of an RLock that another task holds");
    } else if (--lock->count == 0 || sley_fault(SLEY_FAULT_GIL_RLOCK_UNCOUNTED)) {
        set_free(lock);
    }
    sley_gil_return(pc);
}

void
gil_condition_init(struct gil_condition *condition, struct gil_lock *lock, uintptr_t object)
{
    *condition = (struct gil_condition){.lock = lock, .object = object};
}

static void
line_append(struct gil_condition *condition, uint32_t task)
{
    next_waiter[task] = 0;
    if (sley_fault(SLEY_FAULT_GIL_CONDITION_LIFO) && condition->first) {
        next_waiter[task] = condition->first;
        condition->first = (uint16_t)(task + 1);
        return;
    }
    if (condition->last) {
        next_waiter[condition->last - 1] = (uint16_t)(task + 1);
    } else {
        condition->first = (uint16_t)(task + 1);
    }
    condition->last = (uint16_t)(task + 1);
}

static void
line_remove(struct gil_condition *condition, uint32_t task)
{
    uint16_t previous = 0;
    uint16_t at = condition->first;
    while (at && at != task + 1) {
        previous = at;
        at = next_waiter[at - 1];
    }
    if (!at) {
        return; /* it was notified at the last moment, for nothing */
    }
    *(previous ? &next_waiter[previous - 1] : &condition->first) = next_waiter[task];
    if (condition->last == at) {
        condition->last = previous;
    }
}

/* RuntimeError in Python. Anybody may stand for the owner of a Lock, which has none. */
static bool
is_locked(const struct gil_condition *condition, uintptr_t pc)
{
    const struct gil_lock *lock = condition->lock;
    if (lock->gate.open || (lock->reentrant && !is_mine(lock))) {
        sley_verdict(SLEY_VERDICT_MISUSE, condition->object, pc,
                     "wait or notify on a condition whose lock is not held");
        return false;
    }
    return true;
}

bool
gil_condition_wait(struct gil_condition *condition, uint64_t deadline_ns, uintptr_t pc)
{
    uint32_t self = sley_engine.task;
    struct gil_lock *lock = condition->lock;
    sley_gil_enter(SLEY_OP_WAIT, condition->object, pc);
    if (!is_locked(condition, pc)) {
        return false;
    }
    struct sley_gate *bell = &bells[self];
    sley_gate_init(bell, SLEY_WAIT_CONDITION, condition->object);
    bell->open = false;
    bell->lost_signal = condition->lost;
    line_append(condition, self);
    uint32_t count = lock->count;
    set_free(lock);
    sley_gil_block_begin();
    bool notified = sley_wait_gate(bell, deadline_ns, pc);
    sley_gil_block_end(pc);
    if (!notified) {
        line_remove(condition, self);
    }
    if (lock->gate.open) {
        own(lock, count, pc);
    } else {
        wait_for(lock, count, UINT64_MAX, pc);
    }
    sley_gil_return(pc);
    return notified;
}

void
gil_condition_notify(struct gil_condition *condition, uint32_t count, uintptr_t pc)
{
    sley_gil_enter(count > 1 ? SLEY_OP_BROADCAST : SLEY_OP_SIGNAL, condition->object, pc);
    if (!is_locked(condition, pc)) {
        return;
    }
    condition->lost |= condition->first == 0;
    for (; count > 0 && condition->first; count--) {
        uint32_t task = condition->first - 1u;
        line_remove(condition, task);
        if (!sley_fault(SLEY_FAULT_GIL_NOTIFY_LOST)) {
            sley_gate_set(&bells[task], true);
        }
    }
    sley_gil_return(pc);
}

static struct gil_lock *
lock_of(struct sley_lock *lock)
{
    return (struct gil_lock *)lock->storage;
}

static void
lock_init(struct sley_lock *lock, enum sley_lock_kind kind)
{
    gil_lock_init(lock_of(lock), (uintptr_t)lock, kind == SLEY_LOCK_REENTRANT);
}

static void
lock_acquire(struct sley_lock *lock)
{
    gil_lock_acquire(lock_of(lock), UINT64_MAX, SLEY_CALLER());
}

static bool
lock_try(struct sley_lock *lock)
{
    return gil_lock_acquire(lock_of(lock), 0, SLEY_CALLER());
}

static bool
lock_acquire_for(struct sley_lock *lock, uint64_t timeout_ns)
{
    return gil_lock_acquire(lock_of(lock), sley_engine.clock_ns + timeout_ns, SLEY_CALLER());
}

static void
lock_release(struct sley_lock *lock)
{
    gil_lock_release(lock_of(lock), SLEY_CALLER());
}

static void
lock_destroy(struct sley_lock *lock)
{
    (void)lock; /* nothing is held outside the caller's storage */
}

const struct sley_model_lock_ops sley_gil_lock_ops = {
    .init = lock_init,
    .acquire = lock_acquire,
    .try_acquire = lock_try,
    .acquire_for = lock_acquire_for,
    .release = lock_release,
    .destroy = lock_destroy,
};

static struct gil_condition *
condition_of(struct sley_condition *condition)
{
    return (struct gil_condition *)condition->storage;
}

static void
condition_init(struct sley_condition *condition, struct sley_lock *lock)
{
    gil_condition_init(condition_of(condition), lock_of(lock), (uintptr_t)condition);
}

static bool
condition_wait(struct sley_condition *condition, uint64_t timeout_ns)
{
    uint64_t deadline_ns =
        timeout_ns == UINT64_MAX ? UINT64_MAX : sley_engine.clock_ns + timeout_ns;
    return gil_condition_wait(condition_of(condition), deadline_ns, SLEY_CALLER());
}

static void
condition_notify(struct sley_condition *condition, uint32_t count)
{
    gil_condition_notify(condition_of(condition), count, SLEY_CALLER());
}

static void
condition_destroy(struct sley_condition *condition)
{
    (void)condition; /* nothing is held outside the caller's storage */
}

const struct sley_model_condition_ops sley_gil_condition_ops = {
    .init = condition_init,
    .wait = condition_wait,
    .notify = condition_notify,
    .destroy = condition_destroy,
};
