/* What a campaign learns of a program from one observed run (campaign/census.h). */
#include "campaign/census.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct sley_capture *capture;
static struct sley_census census;
static struct sley_error error;

static void
event(uint32_t task, enum sley_op op, uint32_t object, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        capture->events[capture->event_count++] =
            (struct sley_event){.task = (uint16_t)task,
                                .op = (uint8_t)op,
                                .object = object,
                                .address = 0x1000 + (uintptr_t)object * 8};
    }
}

static void
start(uint32_t parent, uint32_t child)
{
    event(parent, SLEY_OP_SPAWN, child, 1);
    capture->result.task_count = child + 1;
}

static void
take(void)
{
    memset(&census, 0xff, sizeof census);
    assert_int_equal(sley_census_of(&census, capture, &error), SLEY_OK);
}

static int
fresh(void **state)
{
    (void)state;
    capture = sley_capture_create();
    return capture ? 0 : -1;
}

static int
done(void **state)
{
    (void)state;
    sley_capture_destroy(capture);
    return 0;
}

static void
operations_are_counted_by_object_and_task(void **state)
{
    (void)state;
    start(0, 1);
    start(0, 2);
    event(1, SLEY_OP_WRITE, 70, 3);
    event(2, SLEY_OP_READ, 70, 2);
    event(1, SLEY_OP_LOCK, 80, 4);
    event(2, SLEY_OP_UNLOCK, 80, 5);
    take();
    assert_int_equal(census.task_count, 3);
    assert_int_equal(census.object_count, 2);
    assert_int_equal(census.event_count, 14);
    assert_int_equal(census.object[0].key, 80); /* the busier one first */
    assert_int_equal(census.object[0].event_count, 9);
    assert_int_equal(census.object[0].by_task[1], 4);
    assert_int_equal(census.object[0].by_task[2], 5);
    assert_int_equal(census.object[1].key, 70);
    assert_int_equal(census.object[1].by_task[0], 0);
    assert_int_equal(census.object[1].by_task[1], 3);
    assert_int_equal(census.object[1].by_task[2], 2);
}

static void
what_one_task_has_to_itself_or_nobody_writes_does_not_count(void **state)
{
    (void)state;
    start(0, 1);
    event(0, SLEY_OP_WRITE, 70, 9); /* one task */
    event(0, SLEY_OP_READ, 80, 9);  /* nobody writes */
    event(1, SLEY_OP_ATOMIC_LOAD, 80, 9);
    event(0, SLEY_OP_JOIN, 1, 1); /* a task */
    event(1, SLEY_OP_EXIT, 1, 1);
    event(0, SLEY_OP_WRITE, 90, 9);
    event(1, SLEY_OP_WRITE, 90, 9);
    for (uint32_t i = capture->event_count - 18; i < capture->event_count; i++) {
        capture->events[i].flags = SLEY_EVENT_QUIET; /* no scheduling point of its own */
    }
    event(0, SLEY_OP_WRITE, 95, 1);
    event(1, SLEY_OP_WRITE, 95, 1);
    capture->events[capture->event_count - 1].address = 0; /* of no object */
    take();
    assert_int_equal(census.object_count, 0);
    assert_int_equal(census.event_count, 0);
}

/* Task 0 writes 70 and 80 before there is another task, and 90 behind its end: only 80 is written
 * by one of two. */
static void
what_a_task_does_alone_does_not_count(void **state)
{
    (void)state;
    event(0, SLEY_OP_WRITE, 70, 5);
    event(0, SLEY_OP_WRITE, 80, 5);
    start(0, 1);
    event(1, SLEY_OP_READ, 70, 2);
    event(1, SLEY_OP_WRITE, 80, 2);
    event(1, SLEY_OP_READ, 90, 2);
    event(0, SLEY_OP_READ, 70, 1);
    event(0, SLEY_OP_READ, 80, 1);
    event(0, SLEY_OP_READ, 90, 1);
    event(0, SLEY_OP_JOIN, 1, 1);
    event(0, SLEY_OP_WRITE, 80, 9);
    event(0, SLEY_OP_WRITE, 90, 9);
    take();
    assert_int_equal(census.object_count, 1);
    assert_int_equal(census.object[0].key, 80);
    assert_int_equal(census.event_count, 3);
    assert_int_equal(census.object[0].by_task[0], 1);
    assert_int_equal(census.object[0].by_task[1], 2);
    start(0, 1); /* the second of two rounds: between them it might have had company */
    event(0, SLEY_OP_WRITE, 80, 1);
    event(1, SLEY_OP_WRITE, 80, 1);
    take();
    assert_int_equal(census.event_count, 3 + 9 + 2 + 3 + 9); /* 90 is shared now, too */
}

