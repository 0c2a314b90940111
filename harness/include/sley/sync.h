/* Objects to wait at: conditions, semaphores, events, barriers. A part of sley.h.
 *
 * Each is caller's storage, must be initialised in the body before its first use, and waits in the
 * way of the model: a thread blocks, a coroutine awaits. */
#ifndef SLEY_SYNC_H
#define SLEY_SYNC_H

#include <sley/model.h>

struct sley_semaphore {
    uint64_t storage[40];
};

/* An event; the tag is not "sley_event", which is what the engine reports of an operation. */
struct sley_event_object {
    uint64_t storage[40];
};

struct sley_barrier {
    uint64_t storage[40];
};

/* --- conditions (threading.Condition, asyncio.Condition) --- */

/* lock: plain; it is held by who waits or notifies, and outlives the condition. */
void sley_condition_init(struct sley_condition *condition, struct sley_lock *lock);

/* Releases the lock, waits for a notification, takes the lock again. May return without one where
 * the model's conditions do: wait in a loop. */
void sley_condition_wait(struct sley_condition *condition);

/* As wait; false: no notification within the time. The lock is held again in any case. */
bool sley_condition_wait_for_ms(struct sley_condition *condition, uint32_t timeout_ms);
bool sley_condition_wait_for_ns(struct sley_condition *condition, uint64_t timeout_ns);

/* Wakes up to count of those who wait, or all. A notification that nobody waits for is lost. */
void sley_condition_notify(struct sley_condition *condition, uint32_t count);
void sley_condition_notify_all(struct sley_condition *condition);
void sley_condition_destroy(struct sley_condition *condition);

/* --- semaphores --- */

/* A counting one of that value; a bounded one, which must not be given more than was taken. */
void sley_semaphore_init(struct sley_semaphore *semaphore, uint32_t value);
void sley_semaphore_init_bounded(struct sley_semaphore *semaphore, uint32_t value);
void sley_semaphore_acquire(struct sley_semaphore *semaphore);
bool sley_semaphore_try(struct sley_semaphore *semaphore);
bool sley_semaphore_acquire_for_ms(struct sley_semaphore *semaphore, uint32_t timeout_ms);

/* Gives one back. False (ValueError in Python): it was bounded, and none was taken. */
bool sley_semaphore_release(struct sley_semaphore *semaphore);
bool sley_semaphore_release_many(struct sley_semaphore *semaphore, uint32_t count);
void sley_semaphore_destroy(struct sley_semaphore *semaphore);

/* --- events --- */

void sley_event_init(struct sley_event_object *event);
void sley_event_set(struct sley_event_object *event);
void sley_event_clear(struct sley_event_object *event);
bool sley_event_is_set(struct sley_event_object *event);
void sley_event_wait(struct sley_event_object *event);

/* False: not set within the time. */
bool sley_event_wait_for_ms(struct sley_event_object *event, uint32_t timeout_ms);
void sley_event_destroy(struct sley_event_object *event);

/* --- barriers --- */

enum { SLEY_BARRIER_BROKEN = -1 };

/* For parties (1 or more) tasks a round. */
void sley_barrier_init(struct sley_barrier *barrier, uint32_t parties);

/* Waits for the others of the round; returns the index of arrival 0..parties-1, each once a round,
 * or SLEY_BARRIER_BROKEN. */
int sley_barrier_wait(struct sley_barrier *barrier);

/* Who gives up breaks the barrier for all. */
int sley_barrier_wait_for_ms(struct sley_barrier *barrier, uint32_t timeout_ms);

/* Breaks it: who waits, and who comes later, gets SLEY_BARRIER_BROKEN. */
void sley_barrier_abort(struct sley_barrier *barrier);

/* As new; who waits gets SLEY_BARRIER_BROKEN. */
void sley_barrier_reset(struct sley_barrier *barrier);
bool sley_barrier_is_broken(struct sley_barrier *barrier);
void sley_barrier_destroy(struct sley_barrier *barrier);

/* --- about tasks --- */

/* A number of the current task, told from that of every other living task; never 0. */
uintptr_t sley_self(void);

/* What the outside decides, 0..bound-1: which of several ready ones is reported first, how much
 * arrives at once. A choice of the run; 0 is the least surprising. */
uint32_t sley_outside(uint32_t bound);

enum { SLEY_EXCEPTIONS_MAX = 256 };

/* `raise`: a task's function, or a work item's, ends with `return sley_raise(code);`. code: 1 to
 * SLEY_EXCEPTIONS_MAX - 1. Others are not ended by it. */
void *sley_raise(int code);

/* Whether a function's result is an exception, and which. */
bool sley_is_exception(const void *result, int *code);

/* Waits for the end of a task; whether its joiner learns of an exception that ended it. code is
 * filled then, with the code of the exception where the model hands it over, else 1. */
bool sley_join_exception(uintptr_t task, int *code);

#endif
