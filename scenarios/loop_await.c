/* What await means on one event loop (000:225, 001:60, 002:141-145, 004:16). */
#include <sley/loop.h>
#include <sley/sley.h>

#include <string.h>

static char order[48];
static size_t noted;
static int turns, count;
static bool finished;
static struct sley_lock first_lock, second_lock;

static void
note(char letter)
{
    order[noted++] = letter;
}

/* A coroutine that is awaited and never suspends. */
static struct sley_awaited
compute(void *unused)
{
    return sley_result(unused);
}

static struct sley_awaited
await_computing(void *letter)
{
    for (int i = 0; i < 3; i++) {
        note((char)(intptr_t)letter);
        compute(NULL);
    }
    return sley_result(0);
}

static void
two_that_compute(void)
{
    struct sley_async_future *tasks[2] = {sley_loop_task(await_computing, (void *)'a'),
                                          sley_loop_task(await_computing, (void *)'b')};
    sley_await(sley_loop_gather(tasks, 2, false));
}

static void
await_gives_way(void)
{
    two_that_compute();
    sley_check(strcmp(order, "ababab") == 0);
}

static void
await_keeps_on(void)
{
    two_that_compute();
    sley_check(strcmp(order, "aaabbb") == 0);
}

/* --- resuming --- */

static struct sley_awaited
sum_up(void *start)
{
    intptr_t sum = (intptr_t)start;
    for (int i = 1; i <= turns; i++) {
        sley_loop_sleep_ms((uint32_t)(i % 2));
        sum += i;
    }
    finished = true;
    return sley_result(sum);
}

static void
resumes_where_it_was(void)
{
    struct sley_async_future *tasks[3];
    turns = sley_draw(0, 12);
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(sum_up, (void *)(1000 * i));
    }
    for (intptr_t i = 0; i < 3; i++) {
        sley_check(sley_await(tasks[i]).value == 1000 * i + turns * (turns + 1) / 2);
    }
}

static void
await_waits_for_the_end(void)
{
    turns = sley_draw(0, 6);
    struct sley_async_future *task = sley_loop_task(sum_up, NULL);
    sley_await(task);
    sley_check(finished);
}

/* --- liveness --- */

static struct sley_awaited
wait_for_answer(void *unused)
{
    struct sley_awaited answer = sley_await(sley_loop_io(1, 3, 9));
    finished = true;
    (void)unused;
    return answer;
}

static void
resumed_when_complete(void)
{
    struct sley_async_future *task = sley_loop_task(wait_for_answer, NULL);
    for (int i = 0; i < 5; i++) {
        sley_loop_sleep_ms(1);
    }
    sley_check(finished);
    sley_await(task);
}

static void
starved_by_one(void)
{
    struct sley_async_future *task = sley_loop_task(wait_for_answer, NULL);
    sley_loop_sleep_ms(0);
    for (int i = 0; i < 5; i++) {
        sley_block_ms(1);
        compute(NULL);
    }
    sley_check(finished);
    sley_await(task);
}

/* --- gather --- */

static struct sley_awaited
sleep_for(void *duration_ms)
{
    sley_loop_sleep_ms((uint32_t)(uintptr_t)duration_ms);
    count++;
    return sley_result(0);
}

static void
gather_overlaps(void)
{
    struct sley_async_future *tasks[4];
    intptr_t longest = 0;
    for (int i = 0; i < 4; i++) {
        intptr_t duration = sley_draw(0, 9);
        longest = duration > longest ? duration : longest;
        tasks[i] = sley_loop_task(sleep_for, (void *)duration);
    }
    sley_await(sley_loop_gather(tasks, 4, false));
    sley_check(sley_loop_time_ns() == (uint64_t)longest * 1000000);
    sley_check(count == 4);
}

/* --- deadlocks of asyncio.Lock while the loop runs on --- */

static struct sley_awaited
second_then_first(void *unused)
{
    sley_loop_lock_acquire(&second_lock);
    sley_loop_sleep_ms(1);
    struct sley_awaited outcome = sley_loop_lock_acquire(&first_lock);
    sley_loop_lock_release(&second_lock);
    (void)unused;
    return outcome;
}

