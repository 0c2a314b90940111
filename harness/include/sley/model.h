/* Execution models: how tasks run, and the objects that they offer, behind one vtable. */
#ifndef SLEY_MODEL_H
#define SLEY_MODEL_H

#include <sley/object_ops.h>
#include <sley/unit.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A lock or queue as a property declares it: caller's storage, used by the model alone. Must be
 * initialised in the body before its first use. */
struct sley_lock {
    uint64_t storage[16];
};

struct sley_condition {
    uint64_t storage[16];
};

struct sley_queue {
    uint64_t storage[96];
};

enum { SLEY_QUEUE_CAPACITY_MAX = 16 };

enum sley_lock_kind {
    SLEY_LOCK_PLAIN,     /* a second acquire by its owner waits for ever */
    SLEY_LOCK_REENTRANT, /* counts acquires of its owner */
    SLEY_LOCK_ROBUST,    /* its next owner learns that the former one died; else plain */
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

struct sley_model_condition_ops {
    /* lock: the one that waiters hold; borrowed for the condition's life. */
    void (*init)(struct sley_condition *condition, struct sley_lock *lock);
    /* Releases the lock, waits for a notification, takes the lock again. Whether it may return
     * without a notification is the model's business. False: the virtual time given was over
     * first (UINT64_MAX: no limit). */
    bool (*wait)(struct sley_condition *condition, uint64_t timeout_ns);
    /* Wakes up to count waiters, in the order that the model gives them. */
    void (*notify)(struct sley_condition *condition, uint32_t count);
    void (*destroy)(struct sley_condition *condition);
};

/* Kinds of bytecode, as far as a policy of the interpreter lock tells them apart. */
enum sley_bytecode {
    SLEY_BYTECODE_PLAIN, /* loads, stores, constants, operators, ... */
    SLEY_BYTECODE_ENTER, /* the first of a function (RESUME) */
    SLEY_BYTECODE_CALL,  /* a call has returned */
    SLEY_BYTECODE_JUMP,  /* a backward jump */
};

/* An interpreter that runs the tasks; NULL in models of plain C. */
struct sley_model_code_ops {
    /* The current task is about to execute a bytecode (CALL: has executed one) at pc. Everything
     * until the next one belongs to it. */
    void (*bytecode)(enum sley_bytecode kind, uintptr_t pc);
    /* sys.setswitchinterval, sys.setcheckinterval of the run's interpreters. */
    void (*interval)(uint64_t interval_ns);
    void (*ticks)(uint32_t count);
    /* As spawn, in an interpreter of the task's own; NULL: there is one for all. */
    uintptr_t (*spawn_interpreter)(void *(*entry)(void *), void *argument);
};

/* What takes time. NULL: the virtual machine's (models/machine): a computation occupies a core,
 * I/O occupies none. */
struct sley_model_time_ops {
    void (*compute)(uint64_t duration_ns, uintptr_t pc);
    /* A call of C code that computes; releases: without the interpreter lock. */
    void (*call)(uint64_t duration_ns, bool releases, uintptr_t pc);
    /* A blocking operation of the outside world. */
    void (*io)(uint64_t duration_ns, uintptr_t pc);
    /* A blocking system call of code that knows of no event loop (time.sleep, a socket of
     * requests); NULL: the same as io. */
    void (*block)(uint64_t duration_ns, uintptr_t pc);
};

struct sley_process_policy;

struct sley_pipe;
struct sley_file;
struct sley_mpqueue;

/* What belongs to processes: see sley/process.h and sley/shared.h. */
struct sley_model_process_ops {
    void *(*shared)(size_t size);
    bool (*acquire_robust)(struct sley_lock *lock);
    void (*kill)(uintptr_t task);
    void (*kill_window)(uintptr_t task);
    int (*exit_code)(uintptr_t task);
    uint64_t (*peek)(uintptr_t task, const void *address, size_t size);
    void (*pipe_init)(struct sley_pipe *pipe);
    void (*pipe_write)(struct sley_pipe *pipe, const void *bytes, size_t size);
    size_t (*pipe_read)(struct sley_pipe *pipe, void *bytes, size_t size);
    size_t (*pipe_fill)(const struct sley_pipe *pipe);
    void (*pipe_close)(struct sley_pipe *pipe);
    void (*file_init)(struct sley_file *file);
    size_t (*file_read)(struct sley_file *file, void *bytes, size_t size);
    void (*file_write)(struct sley_file *file, const void *bytes, size_t size);
    void (*file_seek)(struct sley_file *file, size_t offset);
    void (*file_lock)(struct sley_file *file);
    void (*file_unlock)(struct sley_file *file);
    void (*mpqueue_init)(struct sley_mpqueue *queue, uint32_t capacity);
    void (*mpqueue_put)(struct sley_mpqueue *queue, intptr_t item, size_t weight);
    void (*mpqueue_put_object)(struct sley_mpqueue *queue, const void *object,
                               size_t (*pickle)(const void *object, void *bytes, size_t room));
    intptr_t (*mpqueue_get)(struct sley_mpqueue *queue, void *bytes, size_t *size);
};

struct sley_model {
    const char *name;    /* on the command line, in tokens and labels; a policy is a part of it,
                            as in gil:py310 */
    const char *summary; /* one line */
    const char *missing; /* why it cannot run yet; NULL: it can */
    bool strict_time;    /* the clock moves only when nothing can run */
    bool quiet;          /* accesses between two operations are no points: they belong to the
                            operation before them */
    const struct sley_process_policy *processes; /* NULL: all tasks run in one process */
    const struct sley_model_task_ops *task;
    const struct sley_model_lock_ops *lock;
    const struct sley_model_condition_ops *condition; /* NULL: none */
    const struct sley_model_queue_ops *queue;
    const struct sley_model_process_ops *process; /* NULL: its tasks share one process */
    const struct sley_model_code_ops *code;       /* NULL: no interpreter */
    const struct sley_model_time_ops *time;       /* NULL: plain cores */
    enum sley_unit unit;                          /* what its tasks are */
    /* Objects of the model's own, queue included; NULL: the generic ones. */
    const struct sley_model_queue_count_ops *queue_count;
    const struct sley_model_semaphore_ops *semaphore;
    const struct sley_model_event_ops *event;
    const struct sley_model_barrier_ops *barrier;
    enum sley_exception_fate exceptions;
};

/* The model of the current campaign; set by the campaign before its first run. */
extern const struct sley_model *sley_model_current;

#endif
