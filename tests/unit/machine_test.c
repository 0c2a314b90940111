/* The virtual machine (models/machine), on examples worked by hand. Times in ns. */
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
static uint64_t ends_ns[8];
static struct sley_gate stop;
static uint64_t passed_ns;
static int task_count, core_count;

/* Figures that can be told apart in a sum. */
static const struct sley_profile odd = {
    .name = "odd",
    .note = "odd: of this test",
    .value =
        {
            [SLEY_COST_CREATE_THREAD] = 1000,
            [SLEY_COST_CREATE_COROUTINE] = 70,
            [SLEY_COST_SWITCH_THREAD] = 300,
            [SLEY_COST_SWITCH_COROUTINE] = 7,
            [SLEY_COST_MEMORY_THREAD] = 4096,
            [SLEY_COST_MEMORY_COROUTINE] = 512,
        },
};

static void
run_as(const struct sley_model *model, void *(*body)(void *), bool timed)
{
    memset(ends_ns, 0, sizeof ends_ns);
    passed_ns = 0;
    machine_run(&(struct machine_run){.model = model, .untimed = !timed}, body, &result);
}

static void
run(void *(*body)(void *))
{
    run_as(&sley_model_thread, body, true);
}

static void *
compute_10(void *index)
{
    sley_compute_us(10);
    ends_ns[(intptr_t)index] = sley_now_ns();
    return index;
}

static void *
three_on_two(void *argument)
{
    sley_machine_set(2, "ideal");
    sley_gather(3, compute_10);
    usage = sley_usage();
    return argument;
}

static void
three_equal_tasks_on_two_cores_take_two_rounds(void **state)
{
    (void)state;
    run(three_on_two);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(usage.makespan_ns, 20000);
    assert_int_equal(usage.busy_ns, 30000);
    assert_int_equal(usage.utilisation_ppm, 750000);
    assert_int_equal(usage.executing_max, 2);
    assert_int_equal(usage.in_progress_max, 3);
    assert_int_equal(usage.thread_count, 3);
    assert_int_equal(usage.memory_bytes, 0);
    assert_string_equal(result.profile, "ideal: nothing but the work itself takes time");
}

/* Task i arrives at i us and computes for lengths[i] us. */
static void *
arrive(void *index)
{
    static const uint32_t lengths_us[] = {50, 30, 20, 10};
    intptr_t i = (intptr_t)index;
    sley_io_us((uint32_t)i);
    sley_compute_us(lengths_us[i]);
    ends_ns[i] = sley_now_ns();
    return index;
}

static void *
four_on_two(void *argument)
{
    sley_machine_set(2, "ideal");
    sley_gather(4, arrive);
    usage = sley_usage();
    return argument;
}

/* 0: 0-50; 1: 1-31; 2 waits from 2, gets the core of 1: 31-51; 3 waits from 3, gets that of 0:
 * 50-60. */
static void
who_came_first_gets_the_core_that_is_free_first(void **state)
{
    (void)state;
    run(four_on_two);
    assert_int_equal(ends_ns[0], 50000);
    assert_int_equal(ends_ns[1], 31000);
    assert_int_equal(ends_ns[2], 51000);
    assert_int_equal(ends_ns[3], 60000);
    assert_int_equal(usage.makespan_ns, 60000);
    assert_int_equal(usage.busy_ns, 110000);
    assert_int_equal(usage.switch_count, 2);
}

/* Waits for the creation of both to be over, then takes turns. */
static void *
take_turns(void *index)
{
    sley_io_us(100);
    sley_compute_us(10);
    sley_compute_us(10);
    ends_ns[(intptr_t)index] = sley_now_ns();
    return index;
}

static void *
two_on_one(void *argument)
{
    sley_profile_add(&odd);
    sley_machine_set(1, "odd");
    sley_gather(2, take_turns);
    usage = sley_usage();
    sley_profile_add(NULL);
    return argument;
}

/* Task 0 creates 1 (0-1000) and 2 (1000-2000); both sleep from there to 101,000 and 102,000. The
 * core turns from task 0 to 1 at 101,000: 300 + 10,000, to 111,300. Task 2 waits from 102,000; each
 * next slice begins with a switch: 121,600, 131,900, 142,200. */
static void
creation_and_each_switch_cost_what_the_profile_says(void **state)
{
    (void)state;
    run(two_on_one);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(ends_ns[0], 131900);
    assert_int_equal(ends_ns[1], 142200);
    assert_int_equal(usage.makespan_ns, 142200);
    assert_int_equal(usage.switch_count, 4);
    assert_int_equal(usage.busy_ns, 2 * 1000 + 4 * 10300);
    assert_int_equal(usage.memory_bytes, 2 * 4096);
}

