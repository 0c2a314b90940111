/* The event loop as asyncio has it (CPython 3.11), for properties of the model `coroutine`.
 *
 * A coroutine is a C function with a stack of its own:
 *
 *     static struct sley_awaited
 *     fetch(void *argument)
 *     {
 *         struct sley_awaited slept = sley_loop_sleep_ms(10);
 *         if (slept.kind != SLEY_RESULT) {
 *             return slept;
 *         }
 *         return sley_result(42);
 *     }
 *
 * To await a coroutine is to call it: that switches to nobody. sley_loop_task makes a task of it.
 * What raises in Python returns an outcome of kind SLEY_EXCEPTION here, and a cancellation arrives
 * as an outcome of kind SLEY_CANCELLED; a coroutine that wants to let it through returns it.
 * An outcome that is not looked at is an exception that is swallowed.
 *
 * The property's body is the main coroutine, that of asyncio.run. Its return ends the run; tasks
 * that are alive then are a leak, unless sley_loop_shutdown has cancelled and awaited them before.
 *
 * Futures, tasks and handles come from tables: SLEY_LOOP_FUTURES_MAX and SLEY_LOOP_TASKS_MAX of
 * them can be made in one run, SLEY_LOOP_HANDLES_MAX handles and callbacks can wait at one time;
 * one more ends the run with the verdict out-of-memory. */
#ifndef SLEY_LOOP_H
#define SLEY_LOOP_H

#include <sley/awaited.h>
#include <sley/loop_sync.h>

enum {
    SLEY_LOOP_FUTURES_MAX = 4096,
    SLEY_LOOP_HANDLES_MAX = 4096,
    SLEY_LOOP_TASKS_MAX = 1024, /* made in a run; no more than 250 may be alive at one time */
};

#define SLEY_NO_TIMEOUT UINT32_MAX /* timeout=None */

/* --- futures; a task is a future, too --- */

struct sley_async_future *sley_loop_future(void);

/* Completes a future that is pending: its callbacks are appended to the ready queue in the order
 * in which they were added. InvalidStateError if it is done; RuntimeError on a task. */
struct sley_awaited sley_loop_set_result(struct sley_async_future *future, intptr_t value);
struct sley_awaited sley_loop_set_exception(struct sley_async_future *future, intptr_t code);

/* False: it is done already. A future is cancelled at once. A task is asked to be: what it awaits
 * is cancelled, or its next step begins with the cancellation. */
bool sley_loop_cancel(struct sley_async_future *future);

bool sley_loop_done(const struct sley_async_future *future);
bool sley_loop_cancelled(const struct sley_async_future *future);

/* What it ended with; InvalidStateError while it is pending. */
struct sley_awaited sley_loop_result(const struct sley_async_future *future);

/* Calls callback(future, argument) by the ready queue once the future is done; appends it now if it
 * is done. Callbacks may not await. */
void sley_loop_add_callback(struct sley_async_future *future,
                            void (*callback)(struct sley_async_future *future, void *argument),
                            void *argument);

/* Removes what has not been appended to the ready queue yet; returns how many were removed. */
uint32_t sley_loop_remove_callback(struct sley_async_future *future,
                                   void (*callback)(struct sley_async_future *future,
                                                    void *argument),
                                   void *argument);

/* --- tasks --- */

/* asyncio.create_task: the first step is appended to the ready queue; the caller goes on. */
struct sley_async_future *sley_loop_task(struct sley_awaited (*body)(void *), void *argument);

/* The same with a name, which is borrowed for the run. */
struct sley_async_future *sley_loop_task_named(struct sley_awaited (*body)(void *), void *argument,
                                               const char *name);

/* "Task-1", "Task-2" ... in the order of creation if it was given none; "" for a future. */
const char *sley_loop_task_name(const struct sley_async_future *task);

/* The task that runs; NULL in a callback and outside of the loop. */
struct sley_async_future *sley_loop_current(void);

/* How many cancellations were asked for and not taken back; takes one back, returns what is left.
 */
