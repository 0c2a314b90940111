/* Deadlocks of one task with itself (000:120-131), of two in opposite order, and the order that
 * prevents them (000:143). */
#include <sley/sley.h>

static struct sley_lock lock;
static struct sley_lock locks[3];
static int depth;
static int first[3], second[3];

static void
recursive_task(int n)
{
    sley_with (&lock) {
        if (n > 0) {
            recursive_task(n - 1);
        }
    }
}

static void *
recurse(void *unused)
{
    recursive_task(depth);
    return unused;
}

static void
recursion(void)
{
    depth = sley_draw(1, 5);
    sley_lock_init(&lock);
    sley_gather(1, recurse);
}

/* With n = 0 the document's "this deadlocks" is not true. */
static void
no_recursion(void)
{
    sley_lock_init(&lock);
    sley_gather(2, recurse);
}

static void
timed_recursion(void)
{
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    sley_check(!sley_lock_acquire_for(&lock, 300));
    sley_lock_release(&lock);
}

static void *
take_two(void *index)
{
    int task = (int)(intptr_t)index;
    sley_with (&locks[first[task]]) {
        sley_pause();
        sley_with (&locks[second[task]]) {
            sley_pause();
        }
    }
    return index;
}

static void
init_locks(void)
{
    for (int i = 0; i < 3; i++) {
        sley_lock_init(&locks[i]);
    }
}

static void
opposite_order(void)
{
    init_locks();
    first[0] = second[1] = 0;
    first[1] = second[0] = 1;
    sley_gather(2, take_two);
}

/* Three tasks take two of three locks each; with ordered set, always the lower one first. */
static void
three_tasks(bool ordered)
{
    init_locks();
    for (int task = 0; task < 3; task++) {
        int a = sley_draw(0, 2);
        int b = (a + 1 + sley_draw(0, 1)) % 3;
        bool swap = ordered && b < a;
        first[task] = swap ? b : a;
        second[task] = swap ? a : b;
    }
    sley_gather(3, take_two);
}

static void
fixed_order(void)
{
    three_tasks(true);
}

static void
any_order(void)
{
    three_tasks(false);
}

static void
fixed_order_two(void)
{
    init_locks();
    first[0] = first[1] = 0;
    second[0] = second[1] = 1;
    sley_gather(2, take_two);
}

const struct sley_property sley_scenario_deadlock[] = {
    {
        .name = "deadlock-self-nonreentrant",
        .claim = "deadlock-self-nonreentrant",
        .source = "000:120",
        .says = "a task that acquires a plain lock that it holds deadlocks in every run (n >= 1)",
        .when = "n is 1 or more",
        .falsifier = "deadlock-self-nonreentrant.n-zero",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_SELF),
        .body = recursion,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "deadlock-self-nonreentrant.n-zero",
        .claim = "deadlock-self-nonreentrant",
        .source = "000:131",
        .says = "without recursion (n = 0) the same code deadlocks in no run",
        .twin = true,
        .falsifier = "deadlock-self-nonreentrant",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .body = no_recursion,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "deadlock-self-nonreentrant.timeout",
        .claim = "deadlock-self-nonreentrant",
        .source = "000:120",
        .says = "acquire with a time-out on a lock that is held fails instead of deadlocking",
        .twin = true,
        .falsifier = "deadlock-self-nonreentrant",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK | SLEY_BIT(ASSERTION),
        .body = timed_recursion,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "deadlock-abba",
        .claim = "deadlock-abba",
        .source = "000:120",
        .says = "two tasks that take two locks in opposite order deadlock in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(DEADLOCK_CYCLE),
        .also = SLEY_BIT(INVERSION),
        .body = opposite_order,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "deadlock-lock-ordering-prevents",
        .claim = "deadlock-lock-ordering-prevents",
        .source = "000:143",
        .says = "taking locks in one global order never deadlocks (2 tasks, 2 locks)",
        .falsifier = "deadlock-abba",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .body = fixed_order_two,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "deadlock-lock-ordering-prevents.interpreters",
        .claim = "deadlock-lock-ordering-prevents",
        .source = "000:143",
        .says = "taking locks in one global order never deadlocks (2 tasks, 2 locks)",
        .falsifier = "deadlock-abba",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .body = fixed_order_two,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "deadlock-lock-ordering-prevents.three",
        .claim = "deadlock-lock-ordering-prevents",
        .source = "000:143",
        .says = "taking locks in one global order never deadlocks (3 tasks, 3 locks, drawn pairs)",
        .falsifier = "deadlock-lock-ordering-prevents.unordered",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .body = fixed_order,
        .runs = 5000,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "deadlock-lock-ordering-prevents.unordered",
        .claim = "deadlock-lock-ordering-prevents",
        .source = "000:143",
        .says = "the same programs without the order deadlock in some run",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(DEADLOCK_CYCLE),
        .also = SLEY_BIT(INVERSION),
        .body = any_order,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
