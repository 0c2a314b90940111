/* "A deadlock stops the system permanently" (000:120): two tasks that deadlock, and a third that
 * has nothing to do with them. */
#include <sley/sley.h>

enum { ROUNDS = 3 };

static struct sley_lock lock_a, lock_b;
static int bystander_rounds;

static void *
take_a_then_b(void *unused)
{
    sley_with (&lock_a) {
        sley_pause();
        sley_with (&lock_b) {
            sley_pause();
        }
    }
    return unused;
}

static void *
take_b_then_a(void *unused)
{
    sley_with (&lock_b) {
        sley_pause();
        sley_with (&lock_a) {
            sley_pause();
        }
    }
    return unused;
}

/* The claim, as the bystander would feel it: once there is a deadlock, it does not go on. */
static void *
bystand(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        sley_pause();
        sley_add(&bystander_rounds, 1);
        sley_check(!sley_run_shows(SLEY_BIT(DEADLOCK_CYCLE)));
    }
    return unused;
}

static void
deadlock_with_bystander(void)
{
    sley_lock_init(&lock_a);
    sley_lock_init(&lock_b);
    uintptr_t a = sley_spawn(take_a_then_b, 0);
    uintptr_t b = sley_spawn(take_b_then_a, 0);
    uintptr_t c = sley_spawn(bystand, 0);
    sley_join(c);
    sley_join(a);
    sley_join(b);
}

/* With time-outs the two give up what they hold, and the deadlock is not permanent. */
static void *
take_with_timeout(void *index)
{
    struct sley_lock *mine = index == 0 ? &lock_a : &lock_b;
    struct sley_lock *theirs = index == 0 ? &lock_b : &lock_a;
    sley_with (mine) {
        sley_pause();
        if (sley_lock_acquire_for(theirs, 100)) {
            sley_lock_release(theirs);
        }
    }
    return index;
}

static void
timed_abba(void)
{
    sley_lock_init(&lock_a);
    sley_lock_init(&lock_b);
    sley_gather(2, take_with_timeout);
}

const struct sley_property sley_scenario_deadlock_system[] = {
    {
        .name = "deadlock-halts-system-permanently",
        .claim = "deadlock-halts-system-permanently",
        .source = "000:120",
        .says = "once two tasks are deadlocked, nothing in the system goes on",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(DEADLOCK_CYCLE) | SLEY_BIT(INVERSION),
        .body = deadlock_with_bystander,
        .global_order = true,
        .expect = {{"thread", SLEY_REFUTED, "tasks that do not depend on the two go on"},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, "threads that do not depend on the two go on"),
                   {"process", SLEY_REFUTED, "other processes go on"},
                   {"coroutine", SLEY_REFUTED, "other tasks of the loop go on"}},
    },
    {
        .name = "deadlock-halts-system-permanently.timed",
        .claim = "deadlock-halts-system-permanently",
        .source = "000:120",
        .says = "with time-outs on the second lock no run ends in a deadlock",
        .twin = true,
        .falsifier = "deadlock-halts-system-permanently",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .also = SLEY_BIT(INVERSION),
        .body = timed_abba,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
