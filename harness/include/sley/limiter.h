/* A limit on how many tasks do something at once, as anyio.CapacityLimiter has it. A part of
 * sley.h. */
#ifndef SLEY_LIMITER_H
#define SLEY_LIMITER_H

#include <sley/model.h>

struct sley_limiter {
    uint64_t storage[176];
};

enum {
    SLEY_LIMITER_DEFAULT = 40, /* tokens of the limiter that AnyIO's worker threads share */
    SLEY_LIMITER_MAX = 64,     /* tokens, and tasks that wait */
};

/* tokens: 1..SLEY_LIMITER_MAX. */
void sley_limiter_init(struct sley_limiter *limiter, uint32_t tokens);

/* The current task borrows a token; waits in order of arrival. False (RuntimeError): it has one
 * already. */
bool sley_limiter_acquire(struct sley_limiter *limiter);

/* The same without waiting; false: none is free for it, or it has one already. */
bool sley_limiter_try(struct sley_limiter *limiter);

/* Gives the current task's token to the first who waits. False (RuntimeError): it has none. */
bool sley_limiter_release(struct sley_limiter *limiter);

/* Tokens that are borrowed. */
uint32_t sley_limiter_borrowed(struct sley_limiter *limiter);
void sley_limiter_destroy(struct sley_limiter *limiter);

#endif
