/* The event loop's own parts, for the files of this folder.
 *
 * Modelled on asyncio of CPython 3.11: everything that runs is a handle; a pass of the loop moves
 * what is due to the ready queue and then runs as many handles as were ready when it began. The
 * ready queue is never a choice.
 *
 * The loop has no task of its own. A coroutine that suspends runs the loop on its own stack until a
 * handle resumes another coroutine, whose gate it opens then. Callbacks of the code under test, and
 * the wait for what is not ready yet, take place on the stack of the main coroutine, task 0. */
#ifndef SLEY_MODELS_COROUTINE_LOOP_H
#define SLEY_MODELS_COROUTINE_LOOP_H

#include "engine/engine.h"
#include "models/coroutine/timers.h"
#include "models/fault.h"

#include <sley/loop.h>

enum future_state {
    FUTURE_PENDING,
    FUTURE_CANCELLED,
    FUTURE_FINISHED,
};

enum future_kind {
    FUTURE_PLAIN,
    FUTURE_TASK,   /* the first member of a struct loop_task */
    FUTURE_GATHER, /* the outer future of a gather */
};

/* A list of futures that wait in a synchronisation object, first come first. All zero: empty. */
struct loop_waiters {
    struct sley_async_future *first;
    struct sley_async_future *last;
};

struct sley_async_future {
    enum future_state state;
    enum future_kind kind;
    struct sley_awaited outcome; /* of a finished one: a result or an exception */
    uint16_t first_callback;     /* 1 + handle, linked by next; 0: none */
    uint16_t last_callback;
    uint32_t references;  /* of an internal one: its owner and the handles that hold it */
    bool internal;        /* goes back to the table when nothing refers to it */
    bool spoiled;         /* a task that awaited itself: CPython lets nobody await it after that */
    bool cancel_asked;    /* gather: its cancellation reached a child */
    bool keep_going;      /* gather: return_exceptions */
    uint8_t mode;         /* wait: enum sley_loop_return_when */
    uint32_t first_child; /* gather: in the table of children */
    uint32_t child_count;
    uint32_t missing;               /* gather, wait: how many have to be done yet */
    struct sley_handle timeout;     /* wait: its timer; all zero: none */
    struct sley_async_future *next; /* in a list of waiters, or of free futures */
    struct loop_task *waiter;       /* task that is suspended on an internal future */
};

/* What a task that is suspended waits for, as reports say it. */
struct loop_wait {
    enum sley_wait kind;
    uintptr_t object;
    int32_t owner; /* engine task whose doing it is; -1: nobody's */
    uintptr_t taken_pc;
};

struct sley_co;

struct loop_task {
    struct sley_async_future future; /* first, so that a task is a future */
    struct sley_gate turn;           /* open while the coroutine may run */
    struct sley_awaited (*body)(void *);
    void *(*plain)(void *); /* instead of body: a task of sley_spawn */
    void *argument;
    struct sley_co *stackless; /* instead of both */
    bool no_stack;             /* its steps are calls on the stack of the main coroutine */
    void *group;               /* TaskGroup that it belongs to; NULL: none */
    const char *name;
    char own_name[12];
    uint32_t engine_task; /* SLEY_TASKS_MAX: none */
    uint32_t start;       /* of the engine's task, which tells users of one slot apart */
    uint32_t cancel_count;
    bool must_cancel;                 /* its next step begins with the cancellation */
    struct sley_async_future *awaits; /* NULL: nothing, or a bare yield */
    struct sley_awaited thrown;       /* what its next step raises; a result: nothing */
    int32_t blame;                    /* true owner of what it waits for; see sley_loop_blame */
    uintptr_t blame_pc;
};

enum handle_kind {
    HANDLE_STEP,     /* resumes task */
    HANDLE_WAKEUP,   /* resumes task with what future ended with */
    HANDLE_INTERNAL, /* calls internal(future, argument) */
    HANDLE_CALL,     /* calls call(argument), code under test */
    HANDLE_CALLBACK, /* calls callback(future, argument), code under test */
};

struct loop_handle {
    enum handle_kind kind;
    bool cancelled;
    bool scheduled; /* in the heap of timers */
    uint32_t generation;
    uint16_t next;    /* 1 + handle, in a future's callbacks or in the list of free ones */
    uint16_t foreign; /* 1 + engine task of a thread that asked for it; 0: the loop's own */
    uint64_t when_ns;
    struct loop_task *task;
    struct sley_async_future *future;
    struct sley_async_future *holds; /* internal future that must live as long as the handle */
    union {
        void (*internal)(struct sley_async_future *future, void *argument);
        void (*call)(void *argument);
        void (*callback)(struct sley_async_future *future, void *argument);
    };
    void *argument;
    struct sley_awaited thrown; /* STEP: what it raises */
};

