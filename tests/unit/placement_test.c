/* Which core a task gets (models/machine/core.c), and what it executes there. Times in ns. */
#include "models/machine/machine.h"

#include "models/registry.h"
#include "tests/unit/machine_run.h"

#include <sley/machine.h>
#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct sley_run_result result;
static struct sley_usage usage;
static uint64_t ends_ns[4];
static uint32_t outside_answer;

static void
run_as(const struct sley_model *model, void *(*body)(void *))
{
    memset(ends_ns, 0, sizeof ends_ns);
    machine_run(&(struct machine_run){.model = model, .outside = outside_answer}, body, &result);
}

/* Task i arrives at i us; all but the last are pinned to core 1. */
static void *
arrive(void *index)
{
    intptr_t i = (intptr_t)index;
    sley_io_us((uint32_t)i);
    if (i < 2) {
        sley_machine_pin(1);
    }
    sley_compute_us(10);
    ends_ns[i] = sley_now_ns();
    return index;
}

static void *
two_pinned_of_three(void *argument)
{
    sley_machine_set(2, "ideal");
    sley_gather(3, arrive);
    usage = sley_usage();
    return argument;
}

/* 0: core 1, 0-10; 1 waits for core 1 from 1: 10-20; 2 finds core 0 free at 2, and passes it. */
static void
who_is_pinned_waits_for_its_core_and_others_pass(void **state)
{
    (void)state;
    run_as(&sley_model_thread, two_pinned_of_three);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(ends_ns[0], 10000);
    assert_int_equal(ends_ns[1], 20000);
    assert_int_equal(ends_ns[2], 12000);
    assert_int_equal(usage.busy_ns, 30000);
}

static void *
compute(void *index)
{
    sley_compute_us(10);
    ends_ns[(intptr_t)index] = sley_now_ns();
    return index;
}

static void *
two_placed(void *argument)
{
    sley_machine_set(4, "ideal");
    sley_machine_place_outside();
    sley_gather(2, compute);
    usage = sley_usage();
    return argument;
}

static void
the_outside_may_put_two_tasks_on_one_core(void **state)
{
    (void)state;
    outside_answer = 0;
    run_as(&sley_model_thread, two_placed);
    assert_int_equal(usage.makespan_ns, 10000);
    outside_answer = 3;
    run_as(&sley_model_thread, two_placed);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(usage.makespan_ns, 20000);
    assert_int_equal(usage.executing_max, 1);
}

static void *
pinned_beyond(void *argument)
{
    sley_machine_set(2, "ideal");
    sley_machine_pin(2);
    return argument;
}

static void
a_core_that_does_not_exist_is_a_misuse(void **state)
{
    (void)state;
    run_as(&sley_model_thread, pinned_beyond);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    assert_non_null(strstr(result.failure[0].text, "does not have"));
}

/* 0 calls C code that releases the lock, 1 C code that keeps it, 2 executes bytecodes. */
static void *
call_or_compute(void *index)
{
    if ((intptr_t)index == 2) {
        sley_compute_us(10);
    } else {
        sley_call_us(10, !index);
    }
    return index;
}

static void *
one_of_each(void *argument)
{
    sley_machine_set(4, "ideal");
    sley_gather(3, call_or_compute);
    usage = sley_usage();
    return argument;
}

static void
released_calls_execute_and_do_not_interpret(void **state)
{
    (void)state;
    run_as(&sley_model_gil_py310, one_of_each);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(usage.executing_max, 2);
    assert_int_equal(usage.interpreting_max, 1);
    run_as(&sley_model_gil_free, one_of_each);
    assert_int_equal(usage.executing_max, 3);
    assert_int_equal(usage.interpreting_max, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_pinned_waits_for_its_core_and_others_pass),
        cmocka_unit_test(the_outside_may_put_two_tasks_on_one_core),
        cmocka_unit_test(a_core_that_does_not_exist_is_a_misuse),
        cmocka_unit_test(released_calls_execute_and_do_not_interpret),
    };
    return cmocka_run_group_tests_name("placement", tests, machine_run_begin, NULL);
}
