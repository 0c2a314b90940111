/* The synchronisation objects of asyncio (CPython 3.11). Included by sley/loop.h.
 *
 * An object is the caller's storage and must be initialised in the body before its first use. All
 * waiting is first come first served. The objects belong to the loop: a thread of an executor that
 * uses one ends the run with the verdict misuse. struct sley_lock, sley_condition and sley_queue
 * are those of sley.h, and both sets of functions may be used on one object. */
#ifndef SLEY_LOOP_SYNC_H
#define SLEY_LOOP_SYNC_H

#include <sley/awaited.h>
#include <sley/model.h>

struct sley_async_future;

/* --- asyncio.Lock; initialised by sley_lock_init --- */

/* Suspends unless it is free and nobody waits. */
struct sley_awaited sley_loop_lock_acquire(struct sley_lock *lock);
/* RuntimeError if it is not held. Any task may release it. */
struct sley_awaited sley_loop_lock_release(struct sley_lock *lock);
bool sley_loop_lock_locked(const struct sley_lock *lock);

/* --- asyncio.Event --- */

struct sley_loop_event {
    uint64_t storage[8];
};
void sley_loop_event_init(struct sley_loop_event *event);
void sley_loop_event_set(struct sley_loop_event *event);
void sley_loop_event_clear(struct sley_loop_event *event);
bool sley_loop_event_is_set(const struct sley_loop_event *event);
/* Does not suspend if it is set. Returns although it was cleared again in between. */
struct sley_awaited sley_loop_event_wait(struct sley_loop_event *event);

/* --- asyncio.Semaphore, asyncio.BoundedSemaphore --- */

struct sley_loop_semaphore {
    uint64_t storage[8];
};
void sley_loop_semaphore_init(struct sley_loop_semaphore *semaphore, uint32_t value);
void sley_loop_semaphore_init_bounded(struct sley_loop_semaphore *semaphore, uint32_t value);
struct sley_awaited sley_loop_semaphore_acquire(struct sley_loop_semaphore *semaphore);
/* ValueError if a bounded one would exceed its initial value. */
struct sley_awaited sley_loop_semaphore_release(struct sley_loop_semaphore *semaphore);
bool sley_loop_semaphore_locked(const struct sley_loop_semaphore *semaphore);

/* --- asyncio.Condition --- */

/* lock: borrowed for the condition's life. */
void sley_loop_condition_init(struct sley_condition *condition, struct sley_lock *lock);
/* RuntimeError if the lock is not held. Holds the lock again whatever the outcome, after a
 * cancellation too. Never returns without a notification. */
struct sley_awaited sley_loop_condition_wait(struct sley_condition *condition);
/* Waits until predicate(argument) is true. */
struct sley_awaited sley_loop_condition_wait_for(struct sley_condition *condition,
                                                 bool (*predicate)(void *argument), void *argument);
/* Wakes up to count waiters, first come first; UINT32_MAX: all. RuntimeError if not held. */
struct sley_awaited sley_loop_condition_notify(struct sley_condition *condition, uint32_t count);

/* --- asyncio.Queue --- */

/* capacity 0: unbounded, which means SLEY_LOOP_QUEUE_MAX items here; one more ends the run with the
 * verdict out-of-memory. */
enum { SLEY_LOOP_QUEUE_MAX = 40 };
void sley_loop_queue_init(struct sley_queue *queue, uint32_t capacity);
struct sley_awaited sley_loop_queue_put(struct sley_queue *queue, intptr_t item);
/* The result's value is the item. */
struct sley_awaited sley_loop_queue_get(struct sley_queue *queue);
/* QueueFull, QueueEmpty instead of waiting. */
struct sley_awaited sley_loop_queue_put_nowait(struct sley_queue *queue, intptr_t item);
struct sley_awaited sley_loop_queue_get_nowait(struct sley_queue *queue);
/* Says that an item that was taken has been worked on; ValueError if there was none. */
struct sley_awaited sley_loop_queue_task_done(struct sley_queue *queue);
/* Waits until every item that was put has been worked on. */
struct sley_awaited sley_loop_queue_join(struct sley_queue *queue);
uint32_t sley_loop_queue_size(const struct sley_queue *queue);

/* --- asyncio.Barrier --- */

struct sley_loop_barrier {
    uint64_t storage[40];
};
void sley_loop_barrier_init(struct sley_loop_barrier *barrier, uint32_t parties);
/* The result's value is the caller's index, 0..parties-1, in the order of arrival;
 * BrokenBarrierError if it is aborted, or reset while the caller waits. */
struct sley_awaited sley_loop_barrier_wait(struct sley_loop_barrier *barrier);
struct sley_awaited sley_loop_barrier_reset(struct sley_loop_barrier *barrier);
struct sley_awaited sley_loop_barrier_abort(struct sley_loop_barrier *barrier);
uint32_t sley_loop_barrier_waiting(const struct sley_loop_barrier *barrier);
bool sley_loop_barrier_broken(const struct sley_loop_barrier *barrier);

#endif
