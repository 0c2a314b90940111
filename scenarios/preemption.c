/* Whether a task that never yields is interrupted (000:50, 001:83, 003:122). */
#include <sley/gil.h>
#include <sley/shared.h>

static struct {
    long pass;
    long seen;
    long flag;
} * shared;
static int passes;

static void *
loop_without_yield(void *unused)
{
    for (int i = 1; i <= passes; i++) {
        sley_store(&shared->pass, i);
        sley_bytecode(SLEY_BYTECODE_JUMP);
    }
    return unused;
}

static void *
look(void *unused)
{
    shared->seen = sley_load(&shared->pass);
    return unused;
}

static void
run_two(void *(*looping)(void *), void *(*other)(void *))
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_gil_ticks(1);
    uintptr_t a = sley_spawn(looping, 0);
    uintptr_t b = sley_spawn(other, 0);
    sley_join(a);
    sley_join(b);
}

static void
other_runs_within(void)
{
    passes = sley_draw(2, 6);
    run_two(loop_without_yield, look);
    sley_check(shared->seen == 0 || shared->seen == passes);
}

static void *
loop_until_flag(void *unused)
{
    while (!sley_load(&shared->flag)) {
        sley_bytecode(SLEY_BYTECODE_JUMP);
    }
    return unused;
}

static void *
set_flag(void *unused)
{
    sley_store(&shared->flag, 1);
    return unused;
}

static void
endless_loop(void)
{
    run_two(loop_until_flag, set_flag);
}

/* Two neighbouring stores, or two with a call between. */
static bool calls;

static void *
store_twice(void *unused)
{
    sley_store(&shared->pass, 1);
    if (calls) {
        sley_bytecode(SLEY_BYTECODE_CALL);
    }
    sley_store(&shared->pass, 2);
    return unused;
}

static void
between_stores(bool with_call)
{
    calls = with_call;
    run_two(store_twice, look);
    sley_check(shared->seen != 1);
}

static void
between_neighbours(void)
{
    between_stores(false);
}

static void
between_with_call(void)
{
    between_stores(true);
}

static const char no_await[] = "a coroutine that does not await is never interrupted";

#define ANY_POINT                                                                                  \
    .claim = "thread-preempt-any-point", .source = "000:50",                                       \
    .says = "another task sees the state between two stores", .quantifier = SLEY_SOMETIMES,        \
    .event = SLEY_BIT(ASSERTION), .also = SLEY_BIT(RACE), .exhaustive = true, .preemptions_max = 2
#define PREEMPTIVE .claim = "thread-preemptive", .source = "000:50", .also = SLEY_BIT(RACE)

const struct sley_property sley_scenario_preemption[] = {
    {
        .name = "thread-preemptive",
        .says = "another task runs in the middle of a loop of 2 to 6 passes that never yields",
        PREEMPTIVE,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = other_runs_within,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "thread-preemptive.endless",
        .says = "a task sets the flag that ends another's endless loop, if scheduling is fair",
        PREEMPTIVE,
        .quantifier = SLEY_NEVER,
        .event = SLEY_BIT(LIVELOCK) | SLEY_BIT(STEP_BOUND) | SLEY_BIT(STUCK),
        .body = endless_loop,
        .runs = 200,
        .steps_max = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "thread-preempt-any-point.shared",
        ANY_POINT,
        .when = "no call and no loop lies between the stores",
        .body = between_neighbours,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "thread-preempt-any-point.call",
        ANY_POINT,
        .when = "a call lies between the stores",
        .body = between_with_call,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {0},
};
