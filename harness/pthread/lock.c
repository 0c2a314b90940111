#include "pthread/lock.h"

#include "engine/lane.h"
#include "pthread/lock_order.h"
#include "pthread/thread.h"

#include <errno.h>

void
sley_lock_take(struct sley_object *lock, bool blocking, uintptr_t pc)
{
    lock->count = 1;
    sley_thread_self()->owned_count++;
    lock->gate.owner = (int32_t)sley_engine.task;
    lock->gate.taken_pc = sley_noted_pc(pc);
    sley_gate_set(&lock->gate, false);
    sley_clock_acquire(&lock->clock);
    if (sley_lane) {
        sley_lane->mutex((void *)lock->address, blocking ? SLEY_LANE_TAKEN : SLEY_LANE_TRIED);
        return; /* the order of locks is the lane's to look at */
    }
    sley_lock_order_taken(lock, blocking, pc);
}

void
sley_hold_release(struct sley_object *lock)
{
    if (--lock->count > 0) {
        return;
    }
    sley_thread_self()->owned_count--;
    if (sley_lane) {
        sley_lane->mutex((void *)lock->address, SLEY_LANE_RELEASED);
    } else {
        sley_lock_order_released(lock);
    }
    sley_clock_release(&lock->clock);
    lock->gate.owner = -1; /* before it opens: whoever is woken must not see the former owner */
    sley_gate_set(&lock->gate, true);
}

void
sley_lock_retake(struct sley_object *lock, uintptr_t pc)
{
    if (sley_lock_is_mine(lock)) {
        lock->count++; /* a recursive mutex that was never given back */
        return;
    }
    while (!lock->gate.open) {
        sley_wait_gate(&lock->gate, UINT64_MAX, pc);
    }
    if (!lock->unusable) {
        sley_lock_take(lock, true, pc);
    }
}

int
sley_lock_check_owner(const struct sley_object *lock, bool strict, uintptr_t pc)
{
    if (sley_lock_is_mine(lock)) {
        return 0;
    }
    if (!strict) {
        return EPERM;
    }
    const char *word = sley_object_word(lock);
    if (lock->gate.owner < 0) {
        return sley_object_misuse(lock, pc, EPERM, "unlock of a %s that nobody holds", word);
    }
    return sley_object_misuse(lock, pc, EPERM, "unlock of a %s that task %d holds", word,
                              lock->gate.owner);
}
