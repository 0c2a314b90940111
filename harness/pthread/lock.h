/* Exclusive locks: what mutexes, spinlocks and condition variables share. */
#ifndef SLEY_PTHREAD_LOCK_H
#define SLEY_PTHREAD_LOCK_H

#include "pthread/object.h"

/* Makes the current task the owner of lock, whose gate is open. blocking: see lock_order.h. */
void sley_lock_take(struct sley_object *lock, bool blocking, uintptr_t pc);

/* Gives back one level of a lock that the current task owns. */
void sley_hold_release(struct sley_object *lock);

/* Takes a lock, without a point of its own, as soon as it is free. */
void sley_lock_retake(struct sley_object *lock, uintptr_t pc);

/* Checks that the current task may unlock. 0, or EPERM with a misuse verdict if `strict`. */
int sley_lock_check_owner(const struct sley_object *lock, bool strict, uintptr_t pc);

static inline bool
sley_lock_is_mine(const struct sley_object *lock)
{
    return lock->gate.owner == (int32_t)sley_engine.task;
}

#endif
