/* The ordering suite: the cases of the Python modules beside this file, written for the model
 * `coroutine`. A case has the name and the trace of its twin; its rule stands there. */
#ifndef SLEY_TESTS_PYTHON_LOOP_ORDER_H
#define SLEY_TESTS_PYTHON_LOOP_ORDER_H

#include <sley/loop.h>
#include <sley/sley.h>

struct order_case {
    const char *name;   /* of the function in Python; NULL ends a list */
    void (*body)(void); /* the main coroutine; NULL: the model has no such thing */
    const char *absent; /* why there is no body */
    bool outside;       /* threads beside the loop take part: when they run is a choice */
    bool open;          /* ... and the trace shows it */
};

#define ORDER_CASE(function)                                                                       \
    {                                                                                              \
        .name = #function, .body = function                                                        \
    }
#define ORDER_OUTSIDE(function)                                                                    \
    {                                                                                              \
        .name = #function, .body = function, .outside = true                                       \
    }
#define ORDER_OPEN(function)                                                                       \
    {                                                                                              \
        .name = #function, .body = function, .outside = true, .open = true                         \
    }
#define ORDER_ABSENT(function, why)                                                                \
    {                                                                                              \
        .name = #function, .absent = why                                                           \
    }

extern const struct order_case order_callbacks[], order_futures[], order_tasks[], order_together[],
    order_cancelling[], order_timeouts[], order_groups[], order_locks[], order_semaphores[],
    order_conditions[], order_queues[], order_outside[];

/* --- the trace; no scheduling points --- */

/* Adds one word to the trace of the running case. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* False once the case has returned, and what is left of it is being ended. */
bool is_recording(void);
void stop_recording(void);

/* Keeps a word; note_collected notes all that were kept, sorted: for what has no order. */
void collect(const char *format, ...) __attribute__((format(printf, 1, 2)));
void note_collected(void);

/* "True" or "False". */
const char *truth(bool value);

/* The name of an exception in Python. */
const char *error_name(intptr_t raised);

/* --- what the cases share; code under test --- */

enum { KEY_ERROR = 1 }; /* an exception of the author's own */

/* Virtual seconds since the begin of the run; sleeping and blocking by the second. */
uint32_t time_now(void);
struct sley_awaited nap(uint32_t seconds);
void block(uint32_t seconds);

/* Callbacks: note the word given, without and with the time. */
void note_word(void *word);
void note_word_and_time(void *word);

/* A callback that cancels the task or future given. */
void cancel(void *future);

/* A coroutine: notes name and number, and gives way after each. */
struct steps {
    const char *name;
    int count;
};
struct sley_awaited steps(void *spec);

/* Awaits each in turn, whatever it ends with. */
void await_all(struct sley_async_future *const futures[], int count);

/* Notes "CancelledError" for a cancellation, else the name of the exception; nothing for a
 * result. */
void note_raised(struct sley_awaited outcome);

#endif
