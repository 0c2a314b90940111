/* Tasks that wait for each other, or for themselves, while the loop runs on (asyncio.Lock). */
#include <sley/loop.h>
#include <sley/sley.h>

static struct sley_lock first_lock, second_lock;
static int count;

static struct sley_awaited
acquire_both(struct sley_lock *first, struct sley_lock *second)
{
    sley_loop_lock_acquire(first);
    sley_loop_sleep_ms(1);
    struct sley_awaited outcome = sley_loop_lock_acquire(second);
    if (outcome.kind == SLEY_RESULT) {
        sley_loop_lock_release(second);
    }
    sley_loop_lock_release(first);
    return outcome;
}

static struct sley_awaited
second_then_first(void *unused)
{
    (void)unused;
    return acquire_both(&second_lock, &first_lock);
}

static struct sley_awaited
first_then_second(void *unused)
{
    (void)unused;
    return acquire_both(&first_lock, &second_lock);
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

static void with_two_locks(struct sley_awaited (*other)(void *))
{
    sley_lock_init(&first_lock);
    sley_lock_init(&second_lock);
    sley_loop_task(first_then_second, NULL);
    sley_loop_task(other, NULL);
    sley_await(sley_loop_task(beat, NULL));
    sley_check(count == 10); /* the loop went on */
}

static void
opposite_orders(void)
{
    with_two_locks(second_then_first);
}

static void
same_order(void)
{
    with_two_locks(first_then_second);
}

static struct sley_awaited
acquire_twice(void *unused)
{
    sley_loop_lock_acquire(&first_lock);
    sley_loop_lock_acquire(&first_lock);
    return sley_result(unused);
}

static struct sley_awaited
acquire_again(void *unused)
{
    for (int i = 0; i < 2; i++) {
        sley_loop_lock_acquire(&first_lock);
        sley_loop_lock_release(&first_lock);
    }
    return sley_result(unused);
}

static void
lock_again(void)
{
    sley_lock_init(&first_lock);
    sley_await(sley_loop_task(acquire_twice, NULL));
}

static void
lock_after_release(void)
{
    sley_lock_init(&first_lock);
    sley_await(sley_loop_task(acquire_again, NULL));
}

static struct sley_awaited
await_itself(void *unused)
{
    (void)unused;
    return sley_await(sley_loop_current());
}

static void raises_runtime_error(struct sley_awaited (*body)(void *))
{
    struct sley_awaited outcome = sley_await(sley_loop_task(body, NULL));
    sley_check(outcome.kind == SLEY_EXCEPTION && outcome.value == SLEY_RUNTIME_ERROR);
}

static void
self_await_raises(void)
{
    raises_runtime_error(await_itself);
}

static struct sley_awaited
await_another(void *unused)
{
    return sley_await(sley_loop_task(beat, unused));
}

static void
await_of_another_raises(void)
{
    raises_runtime_error(await_another);
}

const struct sley_property sley_scenario_loop_lock[] = {
    {
        .name = "loop-lock.opposite-orders",
        .claim = "deadlock-abba",
        .source = "asyncio.Lock",
        .says = "two asyncio.Locks in opposite orders deadlock two tasks; the loop runs on",
        .falsifier = "loop-lock.same-order",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_CYCLE),
        .also = SLEY_BIT(LEAK),
        .body = opposite_orders,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-lock.same-order",
        .claim = "deadlock-abba",
        .source = "asyncio.Lock",
        .says = "two asyncio.Locks in the same order deadlock two tasks",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_CYCLE),
        .body = same_order,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_REFUTED, "the second waits for the first"}},
    },
    {
        .name = "loop-lock.twice",
        .claim = "deadlock-self-nonreentrant",
        .source = "asyncio.Lock",
        .says = "a task that acquires an asyncio.Lock twice waits for itself",
        .falsifier = "loop-lock.again",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_SELF),
        .body = lock_again,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-lock.again",
        .claim = "deadlock-self-nonreentrant",
        .source = "asyncio.Lock",
        .says = "a task that acquires an asyncio.Lock again after its release waits for itself",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_SELF),
        .body = lock_after_release,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine", SLEY_REFUTED, ""}},
    },
    {
        .name = "loop-await-oneself",
        .claim = "contract",
        .source = "asyncio.Task",
        .says = "a task that awaits itself gets a RuntimeError",
        .falsifier = "loop-await-another",
        .quantifier = SLEY_ALWAYS,
        .body = self_await_raises,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-await-another",
        .claim = "contract",
        .source = "asyncio.Task",
        .says = "a task that awaits another gets a RuntimeError",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = await_of_another_raises,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_REFUTED, ""}},
    },
    {0},
};