static struct sley_awaited
first_then_second(void *unused)
{
    sley_loop_lock_acquire(&first_lock);
    sley_loop_sleep_ms(1);
    struct sley_awaited outcome = sley_loop_lock_acquire(&second_lock);
    sley_loop_lock_release(&first_lock);
    (void)unused;
    return outcome;
}

static struct sley_awaited
beat(void *unused)
{
    for (int i = 0; i < 10; i++) {
        sley_loop_sleep_ms(1);
        count++;
    }
    return sley_result(unused);
}

static void
opposite_orders(void)
{
    sley_lock_init(&first_lock);
    sley_lock_init(&second_lock);
    sley_loop_task(first_then_second, NULL);
    sley_loop_task(second_then_first, NULL);
    sley_await(sley_loop_task(beat, NULL));
    sley_check(count == 10); /* the loop went on */
}

static struct sley_awaited
acquire_twice(void *unused)
{
    sley_loop_lock_acquire(&first_lock);
    sley_loop_lock_acquire(&first_lock);
    return sley_result(unused);
}

static void
lock_again(void)
{
    sley_lock_init(&first_lock);
    sley_await(sley_loop_task(acquire_twice, NULL));
}

static struct sley_awaited
await_itself(void *unused)
{
    (void)unused;
    return sley_await(sley_loop_current());
}

static void
self_await_raises(void)
{
    struct sley_awaited outcome = sley_await(sley_loop_task(await_itself, NULL));
    sley_check(outcome.kind == SLEY_EXCEPTION && outcome.value == SLEY_RUNTIME_ERROR);
}

const struct sley_property sley_scenario_loop_await[] = {
    {
        .name = "loop-await-releases-control",
        .claim = "loop-await-releases-control",
        .source = "000:225",
        .says = "each await lets the other tasks run",
        .quantifier = SLEY_ALWAYS,
        .body = await_gives_way,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_REFUTED, "what is awaited never suspends"}},
    },
    {
        .name = "loop-await-releases-control.non-suspending",
        .claim = "loop-await-releases-control",
        .source = "000:225",
        .says = "awaits of coroutines that do not suspend switch to nobody: aaabbb",
        .quantifier = SLEY_ALWAYS,
        .body = await_keeps_on,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-suspend-resume-many",
        .claim = "coro-suspend-resume-many",
        .source = "004:16",
        .says = "a coroutine goes on where it was, with its locals, however often it suspends",
        .quantifier = SLEY_ALWAYS,
        .body = resumes_where_it_was,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-await-waits-for-completion",
        .claim = "coro-await-waits-for-completion",
        .source = "004:16",
        .says = "who awaits a task goes on after its end",
        .quantifier = SLEY_ALWAYS,
        .body = await_waits_for_the_end,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-resumed-after-condition",
        .claim = "coro-resumed-after-condition",
        .source = "002:144",
        .says = "a coroutine goes on when its I/O is complete, if the others suspend",
        .quantifier = SLEY_ALWAYS,
        .body = resumed_when_complete,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-resumed-after-condition.starved",
        .claim = "coro-resumed-after-condition",
        .source = "002:145",
        .says = "a coroutine goes on when its I/O is complete, whatever the others do",
        .quantifier = SLEY_ALWAYS,
        .body = starved_by_one,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_REFUTED, "one that never suspends starves the others"}},
    },
    {
        .name = "coro-gather-overlaps-waits.all-done",
        .claim = "coro-gather-overlaps-waits",
        .source = "002:172",
        .says = "gather of waiting coroutines takes as long as the longest, and all are done",
        .quantifier = SLEY_ALWAYS,
        .body = gather_overlaps,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-lock.opposite-orders",
        .claim = "deadlock-abba",
        .source = "asyncio.Lock",
        .says = "two asyncio.Locks in opposite orders deadlock two tasks; the loop runs on",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_CYCLE),
        .also = SLEY_BIT(LEAK),
        .body = opposite_orders,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-lock.twice",
        .claim = "deadlock-self-nonreentrant",
        .source = "asyncio.Lock",
        .says = "a task that acquires an asyncio.Lock twice waits for itself",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_SELF),
        .body = lock_again,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-await-oneself",
        .claim = "contract",
        .source = "asyncio.Task",
        .says = "a task that awaits itself gets a RuntimeError",
        .quantifier = SLEY_ALWAYS,
        .body = self_await_raises,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
