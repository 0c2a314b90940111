#include "campaign/schedules.h"

#include <base/rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static struct sley_schedules schedules, other;

static int
new_tables(void **state)
{
    (void)state;
    memset(&schedules, 0, sizeof schedules);
    memset(&other, 0, sizeof other);
    return 0;
}

/* Schedules number 0, 1, ... count-1, the first `twice` of them seen twice. */
static void
add_numbers(struct sley_schedules *to, uint64_t count, uint64_t twice)
{
    for (uint64_t i = 0; i < count; i++) {
        sley_schedules_add(to, sley_mix64(i), false);
    }
    for (uint64_t i = 0; i < twice; i++) {
        sley_schedules_add(to, sley_mix64(i), false);
    }
}

static void
schedules_that_fit_are_counted_exactly(void **state)
{
    (void)state;
    add_numbers(&schedules, SLEY_SCHEDULES_MAX, 1000);
    assert_int_equal(schedules.level, 0);
    assert_int_equal(schedules.run_count, SLEY_SCHEDULES_MAX + 1000);
    assert_int_equal(sley_schedules_distinct(&schedules), SLEY_SCHEDULES_MAX);
    assert_int_equal(sley_schedules_single(&schedules), SLEY_SCHEDULES_MAX - 1000);
}

static void
any_hash_may_come(void **state)
{
    (void)state;
    sley_schedules_add(&schedules, 0, true);
    sley_schedules_add(&schedules, UINT64_MAX, false);
    sley_schedules_add(&schedules, 0, false);
    assert_int_equal(sley_schedules_distinct(&schedules), 2);
    assert_int_equal(sley_schedules_single(&schedules), 1);
    assert_int_equal(schedules.coarse_count, 1);
}

/* The estimate's relative standard deviation is at most 1.2/sqrt(2^16) = 0.5 %; 3 % are six. */
static void
more_schedules_are_estimated(void **state)
{
    (void)state;
    static const uint64_t counts[] = {70000, 300000, 1000000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        new_tables(NULL);
        add_numbers(&schedules, counts[i], counts[i] / 4);
        double distinct = (double)sley_schedules_distinct(&schedules);
        double single = (double)sley_schedules_single(&schedules);
        assert_true(schedules.level > 0 && schedules.count <= SLEY_SCHEDULES_MAX);
        assert_true(fabs(distinct / (double)counts[i] - 1) < 0.03);
        assert_true(fabs(single / (double)counts[i] - 0.75) < 0.03);
    }
}

static void
the_order_of_the_runs_does_not_matter(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    for (uint64_t i = 0; i < COUNT; i++) {
        sley_schedules_add(&schedules, sley_mix64(i % 150000), false);
        sley_schedules_add(&other, sley_mix64((COUNT - 1 - i) % 150000), false);
    }
    assert_int_equal(schedules.level, other.level);
    assert_int_equal(schedules.count, other.count);
    assert_int_equal(sley_schedules_distinct(&schedules), sley_schedules_distinct(&other));
    assert_int_equal(sley_schedules_single(&schedules), sley_schedules_single(&other));
}

static void
a_table_that_was_written_goes_on(void **state)
{
    (void)state;
    add_numbers(&schedules, 100000, 500);
    FILE *file = tmpfile();
    sley_schedules_write(file, "label", &schedules);
    rewind(file);
    assert_false(sley_schedules_read(file, "lab", &other));
    assert_int_equal(other.count, 0);
    rewind(file);
    assert_true(sley_schedules_read(file, "label", &other));
    fclose(file);
    for (uint64_t i = 99000; i < 180000; i++) {
        sley_schedules_add(&schedules, sley_mix64(i), false);
        sley_schedules_add(&other, sley_mix64(i), false);
    }
    assert_int_equal(schedules.run_count, other.run_count);
    assert_int_equal(schedules.level, other.level);
    assert_int_equal(sley_schedules_single(&schedules), sley_schedules_single(&other));
}

static void
a_table_cut_short_is_none(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    add_numbers(&schedules, 20, 3);
    FILE *file = open_memstream(&text, &size);
    sley_schedules_write(file, "k", &schedules);
    fclose(file);
    for (size_t length = 0; length < size; length++) {
        FILE *cut = length ? fmemopen(text, length, "r") : NULL;
        assert_true(length == 0 || cut);
        if (cut) {
            assert_false(sley_schedules_read(cut, "k", &other));
            assert_int_equal(other.run_count, 0);
            fclose(cut);
        }
    }
    free(text);
}

/* The share of runs that count the canonical hash: all at first, then one in eight, and of each
 * turn of a rotation as many. */
static void
runs_take_part_by_their_number_alone(void **state)
{
    (void)state;
    uint64_t taken = 0, turns[8] = {0};
    for (uint64_t run = 0; run < 4096 + 64000; run++) {
        bool takes = sley_schedules_takes(run);
        assert_true(takes || run >= 4096);
        taken += takes;
        turns[run % 8] += takes;
    }
    assert_int_equal(taken, 4096 + 8000);
    for (int i = 1; i < 8; i++) {
        assert_int_equal(turns[i], turns[0]);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, new_tables)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(schedules_that_fit_are_counted_exactly), TEST(any_hash_may_come),
        TEST(more_schedules_are_estimated),           TEST(the_order_of_the_runs_does_not_matter),
        TEST(a_table_that_was_written_goes_on),       TEST(a_table_cut_short_is_none),
        TEST(runs_take_part_by_their_number_alone),
    };
    return cmocka_run_group_tests_name("schedules", tests, NULL, NULL);
}
