/* Reentrant locks: entered again by their owner (000:133-139), free after as many releases
 * (004:112). */
#include <sley/gil.h>
#include <sley/sley.h>

static struct sley_lock rlock;
static int inside;
static int depth;

static void
safe_recursive_task(int n)
{
    sley_with (&rlock) {
        if (n > 0) {
            safe_recursive_task(n - 1);
        } else {
            sley_add(&inside, 1);
            sley_check(inside == 1);
            sley_pause();
            sley_add(&inside, -1);
        }
    }
}

static void *
recurse(void *unused)
{
    safe_recursive_task(depth);
    return unused;
}

static void
reentrant(void)
{
    depth = sley_draw(0, 2);
    sley_lock_init_reentrant(&rlock);
    sley_gather(2, recurse);
}

static void
reentrant_deep(void)
{
    depth = sley_draw(0, 20);
    int tasks = sley_draw(2, 4);
    sley_lock_init_reentrant(&rlock);
    sley_gather(tasks, recurse);
}

static int acquires, releases;

static void *
try_from_outside(void *unused)
{
    bool taken = sley_lock_try(&rlock);
    sley_check(taken == (releases == acquires));
    if (taken) {
        sley_lock_release(&rlock);
    }
    return unused;
}

static void
release_count(void)
{
    acquires = sley_draw(1, 5);
    releases = sley_draw(0, 5);
    sley_assume(releases <= acquires);
    sley_lock_init_reentrant(&rlock);
    for (int i = 0; i < acquires; i++) {
        sley_lock_acquire(&rlock);
    }
    for (int i = 0; i < releases; i++) {
        sley_lock_release(&rlock);
    }
    uintptr_t other = sley_spawn(try_from_outside, 0);
    sley_join(other);
}

/* Mutant: a reentrant lock without a count: the first release frees it. */
static void
release_once(void)
{
    acquires = 2;
    releases = 1;
    sley_lock_init(&rlock); /* a plain lock, acquired once, stands for one that does not count */
    sley_lock_acquire(&rlock);
    sley_lock_release(&rlock);
    uintptr_t other = sley_spawn(try_from_outside, 0);
    sley_join(other);
}

/* 000:133-139, and the form of 000:120-131 with a plain lock in its place. */
static void
recurse_with(void (*init)(struct sley_lock *))
{
    depth = sley_draw(1, 2);
    init(&rlock);
    sley_gather(2, recurse);
}

static void
recursion_reentrant(void)
{
    recurse_with(sley_lock_init_reentrant);
}

static void
recursion_plain(void)
{
    recurse_with(sley_lock_init);
}

static struct sley_lock other_rlock;

static void *
take_both(void *index)
{
    struct sley_lock *first = index == 0 ? &rlock : &other_rlock;
    struct sley_lock *second = index == 0 ? &other_rlock : &rlock;
    sley_with (first) {
        sley_with (second) {
            sley_pause();
        }
    }
    return index;
}

static void
opposite_order(void)
{
    sley_gil_ticks(1);
    sley_lock_init_reentrant(&rlock);
    sley_lock_init_reentrant(&other_rlock);
    sley_gather(2, take_both);
}

static const char no_rlock[] = "asyncio has no reentrant lock";
static const char each_holds_one[] = "each holds the lock that the other waits for";

const struct sley_property sley_scenario_rlock[] = {
    {
        .name = "lock-rlock-reentrant",
        .claim = "lock-rlock-reentrant",
        .source = "000:138",
        .says = "the owner of an RLock enters again without blocking, and others stay out",
        .quantifier = SLEY_ALWAYS,
        .body = reentrant,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED,
                    "its owner is the thread, so every coroutine of the loop owns it"}},
    },
    {
        .name = "lock-rlock-reentrant.interpreters",
        .claim = "lock-rlock-reentrant",
        .source = "000:138",
        .says = "the owner of an RLock enters again without blocking, and others stay out",
        .falsifier = "lock-mutual-exclusion.test-then-set",
        .quantifier = SLEY_ALWAYS,
        .body = reentrant,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "lock-rlock-reentrant.deep",
        .claim = "lock-rlock-reentrant",
        .source = "000:138",
        .says = "the same for 2 to 4 tasks and recursion up to 20",
        .quantifier = SLEY_ALWAYS,
        .body = reentrant_deep,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_REFUTED,
                    "its owner is the thread, so every coroutine of the loop owns it"}},
    },
    {
        .name = "lock-rlock-release-count",
        .claim = "lock-rlock-release-count",
        .source = "004:112",
        .says = "an RLock acquired k times is free for others only after k releases",
        .quantifier = SLEY_ALWAYS,
        .body = release_count,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, no_rlock}},
    },
    {
        .name = "lock-rlock-release-count.uncounted",
        .claim = "lock-rlock-release-count",
        .source = "004:112",
        .says = "a lock that does not count is free after the first release, and the check sees it",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = release_once,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "lock-rlock-avoids-deadlock",
        .claim = "lock-rlock-avoids-deadlock",
        .source = "004:112",
        .says = "with RLocks instead of Locks no run ends in a deadlock",
        .when = "a task acquires a lock that it holds",
        .falsifier = "lock-rlock-avoids-deadlock.plain",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .also = SLEY_BIT(RACE),
        .body = recursion_reentrant,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, no_rlock}},
    },
    {
        .name = "lock-rlock-avoids-deadlock.interpreters",
        .claim = "lock-rlock-avoids-deadlock",
        .source = "004:112",
        .says = "with RLocks instead of Locks no run ends in a deadlock",
        .when = "a task acquires a lock that it holds",
        .falsifier = "lock-rlock-avoids-deadlock.plain",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .also = SLEY_BIT(RACE),
        .body = recursion_reentrant,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "lock-rlock-avoids-deadlock.opposite-order",
        .claim = "lock-rlock-avoids-deadlock",
        .source = "004:112",
        .says = "with RLocks instead of Locks no run ends in a deadlock",
        .when = "two tasks take two locks in opposite order",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .also = SLEY_BIT(INVERSION),
        .body = opposite_order,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_REFUTED, each_holds_one},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, each_holds_one),
                   {"process", SLEY_REFUTED, each_holds_one}},
    },
    {
        .name = "lock-rlock-avoids-deadlock.plain",
        .claim = "lock-rlock-avoids-deadlock",
        .source = "000:131",
        .says = "with a Lock in its place a task that acquires it again deadlocks",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(DEADLOCK_SELF),
        .body = recursion_plain,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
