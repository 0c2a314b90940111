/* Sets of task indices (engine/taskset.h). */
#include "engine/taskset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint32_t members[] = {0, 1, 63, 64, 255, 256, 700, SLEY_TASKS_MAX - 1};

enum { COUNT = sizeof members / sizeof members[0] };

/* As a set is that was in use before: what its words hold says nothing. */
static void
begin(struct sley_taskset *set)
{
    memset(set, 0xff, sizeof *set);
    sley_taskset_clear(set);
}

static void
fill(struct sley_taskset *set)
{
    begin(set);
    for (uint32_t i = COUNT; i-- > 0;) {
        sley_taskset_add(set, members[i]);
    }
}

static void
members_are_walked_in_ascending_order(void **state)
{
    (void)state;
    struct sley_taskset set;
    fill(&set);
    uint32_t at = 0;
    for (uint32_t i = 0; i < COUNT; i++, at++) {
        at = sley_taskset_next(&set, at);
        assert_int_equal(at, members[i]);
    }
    assert_int_equal(sley_taskset_next(&set, at), SLEY_TASKS_MAX);
}

static void
exactly_the_members_are_in_a_set(void **state)
{
    (void)state;
    struct sley_taskset set;
    begin(&set);
    assert_true(sley_taskset_is_empty(&set));
    assert_int_equal(sley_taskset_next(&set, 0), SLEY_TASKS_MAX);
    fill(&set);
    uint32_t found = 0;
    for (uint32_t t = 0; t < SLEY_TASKS_MAX; t++) {
        bool member = found < COUNT && members[found] == t;
        assert_int_equal(sley_taskset_has(&set, t), member);
        found += member;
    }
    assert_int_equal(found, COUNT);
}

static void
a_set_is_empty_when_the_last_member_is_out(void **state)
{
    (void)state;
    struct sley_taskset set;
    fill(&set);
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_false(sley_taskset_is_empty(&set));
        sley_taskset_remove(&set, members[i]);
        sley_taskset_remove(&set, members[i]); /* no member any more */
        assert_false(sley_taskset_has(&set, members[i]));
    }
    assert_true(sley_taskset_is_empty(&set));
}

static void
a_copy_and_a_union_have_the_members_of_their_sources(void **state)
{
    (void)state;
    struct sley_taskset set, copy, both;
    fill(&set);
    begin(&copy);
    sley_taskset_copy(&copy, &set);
    sley_taskset_remove(&copy, 64);
    begin(&both);
    sley_taskset_add(&both, 65);
    sley_taskset_join(&both, &copy);
    for (uint32_t t = 0; t < SLEY_TASKS_MAX; t++) {
        assert_int_equal(sley_taskset_has(&copy, t), sley_taskset_has(&set, t) && t != 64);
        assert_int_equal(sley_taskset_has(&both, t), sley_taskset_has(&copy, t) || t == 65);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_walked_in_ascending_order),
        cmocka_unit_test(exactly_the_members_are_in_a_set),
        cmocka_unit_test(a_set_is_empty_when_the_last_member_is_out),
        cmocka_unit_test(a_copy_and_a_union_have_the_members_of_their_sources),
    };
    return cmocka_run_group_tests_name("taskset", tests, NULL, NULL);
}
