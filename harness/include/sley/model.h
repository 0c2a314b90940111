/* Execution models: how tasks run, and the objects that they offer, behind one vtable. */
#ifndef SLEY_MODEL_H
#define SLEY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A lock or queue as a property declares it: caller's storage, used by the model alone. Must be
 * initialised in the body before its first use. */
struct sley_lock {
    uint64_t storage[16];
};

struct sley_queue {
    uint64_t storage[64];
};

enum { SLEY_QUEUE_CAPACITY_MAX = 16 };

enum sley_lock_kind {
    SLEY_LOCK_PLAIN,     /* a second acquire by its owner waits for ever */
    SLEY_LOCK_REENTRANT, /* counts acquires of its owner */
};

struct sley_model_task_ops {
    /* Prepares a run, on the driver, before task 0 starts. */
    void (*begin)(void);
    /* Starts entry(argument) as a task; returns its handle. */
    uintptr_t (*spawn)(void *(*entry)(void *), void *argument);
    /* Waits for the end of a task; returns its result. Once for each handle. */
    void *(*join)(uintptr_t task);
    /* Gives way to others, if the model knows such a thing. */
    void (*pause)(void);
    /* Sleeps for virtual nanoseconds. */
    void (*sleep)(uint64_t duration_ns);
    /* Called on the stack of a task whose entry has returned. */
    void (*ended)(void);
};

struct sley_model_lock_ops {
    void (*init)(struct sley_lock *lock, enum sley_lock_kind kind);
    void (*acquire)(struct sley_lock *lock);
    bool (*try_acquire)(struct sley_lock *lock);
    /* False: not acquired within the virtual time given. */
    bool (*acquire_for)(struct sley_lock *lock, uint64_t timeout_ns);
    void (*release)(struct sley_lock *lock);
    void (*destroy)(struct sley_lock *lock);
};

struct sley_model_queue_ops {
    /* capacity: 1..SLEY_QUEUE_CAPACITY_MAX items. */
    void (*init)(struct sley_queue *queue, uint32_t capacity);
    /* Appends an item; waits while the queue is full. */
    void (*put)(struct sley_queue *queue, intptr_t item);
    /* Takes the oldest item; waits while the queue is empty. */
    intptr_t (*get)(struct sley_queue *queue);
    void (*destroy)(struct sley_queue *queue);
};

struct sley_model {
    const char *name;    /* on the command line, in tokens and labels */
    const char *summary; /* one line */
    const char *missing; /* why it cannot run yet; NULL: it can */
    bool strict_time;    /* the clock moves only when nothing can run */
    const struct sley_model_task_ops *task;
    const struct sley_model_lock_ops *lock;
    const struct sley_model_queue_ops *queue;
};

/* The model of the current campaign; set by the campaign before its first run. */
extern const struct sley_model *sley_model_current;

#endif
