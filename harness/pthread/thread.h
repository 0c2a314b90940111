/* What the front keeps of each task, and the queues that they wait in. */
#ifndef SLEY_PTHREAD_THREAD_H
#define SLEY_PTHREAD_THREAD_H

#include "engine/engine.h"
#include "pthread/object.h"

#include <limits.h>
#include <pthread.h>
#include <threads.h>

enum { SLEY_HELD_MAX = 32 }; /* locks of one task that the lock order looks at */

struct sley_thread {
    uint32_t serial;     /* of the run in which the slot was used last */
    uint32_t generation; /* threads that the slot held in this run, from 1: part of the id */
    bool detached;
    bool joined;
    struct sley_gate wake;        /* at which it waits in a queue */
    uint16_t next;                /* task behind it in the queue + 1; 0: none */
    uint16_t held[SLEY_HELD_MAX]; /* lock-order numbers of the locks that it holds */
    uint32_t held_count;
    thrd_start_t c11_entry;          /* of a C11 thread */
    __pthread_unwind_buf_t *cleanup; /* innermost cleanup handler; NULL: none */
    char name[16];
    uint32_t value_count; /* keys that it ever set, at most */
    void *values[PTHREAD_KEYS_MAX];
};

/* The current task's. */
struct sley_thread *sley_thread_self(void);

/* That of a task which has one. */
struct sley_thread *sley_thread_of(uint32_t task);

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

/* Takes the index-th waiter out and lets it go on. */
void sley_queue_wake(struct sley_queue *queue, uint32_t index);

#endif
