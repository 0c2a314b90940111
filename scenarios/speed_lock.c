/* What a lock makes of tasks that could do without (003:116): a row of what stands under it. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { TASKS_MAX = 8, PART_MAX = 1000 };

static struct sley_lock lock;

/* What a task does under the lock, and without: computing, or waiting for the outside. */
static void
work(bool waits, uint32_t duration_us)
{
    if (waits) {
        sley_io_us(duration_us);
    } else {
        sley_compute_us(duration_us);
    }
}

/* Bits: 0 waits, 1 takes the lock, 2..11 us under it, from 12 on us outside. */
static void *
run_part(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    uint32_t inside_us = (uint32_t)(value >> 2 & 1023);
    work(value & 1, (uint32_t)(value >> 12));
    if (value & 2) {
        sley_lock_acquire(&lock);
    }
    if (inside_us) {
        work(value & 1, inside_us);
    }
    if (value & 2) {
        sley_lock_release(&lock);
    }
    return NULL;
}

static uint64_t
together_ns(int count, bool waits, bool locked, uint32_t inside_us, uint32_t outside_us)
{
    uintptr_t tasks[TASKS_MAX];
    uintptr_t argument =
        (uintptr_t)waits | (uintptr_t)locked << 1 | inside_us << 2 | (uintptr_t)outside_us << 12;
    sley_machine_set(TASKS_MAX, "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(run_part, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return sley_usage().makespan_ns;
}

/* With the lock, what stands under it adds up, and all takes longer than without. */
static void
serialises_and_slows(bool waits, uint32_t inside_low, uint32_t inside_high)
{
    int count = sley_draw(2, TASKS_MAX);
    uint32_t inside_us = (uint32_t)sley_draw((int)inside_low, (int)inside_high);
    uint32_t outside_us = (uint32_t)sley_draw(1, PART_MAX);
    sley_lock_init(&lock);
    uint64_t without_ns = together_ns(count, waits, false, inside_us, outside_us);
    uint64_t with_ns = together_ns(count, waits, true, inside_us, outside_us);
    sley_check(with_ns >= (uint64_t)count * inside_us * 1000);
    sley_check(with_ns > without_ns);
}

static void
around_waits(void)
{
    serialises_and_slows(true, 1, PART_MAX);
}

static void
around_computing(void)
{
    serialises_and_slows(false, 1, PART_MAX);
}

static void
around_nothing(void)
{
    serialises_and_slows(false, 0, 0);
}

static const char in_a_row_anyway[] = "computing is in a row without it, too";
static const char free_of_charge[] = "a lock around nothing that takes time costs none";

const struct sley_property sley_scenario_speed_lock[] = {
    {
        .name = "lock-serialises-and-slows",
        .claim = "lock-serialises-and-slows",
        .source = "003:116",
        .says = "2 to 8 tasks with a lock do what it guards one after the other, and take longer "
                "than without",
        .when = "the lock is held over a computation",
        .quantifier = SLEY_ALWAYS,
        .body = around_computing,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_LOCKED(SLEY_REFUTED, in_a_row_anyway),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, in_a_row_anyway}},
    },
    {
        .name = "lock-serialises-and-slows.waits",
        .claim = "lock-serialises-and-slows",
        .source = "003:116",
        .says = "2 to 8 tasks with a lock do what it guards one after the other, and take longer "
                "than without",
        .when = "the lock is held over a wait for the outside",
        .falsifier = "lock-serialises-and-slows.nothing",
        .quantifier = SLEY_ALWAYS,
        .body = around_waits,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "lock-serialises-and-slows.nothing",
        .claim = "lock-serialises-and-slows",
        .source = "003:116",
        .says = "2 to 8 tasks with a lock do what it guards one after the other, and take longer "
                "than without",
        .when = "the work is done outside the lock",
        .quantifier = SLEY_ALWAYS,
        .body = around_nothing,
        .timed = true,
        .runs = 100,
        .expect = {{"thread", SLEY_REFUTED, free_of_charge},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, free_of_charge),
                   {"process", SLEY_REFUTED, free_of_charge},
                   {"coroutine", SLEY_REFUTED, free_of_charge}},
    },
    {0},
};
