/* What more cores bring: tasks that wait for one another, tasks that come in some order (Graham), a
 * part in a row (Amdahl), a part under a lock. Exactly, in virtual time, as in speed_cpu. */
#include "scenarios/tasks.h"

static void
more_cores(void)
{
    int count = sley_draw(1, 24);
    uint32_t cores = (uint32_t)sley_draw(1, 24);
    sley_machine_set(cores, "ideal");
    run_tasks(count, compute, 100);
    uint64_t before_ns = sley_usage().makespan_ns;
    sley_machine_set(cores + 1, "ideal");
    run_tasks(count, compute, 100);
    sley_check(sley_usage().makespan_ns <= before_ns);
}

/* R. Graham, Bounds on multiprocessing timing anomalies, 1969, figures 2 and 3: nine tasks; the
 * last follows the first, four more follow the fourth. */
static void *
first(void *argument)
{
    sley_compute_us(3);
    sley_join(sley_spawn(compute, (void *)9));
    return argument;
}

static void *
fourth(void *argument)
{
    sley_compute_us(2);
    run_tasks(4, compute, 4);
    return argument;
}

static uint64_t
graham_ns(uint32_t cores)
{
    uintptr_t tasks[4];
    sley_machine_set(cores, "ideal");
    tasks[0] = sley_spawn(first, NULL);
    tasks[1] = sley_spawn(compute, (void *)2);
    tasks[2] = sley_spawn(compute, (void *)2);
    tasks[3] = sley_spawn(fourth, NULL);
    for (int i = 0; i < 4; i++) {
        sley_join(tasks[i]);
    }
    return sley_usage().makespan_ns;
}

static void
graham(void)
{
    sley_check(graham_ns(4) <= graham_ns(3));
}

/* Of lengths 1, 1 and 2 on two cores: the best is 2. */
static uint64_t
one_one_two_us(void)
{
    uintptr_t tasks[3];
    sley_machine_set(2, "ideal");
    for (uintptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_spawn(compute, (void *)(i < 2 ? 1 : (uintptr_t)2));
    }
    for (int i = 0; i < 3; i++) {
        sley_join(tasks[i]);
    }
    return sley_usage().makespan_ns / 1000;
}

static void
best_order(void)
{
    sley_check(one_one_two_us() == 2);
}

static void
any_order(void)
{
    sley_check(one_one_two_us() <= 3);
}

/* A part in a row, then a part that is cut into equal pieces. */
static void
amdahl(void)
{
    int pieces = sley_draw(1, 32);
    int cores = sley_draw(1, 16);
    uint64_t row_us = (uint64_t)sley_draw(0, 1000);
    uint64_t piece_us = (uint64_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)cores, "ideal");
    sley_compute_us((uint32_t)row_us);
    run_tasks(pieces, compute, piece_us);
    uint64_t makespan_us = sley_usage().makespan_ns / 1000;
    /* makespan >= row + parallel / cores, without a fraction */
    sley_check((makespan_us - row_us) * (uint64_t)cores >= (uint64_t)pieces * piece_us);
    sley_check(makespan_us == row_us + rounds(pieces, cores) * piece_us);
}

static struct sley_lock lock;

/* outside * 4096 + inside. */
static void *
compute_under_lock(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_compute_us((uint32_t)(value / 4096));
    sley_with (&lock) {
        sley_compute_us((uint32_t)(value % 4096));
    }
    return NULL;
}

static void
locked_part(void)
{
    uint64_t count = (uint64_t)sley_draw(2, 16);
    uint64_t outside_us = (uint64_t)sley_draw(1, 1000);
    uint64_t inside_us = (uint64_t)sley_draw(0, 1000);
    sley_machine_set(16, "ideal");
    sley_lock_init(&lock);
    run_tasks((int)count, compute_under_lock, outside_us * 4096 + inside_us);
    sley_check(sley_usage().makespan_ns == (outside_us + count * inside_us) * 1000);
}

static const char one_loop[] = "one loop is one thread: the sum, on any number of cores";
static const char taking_turns[] = "one interpreter lock: bytecodes take turns";

const struct sley_property sley_scenario_speed_cores[] = {
    {
        .name = "speed.more-cores",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "equal computing tasks never take longer on one core more",
        .falsifier = "speed.more-cores.anomaly",
        .quantifier = SLEY_ALWAYS,
        .body = more_cores,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.more-cores.anomaly",
        .claim = "contract",
        .source = "R. Graham, 1969",
        .says = "tasks that wait for one another may take longer on four cores than on three",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = graham,
        .timed = true,
        .exhaustive = true,
        .runs = 2000,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_REFUTED, one_loop}},
    },
    {
        .name = "speed.order-of-arrival",
        .claim = "contract",
        .source = "R. Graham, 1966",
        .says = "tasks of 1, 1 and 2 that come at the same time may take 3 on two cores, although "
                "2 is possible",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = best_order,
        .timed = true,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, "always the sum"},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.any-order",
        .claim = "contract",
        .source = "R. Graham, 1966",
        .says = "in whatever order tasks come, c cores take at most 2 - 1/c times the best "
                "(lengths 1, 1 and 2 on two cores: 3 for 2)",
        .quantifier = SLEY_ALWAYS,
        .body = any_order,
        .timed = true,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.amdahl",
        .claim = "proc-parallel-scale",
        .source = "002:25",
        .says = "with a part in a row the speed-up is Amdahl's, reached when the cores divide the "
                "pieces",
        .quantifier = SLEY_ALWAYS,
        .body = amdahl,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.locked-part",
        .claim = "lock-serialises-and-slows",
        .source = "003:116",
        .says = "of n computing tasks on n cores only the part under a lock adds up",
        .when = "a part of the computing is under the lock",
        .quantifier = SLEY_ALWAYS,
        .body = locked_part,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
