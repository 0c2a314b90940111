/* asyncio.TaskGroup as of CPython 3.11. */
#include "models/coroutine/loop.h"

struct group {
    struct loop_task *parent;            /* NULL: not entered */
    struct sley_async_future *completed; /* that leave awaits; NULL: none */
    uint32_t alive;                      /* tasks whose end the group has not heard of */
    uint8_t error_count;
    bool exiting;
    bool aborting;
    bool parent_cancelled; /* by the group */
    intptr_t errors[SLEY_LOOP_GROUP_ERRORS_MAX];
};

static struct group *
group_of(struct sley_loop_group *group)
{
    _Static_assert(sizeof(struct group) <= sizeof(struct sley_loop_group), "no room for a group");
    return (struct group *)group->storage;
}

static void
abort_all(struct group *self)
{
    self->aborting = true;
    struct loop_task *task;
    for (uint32_t i = 0; (task = sley_task_at(i)) != NULL; i++) {
        if (task->group == self && !sley_async_future_done(&task->future)) {
            sley_task_cancel(task);
        }
    }
}

static void
error_note(struct group *self, intptr_t code)
{
    if (self->error_count < SLEY_LOOP_GROUP_ERRORS_MAX) {
        self->errors[self->error_count++] = code;
    }
}

static void
task_done(struct sley_async_future *future, void *argument)
{
    struct group *self = argument;
    self->alive--;
    sley_task_of(future)->group = NULL;
    if (self->completed && self->alive == 0) {
        sley_async_future_finish(self->completed, sley_result(1));
    }
    struct sley_awaited outcome = sley_async_future_outcome(future);
    if (outcome.kind != SLEY_EXCEPTION) {
        return;
    }
    error_note(self, outcome.value);
    if (!sley_async_future_done(&self->parent->future) && !self->aborting &&
        !self->parent_cancelled) {
        abort_all(self);
        self->parent_cancelled = true;
        sley_task_cancel(self->parent);
    }
}

/* Waits for all tasks. Returns the cancellation to pass on, if one came from elsewhere. */
static struct sley_awaited
tasks_wait(struct group *self, struct sley_awaited pass_on, uintptr_t pc)
{
    const struct loop_wait wait = {SLEY_WAIT_FUTURE, (uintptr_t)self, -1, 0};
    while (self->alive > 0) {
        struct sley_async_future *completed = sley_async_future_make_internal(pc);
        self->completed = completed;
        struct sley_awaited outcome = sley_await_as(completed, &wait, pc);
        if (outcome.kind == SLEY_CANCELLED && !self->aborting) {
            pass_on = outcome;
            abort_all(self);
        }
        self->completed = NULL;
        sley_async_future_drop(completed);
    }
    return pass_on;
}

/* --- for authors --- */

struct sley_awaited
sley_loop_group_enter(struct sley_loop_group *group)
{
    *group_of(group) = (struct group){.parent = sley_loop_self(SLEY_CALLER())};
    return sley_result(0);
}

struct sley_async_future *
sley_loop_group_task(struct sley_loop_group *group, struct sley_awaited (*body)(void *),
                     void *argument)
{
    uintptr_t pc = SLEY_CALLER();
    struct group *self = group_of(group);
    if (!self->parent || self->aborting || (self->exiting && self->alive == 0)) {
        return NULL;
    }
    struct loop_task *task = sley_task_make(body, NULL, argument, NULL, NULL, pc);
    sley_async_future_add_internal(&task->future, task_done, self, NULL, pc);
    task->group = self;
    self->alive++;
    return &task->future;
}

struct sley_awaited
sley_loop_group_leave(struct sley_loop_group *group, struct sley_awaited block)
{
    uintptr_t pc = SLEY_CALLER();
    struct group *self = group_of(group);
    sley_loop_self(pc);
    sley_point(SLEY_OP_AWAIT, sley_loop_object(), pc);
    self->exiting = true;
    struct sley_awaited pass_on = block.kind == SLEY_CANCELLED ? block : sley_result(0);
    if (self->parent_cancelled && sley_loop_uncancel(&self->parent->future) == 0) {
        pass_on = sley_result(0);
    }
    if (block.kind != SLEY_RESULT && !self->aborting) {
        abort_all(self);
    }
    pass_on = tasks_wait(self, pass_on, pc);
    if (pass_on.kind == SLEY_CANCELLED && self->error_count == 0) {
        return pass_on;
    }
    if (block.kind == SLEY_EXCEPTION) {
        error_note(self, block.value);
    }
    if (self->error_count > 0) {
        return sley_exception(SLEY_EXCEPTION_GROUP);
    }
    return block;
}

uint32_t
sley_loop_group_error_count(const struct sley_loop_group *group)
{
    return ((const struct group *)group->storage)->error_count;
}

intptr_t
sley_loop_group_error(const struct sley_loop_group *group, uint32_t index)
{
    const struct group *self = (const struct group *)group->storage;
    return index < self->error_count ? self->errors[index] : 0;
}
