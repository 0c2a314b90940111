/* Deadlines of timed waits, on the virtual clock. */
#ifndef SLEY_PTHREAD_DEADLINE_H
#define SLEY_PTHREAD_DEADLINE_H

#include "engine/engine.h"

#include <time.h>

/* When a wait gives up, and what it returns then. */
struct sley_deadline {
    uint64_t at_ns; /* virtual time; UINT64_MAX: never */
    int error;      /* ETIMEDOUT, or EINVAL if the time was no valid one; 0: never used */
};

/* The deadline of an absolute time on a clock. */
struct sley_deadline sley_deadline_at(clockid_t clock, const struct timespec *at);

/* The deadline of a duration from now on. */
struct sley_deadline sley_deadline_in(const struct timespec *duration);

/* The deadline that never comes. */
static inline struct sley_deadline
sley_deadline_none(void)
{
    return (struct sley_deadline){UINT64_MAX, 0};
}

/* sley_point_gate, save that after the deadline the object is looked at once, without waiting. */
bool sley_deadline_gate(enum sley_op op, struct sley_gate *gate, struct sley_deadline deadline,
                        uintptr_t pc);

/* Tells the observer that a wait of the current task was in vain, and why: a handler ended it, or
 * the deadline. step: sley_step() as it was right behind the point of the wait. */
void sley_deadline_in_vain(uint32_t step, struct sley_deadline deadline, bool interrupted);

#endif