struct loop_state {
    struct loop_task *current; /* that runs; NULL: a callback, or the loop itself */
    struct loop_task *main;
    struct loop_task *after_pass; /* resumes when the pass is over */
    uint16_t ready[SLEY_LOOP_HANDLES_MAX];
    uint32_t ready_first;
    uint32_t ready_count;
    uint32_t todo;         /* handles left of the pass */
    uint32_t cancel_depth; /* cancellations that are passing each other on */
    uint32_t guards;       /* timeouts that may cancel somebody */
    bool polling;          /* the main coroutine waits for what is not ready yet */
    bool stackless;        /* nothing but the main coroutine has a stack */
    bool entered;          /* stackless: the body, a plain function, runs the loop */
    struct loop_timers timers;
};

extern struct loop_state sley_loop;
extern struct loop_handle sley_loop_handles[SLEY_LOOP_HANDLES_MAX];

/* --- handles (handle.c) --- */

void sley_loop_handles_reset(void);

/* A handle of that kind; ends the run when there are too many. */
struct loop_handle *sley_loop_handle_make(enum handle_kind kind, uintptr_t pc);
void sley_loop_handle_free(struct loop_handle *handle);
struct sley_handle sley_loop_handle_id(const struct loop_handle *handle);

/* The handle is not run, wherever it waits. */
void sley_loop_handle_stop(struct sley_handle id);

static inline uint16_t
sley_loop_handle_index(const struct loop_handle *handle)
{
    return (uint16_t)(handle - sley_loop_handles);
}

/* Appends to the ready queue. */
void sley_loop_ready(struct loop_handle *handle);

/* What a pass of the loop does with timers: forgets cancelled ones, makes due ones ready. */
void sley_loop_timers_clean(void);
void sley_loop_timers_fire(void);

/* call_soon of a function of this folder; future and holds may be NULL. */
struct loop_handle *sley_loop_soon(void (*internal)(struct sley_async_future *future,
                                                    void *argument),
                                   struct sley_async_future *future, void *argument);

/* call_at of one; holds: an internal future that it refers to, or NULL. */
struct sley_handle sley_loop_at(uint64_t when_ns,
                                void (*internal)(struct sley_async_future *future, void *argument),
                                struct sley_async_future *future, void *argument,
                                struct sley_async_future *holds, uintptr_t pc);

/* --- the loop (loop.c) --- */

void sley_loop_begin(void);

/* The task that runs, for an operation that suspends; in a callback or on a foreign thread the
 * operation is misuse and ends the run. */
struct loop_task *sley_loop_self(uintptr_t pc);

/* Ends the run with misuse if the caller is a thread beside the loop. */
void sley_loop_check_thread(uintptr_t pc);

/* The coroutine on whose stack the caller is; NULL: a thread beside the loop. */
struct loop_task *sley_loop_stack_owner(void);

/* Runs the loop until a handle resumes self, which has nothing to do before. */
void sley_loop_switch(struct loop_task *self, const struct loop_wait *wait, uintptr_t pc);

/* Runs the loop on the stack of a coroutine that has ended until somebody else goes on. */
void sley_loop_leave(struct loop_task *self);

/* The loop may be polling while something was made ready from beside it. */
void sley_loop_interrupt(void);

/* What the tasks in the list wait for without a timeout in sight is owner's doing. */
void sley_loop_blame(const struct loop_waiters *waiters, int32_t owner, uintptr_t taken_pc);

/* A timeout that may cancel a task, and so break a cycle of waiters, is armed or disarmed. */
void sley_loop_guard(bool armed);

/* --- futures (future.c) --- */

void sley_loop_futures_reset(void);
void sley_loop_gathers_reset(void);
void sley_loop_completions_reset(void);
struct sley_async_future *sley_async_future_make(enum future_kind kind, uintptr_t pc);

/* An internal future, which its owner drops when it is done with it. */
struct sley_async_future *sley_async_future_make_internal(uintptr_t pc);
void sley_async_future_drop(struct sley_async_future *future);

void sley_async_future_init(struct sley_async_future *future, enum future_kind kind);

/* Does nothing if the future is done. outcome: a result or an exception. */
void sley_async_future_finish(struct sley_async_future *future, struct sley_awaited outcome);

/* Future.cancel of a plain one. */
bool sley_async_future_cancel_plain(struct sley_async_future *future);

/* cancel of any kind. */
bool sley_async_future_cancel(struct sley_async_future *future);

/* What result() returns or raises. */
struct sley_awaited sley_async_future_outcome(const struct sley_async_future *future);

static inline bool
sley_async_future_done(const struct sley_async_future *future)
{
    return future->state != FUTURE_PENDING;
}

