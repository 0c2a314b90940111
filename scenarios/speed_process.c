/* Computing in several processes, and in threads without an interpreter lock: as many at a time as
 * there are cores, if the operating system places them so (001:40, 002:22-25, 002:73-82, 003:30).
 */
#include "scenarios/tasks.h"

enum { TASKS_MAX = 24, CORES_MAX = 8 };

static uint64_t
makespan_ns(int count, void *(*entry)(void *), uintptr_t argument, uintptr_t step)
{
    uintptr_t tasks[TASKS_MAX];
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)(argument + (uintptr_t)i * step));
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return sley_usage().makespan_ns;
}

static void
as_if_there_were_no_lock(void)
{
    int count = sley_draw(2, 16);
    int cores = sley_draw(2, 16);
    uint64_t duration_us = (uint64_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)cores, "ideal");
    uint64_t rounds = (uint64_t)((count + cores - 1) / cores);
    sley_check(makespan_ns(count, compute, duration_us, 0) == rounds * duration_us * 1000);
}

/* As many rounds as drawn on every core, 20 to 40 ms each, with what C pays for the tasks. */
static void
nearly_as_fast_as_the_cores_allow(void)
{
    uint64_t cores = (uint64_t)sley_draw(2, CORES_MAX);
    uint64_t count = cores * (uint64_t)sley_draw(1, 3);
    uint64_t duration_us = (uint64_t)sley_draw(20000, 40000);
    sley_machine_set((uint32_t)cores, "c");
    uint64_t row_ns = count * duration_us * 1000;
    uint64_t together_ns = makespan_ns((int)count, compute, duration_us, 0);
    sley_check(row_ns * 100 >= cores * 85 * together_ns);
}

static void
no_two_at_once(void)
{
    int count = sley_draw(2, 16);
    sley_machine_set((uint32_t)sley_draw(2, 16), "ideal");
    makespan_ns(count, compute, (uintptr_t)sley_draw(1, 500), 0);
    sley_check(sley_usage().executing_max == 1);
}

static void
as_many_as_cores(void)
{
    int count = sley_draw(2, 16);
    int cores = sley_draw(2, 16);
    sley_machine_set((uint32_t)cores, "ideal");
    makespan_ns(count, compute, (uintptr_t)sley_draw(1, 500), 0);
    sley_check(sley_usage().executing_max == (uint32_t)(count < cores ? count : cores));
}

/* --- on which core --- */

/* Children in 2 to 8, on as many cores or more: how many of them computed at a time. */
static bool
each_on_its_own(int count, int cores, void *(*entry)(void *), uintptr_t step)
{
    sley_machine_set((uint32_t)cores, "ideal");
    sley_machine_place_outside();
    makespan_ns(count, entry, (uintptr_t)sley_draw(1, 1000) * CORES_MAX, step);
    return sley_usage().executing_max == (uint32_t)count;
}

static void
own_core(void)
{
    int count = sley_draw(2, CORES_MAX);
    sley_check(each_on_its_own(count, sley_draw(count, CORES_MAX), compute, 0));
}

static void
not_all_on_their_own(void)
{
    int count = sley_draw(2, 3);
    sley_check(!each_on_its_own(count, sley_draw(count, CORES_MAX), compute, 0));
}

static void
own_core_of_too_few(void)
{
    int count = sley_draw(2, CORES_MAX);
    sley_check(each_on_its_own(count, sley_draw(1, count - 1), compute, 0));
}

/* duration * CORES_MAX + the core. */
static void *
compute_pinned(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_machine_pin((uint32_t)(value % CORES_MAX));
    sley_compute_us((uint32_t)(value / CORES_MAX));
    return NULL;
}

static void
own_core_pinned(void)
{
    int count = sley_draw(2, CORES_MAX);
    sley_check(each_on_its_own(count, sley_draw(count, CORES_MAX), compute_pinned, 1));
}

static void *
live(void *duration_us)
{
    sley_io_us((uint32_t)(uintptr_t)duration_us);
    sley_compute_us(1);
    return NULL;
}

