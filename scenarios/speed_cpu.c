/* Computing on cores: what a model makes of them, exactly, in virtual time. Every property hands
 * its inputs to the tasks as their argument and takes the figures from the machine, so that nothing
 * has to be shared. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { TASKS_MAX = 64 };

static void *
compute(void *duration_us)
{
    sley_compute_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

/* Runs count tasks entry(argument), and waits for them. */
static void
run_tasks(int count, void *(*entry)(void *), uintptr_t argument)
{
    uintptr_t tasks[TASKS_MAX];
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
}

static uint64_t
rounds(int count, int cores)
{
    return (uint64_t)((count + cores - 1) / cores);
}

static void
equal_tasks(void)
{
    int count = sley_draw(1, TASKS_MAX);
    int cores = sley_draw(1, 64);
    uint64_t duration_us = (uint64_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)cores, "ideal");
    run_tasks(count, compute, duration_us);
    struct sley_usage usage = sley_usage();
    sley_check(usage.makespan_ns == rounds(count, cores) * duration_us * 1000);
    sley_check(usage.busy_ns == (uint64_t)count * duration_us * 1000);
    sley_check(usage.executing_max == (uint32_t)(count < cores ? count : cores));
}

static void
serial_sum(void)
{
    int count = sley_draw(1, 16);
    uint64_t sum_us = 0;
    uintptr_t tasks[16];
    sley_machine_set((uint32_t)sley_draw(1, 16), "ideal");
    for (int i = 0; i < count; i++) {
        uintptr_t duration_us = (uintptr_t)sley_draw(1, 1000);
        sum_us += duration_us;
        tasks[i] = sley_spawn(compute, (void *)duration_us);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    struct sley_usage usage = sley_usage();
    sley_check(usage.makespan_ns == sum_us * 1000);
    sley_check(usage.executing_max == 1);
}

/* An oracle of its own: whoever arrives next starts on the core that is free first. Tasks arrive at
 * instants of their own, so that the order is one. */
static uint64_t
list_schedule_us(const int *duration_us, int count, int cores)
{
    uint64_t free_us[8] = {0}, end_us = 0;
    for (int i = 0; i < count; i++) {
        int best = 0;
        for (int c = 1; c < cores; c++) {
            best = free_us[c] < free_us[best] ? c : best;
        }
        uint64_t arrival_us = (uint64_t)i + 1;
        uint64_t start_us = free_us[best] > arrival_us ? free_us[best] : arrival_us;
        free_us[best] = start_us + (uint64_t)duration_us[i];
        end_us = free_us[best] > end_us ? free_us[best] : end_us;
    }
    return end_us;
}

/* duration * 16 + index of arrival. */
static void *
arrive_and_compute(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_io_us((uint32_t)(value % 16) + 1);
    sley_compute_us((uint32_t)(value / 16));
    return NULL;
}

static void
list_scheduling(void)
{
    int duration_us[12];
    uintptr_t tasks[12];
    int count = sley_draw(2, 12);
    int cores = sley_draw(1, 5);
    sley_machine_set((uint32_t)cores, "ideal");
    for (int i = 0; i < count; i++) {
        duration_us[i] = sley_draw(1, 40);
    }
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(arrive_and_compute, (void *)(uintptr_t)(duration_us[i] * 16 + i));
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sley_usage().makespan_ns == list_schedule_us(duration_us, count, cores) * 1000);
}

static void
utilisation(void)
{
    int count = sley_draw(1, 16);
    int cores = sley_draw(1, 16);
    sley_machine_set((uint32_t)cores, "ideal");
    run_tasks(count, compute, 100);
    uint64_t whole = rounds(count, cores) * (uint64_t)cores;
    sley_check(sley_usage().utilisation_ppm == (uint64_t)count * 1000000 / whole);
}

static void
one_loop_one_core(void)
{
    int count = sley_draw(2, 16);
    uint32_t cores = (uint32_t)sley_draw(2, 16);
    sley_machine_set(cores, "ideal");
    run_tasks(count, compute, 100);
    struct sley_usage usage = sley_usage();
    sley_check(usage.executing_max == 1);
    sley_check(usage.utilisation_ppm == 1000000 / cores);
}

static void *
wait_and_compute(void *argument)
{
    sley_io_us(1000);
    sley_compute_us(10);
    return argument;
}

static void
in_progress(void)
{
    int count = sley_draw(2, 16);
    sley_machine_set(1, "ideal");
    run_tasks(count, wait_and_compute, 0);
    struct sley_usage usage = sley_usage();
    sley_check(usage.in_progress_max == (uint32_t)count);
    sley_check(usage.executing_max == 1);
}

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

const struct sley_property sley_scenario_speed_cpu[] = {
    {
        .name = "speed.equal-tasks",
        .claim = "proc-parallel-scale",
        .source = "001:40",
        .says = "n equal computing tasks on c cores take ceil(n / c) times one of them "
                "(n, c <= 64), and use min(n, c) cores at a time",
        .quantifier = SLEY_ALWAYS,
        .body = equal_tasks,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.serial-sum",
        .claim = "coro-not-parallel",
        .source = "001:69",
        .says = "n computing tasks take the sum of their durations, whatever the number of cores",
        .quantifier = SLEY_ALWAYS,
        .body = serial_sum,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_REFUTED, "they compute on every core"},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, "they compute on every core"},
                   {"process", SLEY_REFUTED, "they compute on every core"}},
    },
    {
        .name = "speed.list-scheduling",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "tasks of unequal lengths end when an independent list scheduler says so",
        .quantifier = SLEY_ALWAYS,
        .body = list_scheduling,
        .timed = true,
        .runs = 1000,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.utilisation",
        .claim = "io-cpu-idle-utilisation",
        .source = "004:138",
        .says = "n equal computing tasks keep c cores busy for n of ceil(n / c) * c slots",
        .quantifier = SLEY_ALWAYS,
        .body = utilisation,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop},
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "speed.one-core-at-a-time",
        .claim = "coro-not-parallel",
        .source = "001:60",
        .says = "computing tasks use one core at a time: one of c is busy",
        .quantifier = SLEY_ALWAYS,
        .body = one_loop_one_core,
        .timed = true,
        .runs = 400,
        .expect = {{"thread", SLEY_REFUTED, "they compute on every core"},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, "they compute on every core"},
                   {"process", SLEY_REFUTED, "they compute on every core"}},
    },
    {
        .name = "speed.in-progress",
        .claim = "def-concurrency-vs-parallelism",
        .source = "000:9",
        .says = "on one core n tasks are in progress at a time, and one executes",
        .falsifier = "fault:machine.cores",
        .quantifier = SLEY_ALWAYS,
        .body = in_progress,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
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
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
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
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
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
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
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
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
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
                   {"gil:py2", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py32", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:py310", SLEY_REFUTED, "one interpreter lock: bytecodes take turns"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "one interpreter lock: bytecodes take turns"},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
