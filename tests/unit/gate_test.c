/* Gates: who may pass, and what it is called when nobody can (engine/gate.c). */
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { PLACE = 0x1000 };

static struct sley_run_result result;
static struct sley_gate gates[3];
static char order[32];
static size_t noted;
static bool went_wrong;

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t number)
{
    (void)state, (void)parameters, (void)seed, (void)number;
}

static uint32_t
value_zero(void *state, const struct sley_value_query *query)
{
    (void)state, (void)query;
    return 0;
}

/* The task with the highest number first: those that were started run before task 0 goes on. */
static void
pick_highest(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    pick->index = view->runnable_count - 1;
}

static const struct sley_strategy_ops highest = {
    .name = "highest", .begin = begin, .pick = pick_highest, .value = value_zero};

static void
run(void *(*entry)(void *))
{
    const struct sley_run_options options = {.source.ops = &highest, .entry = entry};
    noted = 0;
    memset(order, 0, sizeof order);
    went_wrong = false;
    sley_engine_run(&options, &result);
}

static void
note(char letter)
{
    order[noted++] = letter;
}

static const struct sley_failure *
only_failure(enum sley_verdict verdict)
{
    assert_int_equal(result.verdicts, 1u << verdict);
    assert_int_equal(result.failure_count, 1);
    return &result.failure[0];
}

static void
gates_close(enum sley_wait kind)
{
    for (uint32_t i = 0; i < 3; i++) {
        sley_gate_init(&gates[i], kind, (uintptr_t)&gates[i]);
        sley_gate_set(&gates[i], false);
    }
}

static void
wait_at(uint32_t gate)
{
    sley_point_gate(SLEY_OP_SEM_WAIT, &gates[gate], UINT64_MAX, PLACE + gate);
}

static uint32_t
start(void *(*entry)(void *))
{
    return sley_task_spawn(entry, NULL, NULL, PLACE);
}

static void
join(uint32_t task)
{
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[task].done, UINT64_MAX, PLACE);
}

static void *
pass_and_note(void *argument)
{
    note('w');
    wait_at(0);
    note('p');
    went_wrong |= !gates[0].open;
    return argument;
}

static void *
open_later(void *argument)
{
    gates_close(SLEY_WAIT_SEMAPHORE);
    uint32_t first = start(pass_and_note);
    uint32_t second = start(pass_and_note);
    sley_point_yield(PLACE);
    sley_point_yield(PLACE);
    note('o');
    sley_gate_set(&gates[0], true);
    join(first);
    join(second);
    return argument;
}

static void
waiters_pass_only_once_the_gate_is_open(void **state)
{
    (void)state;
    run(open_later);
    assert_int_equal(result.verdicts, 0);
    assert_string_equal(order, "wwopp");
    assert_false(went_wrong);
}

/* Closes the gate behind itself, as a mutex does, and opens it again. */
static void *
pass_alone(void *argument)
{
    for (int i = 0; i < 3; i++) {
        wait_at(0);
        went_wrong |= !gates[0].open;
        sley_gate_set(&gates[0], false);
        note('[');
        sley_point_yield(PLACE);
        sley_point_yield(PLACE);
        note(']');
        sley_gate_set(&gates[0], true);
    }
    return argument;
}

static void *
three_that_pass_alone(void *argument)
{
    gates_close(SLEY_WAIT_MUTEX);
    uint32_t first = start(pass_alone);
    uint32_t second = start(pass_alone);
    sley_gate_set(&gates[0], true);
    pass_alone(NULL);
    join(first);
    join(second);
    return argument;
}

static void
a_gate_closed_by_the_first_keeps_the_other_waiters_back(void **state)
{
    (void)state;
    run(three_that_pass_alone);
    assert_int_equal(result.verdicts, 0);
    assert_string_equal(order, "[][][][][][][][][]");
    assert_false(went_wrong);
}

static void *
note_begin(void *argument)
{
    note('b');
    return argument;
}

static void *
start_behind_a_gate(void *argument)
{
    gates_close(SLEY_WAIT_FUTURE);
    uint32_t task = sley_task_spawn(note_begin, NULL, &gates[0], PLACE);
    sley_point_yield(PLACE);
    note('o');
    sley_gate_set(&gates[0], true);
    sley_point_yield(PLACE);
    note('m');
    sley_gate_set(&gates[0], false); /* of no matter to a task that has begun */
    join(task);
    return argument;
}

static void
a_task_behind_a_gate_begins_when_it_opens(void **state)
{
    (void)state;
    run(start_behind_a_gate);
    assert_int_equal(result.verdicts, 0);
    assert_string_equal(order, "obm");
}

static void *
wait_for_oneself(void *argument)
{
    gates_close(SLEY_WAIT_MUTEX);
    gates[1].owner = 0;
    gates[1].taken_pc = 0x2000;
    wait_at(1);
    return argument;
}

static void
waiting_for_oneself_is_a_self_deadlock(void **state)
{
    (void)state;
    run(wait_for_oneself);
    const struct sley_failure *failure = only_failure(SLEY_VERDICT_DEADLOCK_SELF);
    assert_int_equal(failure->address, (uintptr_t)&gates[1]);
    assert_int_equal(failure->cycle_count, 1);
    assert_int_equal(failure->cycle[0].taken_pc, 0x2000);
    assert_int_equal(failure->cycle[0].wait_pc, PLACE + 1);
}

static void *
wait_at_1(void *argument)
{
    wait_at(1);
    return argument;
}

static void *
wait_at_2(void *argument)
{
    wait_at(2);
    return argument;
}

