/* Locals of threads: each has its own, and nothing guards them (003:49). */
#include <sley/sley.h>

static bool locals_are_static; /* the wrong build */

enum { ROUNDS = 1 };

/* Counts up a local while others do the same. */
static void *
count_up(void *index)
{
    static int kept;
    int local = 0;
    int *mine = locals_are_static ? &kept : &local;
    for (int i = 0; i < ROUNDS; i++) {
        sley_add(mine, 1 + (int)(intptr_t)index);
        sley_pause();
    }
    return (void *)(intptr_t)*mine;
}

static void
own_locals(void)
{
    uintptr_t tasks[3];
    int count = sley_draw(2, locals_are_static ? 2 : 3);
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(count_up, (void *)(intptr_t)i);
    }
    for (int i = 0; i < count; i++) {
        sley_check((intptr_t)sley_join(tasks[i]) == ROUNDS * (1 + i));
    }
}

static void
static_instead_of_own(void)
{
    locals_are_static = true;
    own_locals();
}

static void *
write_by_address(void *address)
{
    sley_store((int *)address, 42);
    return NULL;
}

static void
address_handed_over(void)
{
    int local = sley_draw(0, 1);
    int before = local;
    sley_join(sley_spawn(write_by_address, &local));
    sley_check(local == before);
}

static const char no_protection[] = "an address is all that it takes: nothing guards a stack";

const struct sley_property sley_scenario_stack[] = {
    {
        .name = "mem-thread-private-stack",
        .claim = "mem-thread-private-stack",
        .source = "003:49",
        .says = "2 or 3 tasks that count up a local of one function each count alone",
        .when = "nobody hands out the address of a local",
        .falsifier = "mem-thread-private-stack.static",
        .quantifier = SLEY_ALWAYS,
        .body = own_locals,
        .runs = 300,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "mem-thread-private-stack.static",
        .claim = "mem-thread-private-stack",
        .source = "003:49",
        .says = "2 tasks that count up a static local each count alone",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = static_instead_of_own,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, "it is no local"},
                   {"gil:py32", SLEY_REFUTED, "it is no local"},
                   {"gil:py310", SLEY_REFUTED, "it is no local"},
                   {"gil:free", SLEY_REFUTED, "it is no local"},
                   {"process", SLEY_CONFIRMED, "a copy for each process"},
                   {"coroutine", SLEY_REFUTED, "it is no local"}},
    },
    {
        .name = "mem-thread-private-stack.address",
        .claim = "mem-thread-private-stack",
        .source = "003:88",
        .says = "a local stays as it is, although another task has its address and writes there",
        .when = "another task has the local's address",
        .quantifier = SLEY_ALWAYS,
        .body = address_handed_over,
        .exhaustive = true,
        .expect = {{"thread", SLEY_REFUTED, no_protection},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, no_protection),
                   {"process", SLEY_CONFIRMED, "the address names the child's own copy"},
                   {"coroutine", SLEY_REFUTED, no_protection}},
    },
    {0},
};