static void
half_of_the_tasks_share_an_object_or_else_two(void **state)
{
    (void)state;
    for (uint32_t t = 1; t < 8; t++) {
        start(0, t);
    }
    event(1, SLEY_OP_WRITE, 70, 50);
    event(2, SLEY_OP_WRITE, 70, 50);
    event(3, SLEY_OP_WRITE, 70, 50);
    take();
    assert_int_equal(census.object_count, 1); /* no other is shared by more */
    assert_int_equal(census.object[0].key, 70);
    for (uint32_t t = 1; t < 5; t++) {
        event(t, SLEY_OP_WRITE, 80, 1);
    }
    take();
    assert_int_equal(census.object_count, 1);
    assert_int_equal(census.object[0].key, 80); /* 4 of 8 */
}

static void
a_task_has_the_parent_that_started_it(void **state)
{
    (void)state;
    start(0, 1);
    start(1, 2);
    start(1, 3);
    start(2, 4);
    take();
    static const uint16_t parents[] = {0, 0, 1, 1, 2};
    assert_int_equal(census.task_count, 5);
    assert_memory_equal(census.parent, parents, sizeof parents);
}

/* The order of objects with equally many events is that of their first ones. */
static void
of_many_objects_the_busiest_are_kept(void **state)
{
    (void)state;
    enum { OBJECTS = 3000 };
    start(0, 1);
    for (uint32_t i = 0; i < OBJECTS; i++) {
        event(0, SLEY_OP_WRITE, 1000 + i, 1 + (i >= OBJECTS - 4));
        event(1, SLEY_OP_READ, 1000 + i, 1);
    }
    take();
    assert_int_equal(census.object_count, SLEY_CENSUS_OBJECTS_MAX);
    assert_int_equal(census.event_count, 2 * SLEY_CENSUS_OBJECTS_MAX + 4);
    for (uint32_t i = 0; i < SLEY_CENSUS_OBJECTS_MAX; i++) {
        assert_int_equal(census.object[i].key, 1000 + (i < 4 ? OBJECTS - 4 + i : i - 4));
        assert_int_equal(census.object[i].by_task[0], i < 4 ? 2 : 1);
        assert_int_equal(census.object[i].by_task[1], 1);
    }
}

static void
objects_beyond_the_table_are_left_out(void **state)
{
    (void)state;
    start(0, 1);
    for (uint32_t i = 0; i < 6000; i++) {
        uint32_t busy = i == 4095 || i == 4096 ? 10 : 1;
        event(0, SLEY_OP_WRITE, 100000 + i, busy);
        event(1, SLEY_OP_WRITE, 100000 + i, busy);
    }
    take();
    assert_int_equal(census.object_count, SLEY_CENSUS_OBJECTS_MAX);
    assert_int_equal(census.object[0].key, 100000 + 4095);
    assert_int_equal(census.object[1].key, 100000);
}

static void
a_run_without_events_has_an_empty_census(void **state)
{
    (void)state;
    take();
    assert_int_equal(census.task_count, 0);
    assert_int_equal(census.object_count, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(operations_are_counted_by_object_and_task, fresh, done),
        cmocka_unit_test_setup_teardown(what_one_task_has_to_itself_or_nobody_writes_does_not_count,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(what_a_task_does_alone_does_not_count, fresh, done),
        cmocka_unit_test_setup_teardown(half_of_the_tasks_share_an_object_or_else_two, fresh, done),
        cmocka_unit_test_setup_teardown(a_task_has_the_parent_that_started_it, fresh, done),
        cmocka_unit_test_setup_teardown(of_many_objects_the_busiest_are_kept, fresh, done),
        cmocka_unit_test_setup_teardown(objects_beyond_the_table_are_left_out, fresh, done),
        cmocka_unit_test_setup_teardown(a_run_without_events_has_an_empty_census, fresh, done),
    };
    return cmocka_run_group_tests_name("census", tests, NULL, NULL);
}