/* Tasks 1 and 2 wait for gates that belong to each other; task 0 waits for both. */
static void *
wait_in_a_circle(void *argument)
{
    gates_close(SLEY_WAIT_MUTEX);
    gates[1].owner = 2;
    gates[2].owner = 1;
    uint32_t first = start(wait_at_1);
    uint32_t second = start(wait_at_2);
    join(first);
    join(second);
    return argument;
}

static void
a_circle_of_waiters_is_a_deadlock_and_its_consequences_are_not_told(void **state)
{
    (void)state;
    run(wait_in_a_circle);
    const struct sley_failure *failure = only_failure(SLEY_VERDICT_DEADLOCK_CYCLE);
    assert_int_equal(failure->cycle_count, 2);
    assert_int_equal(failure->cycle[0].task, 1); /* closed it */
    assert_int_equal(failure->cycle[0].object, (uintptr_t)&gates[1]);
    assert_int_equal(failure->cycle[1].task, 2);
    assert_int_equal(failure->cycle[1].object, (uintptr_t)&gates[2]);
}

static void *
own_too_late(void *argument)
{
    gates_close(SLEY_WAIT_RWLOCK);
    gates[2].owner = 1;
    uint32_t first = start(wait_at_1);
    uint32_t second = start(wait_at_2);
    sley_point_yield(PLACE);
    gates[1].owner = 2; /* the last of several owners but one went away */
    join(first);
    join(second);
    return argument;
}

static void
a_cycle_that_no_waiter_closed_is_found_in_the_end(void **state)
{
    (void)state;
    run(own_too_late);
    assert_int_equal(only_failure(SLEY_VERDICT_DEADLOCK_CYCLE)->cycle_count, 2);
}

static void *
wait_for_a_time(void *argument)
{
    went_wrong = sley_point_gate(SLEY_OP_LOCK, &gates[2], 100, PLACE);
    sley_gate_set(&gates[1], true);
    return argument;
}

static void *
circle_with_a_deadline(void *argument)
{
    gates_close(SLEY_WAIT_MUTEX);
    gates[1].owner = 2;
    gates[2].owner = 1;
    uint32_t first = start(wait_at_1);
    uint32_t second = start(wait_for_a_time);
    join(first);
    join(second);
    return argument;
}

static void
a_wait_with_a_deadline_closes_no_cycle(void **state)
{
    (void)state;
    run(circle_with_a_deadline);
    assert_int_equal(result.verdicts, 0);
    assert_false(went_wrong);
    assert_int_equal(result.clock_ns, 100);
}

static void *
join_one_at_1(void *argument)
{
    join(start(wait_at_1));
    return argument;
}

static void *
wait_for_nobody(void *argument)
{
    gates_close(SLEY_WAIT_SEMAPHORE);
    return join_one_at_1(argument);
}

static void *
wait_for_a_lost_signal(void *argument)
{
    gates_close(SLEY_WAIT_CONDITION);
    gates[1].lost_signal = true;
    return join_one_at_1(argument);
}

static void *
wait_for_a_signal(void *argument)
{
    gates_close(SLEY_WAIT_CONDITION);
    return join_one_at_1(argument);
}

static void *
wait_for_the_dead(void *argument)
{
    gates_close(SLEY_WAIT_MUTEX);
    uint32_t owner = start(note_begin);
    gates[1].owner = (int32_t)owner;
    gates[1].taken_pc = 0x2000;
    join(owner);
    return join_one_at_1(argument);
}

static void
a_wait_that_nobody_ends_is_classified_by_its_cause(void **state)
{
    (void)state;
    run(wait_for_nobody);
    const struct sley_failure *failure = only_failure(SLEY_VERDICT_BLOCKED);
    assert_int_equal(failure->task[0], 1);
    assert_int_equal(failure->address, (uintptr_t)&gates[1]);
    assert_int_equal(failure->pc[0], PLACE + 1);
    assert_string_equal(failure->text, "waits for a semaphore for ever");
    run(wait_for_a_lost_signal);
    only_failure(SLEY_VERDICT_LOST_WAKEUP);
    run(wait_for_a_signal);
    only_failure(SLEY_VERDICT_BLOCKED);
    run(wait_for_the_dead);
    failure = only_failure(SLEY_VERDICT_ORPHANED_LOCK);
    assert_int_equal(failure->task[0], 2);
    assert_int_equal(failure->task[1], 1);
    assert_int_equal(failure->pc[1], 0x2000);
}

static void
outside_a_run_every_gate_lets_pass(void **state)
{
    (void)state;
    gates_close(SLEY_WAIT_MUTEX);
    assert_true(sley_point_gate(SLEY_OP_LOCK, &gates[0], UINT64_MAX, PLACE));
    assert_true(sley_wait_gate(&gates[0], UINT64_MAX, PLACE));
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiters_pass_only_once_the_gate_is_open),
        cmocka_unit_test(a_gate_closed_by_the_first_keeps_the_other_waiters_back),
        cmocka_unit_test(a_task_behind_a_gate_begins_when_it_opens),
        cmocka_unit_test(waiting_for_oneself_is_a_self_deadlock),
        cmocka_unit_test(a_circle_of_waiters_is_a_deadlock_and_its_consequences_are_not_told),
        cmocka_unit_test(a_cycle_that_no_waiter_closed_is_found_in_the_end),
        cmocka_unit_test(a_wait_with_a_deadline_closes_no_cycle),
        cmocka_unit_test(a_wait_that_nobody_ends_is_classified_by_its_cause),
        cmocka_unit_test(outside_a_run_every_gate_lets_pass),
    };
    return cmocka_run_group_tests_name("gate", tests, engine_init, NULL);
}
