/* Waits into which signal handlers and cancellation come. */
#ifndef SLEY_PTHREAD_INTERRUPT_H
#define SLEY_PTHREAD_INTERRUPT_H

#include "pthread/deadline.h"
#include "pthread/thread.h"

/* How a wait ended. */
enum sley_waited {
    SLEY_WAITED_OPEN, /* the gate is open, and the operation may execute at once */
    SLEY_WAITED_LATE, /* the deadline passed */
    SLEY_WAITED_EINTR /* a handler ran, and the rule says that the wait ends */
};

/* A blocking call that is a cancellation point: waits at gate until a deadline, at a point of its
 * own. Does not return if the task is cancelled before or while it waits; nothing of the operation
 * has happened then. For every call of the front that POSIX lets block. */
enum sley_waited sley_wait_interruptible(enum sley_op op, struct sley_gate *gate,
                                         struct sley_deadline deadline, enum sley_restart restart,
                                         uintptr_t pc);

/* The same for a sleep until a virtual time. False: a handler ended it before. */
bool sley_sleep_interruptible(uint64_t deadline_ns, uintptr_t pc);

/* Puts the current task under a rule while it waits, and takes it off again with the former one.
 * The second says whether a handler has ended the wait. */
struct sley_wait_rule sley_rule_begin(struct sley_wait_rule rule);
bool sley_rule_end(struct sley_wait_rule former);

/* What a task does that signals or a cancellation wait for: sley_task_interrupt. */
bool sley_thread_attend(bool blocked);

#endif
