/* Task groups; the rules stand in groups.py. */
#include "tests/python/loop/order.h"

#include <stdio.h>
#include <string.h>

struct member {
    const char *name;
    uint32_t delay;
    intptr_t error; /* to raise; 0: none */
    bool collected; /* cancelled together with others, in no order */
};

static struct sley_awaited
member(void *spec)
{
    const struct member *self = spec;
    struct sley_awaited slept = nap(self->delay);
    if (slept.kind == SLEY_CANCELLED) {
        (self->collected ? collect : note)("%s-cancelled@%u", self->name, time_now());
        return slept;
    }
    note("%s@%u", self->name, time_now());
    return self->error ? sley_exception(self->error) : sley_result(0);
}

/* The names of the exceptions of a group, in their order. */
static void
note_group(const struct sley_loop_group *group)
{
    char names[80] = "";
    for (uint32_t i = 0; i < sley_loop_group_error_count(group); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? "+" : "",
                 error_name(sley_loop_group_error(group, i)));
    }
    note("group=%s", names);
}

static void
a_task_group_waits_for_all(void)
{
    struct member specs[] = {{"a", 2, 0, false}, {"b", 1, 0, false}};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, member, &specs[0]);
    sley_loop_group_task(&group, member, &specs[1]);
    note("body");
    sley_loop_group_leave(&group, sley_result(0));
    note("end@%u", time_now());
}

static struct sley_awaited
adding_parent(void *group)
{
    static struct member specs[] = {{"a", 1, 0, false}, {"c", 2, 0, false}};
    member(&specs[0]);
    sley_loop_group_task(group, member, &specs[1]);
    return sley_result(0);
}

static void
a_task_can_add_tasks_to_its_group(void)
{
    struct member spec = {"b", 2, 0, false};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, adding_parent, &group);
    sley_loop_group_task(&group, member, &spec);
    sley_loop_group_leave(&group, sley_result(0));
    note("end@%u", time_now());
}

static void
the_first_failure_cancels_the_rest_of_the_group(void)
{
    struct member specs[] = {{"a", 5, 0, true}, {"b", 2, KEY_ERROR, false}, {"c", 6, 0, true}};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    for (int i = 0; i < 3; i++) {
        sley_loop_group_task(&group, member, &specs[i]);
    }
    struct sley_awaited end = sley_loop_group_leave(&group, sley_result(0));
    if (end.kind == SLEY_EXCEPTION && end.value == SLEY_EXCEPTION_GROUP) {
        note_collected();
        note_group(&group);
    }
    note("end@%u", time_now());
}

static void
a_failure_in_a_group_cancels_its_body(void)
{
    struct member spec = {"a", 2, KEY_ERROR, false};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, member, &spec);
    struct sley_awaited slept = nap(5);
    if (slept.kind == SLEY_CANCELLED) {
        note("body-cancelled@%u", time_now());
    }
    if (sley_loop_group_leave(&group, slept).kind == SLEY_EXCEPTION) {
        note_group(&group);
    }
    note("requests=%u", sley_loop_cancelling(sley_loop_current()));
}

static void
a_body_that_raises_cancels_its_group(void)
{
    struct member spec = {"a", 5, 0, false};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, member, &spec);
    nap(1);
    if (sley_loop_group_leave(&group, sley_exception(KEY_ERROR)).kind == SLEY_EXCEPTION) {
        note_group(&group);
    }
    note("end@%u", time_now());
}

static struct sley_awaited
failing_late(void *unused)
{
    (void)unused;
    struct sley_awaited slept = nap(5);
    if (slept.kind == SLEY_CANCELLED) {
        collect("late");
        return sley_exception(SLEY_VALUE_ERROR);
    }
    return slept;
}

static void
a_group_combines_the_failures_of_its_tasks(void)
{
    struct member specs[] = {{"b", 1, KEY_ERROR, false}, {"c", 6, 0, true}};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, failing_late, NULL);
    sley_loop_group_task(&group, member, &specs[0]);
    sley_loop_group_task(&group, member, &specs[1]);
    if (sley_loop_group_leave(&group, sley_result(0)).kind == SLEY_EXCEPTION) {
        note_collected();
        note_group(&group);
    }
}

static void
a_cancelled_member_is_no_failure(void)
{
    struct member specs[] = {{"a", 5, 0, false}, {"b", 2, 0, false}};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    struct sley_async_future *victim = sley_loop_group_task(&group, member, &specs[0]);
    sley_loop_group_task(&group, member, &specs[1]);
    nap(1);
    sley_loop_cancel(victim);
    if (sley_loop_group_leave(&group, sley_result(0)).kind == SLEY_RESULT) {
        note("end@%u", time_now());
    }
}

static struct sley_awaited
owner(void *unused)
{
    struct member specs[] = {{"a", 5, 0, true}, {"b", 6, 0, true}};
    struct sley_loop_group group;
    (void)unused;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, member, &specs[0]);
    sley_loop_group_task(&group, member, &specs[1]);
    struct sley_awaited end = sley_loop_group_leave(&group, sley_result(0));
    if (end.kind == SLEY_CANCELLED) {
        note_collected();
        note("owner-cancelled@%u", time_now());
    }
    return end;
}

static void
cancelling_the_owner_of_a_group_cancels_its_tasks(void)
{
    struct sley_async_future *task = sley_loop_task(owner, NULL);
    nap(1);
    sley_loop_cancel(task);
    if (sley_await(task).kind == SLEY_CANCELLED) {
        note("cancelled=%s", truth(sley_loop_cancelled(task)));
    }
}

static struct sley_awaited
adding_late(void *group)
{
    static struct member spec = {"never", 1, 0, false};
    struct sley_awaited slept = nap(5);
    if (slept.kind == SLEY_CANCELLED && !sley_loop_group_task(group, member, &spec)) {
        note("RuntimeError");
    }
    return slept;
}

static void
a_group_that_shuts_down_takes_no_new_task(void)
{
    struct member spec = {"b", 1, KEY_ERROR, false};
    struct sley_loop_group group;
    sley_loop_group_enter(&group);
    sley_loop_group_task(&group, adding_late, &group);
    sley_loop_group_task(&group, member, &spec);
    if (sley_loop_group_leave(&group, sley_result(0)).kind == SLEY_EXCEPTION) {
        note_group(&group);
    }
}

const struct order_case order_groups[] = {
    ORDER_CASE(a_task_group_waits_for_all),
    ORDER_CASE(a_task_can_add_tasks_to_its_group),
    ORDER_CASE(the_first_failure_cancels_the_rest_of_the_group),
    ORDER_CASE(a_failure_in_a_group_cancels_its_body),
    ORDER_CASE(a_body_that_raises_cancels_its_group),
    ORDER_CASE(a_group_combines_the_failures_of_its_tasks),
    ORDER_CASE(a_cancelled_member_is_no_failure),
    ORDER_CASE(cancelling_the_owner_of_a_group_cancels_its_tasks),
    ORDER_CASE(a_group_that_shuts_down_takes_no_new_task),
    {0},
};
