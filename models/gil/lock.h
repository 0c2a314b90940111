/* The global interpreter lock, by the protocols of CPython.
 *
 * A task that wants the lock waits in line. From 3.2 on the first in line waits for an interval at
 * a time; when one is over it asks the owner to let go, and the owner does so at its next check
 * point, and does not take the lock again before another has had it (ceval_gil.h: take_gil,
 * drop_gil). In Python 2 the owner lets go after a number of bytecodes, whoever waits, and may win
 * the lock again at once.
 *
 * A released lock is free until somebody takes it: the waiter that was signalled, or a task that
 * comes by before it. Every task of the engine may wait for one lock at a time. */
#ifndef SLEY_MODELS_GIL_LOCK_H
#define SLEY_MODELS_GIL_LOCK_H

#include "engine/engine.h"

#include <sley/model.h>

enum sley_gil_policy {
    SLEY_GIL_PY2,   /* a ticker of bytecodes */
    SLEY_GIL_PY32,  /* requests, honoured between any two bytecodes (3.2 to 3.9) */
    SLEY_GIL_PY310, /* requests, honoured on entering a function, after a call, at a jump back */
    SLEY_GIL_FREE,  /* no lock: the free-threaded build */
};

enum {
    SLEY_GIL_INTERVAL_NS = 5000000, /* sys.getswitchinterval(), 3.2 and later */
    SLEY_GIL_TICKS = 100,           /* sys.getcheckinterval(), 2.3 to 3.1 */
    SLEY_GIL_TICK_NS = 50,          /* of virtual time, when a task of Python 2 computes */
};

struct sley_gil {
    enum sley_gil_policy policy;
    int32_t owner;       /* task; -1: free */
    int32_t last_owner;  /* that took it last; -1: nobody yet */
    int32_t barred;      /* released it on request: not to take it before another has; -1: nobody */
    bool requested;      /* a waiter asked the owner to let go */
    bool fresh;          /* the owner has executed nothing since it took the lock */
    bool every;          /* every bytecode is a scheduling point, beside the lock's own check points
                            (interpreters that run at the same time) */
    uint32_t ticks;      /* bytecodes between two releases of Python 2 */
    uint32_t ticks_left; /* of the task that owns the lock, whoever it is */
    uint32_t switch_count;  /* the lock went from one task to another */
    uint64_t interval_ns;   /* 0: what the run's cost profile says, or SLEY_GIL_INTERVAL_NS */
    struct sley_gate asked; /* open while requested: ends the owner's computing */
    uint32_t waiter_count;
    uint16_t waiters[SLEY_TASKS_MAX]; /* in the order in which they came */
};

/* A free lock. No task may be waiting for it. */
void sley_gil_init(struct sley_gil *gil, enum sley_gil_policy policy);

/* Returns with the current task as the owner. A scheduling point only if it has to wait: whoever
 * dropped the lock, or began, has had one since. */
void sley_gil_take(struct sley_gil *gil, uintptr_t pc);

/* The same after an event: returns when another has called sley_gil_arrive for the current task,
 * which stands in line from then on. Until it does, reports say that the task waits for object, an
 * affair of kind, and that task owner (-1: nobody) keeps it. */
void sley_gil_take_after(struct sley_gil *gil, enum sley_wait kind, uintptr_t object, int32_t owner,
                         uintptr_t pc);
void sley_gil_arrive(struct sley_gil *gil, uint32_t task);

/* Releases the lock that the current task owns; who of several waiters is signalled is a choice, 0
 * the first come. If somebody had asked for the lock, the next take waits until another has had it.
 * No point; the caller must come to one before it takes the lock again. */
void sley_gil_drop(struct sley_gil *gil);

/* The same for a task that ends: it never takes the lock again. */
void sley_gil_leave(struct sley_gil *gil);

/* The owner, which has just taken the lock, has nothing to do before its next bytecode: to pass the
 * lock on there would be the same as not to have taken it, and is left out. */
void sley_gil_fresh(struct sley_gil *gil);

/* The owner is about to execute a bytecode of that kind (CALL: has executed one), in which op
 * happens to object. Where the policy looks after the request it is a scheduling point: waiters may
 * ask for the lock, and the owner passes it on. Elsewhere the observer alone is told. */
void sley_gil_check(struct sley_gil *gil, enum sley_bytecode kind, enum sley_op op,
                    uintptr_t object, uintptr_t pc);

/* The owner executes bytecodes for a duration: on a core of the virtual machine if the run is
 * timed, as long as nobody asks for the lock. One check point or more. */
void sley_gil_compute(struct sley_gil *gil, uint64_t duration_ns, uintptr_t pc);

/* What every operation of an interpreter's task is taken to change, beside its own object: C code
 * between two points belongs to the one before, so that no two of them commute. */
uintptr_t sley_gil_world(void);

#endif
