/* Locks between processes, and locks that are held across an await (000:61, 004:111): the same
 * promises as those of a thread's lock, as long as it is the same lock. */
#include <sley/loop.h>
#include <sley/process.h>
#include <sley/shared.h>

enum { ROUNDS_MAX = 2 };

static struct {
    int inside;
    long counter;
} * shared;

static struct sley_lock locks[2]; /* that of all, or of each task its own */
static bool of_its_own;
static int rounds, depth;

static struct sley_lock *
lock_of(const void *index)
{
    return &locks[of_its_own ? (intptr_t)index : 0];
}

static void
set_up(bool own, void (*init)(struct sley_lock *))
{
    of_its_own = own;
    rounds = sley_draw(1, ROUNDS_MAX);
    shared = sley_shared_allocate(sizeof *shared);
    init(&locks[0]);
    init(&locks[1]);
}

/* --- one owner at a time --- */

static void *
be_inside(void *index)
{
    for (int i = 0; i < rounds; i++) {
        sley_with (lock_of(index)) {
            sley_add(&shared->inside, 1);
            sley_check(sley_load(&shared->inside) == 1);
            sley_pause();
            sley_add(&shared->inside, -1);
        }
    }
    return index;
}

static void
one_inside(void)
{
    set_up(false, sley_lock_init);
    sley_gather(2, be_inside);
}

static void
one_inside_own_locks(void)
{
    set_up(true, sley_lock_init);
    sley_gather(2, be_inside);
}

static void *
recurse(void *index)
{
    for (int i = 0; i <= depth; i++) {
        sley_lock_acquire(lock_of(index));
    }
    be_inside(index);
    for (int i = 0; i <= depth; i++) {
        sley_lock_release(lock_of(index));
    }
    return index;
}

static void
one_inside_reentrant(void)
{
    depth = sley_draw(0, 2);
    set_up(false, sley_lock_init_reentrant);
    sley_gather(2, recurse);
}

/* --- no update is lost --- */

static void *
count(void *index)
{
    for (int i = 0; i < rounds; i++) {
        sley_with (lock_of(index)) {
            long before = sley_load(&shared->counter);
            sley_pause();
            sley_store(&shared->counter, before + 1);
        }
    }
    return index;
}

static void
nothing_lost(void)
{
    set_up(false, sley_lock_init);
    sley_gather(2, count);
    sley_check(shared->counter == 2 * rounds);
}

static void
nothing_lost_own_locks(void)
{
    set_up(true, sley_lock_init);
    sley_gather(2, count);
    sley_check(shared->counter == 2 * rounds);
}

/* --- released however the block is left --- */

static void *
be_killed_inside(void *index)
{
    sley_kill_window(0);
    sley_with (lock_of(index)) {
        sley_pause();
    }
    return index;
}

static void
killed_inside(void)
{
    set_up(false, sley_lock_init);
    sley_join(sley_spawn(be_killed_inside, 0));
    sley_check(sley_lock_try(&locks[0]));
    sley_lock_release(&locks[0]);
}

static struct sley_awaited
await_inside(void *index)
{
    sley_with (lock_of(index)) {
        struct sley_awaited slept = sley_loop_sleep_ms(10);
        if (slept.kind != SLEY_RESULT) {
            return slept;
        }
    }
    return sley_result(0);
}

static void
cancelled_inside(void)
{
    set_up(false, sley_lock_init);
    struct sley_async_future *task = sley_loop_task(await_inside, NULL);
    sley_loop_cancel_window(task);
    sley_await(task);
    sley_check(sley_lock_try(&locks[0]));
    sley_lock_release(&locks[0]);
}

static const char not_the_same[] = "two locks keep nobody out";
static const char one_for_all[] = "the lock lies where all tasks see it";
static const char own_lock[] = "each process has a lock of its own, as of threading.Lock";

#define EXCLUSION(condition)                                                                       \
    .claim = "lock-mutual-exclusion", .source = "004:111",                                         \
    .says = "a lock has at most one owner at a time", .when = (condition),                         \
    .quantifier = SLEY_ALWAYS, .also = SLEY_BIT(RACE), .exhaustive = true, .preemptions_max = 2
#define CRITICAL_SECTION(condition)                                                                \
    .claim = "lock-makes-critical-section-atomic", .source = "000:61",                             \
    .says = "under a lock no schedule loses an update", .when = (condition),                       \
    .quantifier = SLEY_ALWAYS, .also = SLEY_BIT(RACE), .exhaustive = true
#define RELEASES(condition)                                                                        \
    .claim = "lock-with-releases", .source = "000:69",                                             \
    .says = "a with block releases its lock however it is left", .when = (condition),              \
    .quantifier = SLEY_ALWAYS, .exhaustive = true

const struct sley_property sley_scenario_lock_shared[] = {
    {
        .name = "lock-mutual-exclusion.shared",
        EXCLUSION(one_for_all),
        .falsifier = "lock-mutual-exclusion.own-lock",
        .body = one_inside,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-mutual-exclusion.own-lock",
        EXCLUSION(own_lock),
        .body = one_inside_own_locks,
        .expect = {{"process", SLEY_REFUTED, not_the_same}},
    },
    {
        .name = "lock-rlock-reentrant.shared",
        .claim = "lock-rlock-reentrant",
        .source = "000:138",
        .says = "the owner of an RLock enters again without blocking, and others stay out",
        .when = one_for_all,
        .falsifier = "lock-mutual-exclusion.own-lock",
        .quantifier = SLEY_ALWAYS,
        .body = one_inside_reentrant,
        .exhaustive = true,
        .preemptions_max = 1,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-makes-critical-section-atomic.shared",
        CRITICAL_SECTION(one_for_all),
        .falsifier = "lock-makes-critical-section-atomic.own-lock",
        .body = nothing_lost,
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, "an asyncio.Lock is held across the await"}},
    },
    {
        .name = "lock-makes-critical-section-atomic.shared.interpreters",
        CRITICAL_SECTION(one_for_all),
        .falsifier = "fault:gil-lock-open",
        .body = nothing_lost,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "lock-makes-critical-section-atomic.own-lock",
        CRITICAL_SECTION(own_lock),
        .body = nothing_lost_own_locks,
        .preemptions_max = 1,
        .expect = {{"process", SLEY_REFUTED, not_the_same}},
    },
    {
        .name = "lock-with-releases.killed",
        RELEASES("the process may be killed inside the block"),
        .body = killed_inside,
        .expect = {{"process", SLEY_REFUTED, "a killed process executes nothing more"}},
    },
    {
        .name = "lock-with-releases.cancelled",
        RELEASES("the task may be cancelled inside the block"),
        .falsifier = "lock-with-releases.by-hand",
        .body = cancelled_inside,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
