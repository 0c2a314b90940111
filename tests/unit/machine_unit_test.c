/* What a unit costs, what the kernel has to do with it, and executors on the virtual machine, on
 * examples worked by hand. Times in ns. */
#include "models/registry.h"
#include "tests/unit/machine_run.h"

#include <sley/loop.h>
#include <sley/machine.h>
#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct sley_run_result result;
static struct sley_usage usage;
static struct sley_unit_costs costs[SLEY_UNIT_COUNT];
static uint64_t before_ns, after_ns;

/* Figures that can be told apart in a sum. */
static const struct sley_profile odd = {
    .name = "odd",
    .note = "odd: of this test",
    .value =
        {
            [SLEY_COST_CREATE_THREAD] = 1000,
            [SLEY_COST_CREATE_FORK] = 20000,
            [SLEY_COST_CREATE_COROUTINE] = 70,
            [SLEY_COST_SWITCH_THREAD] = 300,
            [SLEY_COST_SWITCH_PROCESS] = 500,
            [SLEY_COST_SWITCH_COROUTINE] = 7,
            [SLEY_COST_MEMORY_THREAD] = 4096,
            [SLEY_COST_MEMORY_FORK] = 8192,
            [SLEY_COST_MEMORY_COROUTINE] = 512,
            [SLEY_COST_SERIALISE_WRITE] = 10,
            [SLEY_COST_SERIALISE_READ] = 30,
        },
};

static void
run(const struct sley_model *model, void *(*body)(void *))
{
    usage = (struct sley_usage){0};
    machine_run(&(struct machine_run){.model = model, .profile = &odd}, body, &result);
    assert_int_equal(result.verdicts, 0);
}

static void *
ask_for_costs(void *argument)
{
    struct sley_unit_costs none = sley_unit_costs(SLEY_UNIT_THREAD);
    sley_check(none.create_ns == 0 && none.switch_ns == 0 && none.memory_bytes == 0);
    sley_machine_set(1, "odd");
    for (int unit = 0; unit < SLEY_UNIT_COUNT; unit++) {
        costs[unit] = sley_unit_costs((enum sley_unit)unit);
    }
    return argument;
}

static void
costs_of_units_are_those_of_the_profile(void **state)
{
    (void)state;
    run(&sley_model_thread, ask_for_costs);
    assert_int_equal(costs[SLEY_UNIT_THREAD].create_ns, 1000);
    assert_int_equal(costs[SLEY_UNIT_THREAD].switch_ns, 300);
    assert_int_equal(costs[SLEY_UNIT_THREAD].memory_bytes, 4096);
    assert_int_equal(costs[SLEY_UNIT_FORK].create_ns, 20000);
    assert_int_equal(costs[SLEY_UNIT_FORK].switch_ns, 500);
    assert_int_equal(costs[SLEY_UNIT_SPAWN].switch_ns, 500);
    assert_int_equal(costs[SLEY_UNIT_COROUTINE].create_ns, 70);
    assert_int_equal(costs[SLEY_UNIT_COROUTINE].switch_ns, 7);
}

static void *
compute_and_pause(void *argument)
{
    sley_compute_us(10);
    sley_pause();
    sley_compute_us(10);
    return argument;
}

static void *
compute_and_wait(void *argument)
{
    sley_compute_us(10);
    sley_io_us(50);
    sley_compute_us(10);
    return argument;
}

static void *
two_take_turns(void *argument)
{
    sley_machine_set(1, "odd");
    sley_gather(2, compute_and_pause);
    usage = sley_usage();
    return argument;
}

static void *
two_wait(void *argument)
{
    sley_machine_set(1, "odd");
    sley_gather(2, compute_and_wait);
    usage = sley_usage();
    return argument;
}

/* From task 0 to the first, and three times between the two. */
static void
a_switch_of_threads_is_the_kernels(void **state)
{
    (void)state;
    run(&sley_model_thread, two_take_turns);
    assert_int_equal(usage.switch_count, 4);
    assert_int_equal(usage.kernel_switch_count, 4);
    assert_int_equal(usage.kernel_wait_count, 0);
}