static void
never_all_at_once(void)
{
    uint32_t count = (uint32_t)sley_draw(2, CORES_MAX);
    sley_machine_set(1, "ideal");
    makespan_ns((int)count, live, (uintptr_t)sley_draw(1, 1000), 0);
    struct sley_usage usage = sley_usage();
    sley_check(usage.process_count != count || usage.in_progress_max != count);
}

static const char no_lock[] = "without a lock they compute at the same time";
static const char taking_turns[] = "one interpreter lock: bytecodes take turns";

const struct sley_property sley_scenario_speed_process[] = {
    {
        .name = "gil-bypassed-by-processes",
        .claim = "gil-bypassed-by-processes",
        .source = "002:24",
        .says =
            "n equal computing tasks on c cores take ceil(n / c) times one of them, as if there "
            "were no interpreter lock (n, c in 2..16)",
        .quantifier = SLEY_ALWAYS,
        .body = as_if_there_were_no_lock,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "threads of C have no lock to avoid"},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, taking_turns),
                   {"gil:free", SLEY_NOT_APPLICABLE, "there is no lock to avoid"},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, "one loop computes on one core"}},
    },
    {
        .name = "gil-not-in-c",
        .claim = "gil-not-in-c",
        .source = "002:74",
        .says =
            "equal tasks of 20 ms or more that keep c cores busy are done at least 0.85 c times "
            "as fast as in a row, by the C profile (c in 2..8)",
        .quantifier = SLEY_ALWAYS,
        .body = nearly_as_fast_as_the_cores_allow,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_REFUTED, taking_turns},
                   {"gil:py310", SLEY_REFUTED, taking_turns},
                   {"gil:per-interpreter", SLEY_REFUTED, taking_turns},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, "one thread"}},
    },
    {
        .name = "ft-before-version-threads-not-parallel",
        .claim = "ft-before-version-threads-not-parallel",
        .source = "002:73",
        .says = "of 2 to 16 threads on 2 to 16 cores one computes at a time",
        .when = "a build with the interpreter lock, of whatever version",
        .quantifier = SLEY_ALWAYS,
        .body = no_two_at_once,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_CONFIRMED, ""), {"gil:free", SLEY_REFUTED, no_lock}},
    },
    {
        .name = "ft-before-version-threads-not-parallel.lifted",
        .claim = "ft-before-version-threads-not-parallel",
        .source = "002:82",
        .says = "a newer version lifts that: of 2 to 16 threads as many compute at a time as "
                "there are cores",
        .when = "a version that can be built without the lock",
        .quantifier = SLEY_ALWAYS,
        .body = as_many_as_cores,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:per-interpreter", SLEY_REFUTED, "the default build keeps the lock"},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-each-on-own-core",
        .claim = "proc-each-on-own-core",
        .source = "003:30",
        .says = "2 to 8 processes that compute are each on a core of their own",
        .when = "no more of them than cores, placed by the operating system",
        .quantifier = SLEY_ALWAYS,
        .body = own_core,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "it may put two on one core and leave another idle"}},
    },
    {
        .name = "proc-each-on-own-core.can",
        .claim = "proc-each-on-own-core",
        .source = "001:40",
        .says = "2 or 3 processes that compute are each on a core of their own in some run",
        .when = "no more of them than cores; the operating system can place them so",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = not_all_on_their_own,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-each-on-own-core.too-few",
        .claim = "proc-each-on-own-core",
        .source = "003:30",
        .says = "2 to 8 processes that compute are each on a core of their own",
        .when = "more of them than cores",
        .quantifier = SLEY_ALWAYS,
        .body = own_core_of_too_few,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "they share"}},
    },
    {
        .name = "proc-each-on-own-core.pinned",
        .claim = "proc-each-on-own-core",
        .source = "003:30",
        .says = "2 to 8 processes that compute are each on a core of their own",
        .when = "no more of them than cores, each pinned to one by its affinity",
        .quantifier = SLEY_ALWAYS,
        .body = own_core_pinned,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-several-from-one-program",
        .claim = "proc-several-from-one-program",
        .source = "002:22",
        .says = "one program has 2 to 8 child processes alive at a time",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = never_all_at_once,
        .timed = true,
        .runs = 50,
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {0},
};
