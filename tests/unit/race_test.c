#include "detect/race.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum {
    PLAIN_READ = 0,
    PLAIN_WRITE = SLEY_ACCESS_WRITE,
    ATOMIC_READ = SLEY_ACCESS_ATOMIC,
    ATOMIC_WRITE = SLEY_ACCESS_ATOMIC | SLEY_ACCESS_WRITE,
    WHOLE = 0xff,
    TASKS = 4,
};

/* Only its address is used. */
static uint64_t memory[4];
static uint32_t step; /* last step given out */
static struct sley_race race;

static bool
touch_bytes(uint32_t task, uint32_t bytes, unsigned kind)
{
    return sley_race_access((uintptr_t)memory, bytes, task, ++step, kind, &race);
}

static bool
touch(uint32_t task, unsigned kind)
{
    return touch_bytes(task, WHOLE, kind);
}

/* Everything that task did so far is known to other from now on. */
static void
order(uint32_t task, uint32_t other)
{
    uint32_t *theirs = sley_race_detector.clock[other];
    for (uint32_t t = 0; t < TASKS; t++) {
        uint32_t known = sley_race_detector.clock[task][t];
        theirs[t] = theirs[t] > known ? theirs[t] : known;
    }
    theirs[task] = step;
}

static int
new_run(void **state)
{
    (void)state;
    sley_race_begin(step + 1);
    memset(sley_race_detector.clock, 0, sizeof sley_race_detector.clock);
    return 0;
}

static void
two_unordered_writes_race(void **state)
{
    (void)state;
    assert_false(touch(1, PLAIN_WRITE));
    uint32_t first = step;
    assert_true(touch(2, PLAIN_WRITE));
    assert_int_equal(race.task, 1);
    assert_int_equal(race.step, first);
    assert_true(race.writes);
    assert_false(race.atomic);
    assert_true(sley_race_detector.conflict);
}

static void
a_read_and_a_write_race_either_way_round(void **state)
{
    (void)state;
    assert_false(touch(1, PLAIN_READ));
    assert_true(touch(2, PLAIN_WRITE));
    assert_false(race.writes);
    new_run(NULL);
    assert_false(touch(1, PLAIN_WRITE));
    assert_true(touch(2, PLAIN_READ));
    assert_true(race.writes);
}

static void
reads_never_race_with_each_other(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        for (uint32_t task = 0; task < TASKS; task++) {
            assert_false(touch(task, PLAIN_READ));
        }
    }
    assert_false(sley_race_detector.conflict);
}

static void
a_write_races_with_each_of_several_readers(void **state)
{
    (void)state;
    for (uint32_t unordered = 1; unordered <= 2; unordered++) {
        new_run(NULL);
        assert_false(touch(1, PLAIN_READ));
        assert_false(touch(2, PLAIN_READ));
        order(3 - unordered, 3);
        assert_true(touch(3, PLAIN_WRITE));
        assert_int_equal(race.task, unordered);
    }
}

static void
a_write_after_all_readers_does_not_race(void **state)
{
    (void)state;
    assert_false(touch(1, PLAIN_READ));
    assert_false(touch(2, PLAIN_READ));
    order(1, 3);
    order(2, 3);
    assert_false(touch(3, PLAIN_WRITE));
    assert_true(sley_race_detector.conflict);
}

static void
ordered_accesses_do_not_race(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 20; i++) {
        assert_false(touch(i % TASKS, i % 3 == 1 ? PLAIN_READ : PLAIN_WRITE));
        order(i % TASKS, (i + 1) % TASKS);
    }
    assert_true(sley_race_detector.conflict);
}

static void
an_order_known_before_the_access_is_not_enough(void **state)
{
    (void)state;
    assert_false(touch(1, PLAIN_WRITE));
    order(1, 2);
    assert_false(touch(1, PLAIN_WRITE));
    assert_true(touch(2, PLAIN_WRITE));
}

static void
a_task_does_not_race_with_itself(void **state)
{
    (void)state;
    assert_false(touch(1, PLAIN_WRITE));
    assert_false(touch(1, PLAIN_READ));
    assert_false(touch(1, ATOMIC_WRITE));
    assert_false(touch(1, PLAIN_WRITE));
    assert_false(sley_race_detector.conflict);
}

