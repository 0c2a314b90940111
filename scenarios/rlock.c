/* Reentrant locks: entered again by their owner (000:133-139), free after as many releases
 * (004:112). */
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
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_REFUTED,
                    "its owner is the thread, so every coroutine of the loop owns it"}},
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
                   {"coroutine", SLEY_NOT_APPLICABLE, "asyncio has no reentrant lock"}},
    },
    {
        .name = "lock-rlock-release-count.uncounted",
        .claim = "lock-rlock-release-count",
        .source = "004:112",
        .says = "a lock that does not count is free after the first release, and the check sees it",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = release_once,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {0},
};