static void
a_switch_of_coroutines_is_not(void **state)
{
    (void)state;
    run(&sley_model_coroutine, two_take_turns);
    assert_int_equal(usage.switch_count, 4);
    assert_int_equal(usage.kernel_switch_count, 0);
    assert_int_equal(usage.kernel_wait_count, 0);
}

static void
each_thread_that_waits_does_so_in_the_kernel(void **state)
{
    (void)state;
    run(&sley_model_thread, two_wait);
    assert_int_equal(usage.kernel_wait_count, 2);
}

/* Both wait from 20 us on; the answer of the second comes while the first computes again. */
static void
a_loop_waits_once_for_all_until_one_is_ready(void **state)
{
    (void)state;
    run(&sley_model_coroutine, two_wait);
    assert_int_equal(usage.kernel_wait_count, 1);
}

/* --- tasks and executors of a loop --- */

static struct sley_awaited
hand_over(void *argument)
{
    before_ns = sley_now_ns();
    sley_serialise_bytes(2048);
    sley_deserialise_bytes(1024);
    after_ns = sley_now_ns();
    return sley_result(argument);
}

static void *
one_call(bool processes)
{
    struct sley_loop_executor executor;
    sley_machine_set(2, "odd");
    if (processes) {
        sley_loop_process_executor_init(&executor, 1);
    } else {
        sley_loop_executor_init(&executor, 1);
    }
    sley_await(sley_loop_run_in_executor(&executor, hand_over, NULL));
    usage = sley_usage();
    return NULL;
}

static void *
in_thread(void *argument)
{
    (void)argument;
    return one_call(false);
}

static void *
in_process(void *argument)
{
    (void)argument;
    return one_call(true);
}

static void
an_executor_of_threads_costs_a_thread_and_hands_over_for_nothing(void **state)
{
    (void)state;
    run(&sley_model_coroutine, in_thread);
    assert_int_equal(usage.thread_count, 1);
    assert_int_equal(usage.process_count, 0);
    assert_int_equal(before_ns, 1000);
    assert_int_equal(after_ns, before_ns);
}

/* 2 KiB at 10 and 1 KiB at 30, on a core that nobody used. */
static void
an_executor_of_processes_costs_a_process_and_pays_for_bytes(void **state)
{
    (void)state;
    run(&sley_model_coroutine, in_process);
    assert_int_equal(usage.thread_count, 0);
    assert_int_equal(usage.process_count, 1);
    assert_int_equal(usage.memory_bytes, 8192);
    assert_int_equal(before_ns, 20000);
    assert_int_equal(after_ns, before_ns + 2 * 10 + 30);
}

static struct sley_awaited
nothing(void *argument)
{
    return sley_result(argument);
}

static void *
three_tasks(void *argument)
{
    struct sley_async_future *tasks[3];
    sley_machine_set(1, "odd");
    for (int i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(nothing, NULL);
    }
    sley_await(sley_loop_gather(tasks, 3, false));
    usage = sley_usage();
    return argument;
}

static void
a_task_of_the_loop_costs_a_coroutine(void **state)
{
    (void)state;
    run(&sley_model_coroutine, three_tasks);
    assert_int_equal(usage.coroutine_count, 3);
    assert_int_equal(usage.memory_bytes, 3 * 512);
    assert_int_equal(usage.makespan_ns, 3 * 70);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_of_units_are_those_of_the_profile),
        cmocka_unit_test(a_switch_of_threads_is_the_kernels),
        cmocka_unit_test(a_switch_of_coroutines_is_not),
        cmocka_unit_test(each_thread_that_waits_does_so_in_the_kernel),
        cmocka_unit_test(a_loop_waits_once_for_all_until_one_is_ready),
        cmocka_unit_test(an_executor_of_threads_costs_a_thread_and_hands_over_for_nothing),
        cmocka_unit_test(an_executor_of_processes_costs_a_process_and_pays_for_bytes),
        cmocka_unit_test(a_task_of_the_loop_costs_a_coroutine),
    };
    return cmocka_run_group_tests_name("machine_unit", tests, machine_run_begin, NULL);
}