static void
atomics_race_with_plain_accesses_alone(void **state)
{
    (void)state;
    assert_false(touch(1, ATOMIC_WRITE));
    assert_false(touch(2, ATOMIC_WRITE));
    assert_false(touch(3, ATOMIC_READ));
    assert_true(touch(3, PLAIN_READ));
    assert_true(race.atomic);
    assert_true(race.writes);
    new_run(NULL);
    assert_false(touch(1, ATOMIC_READ));
    assert_false(touch(2, PLAIN_READ));
    assert_true(touch(3, PLAIN_WRITE));
    new_run(NULL);
    assert_false(touch(1, PLAIN_WRITE));
    assert_true(touch(2, ATOMIC_WRITE));
    assert_false(race.atomic);
}

static void
accesses_to_different_bytes_of_a_granule_do_not_race(void **state)
{
    (void)state;
    assert_false(touch_bytes(1, 0x0f, PLAIN_WRITE));
    assert_false(touch_bytes(2, 0xf0, PLAIN_WRITE));
    assert_false(sley_race_detector.conflict);
    new_run(NULL);
    assert_false(touch_bytes(1, 0x0f, PLAIN_WRITE));
    order(1, 2);
    assert_false(touch_bytes(2, 0xf0, PLAIN_READ));
    assert_false(sley_race_detector.conflict);
    new_run(NULL);
    assert_false(touch_bytes(1, 0x01, PLAIN_WRITE));
    assert_false(touch_bytes(2, 0x02, PLAIN_WRITE));
    assert_false(touch_bytes(3, 0x3c, PLAIN_WRITE));
    assert_true(touch_bytes(3, 0x03, PLAIN_READ));
}

static void
a_wide_access_races_with_a_narrow_one_within_it(void **state)
{
    (void)state;
    assert_false(touch_bytes(1, 0x20, PLAIN_WRITE));
    assert_true(touch_bytes(2, WHOLE, PLAIN_READ));
    new_run(NULL);
    assert_false(touch(1, PLAIN_WRITE));
    assert_true(touch_bytes(2, 0x20, PLAIN_READ));
}

static void
neighbouring_granules_are_told_apart(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < TASKS; i++) {
        uintptr_t address = (uintptr_t)&memory[i];
        assert_false(sley_race_access(address, WHOLE, i, ++step, PLAIN_WRITE, &race));
    }
    assert_false(sley_race_detector.conflict);
}

static void
rows_survive_for_the_rest_of_the_run(void **state)
{
    (void)state;
    assert_false(touch(1, PLAIN_READ));
    assert_false(touch(2, PLAIN_READ));
    step += 100000;
    for (int i = 0; i < 100; i++) {
        assert_false(touch(2, PLAIN_READ));
    }
    order(2, 3);
    assert_true(touch(3, PLAIN_WRITE));
    assert_int_equal(race.task, 1);
}

static void
a_new_run_knows_nothing_of_the_last(void **state)
{
    (void)state;
    assert_false(touch(1, PLAIN_WRITE));
    new_run(NULL);
    assert_false(touch(2, PLAIN_WRITE));
    new_run(NULL);
    assert_false(touch(1, PLAIN_READ));
    assert_false(touch(2, PLAIN_READ)); /* rows */
    assert_true(touch(3, PLAIN_WRITE));
    new_run(NULL);
    assert_false(sley_race_detector.conflict);
    assert_false(touch(1, PLAIN_WRITE));
    assert_false(sley_race_detector.conflict);
}

static void
after_forget_steps_may_start_again(void **state)
{
    (void)state;
    step += 1000;
    assert_false(touch(1, PLAIN_WRITE));
    sley_race_forget();
    step = 0;
    new_run(NULL);
    assert_false(touch(2, PLAIN_WRITE));
}

static void
cleared_memory_is_forgotten_and_its_neighbours_are_not(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        uintptr_t address = (uintptr_t)&memory[i];
        assert_false(sley_race_access(address, WHOLE, 1, ++step, PLAIN_READ, &race));
        assert_false(sley_race_access(address, WHOLE, 2, ++step, PLAIN_READ, &race));
    }
    sley_race_clear((uintptr_t)&memory[1], 8);
    for (uint32_t i = 0; i < 3; i++) {
        uintptr_t address = (uintptr_t)&memory[i];
        bool races = sley_race_access(address, WHOLE, 3, ++step, PLAIN_WRITE, &race);
        assert_int_equal(races, i != 1);
    }
}

/* The reference: remembers every access of the run. */
struct access {
    uint32_t task, step, granule, bytes;
    unsigned kind;
};

enum { ACCESSES_MAX = 40, LOCKS = 2 };

static struct access accesses[ACCESSES_MAX];
static uint32_t access_count;
static uint32_t lock_clocks[LOCKS][TASKS];

