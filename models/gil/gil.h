/* What the files of the interpreter models share. */
#ifndef SLEY_MODELS_GIL_GIL_H
#define SLEY_MODELS_GIL_GIL_H

#include "models/gil/lock.h"

#include <sley/model.h>

/* The lock of the current task's interpreter. */
struct sley_gil *sley_gil_own(void);

/* An operation of the current task on object, a C function that it calls: the check point before
 * its bytecode, and the one after its return. */
void sley_gil_enter(enum sley_op op, uintptr_t object, uintptr_t pc);
void sley_gil_return(uintptr_t pc);

/* Releases the interpreter lock around what blocks, and takes it again. */
void sley_gil_block_begin(void);
void sley_gil_block_end(uintptr_t pc);

/* threading.Lock, which anybody may release, and threading.RLock. */
struct gil_lock {
    struct sley_gate gate; /* open while it can be taken; its owner took it */
    bool reentrant;
    uint32_t count; /* acquires not yet released */
};

_Static_assert(sizeof(struct gil_lock) <= sizeof(struct sley_lock), "no room for a lock");

void gil_lock_init(struct gil_lock *lock, uintptr_t object, bool reentrant);
/* False: the deadline passed. */
bool gil_lock_acquire(struct gil_lock *lock, uint64_t deadline_ns, uintptr_t pc);
void gil_lock_release(struct gil_lock *lock, uintptr_t pc);

/* threading.Condition: each waiter has a lock of its own, in a line. */
struct gil_condition {
    struct gil_lock *lock; /* borrowed */
    uintptr_t object;
    uint16_t first, last; /* 1 + task; 0: nobody waits */
    bool lost;            /* a notification came while nobody waited */
};

_Static_assert(sizeof(struct gil_condition) <= sizeof(struct sley_condition), "no room");

void gil_condition_init(struct gil_condition *condition, struct gil_lock *lock, uintptr_t object);
bool gil_condition_wait(struct gil_condition *condition, uint64_t deadline_ns, uintptr_t pc);
void gil_condition_notify(struct gil_condition *condition, uint32_t count, uintptr_t pc);

extern const struct sley_model_lock_ops sley_gil_lock_ops;
extern const struct sley_model_condition_ops sley_gil_condition_ops;

#endif