uint32_t sley_loop_cancelling(const struct sley_async_future *task);
uint32_t sley_loop_uncancel(struct sley_async_future *task);

/* Number of tasks that are not done, the caller's included (asyncio.all_tasks). */
uint32_t sley_loop_task_count(void);

/* --- suspending --- */

/* `await future`. One that is done does not suspend. To await oneself is a RuntimeError. */
struct sley_awaited sley_await(struct sley_async_future *future);

/* asyncio.sleep. 0: a bare yield, to the end of the ready queue. */
struct sley_awaited sley_loop_sleep_ms(uint32_t duration_ms);

/* time.sleep: blocks the thread of the caller. In a coroutine that is the loop's. */
void sley_block_ms(uint32_t duration_ms);

/* What asyncio.run does when the main coroutine has returned: cancels every other task, waits for
 * them, then for the threads of the default executor. */
void sley_loop_shutdown(void);

/* --- callbacks --- */

/* A call that was asked for. To cancel one that ran, or was cancelled, does nothing. */
struct sley_handle {
    uint32_t index;
    uint32_t generation;
};

struct sley_handle sley_loop_call_soon(void (*callback)(void *argument), void *argument);

struct sley_handle sley_loop_call_later_ms(uint32_t delay_ms, void (*callback)(void *argument),
                                           void *argument);

/* when_ns: on the clock of sley_loop_time_ns. */
struct sley_handle sley_loop_call_at_ns(uint64_t when_ns, void (*callback)(void *argument),
                                        void *argument);

/* The only one of these functions that may be called from an executor's thread. Everything that
 * the caller did before happens before the callback. */
struct sley_handle sley_loop_call_soon_threadsafe(void (*callback)(void *argument), void *argument);

void sley_loop_handle_cancel(struct sley_handle handle);

/* loop.time(), in ns of virtual time since the begin of the run. Moves while the loop waits, and
 * while a coroutine blocks or computes. */
uint64_t sley_loop_time_ns(void);

/* --- several futures --- */

/* asyncio.gather. The result's value is count; each child keeps its own outcome. Children may
 * repeat. With return_exceptions the children's exceptions and cancellations do not end the gather.
 * To cancel what is returned cancels every child. count: 0..SLEY_LOOP_CHILDREN_MAX; children is
 * read during the call. */
enum { SLEY_LOOP_CHILDREN_MAX = 256 };
struct sley_async_future *sley_loop_gather(struct sley_async_future *const children[],
                                           uint32_t count, bool return_exceptions);

enum sley_loop_return_when {
    SLEY_FIRST_COMPLETED,
    SLEY_FIRST_EXCEPTION,
    SLEY_ALL_COMPLETED,
};

/* asyncio.wait. The result's value is how many are done; sley_loop_done tells which. Cancels none.
 * ValueError if count is 0. */
struct sley_awaited sley_loop_wait(struct sley_async_future *const futures[], uint32_t count,
                                   uint32_t timeout_ms, enum sley_loop_return_when return_when);

/* asyncio.wait_for as of 3.11: cancels the future at the timeout, waits until it is done, then
 * raises TimeoutError, or returns what it ended with if it was not cancelled. */
struct sley_awaited sley_loop_wait_for(struct sley_async_future *future, uint32_t timeout_ms);

/* asyncio.shield: to cancel what is returned does not cancel inner. */
struct sley_async_future *sley_loop_shield(struct sley_async_future *inner);

/* asyncio.as_completed: makes the iterator, then awaits its next element: the outcome of the
 * future that is done next, TimeoutError once the time is over. which (NULL allowed) tells it. */
struct sley_loop_completions {
    uint64_t storage[16];
};
void sley_loop_as_completed(struct sley_loop_completions *completions,
                            struct sley_async_future *const futures[], uint32_t count,
                            uint32_t timeout_ms);
struct sley_awaited sley_loop_next_completed(struct sley_loop_completions *completions,
                                             struct sley_async_future **which);

/* --- scopes --- */

