/* Who learns of an exception: the joiner of a task, the holder of a future (000:87); and that it
 * ends nobody else. Lock's own operations (004:111). */
#include "scenarios/object.h"

enum { STEPS = 4 };

static struct sley_pool pool;
static struct sley_future future;
static struct sley_lock lock;
static int others_done;
static bool raises_late;

static void *
raise_seven(void *unused)
{
    (void)unused;
    if (raises_late) {
        sley_pause();
    }
    return sley_raise(7);
}

static void
raw_task(void)
{
    int code = 0;
    raises_late = sley_draw(0, 1);
    uintptr_t task = sley_spawn(raise_seven, 0);
    sley_check(!sley_join_exception(task, &code));
}

static void
future_of_a_pool(void)
{
    int code = 0;
    raises_late = sley_draw(0, 1);
    sley_pool_init(&pool, 1, SLEY_POOL_THREADS);
    sley_check(sley_pool_submit(&pool, &future, raise_seven, 0));
    sley_check(sley_future_result(&future, NULL, &code) == SLEY_FUTURE_EXCEPTION);
    sley_check(code == 7);
    sley_pool_destroy(&pool);
}

static void *
go_on(void *unused)
{
    sley_pause();
    sley_with (&lock) {
        sley_add(&others_done, 1);
    }
    return unused;
}

static void
others_go_on(void)
{
    int code = 0;
    sley_lock_init(&lock);
    uintptr_t a = sley_spawn(go_on, 0);
    uintptr_t raising = sley_spawn(raise_seven, 0);
    uintptr_t b = sley_spawn(go_on, 0);
    sley_join_exception(raising, &code);
    sley_join(a);
    sley_join(b);
    sley_check(others_done == 2);
}

/* Any sequence of operations by one task against what the lock should say. */
static void
operations(void)
{
    bool held = false;
    sley_lock_init(&lock);
    for (int i = 0; i < STEPS; i++) {
        switch (sley_draw(0, 3)) {
        case 0:
            sley_check(sley_lock_try(&lock) == !held);
            held = true;
            break;
        case 1:
            sley_check(sley_lock_acquire_for(&lock, 1) == !held);
            held = true;
            break;
        case 2:
            sley_assume(!held);
            sley_lock_acquire(&lock);
            held = true;
            break;
        default:
            sley_assume(held);
            sley_lock_release(&lock);
            held = false;
        }
    }
}

static void
release_unheld(void)
{
    sley_lock_init(&lock);
    sley_lock_release(&lock);
}

const struct sley_property sley_scenario_exception[] = {
    {
        .name = "thread-exceptions-lost",
        .claim = "thread-exceptions-lost",
        .source = "000:87",
        .says = "who joins a task does not learn of the exception that ended it",
        .quantifier = SLEY_ALWAYS,
        .body = raw_task,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, "await raises it again"}},
    },
    {
        .name = "thread-exceptions-lost.pool",
        .claim = "thread-exceptions-lost",
        .source = "000:87",
        .says = "who asks a pool's future gets the exception",
        .quantifier = SLEY_ALWAYS,
        .body = future_of_a_pool,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        .name = "thread-crash-takes-all.exception",
        .claim = "thread-crash-takes-all",
        .source = "003:108",
        .says = "an exception that ends one task ends no other",
        .quantifier = SLEY_ALWAYS,
        .body = others_go_on,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        .name = "lock-acquire-release-api",
        .claim = "lock-acquire-release-api",
        .source = "004:111",
        .says = "acquire, try, acquire with a time-out and release do as a held flag says",
        .falsifier = "fault:gil-lock-open",
        .quantifier = SLEY_ALWAYS,
        .body = operations,
        .exhaustive = true,
        .alone = true,
        .expect = {SLEY_SHARING_CONFIRMED, {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-acquire-release-api.unheld",
        .claim = "lock-acquire-release-api",
        .source = "004:111",
        .says = "the release of a lock that is not held is an error",
        .falsifier = "lock-acquire-release-api",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(MISUSE),
        .body = release_unheld,
        .alone = true,
        .expect = {SLEY_SHARING_CONFIRMED, {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
