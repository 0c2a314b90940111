/* The order of callbacks on asyncio's event loop, and what its objects promise (CPython 3.11). */
#include <sley/loop.h>
#include <sley/sley.h>

#include <string.h>

static char order[48];
static size_t noted;
static struct sley_lock lock;
static struct sley_loop_event event;
static struct sley_loop_semaphore semaphore;
static struct sley_queue queue;
static struct sley_async_future *shared;
static int waiters;

static void
note(char letter)
{
    order[noted++] = letter;
}

static void
note_call(void *letter)
{
    note((char)(intptr_t)letter);
}

static void
note_future(struct sley_async_future *future, void *letter)
{
    (void)future;
    note((char)(intptr_t)letter);
}

static bool
noted_is(const char *expected)
{
    return strcmp(order, expected) == 0;
}

/* Starts count tasks and lets each come to its first suspension. */
static void
start(struct sley_async_future *tasks[], int count, struct sley_awaited (*body)(void *))
{
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_loop_task(body, (void *)(intptr_t)('a' + i));
    }
    sley_loop_sleep_ms(0);
}

static void
await_all(struct sley_async_future *tasks[], int count)
{
    for (int i = 0; i < count; i++) {
        sley_await(tasks[i]);
    }
}

/* --- the ready queue --- */

static struct sley_awaited
three_turns(void *letter)
{
    for (int i = 0; i < 3; i++) {
        note((char)(intptr_t)letter);
        sley_loop_sleep_ms(0);
    }
    return sley_result(0);
}

static void
ready_order(void)
{
    struct sley_async_future *tasks[3];
    start(tasks, 3, three_turns);
    await_all(tasks, 3);
    sley_check(noted_is("abcabcabc"));
}

/* --- timers --- */

static int served_at_ms;

static void
timer_fires(void *unused)
{
    (void)unused;
    served_at_ms = (int)(sley_loop_time_ns() / 1000000);
}

static void
busy_with_timer(void)
{
    int delay = sley_draw(1, 4);
    sley_loop_call_later_ms((uint32_t)delay, timer_fires, NULL);
    for (int i = 0; i < 8; i++) {
        sley_block_ms(1);
        sley_loop_sleep_ms(0);
    }
    /* Behind the step that was ready when its time came. */
    sley_check(served_at_ms >= delay && served_at_ms <= delay + 1);
}

static void
equal_times(void)
{
    for (int i = 0; i < 8; i++) {
        sley_loop_call_at_ns(1000000, note_call, (void *)(intptr_t)('a' + i));
    }
    sley_loop_sleep_ms(2);
    sley_check(noted_is("acgfhbde"));
}

/* --- futures --- */

static void
callback_order(void)
{
    struct sley_async_future *future = sley_loop_future();
    sley_loop_add_callback(future, note_future, (void *)'a');
    sley_loop_add_callback(future, note_future, (void *)'b');
    sley_loop_add_callback(future, note_future, (void *)'x');
    sley_loop_add_callback(future, note_future, (void *)'c');
    sley_check(sley_loop_remove_callback(future, note_future, (void *)'x') == 1);
    sley_loop_set_result(future, 7);
    sley_check(noted == 0); /* not before the loop comes to them */
    sley_loop_call_soon(note_call, (void *)'d');
    sley_loop_add_callback(future, note_future, (void *)'e');
    sley_loop_sleep_ms(0);
    sley_check(noted_is("abcde"));
    sley_check(sley_loop_set_result(future, 8).value == SLEY_INVALID_STATE_ERROR);
}

/* --- Lock, Event, Semaphore, Queue --- */

static struct sley_awaited
note_locked(void *letter)
{
    sley_loop_lock_acquire(&lock);
    note((char)(intptr_t)letter);
    sley_loop_lock_release(&lock);
    return sley_result(0);
}

