/* Coroutines: no races because there is one thread (002:182), and a switch only where the
 * programmer awaits (000:50, 001:61). */
#include <sley/sley.h>

static long counter, balance, paid;
static int tasks, turns;
static struct sley_lock lock;
static long running;

static void *
add_across_await(void *unused)
{
    long t = sley_load(&counter);
    sley_pause();
    sley_store(&counter, t + 1);
    return unused;
}

static void
lost_update(void)
{
    sley_gather(2, add_across_await);
    sley_check(counter == 2);
}

static void *
withdraw(void *unused)
{
    if (sley_load(&balance) >= 100) {
        sley_pause();
        sley_add(&balance, -100);
        sley_add(&paid, 100);
    }
    return unused;
}

static void
double_withdrawal(void)
{
    balance = 100;
    sley_gather(2, withdraw);
    sley_check(balance == 0 && paid == 100);
}

static void *
add_without_await(void *unused)
{
    long t = sley_load(&counter);
    sley_store(&counter, t + 1);
    sley_pause();
    return unused;
}

static void
no_await_inside(void)
{
    tasks = sley_draw(2, 4);
    sley_gather(tasks, add_without_await);
    sley_check(counter == tasks);
}

static void *
add_locked(void *unused)
{
    sley_with (&lock) {
        add_across_await(unused);
    }
    return unused;
}

static void
locked(void)
{
    tasks = sley_draw(2, 4);
    sley_lock_init(&lock);
    sley_gather(tasks, add_locked);
    sley_check(counter == tasks);
}

/* Between two awaits a task is alone: what it wrote first is still there at the end. */
static void *
take_turns(void *index)
{
    long me = (long)(intptr_t)index + 1;
    for (int i = 0; i < turns; i++) {
        sley_store(&running, me);
        sley_add(&counter, 1);
        sley_check(sley_load(&running) == me);
        sley_pause();
    }
    return index;
}

static void
only_at_await(void)
{
    tasks = sley_draw(2, 4);
    turns = sley_draw(1, 4);
    sley_gather(tasks, take_turns);
    sley_check(counter == (long)tasks * turns);
}

static const char coroutine_only[] = "the claim speaks of coroutines on one loop";

const struct sley_property sley_scenario_coroutine[] = {
    {
        .name = "coro-no-race",
        .claim = "coro-no-race",
        .source = "002:182",
        .says = "coroutines on one loop lose no update (t = c; await; c = t + 1)",
        .quantifier = SLEY_ALWAYS,
        .body = lost_update,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, coroutine_only},
                   {"process", SLEY_NOT_APPLICABLE, coroutine_only},
                   {"coroutine", SLEY_REFUTED, "the await lies between the read and the write"}},
    },
    {
        .name = "coro-no-race.withdraw",
        .claim = "coro-no-race",
        .source = "001:87",
        .says = "coroutines that check a balance and then act never overdraw it",
        .quantifier = SLEY_ALWAYS,
        .body = double_withdrawal,
        .expect = {{"coroutine", SLEY_REFUTED, "the await lies between the check and the act"}},
    },
    {
        .name = "coro-no-race.no-await-inside",
        .claim = "coro-no-race",
        .source = "002:182",
        .says = "without an await between read and write no update is lost",
        .twin = true,
        .falsifier = "coro-no-race",
        .quantifier = SLEY_ALWAYS,
        .body = no_await_inside,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-no-race.locked",
        .claim = "coro-no-race",
        .source = "002:182",
        .says = "with an asyncio.Lock around the await no update is lost",
        .twin = true,
        .falsifier = "coro-no-race",
        .quantifier = SLEY_ALWAYS,
        .body = locked,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-switch-only-at-await",
        .claim = "coro-switch-only-at-await",
        .source = "000:50",
        .says = "between two awaits of a task no other task runs",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = only_at_await,
        .expect = {{"thread", SLEY_REFUTED, "a thread may be preempted anywhere"},
                   {"gil:py32", SLEY_REFUTED, "a thread may be preempted at any bytecode"},
                   {"gil:free", SLEY_REFUTED, "a thread may be preempted anywhere"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
