/* What the generic objects share. They are code under test, written over the author's operations
 * alone: every access to a field is a scheduling point where plain C is explored, and belongs to
 * the bytecode that sley_load and sley_store name where an interpreter runs. Fields are read and
 * written under the object's lock unless it is said otherwise. */
#ifndef SLEY_MODELS_COMMON_COMMON_H
#define SLEY_MODELS_COMMON_COMMON_H

#include "models/fault.h"

#include <sley/sley.h>

/* Waits on the condition until a deadline of sley_now_ns (SLEY_FOREVER: none). False: the time is
 * over. */
static inline bool
sley_common_wait_until(struct sley_condition *condition, uint64_t deadline_ns)
{
    if (deadline_ns == SLEY_FOREVER) {
        sley_condition_wait(condition);
        return true;
    }
    uint64_t now_ns = deadline_ns ? sley_now_ns() : 0;
    if (now_ns >= deadline_ns) {
        return false;
    }
    sley_condition_wait_for_ns(condition, deadline_ns - now_ns);
    return true; /* the caller looks again, and comes back if there is nothing */
}

/* The deadline of a wait that may take so long from now on. 0 is kept: it never waits. */
static inline uint64_t
sley_common_deadline(uint64_t timeout_ns)
{
    bool timed = timeout_ns != 0 && timeout_ns != SLEY_FOREVER;
    return timed ? sley_now_ns() + timeout_ns : timeout_ns;
}

#endif