static void
lock_is_fair(void)
{
    struct sley_async_future *tasks[3];
    waiters = sley_draw(2, 3);
    sley_lock_init(&lock);
    sley_loop_lock_acquire(&lock);
    start(tasks, waiters, note_locked);
    sley_loop_lock_release(&lock);
    sley_loop_lock_acquire(&lock); /* behind those who wait */
    note('m');
    sley_loop_lock_release(&lock);
    await_all(tasks, waiters);
    sley_check(noted_is(waiters == 2 ? "abm" : "abcm"));
}

static struct sley_awaited
note_event(void *letter)
{
    sley_loop_event_wait(&event);
    note((char)(intptr_t)letter);
    return sley_result(0);
}

static void
event_wakes_all(void)
{
    struct sley_async_future *tasks[3];
    sley_loop_event_init(&event);
    start(tasks, 3, note_event);
    sley_loop_event_set(&event);
    sley_loop_event_clear(&event); /* too late for those who wait already */
    sley_loop_sleep_ms(1);
    sley_check(noted_is("abc"));
    await_all(tasks, 3);
}

static struct sley_awaited
note_semaphore(void *letter)
{
    sley_loop_semaphore_acquire(&semaphore);
    note((char)(intptr_t)letter);
    sley_loop_sleep_ms(0);
    sley_loop_semaphore_release(&semaphore);
    return sley_result(0);
}

static void
semaphore_is_fair(void)
{
    struct sley_async_future *tasks[3];
    sley_loop_semaphore_init(&semaphore, 2);
    sley_loop_semaphore_acquire(&semaphore);
    sley_loop_semaphore_acquire(&semaphore);
    start(tasks, 3, note_semaphore);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_acquire(&semaphore);
    note('m');
    sley_loop_semaphore_release(&semaphore);
    await_all(tasks, 3);
    sley_check(noted_is("abcm"));
}

/* Two units come while three wait: the third may not pass a fourth that comes later. */
static void
semaphore_newcomer(void)
{
    struct sley_async_future *tasks[2];
    sley_loop_semaphore_init(&semaphore, 1);
    sley_loop_semaphore_acquire(&semaphore);
    start(tasks, 1, note_semaphore);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_release(&semaphore);
    sley_loop_semaphore_acquire(&semaphore);
    note('m');
    await_all(tasks, 1);
    sley_check(noted_is("am"));
}

static struct sley_awaited
note_got(void *letter)
{
    intptr_t item = sley_loop_queue_get(&queue).value;
    note((char)(intptr_t)letter);
    note((char)('0' + item));
    sley_loop_queue_task_done(&queue);
    return sley_result(0);
}

static void
queue_wakes_next(void)
{
    struct sley_async_future *tasks[3];
    sley_loop_queue_init(&queue, 0);
    start(tasks, 3, note_got);
    for (int i = 0; i < 3; i++) {
        sley_loop_queue_put_nowait(&queue, i);
    }
    sley_loop_sleep_ms(1);
    sley_check(noted_is("a0b1c2"));
    sley_loop_queue_join(&queue);
    await_all(tasks, 3);
}

/* --- cancellation --- */

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

static void
cancelled_anywhere(void)
{
    sley_lock_init(&lock);
    struct sley_async_future *first = sley_loop_task(hold_for_2_ms, NULL);
    struct sley_async_future *second = sley_loop_task(hold_for_2_ms, NULL);
    struct sley_async_future *third = sley_loop_task(hold_for_2_ms, NULL);
    sley_loop_cancel_window(second);
    sley_check(sley_await(first).kind == SLEY_RESULT);
    sley_await(second);
    sley_check(sley_await(third).kind == SLEY_RESULT);
    sley_check(!sley_loop_lock_locked(&lock));
}

/* Whichever descriptor the selector reports first, a coroutine gets the answer to its own request.
 */
static struct sley_awaited
request(void *index)
{
    struct sley_awaited answer = sley_await(sley_loop_io(1, 2, (intptr_t)index));
    note((char)(intptr_t)index);
    sley_check(answer.value == (intptr_t)index);
    return answer;
}

