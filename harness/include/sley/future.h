/* A result that is still to come, as concurrent.futures.Future has it. A part of sley.h. */
#ifndef SLEY_FUTURE_H
#define SLEY_FUTURE_H

#include <sley/model.h>

struct sley_future {
    uint64_t storage[64];
};

enum { SLEY_FUTURE_CALLBACKS_MAX = 4 };

enum sley_future_state {
    SLEY_FUTURE_PENDING,
    SLEY_FUTURE_RUNNING,
    SLEY_FUTURE_CANCELLED,
    SLEY_FUTURE_FINISHED,
};

/* How a wait for the result ended. */
enum sley_future_end {
    SLEY_FUTURE_RESULT,
    SLEY_FUTURE_EXCEPTION,
    SLEY_FUTURE_CANCEL,  /* it was cancelled before it ran */
    SLEY_FUTURE_BROKEN,  /* the worker that should have run it died */
    SLEY_FUTURE_TIMEOUT, /* nothing yet */
};

void sley_future_init(struct sley_future *future);
enum sley_future_state sley_future_state(struct sley_future *future);

/* FINISHED or CANCELLED. */
bool sley_future_done(struct sley_future *future);

/* PENDING becomes RUNNING; false: it was cancelled, and must not be run. */
bool sley_future_start(struct sley_future *future);

/* Finishes it with a result, which may be one of sley_raise, and wakes whoever waits, then calls
 * the callbacks in the order of their registration, on the caller's task. False
 * (InvalidStateError): it was done already, and stays as it was. */
bool sley_future_set(struct sley_future *future, void *result);
bool sley_future_set_broken(struct sley_future *future);

/* Cancels it if it is PENDING; true: it is cancelled now, or was before. */
bool sley_future_cancel(struct sley_future *future);

/* Waits until it is done and fills result or, of an exception, code (either may be NULL). The same
 * answer however often it is asked. */
enum sley_future_end sley_future_result(struct sley_future *future, void **result, int *code);
enum sley_future_end sley_future_result_for_ms(struct sley_future *future, uint32_t timeout_ms,
                                               void **result, int *code);

/* Calls callback(future, argument) when it is done, at once if it is. False: there are
 * SLEY_FUTURE_CALLBACKS_MAX already. */
bool sley_future_on_done(struct sley_future *future,
                         void (*callback)(struct sley_future *future, void *argument),
                         void *argument);
void sley_future_destroy(struct sley_future *future);

#endif
