/* What messages and requests cost (models/machine/message.h), on examples worked by hand. In ns. */
#include "models/machine/message.h"

#include "models/registry.h"
#include "tests/unit/machine_run.h"

#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct sley_run_result result;
static struct sley_usage usage;
static uint64_t took_ns[8];

/* Figures that can be told apart in a sum; 1 ns for a byte in a pipe, half of one in memory. */
static const struct sley_profile odd = {
    .name = "odd",
    .note = "odd: of this test",
    .value =
        {
            [SLEY_COST_PIPE_ROUND_TRIP] = 200,
            [SLEY_COST_QUEUE_ROUND_TRIP] = 1000,
            [SLEY_COST_SERIALISE_WRITE] = 2048,
            [SLEY_COST_ACCESS_SHARED] = 5,
            [SLEY_COST_HANDOVER_THREAD] = 60,
            [SLEY_COST_HANDOVER_COROUTINE] = 9,
            [SLEY_COST_COPY_PIPE] = 1024,
            [SLEY_COST_COPY_SHARED] = 512,
            [SLEY_COST_REQUEST_THREAD] = 50,
            [SLEY_COST_REQUEST_CONNECTION] = 2,
            [SLEY_COST_REQUEST_COROUTINE] = 30,
        },
};

static void
run_as(const struct sley_model *model, void *(*body)(void *))
{
    machine_run(&(struct machine_run){.model = model, .profile = &odd}, body, &result);
}

static uint64_t
receive_ns(enum sley_transport how, uint32_t bytes)
{
    uint64_t start_ns = sley_now_ns();
    sley_receive_bytes(how, bytes);
    return sley_now_ns() - start_ns;
}

static uint64_t
request_ns(uint32_t connections)
{
    uint64_t start_ns = sley_now_ns();
    sley_serve_request(connections);
    return sley_now_ns() - start_ns;
}

/* 7 bytes each way, then a request with 10 connections open. */
static void *
all_ways(void *argument)
{
    sley_machine_set(1, "odd");
    for (enum sley_transport how = SLEY_BY_REFERENCE; how <= SLEY_BY_PIPE; how++) {
        took_ns[how] = receive_ns(how, 7);
    }
    took_ns[4] = request_ns(10);
    sley_serialise_bytes(100);
    usage = sley_usage();
    return argument;
}

static void *
all_ways_of_a_process(void *argument)
{
    sley_machine_set(1, "odd");
    sley_machine_unit(sley_engine.task, SLEY_UNIT_FORK, 0);
    return all_ways(argument);
}

static void
tasks_that_share_memory_hand_over_references(void **state)
{
    (void)state;
    run_as(&sley_model_thread, all_ways);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(took_ns[SLEY_BY_REFERENCE], 5);
    assert_int_equal(took_ns[SLEY_BY_COPY], 4); /* 3.5, rounded up */
    assert_int_equal(took_ns[SLEY_BY_QUEUE], 60);
    assert_int_equal(took_ns[SLEY_BY_PIPE], 100 + 7);
    assert_int_equal(usage.message_count, 2);
    assert_int_equal(usage.copied_bytes, 7 + 7); /* but not through the queue */
    assert_int_equal(usage.serialised_bytes, 0);
    run_as(&sley_model_coroutine, all_ways);
    assert_int_equal(took_ns[SLEY_BY_QUEUE], 9);
}

static void
a_message_between_processes_is_copied(void **state)
{
    (void)state;
    run_as(&sley_model_thread, all_ways_of_a_process);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(took_ns[SLEY_BY_QUEUE], 500 + 7);
    assert_int_equal(took_ns[SLEY_BY_PIPE], 100 + 7);
    assert_int_equal(usage.copied_bytes, 7 + 7 + 7);
    assert_int_equal(usage.serialised_bytes, 100);
}

static void
a_request_to_a_thread_costs_more_with_each_connection(void **state)
{
    (void)state;
    run_as(&sley_model_thread, all_ways);
    assert_int_equal(took_ns[4], 50 + 10 * 2);
    run_as(&sley_model_coroutine, all_ways);
    assert_int_equal(took_ns[4], 30);
}

static void *
figures(void *argument)
{
    sley_machine_set(1, "odd");
    took_ns[0] = sley_figure("queue.round-trip");
    took_ns[1] = sley_figure("copy.shared");
    sley_figure("queue");
    return argument;
}

static void *
figure_too_early(void *argument)
{
    sley_figure("queue.round-trip");
    return argument;
}

static void
a_figure_is_found_by_its_key_alone(void **state)
{
    (void)state;
    run_as(&sley_model_thread, figures);
    assert_int_equal(took_ns[0], 1000);
    assert_int_equal(took_ns[1], 512);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    run_as(&sley_model_thread, figure_too_early);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_that_share_memory_hand_over_references),
        cmocka_unit_test(a_message_between_processes_is_copied),
        cmocka_unit_test(a_request_to_a_thread_costs_more_with_each_connection),
        cmocka_unit_test(a_figure_is_found_by_its_key_alone),
    };
    return cmocka_run_group_tests_name("message", tests, machine_run_begin, NULL);
}
