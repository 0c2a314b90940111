#include "models/gil/lock.h"

#include "models/fault.h"
#include "models/machine/machine.h"

static char interpreter_lock; /* its address alone matters */

/* At which a task waits for its turn at the lock that it wants. */
static struct sley_gate turns[SLEY_TASKS_MAX];

/* switch_count of the lock when the interval of the task began. */
static uint32_t began[SLEY_TASKS_MAX];

uintptr_t
sley_gil_world(void)
{
    return (uintptr_t)&interpreter_lock;
}

void
sley_gil_init(struct sley_gil *gil, enum sley_gil_policy policy)
{
    gil->policy = policy;
    gil->owner = gil->last_owner = gil->barred = -1;
    gil->requested = gil->fresh = gil->every = false;
    gil->ticks = gil->ticks_left = SLEY_GIL_TICKS;
    gil->switch_count = 0;
    gil->interval_ns = 0;
    gil->waiter_count = 0;
    sley_gate_init(&gil->asked, SLEY_WAIT_INTERPRETER, (uintptr_t)&interpreter_lock);
    gil->asked.open = false;
}

static uint64_t
interval_ns(const struct sley_gil *gil)
{
    uint64_t profile = sley_machine_cost(SLEY_COST_SWITCH_INTERVAL);
    return gil->interval_ns ? gil->interval_ns : profile ? profile : SLEY_GIL_INTERVAL_NS;
}

/* When the task, which waits, will ask for the lock. One timer is enough, that of the first in
 * line: its interval began no later than any other's, and a request speaks for all. Once it is made
 * there is nothing more to ask, so that a search need not ask again and again. */
static uint64_t
deadline_ns(const struct sley_gil *gil, uint32_t task)
{
    bool asks = gil->policy != SLEY_GIL_PY2 && gil->owner >= 0 && !gil->requested &&
                gil->waiters[0] == task;
    return asks ? sley_engine.clock_ns + interval_ns(gil) : UINT64_MAX;
}

/* The lock was taken or released: who waits goes on waiting, from now on for that owner. */
static void
waiters_update(struct sley_gil *gil, uintptr_t pc)
{
    for (uint32_t i = 0; i < gil->waiter_count; i++) {
        struct sley_gate *turn = &turns[gil->waiters[i]];
        turn->owner = gil->owner;
        turn->taken_pc = pc;
        began[gil->waiters[i]] = gil->switch_count;
        sley_gate_set(turn, false);
        sley_gate_deadline(turn, deadline_ns(gil, gil->waiters[i]));
    }
}

static void
waiter_remove(struct sley_gil *gil, uint32_t task)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < gil->waiter_count; i++) {
        if (gil->waiters[i] != task) {
            gil->waiters[kept++] = gil->waiters[i];
        }
    }
    gil->waiter_count = kept;
}

static void
request(struct sley_gil *gil)
{
    gil->requested = true;
    if (!sley_fault(SLEY_FAULT_GIL_DEAF)) {
        sley_gate_set(&gil->asked, true);
    }
}

/* Whether the current task must leave the lock to others for now. */
static bool
must_wait(const struct sley_gil *gil)
{
    return gil->owner >= 0 || gil->barred == (int32_t)sley_engine.task;
}

static void
line_up(struct sley_gil *gil, uint32_t task)
{
    sley_gate_init(&turns[task], SLEY_WAIT_INTERPRETER, (uintptr_t)&interpreter_lock);
    turns[task].open = false;
    turns[task].owner = gil->owner;
    gil->waiters[gil->waiter_count++] = (uint16_t)task;
}

/* The current task has waited. The interval over, and no switch since it began: it asks. */
static void
waited(struct sley_gil *gil, bool in_time)
{
    if (!in_time && gil->owner >= 0 && gil->switch_count == began[sley_engine.task]) {
        request(gil);
    }
}

/* The current task stands in line. */
static void
wait_turn(struct sley_gil *gil, uintptr_t pc)
{
    uint32_t self = sley_engine.task;
    /* Ends: every turn is a scheduling point, of which a run has only so many. */
    while (must_wait(gil)) {
        uint64_t deadline = deadline_ns(gil, self);
        began[self] = gil->switch_count;
        waited(gil, sley_point_gate(SLEY_OP_LOCK, &turns[self], deadline, pc));
    }
    waiter_remove(gil, self);
}

static void
own(struct sley_gil *gil, uintptr_t pc)
{
    int32_t self = (int32_t)sley_engine.task;
    gil->owner = self;
    gil->barred = -1;
    gil->requested = false;
    gil->fresh = false;
    sley_gate_set(&gil->asked, false);
    if (gil->last_owner != self) {
        sley_engine.result->conflict |= gil->last_owner >= 0;
        gil->last_owner = self;
        gil->switch_count++;
    }
    waiters_update(gil, sley_noted_pc(pc));
}

void
sley_gil_take(struct sley_gil *gil, uintptr_t pc)
{
    if (gil->policy == SLEY_GIL_FREE || !sley_running()) {
        return;
    }
    if (must_wait(gil)) {
        line_up(gil, sley_engine.task);
        wait_turn(gil, pc);
    }
    own(gil, pc);
}

/* To wait in line as soon as the event has come, and not only when the scheduler lets the task run,
 * hides nothing: whom a release signals is a choice among all that stand there. It spares a search
 * all the places at which the task could have joined the line. */
