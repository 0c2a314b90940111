/* `counter += 1`, by several tasks: without a lock, with one, and behind a forgotten one. */
#include <sley/sley.h>

static long counter;
static int increments;
static struct sley_lock lock;

static void *
increment(void *unused)
{
    for (int i = 0; i < increments; i++) {
        sley_add(&counter, 1);
    }
    return unused;
}

static void *
increment_locked(void *unused)
{
    for (int i = 0; i < increments; i++) {
        sley_with (&lock) {
            sley_add(&counter, 1);
        }
    }
    return unused;
}

static void
unlocked(void)
{
    int tasks = sley_draw(2, 4);
    increments = sley_draw(1, 3);
    sley_gather(tasks, increment);
    sley_check(counter == tasks * increments);
}

static void
smallest(void)
{
    increments = 1;
    sley_gather(2, increment);
    sley_check(counter == 2);
}

static void
locked(void)
{
    increments = 1;
    sley_lock_init(&lock);
    sley_gather(2, increment_locked);
    sley_check(counter == 2);
}

static void
locked_large(void)
{
    int tasks = sley_draw(2, 8);
    increments = sley_draw(1, 8);
    sley_lock_init(&lock);
    sley_gather(tasks, increment_locked);
    sley_check(counter == tasks * increments);
}

const struct sley_property sley_scenario_counter[] = {
    {
        .name = "thread-race-on-shared",
        .claim = "thread-race-on-shared",
        .source = "000:50",
        .says = "unsynchronised access to shared memory by tasks races in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(RACE),
        .also = SLEY_BIT(ASSERTION),
        .body = unlocked,
        .expect = {{"thread", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "atomic-increment-not-atomic",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "counter += 1 by two tasks without a lock loses an update in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = smallest,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_REFUTED, "private memory: each process has a counter of its own"},
                   {"coroutine", SLEY_REFUTED, "no switch point lies inside the increment"}},
    },
    {
        .name = "lock-makes-critical-section-atomic",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:61",
        .says = "under one lock no schedule loses an update",
        .quantifier = SLEY_ALWAYS,
        .body = locked,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-makes-critical-section-atomic.large",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:61",
        .says = "under one lock no schedule loses an update, 2 to 8 tasks of 1 to 8 increments",
        .quantifier = SLEY_ALWAYS,
        .body = locked_large,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
