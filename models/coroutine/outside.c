/* What comes from outside the loop: completions of I/O, cancellations. */
#include "models/coroutine/loop.h"

enum { OPERATIONS_MAX = 64 };

struct operation {
    uint64_t due_ns;
    struct sley_async_future *future;
    intptr_t value;
};

static struct operation operations[OPERATIONS_MAX]; /* under way, in the order of their begin */
static uint32_t operation_count;
static struct sley_async_future *window; /* task that may be cancelled; NULL: none */

void
sley_loop_outside_reset(void)
{
    operation_count = 0;
    window = NULL;
}

uint64_t
sley_loop_outside_due_ns(void)
{
    uint64_t due_ns = UINT64_MAX;
    for (uint32_t i = 0; i < operation_count; i++) {
        due_ns = operations[i].due_ns < due_ns ? operations[i].due_ns : due_ns;
    }
    return due_ns;
}

static void
complete(struct sley_async_future *future, void *argument)
{
    sley_async_future_finish(future, sley_result((intptr_t)argument));
}

static uint32_t
due_count(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < operation_count; i++) {
        count += operations[i].due_ns <= sley_engine.clock_ns;
    }
    return count;
}

/* Takes the n-th of the operations that are due out of the table. */
static struct operation
due_take(uint32_t n)
{
    uint32_t i = 0;
    while (operations[i].due_ns > sley_engine.clock_ns || n-- > 0) {
        i++;
    }
    struct operation taken = operations[i];
    operation_count--;
    for (; i < operation_count; i++) {
        operations[i] = operations[i + 1];
    }
    return taken;
}

static void
cancel_now(struct sley_async_future *task, void *unused)
{
    (void)unused;
    sley_async_future_cancel(task);
}

static void
window_report(void)
{
    if (window && sley_async_future_done(window)) {
        window = NULL;
        sley_loop_guard(false);
    }
    if (window && sley_choose(SLEY_CHOICE_OUTSIDE, 2) == 1) {
        sley_loop_soon(cancel_now, window, NULL);
        window = NULL;
        sley_loop_guard(false);
    }
}

void
sley_loop_outside_report(void)
{
    window_report();
    for (uint32_t due = due_count(); due > 0; due--) {
        struct operation done = due_take(sley_choose(SLEY_CHOICE_OUTSIDE, due));
        sley_loop_soon(complete, done.future, (void *)done.value);
    }
}

/* --- for authors --- */

struct sley_async_future *
sley_loop_io(uint32_t low_ms, uint32_t high_ms, intptr_t value)
{
    uintptr_t pc = SLEY_CALLER();
    sley_loop_check_thread(pc);
    sley_point(SLEY_OP_IO, sley_loop_object(), pc);
    if (operation_count == OPERATIONS_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 64 operations under way");
    }
    uint32_t spread = high_ms > low_ms ? high_ms - low_ms + 1 : 1;
    uint64_t duration_ms = low_ms + sley_choose(SLEY_CHOICE_OUTSIDE, spread);
    struct operation *operation = &operations[operation_count++];
    operation->due_ns = sley_engine.clock_ns + duration_ms * ns_per_ms;
    operation->future = sley_async_future_make(FUTURE_PLAIN, pc);
    operation->value = value;
    return operation->future;
}

void
sley_loop_cancel_window(struct sley_async_future *task)
{
    sley_loop_check_thread(SLEY_CALLER());
    if (!window) {
        sley_loop_guard(true);
    }
    window = task;
}
