/* Lock-order inversions: locks that tasks take in opposite orders, whether or not this run
 * deadlocks. */
#ifndef SLEY_PTHREAD_LOCK_ORDER_H
#define SLEY_PTHREAD_LOCK_ORDER_H

#include "pthread/object.h"

/* The current task took lock, the outermost time. blocking: it would have waited for it for ever;
 * only such a lock can be the later one of an inversion. Cost: locks held, and a search of the
 * graph when an order is new. */
void sley_lock_order_taken(struct sley_object *lock, bool blocking, uintptr_t pc);

/* The current task gave lock back. */
void sley_lock_order_released(const struct sley_object *lock);

/* The lock is no more: one at the same address is another lock. */
void sley_lock_order_forget(struct sley_object *lock);

#endif
