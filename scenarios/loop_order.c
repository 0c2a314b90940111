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

#define LOOP_CONTRACT(named, origin, sentence, function)                                           \
    .name = named, .claim = "contract", .source = origin, .says = sentence,                        \
    .quantifier = SLEY_ALWAYS, .body = function, .exhaustive = true

#define CONFIRMED .expect = {{"coroutine", SLEY_CONFIRMED, ""}}

const struct sley_property sley_scenario_loop_order[] = {
    {
        LOOP_CONTRACT("loop-timers.no-starvation", "asyncio.loop.call_later",
                      "a timer that is due runs in the next pass, however busy the loop is",
                      busy_with_timer),
        .alone = true,
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-timers.equal-times", "asyncio.loop.call_at",
                      "timers of one time run in the order in which heapq gives them up: acgfhbde",
                      equal_times),
        .alone = true,
        .falsifier = "fault:loop-lifo",
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-future.callback-order", "asyncio.Future.add_done_callback",
                      "callbacks of a future run by the ready queue, in the order of their adding",
                      callback_order),
        .alone = true,
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-lock.fair", "asyncio.Lock",
                      "a Lock goes to waiters first come first served, and no newcomer overtakes",
                      lock_is_fair),
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-event.wakes-all", "asyncio.Event",
                      "Event.set wakes every waiter, even if it is cleared at once",
                      event_wakes_all),
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-semaphore.first-come", "asyncio.Semaphore",
                      "a Semaphore goes to waiters first come first served", semaphore_is_fair),
        .falsifier = "fault:loop-lifo",
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-semaphore.fair", "asyncio.Semaphore",
                      "a newcomer does not take a unit before one that was woken",
                      semaphore_newcomer),
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-queue.wakes-next", "asyncio.Queue",
                      "each item that is put wakes one more getter, in order", queue_wakes_next),
        CONFIRMED,
    },
    {
        LOOP_CONTRACT("loop-io.own-answer", "asyncio.loop.sock_recv",
                      "in any order of completions, a coroutine gets the answer to its own request",
                      any_completion_order),
        .falsifier = "loop-io.request-order",
        CONFIRMED,
    },
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
