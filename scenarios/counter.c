/* `counter += 1` by several tasks, without a lock and with one (000:52-71). */
#include <sley/shared.h>

static long counter;
static int tasks, increments;
static struct sley_lock lock, other_lock;

static void *
increment(void *unused)
{
    for (int i = 0; i < increments; i++) {
        sley_add(&counter, 1);
    }
    return unused;
}

static void *
safe_increment(void *unused)
{
    for (int i = 0; i < increments; i++) {
        sley_with (&lock) {
            sley_add(&counter, 1);
        }
    }
    return unused;
}

static void
race_on_shared(void)
{
    tasks = sley_draw(2, 4);
    increments = sley_draw(1, 5);
    sley_gather(tasks, increment);
}

static void
race_on_shared_small(void)
{
    increments = sley_draw(1, 2);
    sley_gather(2, increment);
}

static void
two_by_one(void)
{
    increments = 1;
    sley_gather(2, increment);
    long seen = counter;
    sley_check(seen == 2 || seen == 0); /* 0: the tasks had counters of their own */
}

/* Whatever the number of increments, all but two may be lost (claims catalogue, section 10). */
static void
down_to_two(void)
{
    increments = sley_draw(2, 3);
    sley_gather(2, increment);
    sley_check(counter != 2);
}

static void
never_below_two(void)
{
    increments = 2;
    sley_gather(2, increment);
    sley_check(counter >= 2 && counter <= 4);
}

/* Mutant: each task loads the counter once, and stores what follows from that each time. */
static void *
store_stale(void *unused)
{
    long before = sley_load(&counter);
    for (int i = 0; i < increments; i++) {
        sley_store(&counter, before + 1);
        sley_bytecode(SLEY_BYTECODE_JUMP);
    }
    return unused;
}

static void
below_two(void)
{
    increments = 2;
    sley_gather(2, store_stale);
    sley_check(counter >= 2 && counter <= 4);
}

/* The same increments of a counter that processes share (multiprocessing.Value without its lock).
 */
static long *shared;

static void *
increment_shared(void *unused)
{
    sley_add(shared, 1);
    return unused;
}

static void
shared_mapping(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_gather(2, increment_shared);
    sley_check(*shared == 2);
}

static void
locked(void)
{
    increments = sley_draw(1, 2);
    sley_lock_init(&lock);
    sley_gather(2, safe_increment);
    sley_check(counter == 2 * increments);
}

static void
locked_many(void)
{
    tasks = sley_draw(2, 8);
    increments = sley_draw(1, 10);
    sley_lock_init(&lock);
    sley_gather(tasks, safe_increment);
    sley_check(counter == tasks * increments);
}

/* Mutant: one of the writers forgets the lock. */
static void *
forgetful(void *index)
{
    return index == 0 ? increment(index) : safe_increment(index);
}

static void
one_forgets(void)
{
    increments = 1;
    sley_lock_init(&lock);
    sley_gather(2, forgetful);
    sley_check(counter == 2);
}

/* Mutant: each writer has a lock of its own. */
static void *
own_lock(void *index)
{
    sley_with (index == 0 ? &lock : &other_lock) {
        sley_add(&counter, 1);
    }
    return index;
}

static void
two_locks(void)
{
    sley_lock_init(&lock);
    sley_lock_init(&other_lock);
    sley_gather(2, own_lock);
    sley_check(counter == 2);
}

static const char no_await[] = "no await lies inside, so nothing comes between";
static const char no_check[] = "no check point lies between the load and the store";
static const char private_memory[] = "private memory: each process has a counter of its own";

const struct sley_property sley_scenario_counter[] = {
    {
        .name = "thread-race-on-shared",
        .claim = "thread-race-on-shared",
        .source = "000:50",
        .says = "unsynchronised access to shared memory leads to a data race in some schedule",
        .when = "the data is a variable of the program",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(RACE),
        .body = race_on_shared,
        .expect = {{"thread", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "thread-race-on-shared.small",
        .claim = "thread-race-on-shared",
        .source = "000:52",
        .says = "two tasks that write a shared variable without a lock race (1 or 2 increments)",
        .when = "the data is a variable of the program",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(RACE),
        .body = race_on_shared_small,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"process", SLEY_REFUTED, private_memory}},
    },
    {
        .name = "atomic-increment-not-atomic",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "counter += 1 by two tasks without a lock loses an update in some schedule",
        .when = "no call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = two_by_one,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_check},
                   {"gil:per-interpreter", SLEY_REFUTED, no_check},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_REFUTED, private_memory},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-increment-not-atomic.down-to-two",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "two tasks of n >= 2 increments may leave a total of 2",
        .when = "no call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = down_to_two,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_check},
                   {"gil:per-interpreter", SLEY_REFUTED, no_check},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-increment-not-atomic.never-below-two",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "two tasks of 2 increments never leave a total below 2 or above 4",
        .twin = true,
        .falsifier = "atomic-increment-not-atomic.below-two",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = never_below_two,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "atomic-increment-not-atomic.below-two",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "two tasks that load once and store twice leave less than 2 in some schedule",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = below_two,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-increment-not-atomic.shared-mapping",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "counter += 1 by two tasks without a lock loses an update in some schedule",
        .when = "the counter lies in memory that processes share",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = shared_mapping,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-makes-critical-section-atomic",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:61",
        .says = "under one lock no schedule loses an update (2 tasks, 1 or 2 increments)",
        .falsifier = "lock-makes-critical-section-atomic.one-forgets",
        .quantifier = SLEY_ALWAYS,
        .body = locked,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-makes-critical-section-atomic.interpreters",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:61",
        .says = "under one lock no schedule loses an update (2 tasks, 1 or 2 increments)",
        .falsifier = "lock-makes-critical-section-atomic.one-forgets",
        .quantifier = SLEY_ALWAYS,
        .body = locked,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "lock-makes-critical-section-atomic.many",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:61",
        .says = "under one lock no schedule loses an update (2 to 8 tasks, 1 to 10 increments)",
        .falsifier = "lock-makes-critical-section-atomic.one-forgets",
        .quantifier = SLEY_ALWAYS,
        .body = locked_many,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-makes-critical-section-atomic.one-forgets",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:61",
        .says = "one writer that forgets the lock loses an update in some schedule",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = one_forgets,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_check},
                   {"gil:per-interpreter", SLEY_REFUTED, no_check},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "lock-makes-critical-section-atomic.two-locks",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:61",
        .says = "writers under two different locks lose an update in some schedule",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = two_locks,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_check},
                   {"gil:per-interpreter", SLEY_REFUTED, no_check},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {0},
};
