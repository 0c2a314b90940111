/* What a cancellation does to a task, and to what it holds (CPython 3.11). */
#include <sley/loop.h>
#include <sley/sley.h>

#include <string.h>

static char order[16];
static size_t noted;
static struct sley_lock lock;
static struct sley_async_future *shared;

static void
note(char letter)
{
    order[noted++] = letter;
}

static bool
noted_is(const char *expected)
{
    return strcmp(order, expected) == 0;
}

static struct sley_awaited
await_shared(void *unused)
{
    (void)unused;
    note('s');
    return sley_await(shared);
}

/* Cancelled before its first step; while it waits; when it was woken and has not run yet. */
static void
cancel_delivered(void)
{
    shared = sley_loop_future();
    struct sley_async_future *early = sley_loop_task(await_shared, NULL);
    sley_check(sley_loop_cancel(early));
    sley_check(sley_await(early).kind == SLEY_CANCELLED && noted == 0);
    struct sley_async_future *waiting = sley_loop_task(await_shared, NULL);
    sley_loop_sleep_ms(0);
    sley_loop_cancel(waiting);
    sley_check(sley_await(waiting).kind == SLEY_CANCELLED && sley_loop_cancelled(shared));
    shared = sley_loop_future();
    struct sley_async_future *woken = sley_loop_task(await_shared, NULL);
    sley_loop_sleep_ms(0);
    sley_loop_set_result(shared, 1);
    sley_loop_cancel(woken);
    sley_check(sley_await(woken).kind == SLEY_CANCELLED);
    sley_check(!sley_loop_cancel(woken) && sley_loop_cancelling(woken) == 1);
}

static struct sley_awaited
work_for_5_ms(void *unused)
{
    (void)unused;
    struct sley_awaited slept = sley_loop_sleep_ms(5);
    note(slept.kind == SLEY_RESULT ? 'd' : 'c');
    return slept.kind == SLEY_RESULT ? sley_result(42) : slept;
}

static struct sley_awaited
await_shield(void *inner)
{
    return sley_await(sley_loop_shield(inner));
}

static void
shield(void)
{
    struct sley_async_future *inner = sley_loop_task(work_for_5_ms, NULL);
    struct sley_async_future *outer = sley_loop_task(await_shield, inner);
    sley_loop_sleep_ms(sley_draw(1, 4));
    sley_loop_cancel(outer);
    sley_check(sley_await(outer).kind == SLEY_CANCELLED);
    sley_check(sley_await(inner).value == 42);
    sley_check(noted_is("d"));
}

static void
wait_for_cancels(void)
{
    struct sley_async_future *work = sley_loop_task(work_for_5_ms, NULL);
    struct sley_awaited outcome = sley_loop_wait_for(work, (uint32_t)sley_draw(1, 4));
    sley_check(outcome.kind == SLEY_EXCEPTION && outcome.value == SLEY_TIMEOUT_ERROR);
    sley_check(sley_loop_cancelled(work)); /* its end came first */
    sley_check(noted_is("c"));
}

/* Whenever a cancellation comes from outside, it arrives once, and the lock is free again. */
static struct sley_awaited
hold_for_2_ms(void *unused)
{
    (void)unused;
    struct sley_awaited outcome = sley_loop_lock_acquire(&lock);
    if (outcome.kind != SLEY_RESULT) {
        return outcome;
    }
    outcome = sley_loop_sleep_ms(2);
    sley_loop_lock_release(&lock);
    return outcome;
}

/* No `async with`, no finally. */
static struct sley_awaited
hold_until_cancelled(void *unused)
{
    (void)unused;
    struct sley_awaited outcome = sley_loop_lock_acquire(&lock);
    if (outcome.kind == SLEY_RESULT) {
        outcome = sley_loop_sleep_ms(2);
    }
    if (outcome.kind == SLEY_RESULT) {
        sley_loop_lock_release(&lock);
    }
    return outcome;
}

static void cancel_anywhere(struct sley_awaited (*hold)(void *))
{
    sley_lock_init(&lock);
    struct sley_async_future *first = sley_loop_task(hold, NULL);
    struct sley_async_future *second = sley_loop_task(hold, NULL);
    struct sley_async_future *third = sley_loop_task(hold, NULL);
    sley_loop_cancel_window(second);
    sley_check(sley_await(first).kind == SLEY_RESULT);
    sley_await(second);
    sley_check(sley_loop_wait_for(third, 100).kind == SLEY_RESULT);
    sley_check(!sley_loop_lock_locked(&lock));
}

static void
cancelled_anywhere(void)
{
    cancel_anywhere(hold_for_2_ms);
}

static void
cancelled_without_finally(void)
{
    cancel_anywhere(hold_until_cancelled);
}

#define LOOP_CONTRACT(named, origin, sentence, function)                                           \
    .name = named, .claim = "contract", .source = origin, .says = sentence,                        \
    .quantifier = SLEY_ALWAYS, .body = function, .exhaustive = true

#define CONFIRMED .expect = {{"coroutine", SLEY_CONFIRMED, ""}}

const struct sley_property sley_scenario_loop_cancel[] = {
    {
        LOOP_CONTRACT(
            "loop-cancel.delivered", "asyncio.Task.cancel",
            "a cancellation arrives before the first step, in a wait, and after a wake-up",
            cancel_delivered),
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-cancel.shield", "asyncio.shield",
                      "the cancellation of who awaits a shield does not reach what is inside",
                      shield),
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-cancel.wait-for", "asyncio.wait_for",
                      "wait_for cancels at the timeout and waits for the end of what it cancelled",
                      wait_for_cancels),
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-cancel.lock", "asyncio.Lock.acquire",
                      "a cancellation at any pass leaves the Lock to the next waiter",
                      cancelled_anywhere),
        .falsifier = "loop-cancel.lock-kept",
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-cancel.lock-kept", "asyncio.Lock.acquire",
                      "the same holds for a coroutine that releases without finally",
                      cancelled_without_finally),
        .twin = true,
        .expect = {{"coroutine", SLEY_REFUTED, "a cancellation leaves the Lock locked"}},
    },
    {0},
};
