/* "The optimal strategy is the ostrich algorithm" (000:143): to ignore deadlocks, held against an
 * order of locks, in what may happen and in what it takes. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { TASKS_MAX = 4 };

static struct sley_lock lock_a, lock_b;
static int rounds;

/* What a task does: where it starts, how long it holds the first lock alone, then both. */
struct load {
    bool b_first;
    uint32_t start_us, alone_us, both_us;
};

static struct load loads[TASKS_MAX];

static void
take_both(const struct load *load, bool ordered)
{
    struct sley_lock *first = load->b_first && !ordered ? &lock_b : &lock_a;
    struct sley_lock *second = first == &lock_a ? &lock_b : &lock_a;
    sley_with (first) {
        sley_io_us(load->alone_us);
        sley_with (second) {
            sley_io_us(load->both_us);
        }
    }
}

static void *
ignore_order(void *index)
{
    const struct load *load = &loads[(intptr_t)index];
    for (int i = 0; i < rounds; i++) {
        take_both(load, false);
    }
    return index;
}

static void *
keep_order(void *index)
{
    const struct load *load = &loads[(intptr_t)index];
    for (int i = 0; i < rounds; i++) {
        take_both(load, true);
    }
    return index;
}

static void
run_under_load(void *(*strategy)(void *))
{
    int tasks = sley_draw(2, TASKS_MAX);
    rounds = sley_draw(1, 3);
    for (int i = 0; i < tasks; i++) {
        loads[i] = (struct load){i % 2 == 1, 0, (uint32_t)sley_draw(1, 10), 1};
    }
    sley_lock_init(&lock_a);
    sley_lock_init(&lock_b);
    sley_gather(tasks, strategy);
}

static void
ignored(void)
{
    run_under_load(ignore_order);
}

static void
ordered(void)
{
    run_under_load(keep_order);
}

/* --- what it takes --- */

static void *
start_ignoring(void *load)
{
    sley_io_us(((const struct load *)load)->start_us);
    take_both(load, false);
    return NULL;
}

static void *
start_ordered(void *load)
{
    sley_io_us(((const struct load *)load)->start_us);
    take_both(load, true);
    return NULL;
}

static uint64_t
makespan_ns(void *(*strategy)(void *))
{
    sley_machine_set(2, "ideal");
    uintptr_t a = sley_spawn(strategy, &loads[0]);
    uintptr_t b = sley_spawn(strategy, &loads[1]);
    sley_join(a);
    sley_join(b);
    return sley_usage().makespan_ns;
}

/* The second starts when the first has both locks, or later: so that ignoring ends at all. */
static void
cost_where_both_end(void)
{
    loads[0] = (struct load){false, 0, (uint32_t)sley_draw(1, 100), (uint32_t)sley_draw(1, 100)};
    loads[1] = (struct load){true, loads[0].alone_us + (uint32_t)sley_draw(1, 200),
                             (uint32_t)sley_draw(1, 100), (uint32_t)sley_draw(1, 100)};
    sley_lock_init(&lock_a);
    sley_lock_init(&lock_b);
    uint64_t ignoring_ns = makespan_ns(start_ignoring);
    sley_check(ignoring_ns < makespan_ns(start_ordered));
}

static const char hangs[] = "each holds the lock that the other waits for, for ever";
static const char no_dearer[] = "the order takes no longer";

#define OSTRICH .claim = "deadlock-ostrich-optimal", .source = "000:143"

const struct sley_property sley_scenario_deadlock_strategy[] = {
    {
        .name = "deadlock-ostrich-optimal",
        .says = "2 to 4 tasks that ignore the order of two locks end in every run",
        OSTRICH,
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .also = SLEY_BIT(INVERSION),
        .body = ignored,
        .expect = {{"thread", SLEY_REFUTED, hangs},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, hangs),
                   {"process", SLEY_REFUTED, hangs},
                   {"coroutine", SLEY_REFUTED, hangs}},
    },
    {
        .name = "deadlock-ostrich-optimal.cost",
        .says = "where ignoring the order ends at all, it takes less time than keeping it",
        OSTRICH,
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(INVERSION),
        .body = cost_where_both_end,
        .timed = true,
        .runs = 20,
        .expect = {{"thread", SLEY_REFUTED, no_dearer},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, no_dearer),
                   {"process", SLEY_REFUTED, no_dearer},
                   {"coroutine", SLEY_REFUTED, no_dearer}},
    },
    {
        .name = "deadlock-ostrich-optimal.ordered",
        .says = "the same tasks that keep the order end in every run",
        OSTRICH,
        .twin = true,
        .falsifier = "deadlock-ostrich-optimal",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .body = ordered,
        .runs = 500,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
