#include <sley/gauge.h>

#include "engine/engine.h"
#include "search/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct sley_progress progress;
static struct sley_turns turns;
static struct sley_bag bag, other;
static struct sley_run_result result;

static int
new_gauges(void **state)
{
    (void)state;
    progress = (struct sley_progress){0};
    turns = (struct sley_turns){0};
    bag = other = (struct sley_bag){0};
    return 0;
}

static uint32_t
verdicts_of(void *(*entry)(void *))
{
    struct sley_replay replay;
    const struct sley_run_options options = {.source = sley_replay_source(&replay, NULL, 0),
                                             .entry = entry};
    sley_engine_run(&options, &result);
    return result.verdicts;
}

static void
progress_counts_those_inside_at_once(void **state)
{
    (void)state;
    sley_progress_enter(&progress);
    sley_progress_enter(&progress);
    sley_progress_leave(&progress);
    sley_progress_enter(&progress);
    assert_int_equal(sley_progress_now(&progress), 2);
    assert_int_equal(sley_progress_max(&progress), 2);
    sley_progress_enter(&progress);
    assert_int_equal(sley_progress_max(&progress), 3);
}

static void *
leave(void *unused)
{
    sley_progress_leave(&progress);
    return unused;
}

static void
leaving_more_often_than_entering_is_misuse(void **state)
{
    (void)state;
    assert_int_equal(verdicts_of(leave), SLEY_BIT(MISUSE));
    sley_progress_enter(&progress);
    sley_progress_enter(&progress);
    assert_int_equal(verdicts_of(leave), 0);
}

static void
a_wait_is_counted_in_turns_of_others(void **state)
{
    (void)state;
    assert_int_equal(sley_turns_longest(&turns), 0);
    sley_turns_serve(&turns, 0); /* did not wait */
    sley_turns_wait(&turns, 1);
    sley_turns_serve(&turns, 2);
    sley_turns_serve(&turns, 2);
    assert_int_equal(sley_turns_longest(&turns), 2); /* still waiting */
    sley_turns_serve(&turns, 1);
    assert_int_equal(sley_turns_longest(&turns), 2);
    sley_turns_wait(&turns, 1);
    sley_turns_serve(&turns, 1);
    assert_int_equal(sley_turns_longest(&turns), 2);
}

static void *
wait_outside(void *unused)
{
    sley_turns_wait(&turns, SLEY_WAITERS_MAX);
    return unused;
}

static void
a_waiter_outside_the_table_is_misuse(void **state)
{
    (void)state;
    assert_int_equal(verdicts_of(wait_outside), SLEY_BIT(MISUSE));
}

static void
bags_are_the_same_in_whatever_order(void **state)
{
    (void)state;
    const int64_t items[] = {3, 1, 3, -2};
    for (int i = 0; i < 4; i++) {
        sley_bag_add(&bag, items[i]);
        sley_bag_add(&other, items[3 - i]);
    }
    assert_true(sley_bag_same(&bag, &other));
    assert_int_equal(sley_bag_count(&bag, 3), 2);
    assert_int_equal(sley_bag_sum(&bag), 5);
    assert_true(sley_bag_take(&bag, 3));
    assert_false(sley_bag_same(&bag, &other));
    sley_bag_add(&bag, 1); /* as many items, others */
    assert_false(sley_bag_same(&bag, &other));
    assert_false(sley_bag_take(&bag, 7));
    assert_int_equal(bag.count, 4);
}

static void
the_order_of_each_source_is_looked_at(void **state)
{
    (void)state;
    const int64_t items[] = {100, 0, 101, 1, 2, 105};
    for (int i = 0; i < 6; i++) {
        sley_bag_add(&bag, items[i]);
    }
    assert_true(sley_bag_in_order(&bag, 100));
    assert_false(sley_bag_in_order(&bag, 1000));
    sley_bag_add(&bag, 2); /* twice is out of order */
    assert_false(sley_bag_in_order(&bag, 100));
}

static void *
fill(void *unused)
{
    for (int i = 0; i <= SLEY_BAG_MAX; i++) {
        sley_bag_add(&bag, i);
    }
    return unused;
}

static void
a_full_bag_is_misuse(void **state)
{
    (void)state;
    assert_int_equal(verdicts_of(fill), SLEY_BIT(MISUSE));
    assert_int_equal(bag.count, SLEY_BAG_MAX);
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup(name, new_gauges)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(progress_counts_those_inside_at_once),
        TEST(leaving_more_often_than_entering_is_misuse),
        TEST(a_wait_is_counted_in_turns_of_others),
        TEST(a_waiter_outside_the_table_is_misuse),
        TEST(bags_are_the_same_in_whatever_order),
        TEST(the_order_of_each_source_is_looked_at),
        TEST(a_full_bag_is_misuse),
    };
    return cmocka_run_group_tests_name("gauge", tests, engine_init, NULL);
}