/* `async with asyncio.timeout(...)`. leave takes what the block ended with, and returns what the
 * statement ends with: a TimeoutError for the cancellation that this scope caused. */
struct sley_loop_timeout {
    uint64_t storage[8];
};
struct sley_awaited sley_loop_timeout_enter(struct sley_loop_timeout *scope, uint32_t timeout_ms);
struct sley_awaited sley_loop_timeout_leave(struct sley_loop_timeout *scope,
                                            struct sley_awaited block);
struct sley_awaited sley_loop_timeout_reschedule_ns(struct sley_loop_timeout *scope,
                                                    uint64_t when_ns);
bool sley_loop_timeout_expired(const struct sley_loop_timeout *scope);

/* `async with asyncio.TaskGroup()`. leave waits for all tasks; the exceptions of tasks come as one
 * SLEY_EXCEPTION_GROUP, of which error_count and error tell the members. The tasks of a group that
 * aborts are cancelled in the order of their creation. */
struct sley_loop_group {
    uint64_t storage[24];
};
enum { SLEY_LOOP_GROUP_ERRORS_MAX = 16 };
struct sley_awaited sley_loop_group_enter(struct sley_loop_group *group);
/* NULL: RuntimeError, the group has not been entered, is finished or shuts down. */
struct sley_async_future *sley_loop_group_task(struct sley_loop_group *group,
                                               struct sley_awaited (*body)(void *), void *argument);
struct sley_awaited sley_loop_group_leave(struct sley_loop_group *group, struct sley_awaited block);
uint32_t sley_loop_group_error_count(const struct sley_loop_group *group);
intptr_t sley_loop_group_error(const struct sley_loop_group *group, uint32_t index);

/* --- executors: threads beside the loop --- */

/* A pool of at most workers threads, which start as they are needed. NULL stands for the default
 * executor, which has 6 (min(32, 2 cores + 4)). A thread of a pool is no coroutine: it runs when
 * the scheduler says, between any two accesses of anybody. It may call sley_block_ms, the calls of
 * sley/machine.h, pthread functions and sley_loop_call_soon_threadsafe, and nothing else of the
 * loop. */
struct sley_loop_executor {
    uint64_t storage[8];
};
enum { SLEY_LOOP_WORKERS_MAX = 32, SLEY_LOOP_CALLS_MAX = 128 };
void sley_loop_executor_init(struct sley_loop_executor *executor, uint32_t workers);

/* The same as a pool of processes is, to time: a worker costs what a forked process does to create
 * and to switch to, and what it serialises is paid for. Its memory is the loop's, as a thread's is:
 * isolation is the business of the process models. */
void sley_loop_process_executor_init(struct sley_loop_executor *executor, uint32_t workers);

/* loop.run_in_executor: the future completes, by the ready queue, with what body returns. To cancel
 * it keeps a call that has not begun from beginning, and stops no other. At most
 * SLEY_LOOP_CALLS_MAX calls may wait at one time. */
struct sley_async_future *sley_loop_run_in_executor(struct sley_loop_executor *executor,
                                                    struct sley_awaited (*body)(void *),
                                                    void *argument);

/* await asyncio.to_thread(body, argument). */
struct sley_awaited sley_loop_to_thread(struct sley_awaited (*body)(void *), void *argument);

/* Executor.shutdown(wait=True): blocks the loop until every thread of the pool has ended. Done by
 * itself for every pool when the main coroutine returns. */
void sley_loop_executor_shutdown(struct sley_loop_executor *executor);

/* --- the outside world --- */

/* An I/O operation that begins now: the outside completes the future with value after low_ms to
 * high_ms of virtual time, which is a choice (0: low_ms); so is which of several that are due the
 * selector reports first (0: the one that began first). */
struct sley_async_future *sley_loop_io(uint32_t low_ms, uint32_t high_ms, intptr_t value);

/* From now on, the outside may cancel the task once: a choice at every pass of the loop until the
 * task is done (0: not now). One window at a time. */
void sley_loop_cancel_window(struct sley_async_future *task);

#endif