static bool
races_with(const struct access *now, const struct access *old)
{
    return old->task != now->task && old->granule == now->granule && (old->bytes & now->bytes) &&
           ((old->kind | now->kind) & SLEY_ACCESS_WRITE) &&
           !(old->kind & now->kind & SLEY_ACCESS_ATOMIC) &&
           old->step > sley_race_detector.clock[now->task][old->task];
}

/* Whether the detector says the same of the access as the reference, and names a true opponent. */
static bool
agrees(const struct access *now)
{
    bool expected = false, named = false;
    bool found = sley_race_access((uintptr_t)&memory[now->granule], now->bytes, now->task,
                                  now->step, now->kind, &race);
    for (uint32_t i = 0; i < access_count; i++) {
        if (races_with(now, &accesses[i])) {
            expected = true;
            named = named || (race.task == accesses[i].task && race.step == accesses[i].step &&
                              race.writes == (accesses[i].kind & SLEY_ACCESS_WRITE) &&
                              race.atomic == ((accesses[i].kind & SLEY_ACCESS_ATOMIC) != 0));
        }
    }
    accesses[access_count++] = *now;
    return found == expected && (!found || named);
}

/* A release to, or an acquire from, a lock: clocks grow as those of true programs do. */
static void
synchronise(struct sley_rng *rng, uint32_t task)
{
    uint32_t *lock = lock_clocks[sley_rng_below(rng, LOCKS)];
    uint32_t *mine = sley_race_detector.clock[task];
    bool releases = sley_rng_below(rng, 2) == 0;
    uint32_t *from = releases ? mine : lock, *to = releases ? lock : mine;
    for (uint32_t t = 0; t < TASKS; t++) {
        to[t] = to[t] > from[t] ? to[t] : from[t];
    }
    if (releases) {
        lock[task] = step;
    }
}

static bool
sequence_agrees(struct sley_rng *rng)
{
    new_run(NULL);
    memset(lock_clocks, 0, sizeof lock_clocks);
    access_count = 0;
    uint32_t length = 2 + (uint32_t)sley_rng_below(rng, ACCESSES_MAX - 2);
    /* Sequences without mixed sizes, or without atomics, stay on the short path for longer. */
    bool mixed = sley_rng_below(rng, 2), atomics = sley_rng_below(rng, 2);
    uint64_t sync_share = 2 + sley_rng_below(rng, 3);
    while (access_count < length) {
        uint32_t task = (uint32_t)sley_rng_below(rng, TASKS);
        if (sley_rng_below(rng, sync_share) != 0) {
            synchronise(rng, task);
            continue;
        }
        uint32_t size = mixed ? 1u << sley_rng_below(rng, 4) : 8;
        uint32_t offset = (uint32_t)sley_rng_below(rng, 8 - size + 1);
        struct access now = {
            .task = task,
            .step = ++step,
            .granule = (uint32_t)sley_rng_below(rng, 2),
            .bytes = ((1u << size) - 1) << offset,
            .kind = (unsigned)sley_rng_below(rng, atomics ? 4 : 2),
        };
        if (!agrees(&now)) {
            return false;
        }
    }
    return true;
}

static void
twenty_thousand_sequences_agree_with_a_detector_that_remembers_everything(void **state)
{
    (void)state;
    struct sley_rng rng;
    sley_rng_init(&rng, 2026, 0);
    for (int i = 0; i < 20000; i++) {
        assert_true(sequence_agrees(&rng));
    }
}

static int
race_init(void **state)
{
    (void)state;
    return sley_race_init(NULL) == SLEY_OK ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup(name, new_run)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_unordered_writes_race),
        TEST(a_read_and_a_write_race_either_way_round),
        TEST(reads_never_race_with_each_other),
        TEST(a_write_races_with_each_of_several_readers),
        TEST(a_write_after_all_readers_does_not_race),
        TEST(ordered_accesses_do_not_race),
        TEST(an_order_known_before_the_access_is_not_enough),
        TEST(a_task_does_not_race_with_itself),
        TEST(atomics_race_with_plain_accesses_alone),
        TEST(accesses_to_different_bytes_of_a_granule_do_not_race),
        TEST(a_wide_access_races_with_a_narrow_one_within_it),
        TEST(neighbouring_granules_are_told_apart),
        TEST(rows_survive_for_the_rest_of_the_run),
        TEST(a_new_run_knows_nothing_of_the_last),
        TEST(after_forget_steps_may_start_again),
        TEST(cleared_memory_is_forgotten_and_its_neighbours_are_not),
        TEST(twenty_thousand_sequences_agree_with_a_detector_that_remembers_everything),
    };
    return cmocka_run_group_tests_name("race", tests, race_init, NULL);
}
