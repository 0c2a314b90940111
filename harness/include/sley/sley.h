/* The one header that a scenario's author includes.
 *
 * A property's body is plain C over shared objects and the operations below, so that it is written
 * once and runs in every execution model. Plain loads and stores of shared variables are scheduling
 * points by themselves; sley_load, sley_store and sley_add are the same accesses, written so that a
 * model of an interpreter can see them as the bytecodes that they stand for. */
#ifndef SLEY_SLEY_H
#define SLEY_SLEY_H

#include <sley/machine.h>
#include <sley/model.h>
#include <sley/outcome.h>
#include <sley/property.h>

/* --- oracles --- */

/* Ends the run with the verdict `assertion` if condition is false. */
#define sley_check(condition) ((condition) ? (void)0 : sley_check_failed(#condition))

/* Ends the run as discarded if condition on the inputs is false. A campaign that discards more than
 * nine runs of ten is inconclusive. */
#define sley_assume(condition) ((condition) ? (void)0 : sley_assume_failed())

void sley_check_failed(const char *text) __attribute__((noreturn));
void sley_assume_failed(void) __attribute__((noreturn));

/* Whether the current run has shown one of the verdicts in the mask already. Depends on global
 * order: a property that asks declares global_order. */
bool sley_run_shows(uint32_t verdicts);

/* --- inputs --- */

/* An input between low and high (both included, high - low < 2^31), from the choice stream; low is
 * the simplest. */
int sley_draw(int low, int high);

/* --- tasks --- */

/* Starts entry(argument) as a task of the model; returns its handle, to be joined once. */
uintptr_t sley_spawn(void *(*entry)(void *), void *argument);

/* Waits for the end of a task and returns its result. */
void *sley_join(uintptr_t task);

/* Starts count (1..32) tasks entry((void *)0), entry((void *)1), ... and joins them all. */
void sley_gather(int count, void *(*entry)(void *));

/* Gives way: sched_yield in threads, `await asyncio.sleep(0)` in coroutines. */
void sley_pause(void);

/* Sleeps for milliseconds of virtual time. */
void sley_sleep_ms(uint32_t duration_ms);

/* --- memory --- */

/* One load, one store, and a read-modify-write `*cell += amount` that is no atomic operation: the
 * bytecodes LOAD, then LOAD, LOAD_CONST, BINARY_OP, STORE. amount may call, as in
 * `counter += f()`: between the load and the store. */
#define sley_load(cell) (sley_bytecode(SLEY_BYTECODE_PLAIN), *(cell))
#define sley_store(cell, value)                                                                    \
    do {                                                                                           \
        __typeof__(*(cell)) sley_value = (value);                                                  \
        sley_bytecode(SLEY_BYTECODE_PLAIN);                                                        \
        *(cell) = sley_value;                                                                      \
    } while (0)
#define sley_add(cell, amount)                                                                     \
    do {                                                                                           \
        sley_bytecode(SLEY_BYTECODE_PLAIN);                                                        \
        __typeof__(*(cell)) sley_sum = *(cell);                                                    \
        sley_bytecode(SLEY_BYTECODE_PLAIN);                                                        \
        sley_sum += (amount);                                                                      \
        sley_bytecode(SLEY_BYTECODE_PLAIN);                                                        \
        sley_bytecode(SLEY_BYTECODE_PLAIN);                                                        \
        *(cell) = sley_sum;                                                                        \
    } while (0)

/* What stands between two of these, in a model of an interpreter, belongs to the bytecode before.
 * A body that loops or calls says so where it matters: SLEY_BYTECODE_JUMP at the end of a loop's
 * body, SLEY_BYTECODE_ENTER at the begin of a function, SLEY_BYTECODE_CALL after a call. No
 * operation in models of plain C. */
void sley_bytecode(enum sley_bytecode kind);

/* --- locks --- */

void sley_lock_init(struct sley_lock *lock);
void sley_lock_init_reentrant(struct sley_lock *lock);
void sley_lock_acquire(struct sley_lock *lock);
bool sley_lock_try(struct sley_lock *lock);
bool sley_lock_acquire_for(struct sley_lock *lock, uint32_t timeout_ms);
void sley_lock_release(struct sley_lock *lock);
void sley_lock_destroy(struct sley_lock *lock);

/* `with lock:`. The block holds the lock, and releases it however it is left: at its end, or by
 * break, continue, return or goto. */
#define sley_with(lock)                                                                            \
    for (struct sley_lock * sley_held                                                              \
             __attribute__((cleanup(sley_with_leave))) = sley_with_enter(lock),                    \
             *sley_once = sley_held;                                                               \
         sley_once; sley_once = 0)

struct sley_lock *sley_with_enter(struct sley_lock *lock);
void sley_with_leave(struct sley_lock **held);

/* --- queues --- */

/* A first-in-first-out queue of capacity 1..SLEY_QUEUE_CAPACITY_MAX, or 0: without limit. */
void sley_queue_init(struct sley_queue *queue, uint32_t capacity);

/* put waits while the queue is full, get while it is empty. A queue knows no end: a producer that
 * has nothing more puts a sentinel, an item that no data equals, once for each consumer, and a
 * consumer that gets it stops. */
void sley_queue_put(struct sley_queue *queue, intptr_t item);
intptr_t sley_queue_get(struct sley_queue *queue);

/* The same without waiting, and with a time-out; false: full, or empty, still. */
bool sley_queue_try_put(struct sley_queue *queue, intptr_t item);
bool sley_queue_try_get(struct sley_queue *queue, intptr_t *item);
bool sley_queue_put_for_ms(struct sley_queue *queue, intptr_t item, uint32_t timeout_ms);
bool sley_queue_get_for_ms(struct sley_queue *queue, intptr_t *item, uint32_t timeout_ms);

/* What the queue holds at this moment; another may change it before the caller acts on it. */
uint32_t sley_queue_size(struct sley_queue *queue);
bool sley_queue_empty(struct sley_queue *queue);

/* The item taken is dealt with (false: more often than items were put); join waits until all
 * are. */
bool sley_queue_task_done(struct sley_queue *queue);
void sley_queue_join(struct sley_queue *queue);
void sley_queue_destroy(struct sley_queue *queue);

#include <sley/future.h>
#include <sley/limiter.h>
#include <sley/pool.h>
#include <sley/server.h>
#include <sley/sync.h>

#endif