static void *
alternate(void *index)
{
    for (int i = 0; i < 5; i++) {
        sley_compute_us(10);
        sley_io_us(3);
    }
    return index;
}

static void *
two_on_four(void *argument)
{
    sley_machine_set(4, "ideal");
    sley_gather(2, alternate);
    usage = sley_usage();
    return argument;
}

static void
a_task_comes_back_to_its_core_without_a_switch(void **state)
{
    (void)state;
    run(two_on_four);
    assert_int_equal(usage.switch_count, 0);
    assert_int_equal(usage.makespan_ns, 5 * 13000);
    assert_int_equal(usage.busy_ns, 2 * 5 * 10000);
}

static void *
compute_and_pause(void *index)
{
    sley_compute_us(10);
    sley_pause();
    sley_compute_us(10);
    ends_ns[(intptr_t)index] = sley_now_ns();
    return index;
}

static void *
two_coroutines(void *argument)
{
    sley_profile_add(&odd);
    sley_machine_set(8, "odd");
    sley_gather(2, compute_and_pause);
    usage = sley_usage();
    sley_profile_add(NULL);
    return argument;
}

/* Task 0 creates both (140); each slice of 10,000 begins with a switch of the loop (7). */
static void
coroutines_of_one_loop_keep_one_core_and_switch_cheaply(void **state)
{
    (void)state;
    run_as(&sley_model_coroutine, two_coroutines, true);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(ends_ns[0], 140 + 3 * 10007);
    assert_int_equal(ends_ns[1], 140 + 4 * 10007);
    assert_int_equal(usage.executing_max, 1);
    assert_int_equal(usage.switch_count, 4);
    assert_int_equal(usage.coroutine_count, 2);
    assert_int_equal(usage.memory_bytes, 1024);
}

/* 100 us of work at 1000 bytes per us. */
static void *
call_at_50(void *index)
{
    sley_io_us((uint32_t)(intptr_t)index * 50);
    sley_call_bytes(100000, 1000, 0, true);
    ends_ns[(intptr_t)index] = sley_now_ns();
    return index;
}

static void *
two_calls(void *argument)
{
    sley_machine_set(4, "ideal");
    sley_machine_bandwidth(1000);
    sley_gather(2, call_at_50);
    usage = sley_usage();
    return argument;
}

/* The first is half done at 50; from there each advances at half speed: the first ends at 150. The
 * second has then half of its work left, and the memory for itself: 200. */
static void
calls_share_the_bandwidth_while_they_overlap(void **state)
{
    (void)state;
    run(two_calls);
    assert_int_equal(ends_ns[0], 150000);
    assert_int_equal(ends_ns[1], 200000);
    assert_int_equal(usage.call_bytes_count, 1);
}

/* The first asks for 1000 bytes per us, the second for 500: of 750, the rate is 1/2 for both. */
static void *
call_unequal(void *index)
{
    sley_call_bytes(index ? 10000 : 100000, index ? 2000 : 1000, 0, true);
    ends_ns[(intptr_t)index] = sley_now_ns();
    return index;
}

static void *
two_unequal_calls(void *argument)
{
    sley_machine_set(4, "ideal");
    sley_machine_bandwidth(750);
    sley_gather(2, call_unequal);
    return argument;
}

/* The second has 20 us of work: 40 at half speed. The first has then 80 left, at 3/4: 106.667. */
static void
calls_get_shares_in_proportion_to_what_they_ask_for(void **state)
{
    (void)state;
    run(two_unequal_calls);
    assert_int_equal(ends_ns[1], 40000);
    assert_int_equal(ends_ns[0], 40000 + 106667);
}

static void *
overhead_then_call(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_call_bytes(1500, 1, 123, true);
    passed_ns = sley_now_ns();
    return argument;
}

static void
a_call_of_bytes_takes_its_overhead_and_whole_ns(void **state)
{
    (void)state;
    run(overhead_then_call);
    assert_int_equal(passed_ns, 123 + 2);
}

static void *
run_until_stopped(void *argument)
{
    sley_machine_core_take(0);
    passed_ns = sley_machine_run_until(100, &stop, 0);
    sley_machine_core_drop();
    return argument;
}

static void *
stopped_at_30(void *argument)
{
    sley_machine_set(2, "ideal");
    sley_gate_init(&stop, SLEY_WAIT_INTERPRETER, 0);
    stop.open = false;
    uintptr_t task = sley_spawn(run_until_stopped, NULL);
    sley_machine_wait(30, 0);
    sley_gate_set(&stop, true);
    sley_join(task);
    usage = sley_usage();
    return argument;
}

