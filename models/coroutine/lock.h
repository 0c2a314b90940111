/* asyncio.Lock and asyncio.Condition without their scheduling points, for what is built on them. */
#ifndef SLEY_MODELS_COROUTINE_LOCK_H
#define SLEY_MODELS_COROUTINE_LOCK_H

#include "models/coroutine/loop.h"

void sley_async_lock_init(struct sley_lock *lock, bool reentrant);
bool sley_async_lock_locked(const struct sley_lock *lock);
struct sley_awaited sley_async_lock_acquire(struct sley_lock *lock, uintptr_t pc);

/* False: it is held, or somebody waits for it. */
bool sley_async_lock_try(struct sley_lock *lock, uintptr_t pc);

/* False: it was not held. */
bool sley_async_lock_release(struct sley_lock *lock);

struct sley_awaited sley_async_condition_wait(struct sley_condition *condition, uintptr_t pc);
struct sley_awaited sley_async_condition_wait_for(struct sley_condition *condition,
                                                  bool (*predicate)(void *argument), void *argument,
                                                  uintptr_t pc);
/* False: the lock is not held. */
bool sley_async_condition_notify(struct sley_condition *condition, uint32_t count);

/* A timeout scope around one operation of the neutral interface; UINT64_MAX: no limit. */
void sley_timeout_enter(struct sley_loop_timeout *scope, uint64_t when_ns, uintptr_t pc);
struct sley_awaited sley_timeout_leave(struct sley_loop_timeout *scope, struct sley_awaited block);

/* Leaves the scope; whether what was done within it was done in time. */
bool sley_timeout_in_time(struct sley_loop_timeout *scope, struct sley_awaited outcome,
                          uintptr_t pc);

#endif