/* add_done_callback of a handle made for it. */
void sley_async_future_add(struct sley_async_future *future, struct loop_handle *handle);

/* The same for a function of this folder, which is passed future and argument. */
void sley_async_future_add_internal(struct sley_async_future *future,
                                    void (*internal)(struct sley_async_future *future,
                                                     void *argument),
                                    void *argument, struct sley_async_future *holds, uintptr_t pc);
uint32_t sley_async_future_remove_internal(struct sley_async_future *future,
                                           void (*internal)(struct sley_async_future *future,
                                                            void *argument),
                                           const void *argument);

/* Callback: completes the internal future that argument is, unless it is done. */
void sley_async_future_release_waiter(struct sley_async_future *unused, void *argument);

/* --- lists of waiting futures (future.c) --- */

void sley_waiters_append(struct loop_waiters *waiters, struct sley_async_future *future);
bool sley_waiters_remove(struct loop_waiters *waiters, struct sley_async_future *future);

/* Removes the first; NULL: empty. */
struct sley_async_future *sley_waiters_take(struct loop_waiters *waiters);

/* --- tasks (task.c) --- */

void sley_loop_tasks_reset(void);
struct loop_task *sley_task_of(struct sley_async_future *future);
struct loop_task *sley_task_at(uint32_t index); /* NULL: not made */
uint32_t sley_task_index(const struct loop_task *task);

/* Makes a task and schedules its first step; body or plain or stackless is set. */
struct loop_task *sley_task_make(struct sley_awaited (*body)(void *), void *(*plain)(void *),
                                 void *argument, struct sley_co *stackless, const char *name,
                                 uintptr_t pc);
bool sley_task_cancel(struct loop_task *task);

/* _GatheringFuture.cancel (gather.c). */
bool sley_gather_cancel(struct sley_async_future *outer);

/* Before a step: what the handle and a pending cancellation raise. */
void sley_loop_task_prepare(struct loop_task *task, struct sley_awaited thrown);

/* After the last step. */
void sley_task_finish(struct loop_task *task, struct sley_awaited outcome);

/* What a step that yielded future (NULL: bare) leads to. */
void sley_task_yielded(struct loop_task *task, struct sley_async_future *future, uintptr_t pc);

/* What a task that awaits another one waits for. */
struct loop_wait sley_task_wait(const struct loop_task *task);

/* Suspends the current task on the future, which may be done already. */
struct sley_awaited sley_await_as(struct sley_async_future *future, const struct loop_wait *wait,
                                  uintptr_t pc);

/* Suspends on an internal future in a list of waiters: removes and drops it afterwards. */
struct sley_awaited sley_await_waiter(struct loop_waiters *waiters, const struct loop_wait *wait,
                                      struct sley_async_future **future, uintptr_t pc);

/* A bare yield. */
struct sley_awaited sley_yield(uintptr_t pc);

/* asyncio.sleep. */
struct sley_awaited sley_loop_sleep_ns(uint64_t duration_ns, uintptr_t pc);

/* Cancels the future, and waits until it is done (wait.c). */
struct sley_awaited sley_cancel_and_wait(struct sley_async_future *future, uintptr_t pc);

/* Ends the current task from within an operation that cannot return an exception. */
void sley_task_unwind(struct sley_awaited outcome, uintptr_t pc) __attribute__((noreturn));

/* The main coroutine's operations of model.c: unwinds unless it is a result. */
static inline intptr_t
sley_task_expect(struct sley_awaited outcome, uintptr_t pc)
{
    if (outcome.kind != SLEY_RESULT) {
        sley_task_unwind(outcome, pc);
    }
    return outcome.value;
}

/* --- stackless tasks (stackless.c) --- */

/* One step of the current task, on the stack of the main coroutine. */
void sley_stackless_step(struct loop_task *task, uintptr_t pc);

/* A plain function of a stackless model begins to run the loop. False: there is nothing to enter;
 * pass the answer to exit. */
bool sley_loop_enter(void);
void sley_loop_exit(bool entered);

/* --- the outside (outside.c, executor.c) --- */

void sley_loop_outside_reset(void);

/* When the first I/O operation is due; UINT64_MAX: none. */
uint64_t sley_loop_outside_due_ns(void);

/* What the selector reports: completions that are due, cancellations. */
void sley_loop_outside_report(void);

void sley_loop_executors_reset(void);

/* Shuts all executors down and waits for their threads. */
void sley_loop_executors_end(void);

/* The loop takes a handle of a foreign task: what that did before happens before. */
void sley_loop_foreign_acquire(uint32_t engine_task);

static inline uintptr_t
sley_loop_object(void)
{
    return (uintptr_t)&sley_loop;
}

static const uint64_t ns_per_ms = 1000000;

#endif
