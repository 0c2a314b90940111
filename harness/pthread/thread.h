/* What the front keeps of each task, and the queues that they wait in. */
#ifndef SLEY_PTHREAD_THREAD_H
#define SLEY_PTHREAD_THREAD_H

#include "engine/engine.h"
#include "pthread/object.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <threads.h>

enum { SLEY_HELD_MAX = 32 }; /* locks of one task that the lock order looks at */

/* What a handler does to a wait that it comes into. */
enum sley_restart {
    SLEY_RESTART_ALWAYS,  /* the wait goes on */
    SLEY_RESTART_IF_SAID, /* it ends, unless every handler that ran was set with SA_RESTART */
    SLEY_RESTART_NEVER,   /* it ends */
};

/* The wait that a task is in, as cancellation and signals see it. */
struct sley_wait_rule {
    enum sley_restart restart;
    bool cancels; /* it is a cancellation point */
};

/* A function of the front that must have its say when its task is unwound. Lies on the task's
 * stack, among the frames. */
struct sley_cleanup_hook {
    struct sley_cleanup_hook *outer;
    void (*call)(void *);
    void *argument;
};

struct sley_thread {
    uint32_t serial;     /* of the run in which the slot was used last */
    uint32_t generation; /* threads that the slot held in this run, from 1: part of the id */

    /* The rest up to `value_count` is all zero at the thread's begin. */
    bool detached;
    bool joined;
    bool broken; /* a handler ended the wait that it is in */
    bool cancel_asked, cancel_off, cancel_async;
    bool unwinding; /* it is on its way out */
    bool shielded;  /* an asynchronous cancellation must wait */
    bool affinity_set;
    bool signal_stack_set;
    uint16_t next;        /* task behind it in the queue + 1; 0: none */
    uint32_t held_count;  /* of held */
    uint32_t owned_count; /* mutexes and spinlocks that it owns */
    struct sley_wait_rule rule;
    uint64_t mask;                  /* signals that it blocks: bit number - 1 */
    uint64_t awaited;               /* signals that it waits for in sigwait and the like; 0: none */
    struct sley_queue *queue;       /* that it waits in; NULL: none */
    struct sley_cleanup_hook *hook; /* innermost; NULL: none */
    __pthread_unwind_buf_t *cleanup; /* innermost cleanup handler; NULL: none */
    thrd_start_t c11_entry;          /* of a C11 thread */
    size_t stack_size, guard_size;   /* as asked for; 0: as the default is */
    struct sched_param parameters;
    int policy;
    bool explicit; /* PTHREAD_EXPLICIT_SCHED, as its attributes said */
    char name[16];

    uint32_t value_count;         /* keys that it ever set, at most */
    struct sley_gate wake;        /* at which it waits in a queue */
    uint16_t held[SLEY_HELD_MAX]; /* lock-order numbers of the locks that it holds */
    struct sley_gate signal_gate; /* at which it waits for a signal */
    stack_t signal_stack;         /* if signal_stack_set */
    cpu_set_t affinity;           /* if affinity_set */
    struct sley_clock told;       /* what those knew who sent it signals or cancelled it */
    void *values[PTHREAD_KEYS_MAX];
};

/* The current task's. */
struct sley_thread *sley_thread_self(void);

/* That of a task of this run. */
struct sley_thread *sley_thread_of(uint32_t task);

/* The thread that id names, whose task is then *task; NULL if it is no id of this run, or that of
 * a former thread. */
struct sley_thread *sley_thread_find(pthread_t id, uint32_t *task);

/* As that; NULL comes with the verdict misuse, which says what was to be done to it. */
struct sley_thread *sley_thread_require(pthread_t id, uint32_t *task, const char *what,
                                        uintptr_t pc);

/* As that, for what may be done to a joinable thread that has ended, and not to a detached one. */
struct sley_thread *sley_thread_reach(pthread_t id, uint32_t *task, const char *what, uintptr_t pc);

/* The id of a task that has one. */
pthread_t sley_thread_id(uint32_t task);

/* Starts a thread; c11_entry is used instead of entry if it is not NULL. 0 or an error number. */
int sley_thread_start(pthread_t *id, const pthread_attr_t *attributes, void *(*entry)(void *),
                      void *argument, thrd_start_t c11_entry, uintptr_t pc);

/* Waits for a thread's end until a deadline. 0 or an error number, `late` if the deadline passed.
 */
int sley_thread_join(pthread_t id, void **result, uint64_t deadline_ns, int late, uintptr_t pc);

int sley_thread_detach(pthread_t id, uintptr_t pc);

/* Ends the current task after its cleanup handlers. */
void sley_thread_exit(void *result) __attribute__((noreturn));

/* Runs the destructors of the current task's thread-specific data. */
void sley_key_destruct(void);

/* Blocks the current task in queue until it is taken out or the deadline passes (false). */
bool sley_queue_wait(struct sley_queue *queue, struct sley_object *object, uint64_t deadline_ns,
                     uintptr_t pc);

/* What a report says that a waiter waits for. */
struct sley_awaited_object {
    enum sley_wait kind;
    uintptr_t address;
    bool lost; /* a signal came in this run while nobody waited */
};

/* The same for an object that is not in the side table. */
bool sley_queue_wait_for(struct sley_queue *queue, const struct sley_awaited_object *object,
                         uint64_t deadline_ns, uintptr_t pc);
/* Takes the current task out of the queue that it is in, if any: it does not come back to its wait.
 */
void sley_queue_abandon(void);

/* Takes the index-th waiter out and lets it go on. */
void sley_queue_wake(struct sley_queue *queue, uint32_t index);

#endif