static void
running_until_a_gate_opens_says_how_long_it_was(void **state)
{
    (void)state;
    run(stopped_at_30);
    assert_int_equal(passed_ns, 30);
    assert_int_equal(usage.busy_ns, 30);
}

static void *
never_stopped(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_gate_init(&stop, SLEY_WAIT_INTERPRETER, 0);
    stop.open = false;
    return run_until_stopped(argument);
}

static void
running_until_a_gate_that_stays_closed_takes_all_the_time(void **state)
{
    (void)state;
    run(never_stopped);
    assert_int_equal(passed_ns, 100);
    assert_int_equal(result.clock_ns, 100);
}

static void *
computes_for_nothing(void *index)
{
    sley_compute_us(index ? 0 : 40);
    ends_ns[(intptr_t)index] = sley_now_ns();
    return index;
}

static void *
nothing_on_one_core(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_gather(2, computes_for_nothing);
    return argument;
}

static void
computing_for_no_time_still_waits_for_a_core(void **state)
{
    (void)state;
    run(nothing_on_one_core);
    assert_int_equal(ends_ns[0], 40000);
    assert_int_equal(ends_ns[1], 40000);
}

static void *
holds_for_ever(void *argument)
{
    sley_machine_core_take(0);
    sley_machine_wait(1000000, 0);
    return argument;
}

static void *
a_holder_is_forgotten(void *argument)
{
    sley_machine_set(1, "ideal");
    uintptr_t holder = sley_spawn(holds_for_ever, NULL);
    sley_machine_wait(10, 0);
    uintptr_t next = sley_spawn(compute_10, (void *)1);
    sley_machine_wait(10, 0);
    sley_machine_forget(1);
    sley_join(next);
    usage = sley_usage();
    sley_join(holder);
    return argument;
}

static void
the_core_of_a_task_that_is_gone_goes_to_the_next(void **state)
{
    (void)state;
    run(a_holder_is_forgotten);
    assert_int_equal(ends_ns[1], 20 + 10000);
    assert_int_equal(usage.busy_ns, 20 + 10000);
    assert_int_equal(result.verdicts, 0);
}

static void *
a_waiter_is_forgotten(void *argument)
{
    sley_machine_set(1, "ideal");
    uintptr_t first = sley_spawn(compute_10, (void *)0);
    sley_machine_wait(10, 0);
    sley_spawn(compute_10, (void *)1);
    sley_machine_wait(10, 0);
    uintptr_t third = sley_spawn(compute_10, (void *)2);
    sley_machine_wait(10, 0);
    sley_machine_forget(2);
    sley_join(first);
    sley_join(third);
    usage = sley_usage();
    sley_run_end();
    return argument;
}

static void
a_task_that_is_gone_loses_its_place_in_the_queue(void **state)
{
    (void)state;
    run(a_waiter_is_forgotten);
    assert_int_equal(ends_ns[0], 10000);
    assert_int_equal(ends_ns[1], 0);
    assert_int_equal(ends_ns[2], 20000);
    assert_int_equal(usage.busy_ns, 20000);
}

static void *
beats(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_heartbeat_start(10);
    sley_io_us(95);
    sley_compute_us(42);
    passed_ns = sley_heartbeat_gap_us();
    return argument;
}

/* Beats at 10, ..., 90; the one of 100 waits for the core until 137. */
static void
a_heartbeat_waits_for_the_core(void **state)
{
    (void)state;
    run(beats);
    assert_int_equal(passed_ns, 47);
}

static void *
beats_for_ever(void *argument)
{
    struct sley_lock lock;
    sley_machine_set(1, "ideal");
    sley_heartbeat_start(10);
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    sley_lock_acquire(&lock);
    return argument;
}

static void
a_heartbeat_keeps_no_deadlock_from_being_told_and_the_run_from_ending(void **state)
{
    (void)state;
    run(beats_for_ever);
    assert_true((result.verdicts & SLEY_BIT(DEADLOCK_SELF)) != 0);
    assert_true(result.unfair);
}

static void *
not_timed(void *argument)
{
    sley_compute_us(10);
    sley_call_us(10, true);
    passed_ns = sley_engine.clock_ns;
    return argument;
}

static void
without_cores_computing_is_one_point_and_takes_no_time(void **state)
{
    (void)state;
    run_as(&sley_model_thread, not_timed, false);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(result.step_count, 2);
    assert_int_equal(passed_ns, 0);
    assert_null(result.profile);
}

