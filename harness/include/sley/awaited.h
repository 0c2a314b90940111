/* How a coroutine, or an operation of the event loop, ends. */
#ifndef SLEY_AWAITED_H
#define SLEY_AWAITED_H

#include <stdbool.h>
#include <stdint.h>

enum sley_awaited_kind {
    SLEY_RESULT,    /* returned value */
    SLEY_EXCEPTION, /* raised value: one of enum sley_raised, or a number >= 0 of the author's */
    SLEY_CANCELLED, /* raised CancelledError */
};

struct sley_awaited {
    enum sley_awaited_kind kind;
    intptr_t value;
};

enum sley_raised {
    SLEY_TIMEOUT_ERROR = -1,
    SLEY_INVALID_STATE_ERROR = -2,
    SLEY_RUNTIME_ERROR = -3,
    SLEY_VALUE_ERROR = -4,
    SLEY_QUEUE_EMPTY = -5,
    SLEY_QUEUE_FULL = -6,
    SLEY_BROKEN_BARRIER_ERROR = -7,
    SLEY_EXCEPTION_GROUP = -8,
    SLEY_CANCELLED_ERROR = -9, /* as the exception of a future, it arrives as SLEY_CANCELLED */
};

#define sley_result(returned) ((struct sley_awaited){SLEY_RESULT, (intptr_t)(returned)})
#define sley_exception(raised) ((struct sley_awaited){SLEY_EXCEPTION, (intptr_t)(raised)})
#define sley_cancellation() ((struct sley_awaited){SLEY_CANCELLED, 0})

#endif