void
sley_gil_take_after(struct sley_gil *gil, enum sley_wait kind, uintptr_t object, int32_t owner,
                    uintptr_t pc)
{
    uint32_t self = sley_engine.task;
    struct sley_gate *turn = &turns[self];
    if (!sley_running()) {
        return;
    }
    sley_gate_init(turn, kind, object);
    turn->open = false;
    turn->owner = owner;
    bool in_time = sley_wait_gate(turn, UINT64_MAX, pc);
    if (gil->policy == SLEY_GIL_FREE) {
        return;
    }
    waited(gil, in_time);
    wait_turn(gil, pc);
    own(gil, pc);
}

void
sley_gil_arrive(struct sley_gil *gil, uint32_t task)
{
    struct sley_gate *turn = &turns[task];
    if (gil->policy == SLEY_GIL_FREE) {
        sley_gate_set(turn, true);
        return;
    }
    turn->kind = SLEY_WAIT_INTERPRETER;
    turn->object = (uintptr_t)&interpreter_lock;
    turn->owner = gil->owner;
    sley_engine.task_table[task].wait = SLEY_WAIT_INTERPRETER;
    began[task] = gil->switch_count;
    gil->waiters[gil->waiter_count++] = (uint16_t)task;
    sley_gate_deadline(turn, deadline_ns(gil, task));
    sley_gate_set(turn, gil->owner < 0);
}

static void
release(struct sley_gil *gil)
{
    gil->owner = -1;
    waiters_update(gil, 0);
    if (gil->waiter_count) {
        /* On a timed machine first come, first served, as for its cores: figures are exact. */
        uint32_t bound = sley_machine_timed() ? 1 : gil->waiter_count;
        uint32_t next = sley_choose(SLEY_CHOICE_WAITER, bound);
        sley_gate_set(&turns[gil->waiters[next]], true);
    }
}

void
sley_gil_drop(struct sley_gil *gil)
{
    if (gil->policy == SLEY_GIL_FREE || !sley_running()) {
        return;
    }
    if (gil->requested && !sley_fault(SLEY_FAULT_GIL_UNFORCED)) {
        gil->barred = (int32_t)sley_engine.task;
    }
    release(gil);
}

void
sley_gil_leave(struct sley_gil *gil)
{
    if (gil->policy != SLEY_GIL_FREE && sley_running()) {
        release(gil);
    }
}

void
sley_gil_fresh(struct sley_gil *gil)
{
    gil->fresh = gil->policy != SLEY_GIL_FREE;
}

/* Whether the lock's owner looks at requests before (CALL: after) a bytecode of that kind. */
static bool
is_check_point(const struct sley_gil *gil, enum sley_bytecode kind)
{
    switch (gil->policy) {
    case SLEY_GIL_PY2:
        return false; /* it counts */
    case SLEY_GIL_PY310:
        return kind != SLEY_BYTECODE_PLAIN || sley_fault(SLEY_FAULT_GIL_EAGER);
    case SLEY_GIL_PY32:
    case SLEY_GIL_FREE:
        break;
    }
    return true;
}

/* Python 2: the count is over before the first bytecode that it does not cover. */
static void
tick(struct sley_gil *gil, enum sley_op op, uintptr_t object, uintptr_t pc)
{
    if (gil->ticks_left > 0) {
        gil->ticks_left--;
        sley_note(op, object, pc);
        return;
    }
    gil->ticks_left = gil->ticks - 1;
    sley_gil_drop(gil);
    sley_point_two(op, object, (uintptr_t)&interpreter_lock, pc);
    sley_gil_take(gil, pc);
}

void
sley_gil_check(struct sley_gil *gil, enum sley_bytecode kind, enum sley_op op, uintptr_t object,
               uintptr_t pc)
{
    if (gil->policy == SLEY_GIL_PY2) {
        tick(gil, op, object, pc);
        return;
    }
    bool checks = is_check_point(gil, kind) && !gil->fresh;
    gil->fresh = false;
    if (!checks && !gil->every) {
        sley_note(op, object, pc);
        return;
    }
    sley_point_two(op, object, (uintptr_t)&interpreter_lock, pc);
    if (checks && gil->requested && !sley_fault(SLEY_FAULT_GIL_DEAF)) {
        sley_gil_drop(gil);
        sley_gil_take(gil, pc);
    }
}

/* The part of the duration that passes before the owner looks up: all of it, if nobody asks. */
static uint64_t
compute_part(struct sley_gil *gil, uint64_t duration_ns, uintptr_t pc)
{
    uint64_t slice = (uint64_t)gil->ticks * SLEY_GIL_TICK_NS;
    if (gil->policy == SLEY_GIL_PY2 && duration_ns > slice) {
        duration_ns = slice;
    }
    sley_machine_core_take(pc);
    uint64_t passed = sley_machine_run_until(duration_ns, &gil->asked, pc);
    sley_machine_core_drop();
    return passed;
}

void
sley_gil_compute(struct sley_gil *gil, uint64_t duration_ns, uintptr_t pc)
{
    uintptr_t object = (uintptr_t)&interpreter_lock;
    sley_gil_check(gil, SLEY_BYTECODE_PLAIN, SLEY_OP_COMPUTE, object, pc);
    if (gil->policy == SLEY_GIL_FREE && sley_machine_timed()) {
        sley_machine_execute(duration_ns, pc);
        return;
    }
    /* Ends: time passes, and whoever asked has had the lock when this task comes back. */
    do {
        duration_ns -= sley_machine_timed() ? compute_part(gil, duration_ns, pc) : duration_ns;
        if (gil->policy == SLEY_GIL_PY2) {
            gil->ticks_left = 0; /* that many bytecodes, or an unknown number */
        }
        sley_gil_check(gil, SLEY_BYTECODE_JUMP, SLEY_OP_COMPUTE, object, pc);
    } while (duration_ns);
}