static void
any_completion_order(void)
{
    struct sley_async_future *tasks[2];
    start(tasks, 2, request);
    await_all(tasks, 2);
    sley_check(noted == 2);
}

static void
completions_in_request_order(void)
{
    any_completion_order();
    sley_check(noted_is("ab"));
}

static const char outside_decides[] = "the outside decides which answer comes first";

#define LOOP_ALONE(named, origin, sentence, function)                                              \
    {                                                                                              \
        .name = named, .claim = "contract", .source = origin, .says = sentence,                    \
        .quantifier = SLEY_ALWAYS, .body = function, .exhaustive = true, .alone = true,            \
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},                                             \
    }

#define LOOP_CONTRACT(named, origin, sentence, function)                                           \
    {                                                                                              \
        .name = named, .claim = "contract", .source = origin, .says = sentence,                    \
        .quantifier = SLEY_ALWAYS, .body = function, .exhaustive = true,                           \
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},                                             \
    }

const struct sley_property sley_scenario_loop_order[] = {
    {
        .name = "loop-fifo.sleep-zero",
        .claim = "loop-switches-immediately-to-ready",
        .source = "001:60",
        .says = "a task that suspends lets the one go on that was ready first: abcabcabc",
        .quantifier = SLEY_ALWAYS,
        .body = ready_order,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    LOOP_ALONE("loop-timers.no-starvation", "asyncio.loop.call_later",
               "a timer that is due runs in the next pass, however busy the loop is",
               busy_with_timer),
    LOOP_ALONE("loop-timers.equal-times", "asyncio.loop.call_at",
               "timers of one time run in the order in which heapq gives them up: acgfhbde",
               equal_times),
    LOOP_ALONE("loop-future.callback-order", "asyncio.Future.add_done_callback",
               "callbacks of a future run by the ready queue, in the order of their adding",
               callback_order),
    LOOP_CONTRACT("loop-lock.fair", "asyncio.Lock",
                  "a Lock goes to waiters first come first served, and no newcomer overtakes",
                  lock_is_fair),
    LOOP_CONTRACT("loop-event.wakes-all", "asyncio.Event",
                  "Event.set wakes every waiter, even if it is cleared at once", event_wakes_all),
    LOOP_CONTRACT("loop-semaphore.first-come", "asyncio.Semaphore",
                  "a Semaphore goes to waiters first come first served", semaphore_is_fair),
    LOOP_CONTRACT("loop-semaphore.fair", "asyncio.Semaphore",
                  "a newcomer does not take a unit before one that was woken", semaphore_newcomer),
    LOOP_CONTRACT("loop-queue.wakes-next", "asyncio.Queue",
                  "each item that is put wakes one more getter, in order", queue_wakes_next),
    LOOP_CONTRACT("loop-cancel.delivered", "asyncio.Task.cancel",
                  "a cancellation arrives before the first step, in a wait, and after a wake-up",
                  cancel_delivered),
    LOOP_CONTRACT("loop-cancel.shield", "asyncio.shield",
                  "the cancellation of who awaits a shield does not reach what is inside", shield),
    LOOP_CONTRACT("loop-cancel.wait-for", "asyncio.wait_for",
                  "wait_for cancels at the timeout and waits for the end of what it cancelled",
                  wait_for_cancels),
    LOOP_CONTRACT("loop-cancel.lock", "asyncio.Lock.acquire",
                  "a cancellation at any pass leaves the Lock to the next waiter",
                  cancelled_anywhere),
    LOOP_CONTRACT("loop-io.own-answer", "asyncio.loop.sock_recv",
                  "in any order of completions, a coroutine gets the answer to its own request",
                  any_completion_order),
    {
        .name = "loop-io.request-order",
        .claim = "contract",
        .source = "asyncio.loop.sock_recv",
        .says = "answers arrive in the order of the requests",
        .quantifier = SLEY_ALWAYS,
        .body = completions_in_request_order,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_REFUTED, outside_decides}},
    },
    {0},
};
