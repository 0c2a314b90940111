/* What a lock promises: one owner at a time (004:111), and release by `with` (000:69). */
#include <sley/sley.h>

static struct sley_lock lock;
static int inside;
static int leave_by;

static void *
worker(void *unused)
{
    sley_with (&lock) {
        sley_add(&inside, 1);
        sley_check(inside == 1);
        sley_pause();
        sley_add(&inside, -1);
    }
    return unused;
}

static void
two_workers(void)
{
    sley_lock_init(&lock);
    sley_gather(2, worker);
}

static void
many_workers(void)
{
    int workers = sley_draw(2, 8);
    sley_lock_init(&lock);
    sley_gather(workers, worker);
}

/* Mutant: a lock that tests and sets in two steps. */
static int flag;

static void *
naive_worker(void *unused)
{
    while (sley_load(&flag)) {
        sley_pause();
    }
    sley_store(&flag, 1);
    sley_add(&inside, 1);
    sley_check(inside == 1);
    sley_pause();
    sley_add(&inside, -1);
    sley_store(&flag, 0);
    return unused;
}

static void
naive_lock(void)
{
    sley_gather(2, naive_worker);
}

/* Leaves a `with` block at its end, or early in one of three ways. */
static void
enter_and_leave(int how)
{
    for (int i = 0; i < 2; i++) {
        sley_with (&lock) {
            sley_pause();
            if (how == 1) {
                continue; /* ends this block, as an exception that is caught outside would */
            }
            if (how == 2) {
                return;
            }
            if (how == 3) {
                goto out;
            }
            sley_add(&inside, 1);
        }
    }
out:
    return;
}

static void *
leaver(void *unused)
{
    enter_and_leave(leave_by);
    return unused;
}

static void
with_block(void)
{
    leave_by = sley_draw(0, 3);
    sley_lock_init(&lock);
    sley_gather(2, leaver);
    sley_check(sley_lock_try(&lock));
    sley_lock_release(&lock);
}

/* Mutant: acquire and release by hand, with an early return between. */
static void *
careless(void *unused)
{
    sley_lock_acquire(&lock);
    if (leave_by) {
        return unused;
    }
    sley_lock_release(&lock);
    return unused;
}

static void
without_with(void)
{
    leave_by = sley_draw(0, 1);
    sley_lock_init(&lock);
    uintptr_t task = sley_spawn(careless, 0);
    sley_join(task);
    sley_check(sley_lock_try(&lock));
}

const struct sley_property sley_scenario_lock[] = {
    {
        .name = "lock-mutual-exclusion",
        .claim = "lock-mutual-exclusion",
        .source = "004:111",
        .says = "a lock has at most one owner at a time (2 workers)",
        .falsifier = "lock-mutual-exclusion.test-then-set",
        .quantifier = SLEY_ALWAYS,
        .body = two_workers,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-mutual-exclusion.many",
        .claim = "lock-mutual-exclusion",
        .source = "004:111",
        .says = "a lock has at most one owner at a time (2 to 8 workers)",
        .quantifier = SLEY_ALWAYS,
        .body = many_workers,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-mutual-exclusion.test-then-set",
        .claim = "lock-mutual-exclusion",
        .source = "004:111",
        .says = "a lock that tests and sets in two steps lets two workers in, in some schedule",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = naive_lock,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-with-releases",
        .claim = "lock-with-releases",
        .source = "000:69",
        .says = "a with block releases its lock however it is left",
        .falsifier = "lock-with-releases.by-hand",
        .quantifier = SLEY_ALWAYS,
        .body = with_block,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-with-releases.interpreters",
        .claim = "lock-with-releases",
        .source = "000:69",
        .says = "a with block releases its lock however it is left",
        .falsifier = "lock-with-releases.by-hand",
        .quantifier = SLEY_ALWAYS,
        .body = with_block,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "lock-with-releases.by-hand",
        .claim = "lock-with-releases",
        .source = "000:69",
        .says = "acquire and release by hand leave the lock held in some run with an early return",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = without_with,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