static void *
io_not_timed(void *argument)
{
    sley_io_us(10);
    passed_ns = sley_engine.clock_ns;
    return argument;
}

static void
without_cores_io_is_a_sleep(void **state)
{
    (void)state;
    run_as(&sley_model_thread, io_not_timed, false);
    assert_int_equal(result.step_count, 1);
    assert_int_equal(passed_ns, 10000);
}

static void *
set_drawn(void *argument)
{
    sley_machine_set((uint32_t)core_count, task_count ? "ideal" : "perfect");
    return argument;
}

static void
assert_misuse(const char *text)
{
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    assert_non_null(strstr(result.failure[0].text, text));
}

static void
a_machine_has_1_to_256_cores_and_a_profile_that_is_known(void **state)
{
    (void)state;
    task_count = 1;
    core_count = 0;
    run(set_drawn);
    assert_misuse("outside 1..256");
    core_count = 257;
    run(set_drawn);
    assert_misuse("outside 1..256");
    core_count = 256;
    run(set_drawn);
    assert_int_equal(result.verdicts, 0);
    task_count = 0;
    run(set_drawn);
    assert_misuse("profile that is not known");
    task_count = 1;
    run_as(&sley_model_thread, set_drawn, false);
    assert_misuse("not .timed");
}

static void *
set_too_late(void *argument)
{
    sley_machine_set(1, "ideal");
    uintptr_t task = sley_spawn(compute_10, NULL);
    sley_io_us(1);
    sley_machine_set(2, "ideal");
    sley_join(task);
    return argument;
}

static void
the_cores_stay_while_a_task_is_inside_an_operation(void **state)
{
    (void)state;
    run(set_too_late);
    assert_misuse("inside an operation");
}

static void *
equal_tasks(void *argument)
{
    uintptr_t tasks[64] = {0};
    sley_machine_set((uint32_t)core_count, "ideal");
    for (int i = 0; i < task_count; i++) {
        tasks[i] = sley_spawn(compute_10, NULL);
    }
    for (int i = 0; i < task_count; i++) {
        sley_join(tasks[i]);
    }
    usage = sley_usage();
    return argument;
}

/* Every number of tasks and of cores up to 64. */
static void
equal_tasks_take_as_many_rounds_as_the_cores_make_of_them(void **state)
{
    (void)state;
    for (task_count = 1; task_count <= 64; task_count++) {
        for (core_count = 1; core_count <= 64; core_count++) {
            run(equal_tasks);
            uint64_t rounds = (uint64_t)((task_count + core_count - 1) / core_count);
            assert_int_equal(result.verdicts, 0);
            assert_int_equal(usage.makespan_ns, rounds * 10000);
            assert_int_equal(usage.busy_ns, (uint64_t)task_count * 10000);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_equal_tasks_on_two_cores_take_two_rounds),
        cmocka_unit_test(who_came_first_gets_the_core_that_is_free_first),
        cmocka_unit_test(creation_and_each_switch_cost_what_the_profile_says),
        cmocka_unit_test(a_task_comes_back_to_its_core_without_a_switch),
        cmocka_unit_test(coroutines_of_one_loop_keep_one_core_and_switch_cheaply),
        cmocka_unit_test(calls_share_the_bandwidth_while_they_overlap),
        cmocka_unit_test(calls_get_shares_in_proportion_to_what_they_ask_for),
        cmocka_unit_test(a_call_of_bytes_takes_its_overhead_and_whole_ns),
        cmocka_unit_test(running_until_a_gate_opens_says_how_long_it_was),
        cmocka_unit_test(running_until_a_gate_that_stays_closed_takes_all_the_time),
        cmocka_unit_test(computing_for_no_time_still_waits_for_a_core),
        cmocka_unit_test(the_core_of_a_task_that_is_gone_goes_to_the_next),
        cmocka_unit_test(a_task_that_is_gone_loses_its_place_in_the_queue),
        cmocka_unit_test(a_heartbeat_waits_for_the_core),
        cmocka_unit_test(a_heartbeat_keeps_no_deadlock_from_being_told_and_the_run_from_ending),
        cmocka_unit_test(without_cores_computing_is_one_point_and_takes_no_time),
        cmocka_unit_test(without_cores_io_is_a_sleep),
        cmocka_unit_test(a_machine_has_1_to_256_cores_and_a_profile_that_is_known),
        cmocka_unit_test(the_cores_stay_while_a_task_is_inside_an_operation),
        cmocka_unit_test(equal_tasks_take_as_many_rounds_as_the_cores_make_of_them),
    };
    return cmocka_run_group_tests_name("machine", tests, machine_run_begin, NULL);
}
