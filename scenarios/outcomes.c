/* The whole set of results that increments may leave, rather than one that must not be among them
 * (000:52-71), and what the models may do that others may not. */
#include <sley/sley.h>

static long counter;
static int increments;

static void *
increment(void *unused)
{
    for (int i = 0; i < increments; i++) {
        sley_add(&counter, 1);
    }
    return unused;
}

static void
one_each(void)
{
    increments = 1;
    sley_gather(2, increment);
    sley_outcome(counter);
}

static void
two_each(void)
{
    increments = 2;
    sley_gather(2, increment);
    sley_outcome(counter);
}

/* The same with a place to switch in every model: an await between load and store. */
static void *
increment_around_await(void *unused)
{
    long value = sley_load(&counter);
    sley_pause();
    sley_store(&counter, value + 1);
    return unused;
}

static void
around_await(void)
{
    sley_gather(2, increment_around_await);
    sley_outcome_text(counter, counter == 2 ? "both count" : "one is lost");
}

static const char no_await[] = "no await lies inside, so nothing comes between";

#define INCREMENTS                                                                                 \
    .claim = "atomic-increment-not-atomic", .source = "000:59", .quantifier = SLEY_OUTCOMES,       \
    .also = SLEY_BIT(RACE), .exhaustive = true
#define LAW                                                                                        \
    .claim = "contract", .source = "docs/architecture.md", .quantifier = SLEY_OUTCOMES,            \
    .also = SLEY_BIT(RACE), .exhaustive = true

const struct sley_property sley_scenario_outcomes[] = {
    {
        .name = "atomic-increment-not-atomic.outcomes",
        .says = "two tasks of one increment leave 1 or 2, and nothing else",
        .when = "no call lies between the load and the store",
        INCREMENTS,
        .outcomes = {.relation = SLEY_EQUALS, .values = {1, 2}, .count = 2},
        .body = one_each,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-increment-not-atomic.outcomes-of-two",
        .says = "two tasks of two increments leave 2, 3 or 4, and nothing else",
        .when = "no call lies between the load and the store",
        INCREMENTS,
        .outcomes = {.relation = SLEY_EQUALS, .values = {2, 3, 4}, .count = 3},
        .body = two_each,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-increment-not-atomic.outcomes-await",
        .says = "with an await between load and store, one of two increments is always lost",
        .twin = true,
        INCREMENTS,
        .outcomes = {.relation = SLEY_EQUALS, .values = {1}, .count = 1},
        .body = around_await,
        .expect = {{"thread", SLEY_REFUTED, "a thread may also run through without a switch"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "law.coroutine-within-thread",
        .says = "whatever coroutines may leave, threads may leave",
        LAW,
        .outcomes = {.relation = SLEY_WITHIN, .of_model = "thread"},
        .body = two_each,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "law.thread-contains-coroutine",
        .says = "threads may leave whatever coroutines may leave",
        LAW,
        .outcomes = {.relation = SLEY_CONTAINS, .of_model = "coroutine"},
        .body = around_await,
        .expect = {{"thread", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "law.thread-within-coroutine",
        .says = "whatever threads may leave, coroutines may leave",
        LAW,
        .outcomes = {.relation = SLEY_WITHIN, .of_model = "coroutine"},
        .body = two_each,
        .expect = {{"thread", SLEY_REFUTED, "a thread may be preempted between load and store"}},
    },
    {0},
};
