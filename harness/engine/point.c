/* Scheduling points: when the source is asked, and how the answer is carried out. */
#include "engine/access.h"
#include "engine/internal.h"
#include "engine/lane.h"
#include "engine/spin.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

struct sley_engine sley_engine;

static const uint32_t never = UINT32_MAX;

/* Whether to kill the current task's process is a question at each of its points. */
static bool
may_be_killed(void)
{
    const struct sley_engine *e = &sley_engine;
    return __builtin_expect(e->processes, 0) && e->kill_count == 0 &&
           sley_process_table[sley_current()->process].killable;
}

void
sley_limit_update(void)
{
    struct sley_engine *e = &sley_engine;
    if (e->options->quiet) {
        e->limit = 1; /* the slow path tells accesses from operations */
        return;
    }
    uint32_t limit = e->question;
    uint32_t bound = e->base + (e->tail_step ? e->tail_step : sley_steps_max()) + 1;
    if (e->candidates_changed || e->tail_step || (e->check & SLEY_CHECK_OBSERVE) ||
        (e->killable && e->kill_count == 0)) {
        limit = e->step + 1;
    }
    if (limit > bound) {
        limit = bound;
    }
    if (limit > e->base + e->spin_look) {
        limit = e->base + e->spin_look;
    }
    if (e->prefix_next && limit > e->base + e->prefix_next) {
        limit = e->base + e->prefix_next;
    }
    if (e->options->places) {
        e->due = limit;
        limit = 1; /* every access is looked at */
    }
    e->limit = limit ? limit : 1;
}

/* Number of the decision that the current task takes now, within the task. */
static uint32_t
own_point(void)
{
    const struct sley_task *t = sley_current();
    return t->points + (sley_engine.step - t->in_step);
}

/* Continues with task: the current fiber is left, for good if its task is done. */
static void
switch_to(uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *from = sley_current();
    struct sley_task *to = &e->task_table[task];
    e->task = task;
    to->in_step = e->step;
    if (from == to) {
        return;
    }
    sley_spin_switched();
    if (to->attend) { /* one that has not begun attends at its first point */
        e->due = e->step + 1;
        e->limit = e->limit > e->due ? e->due : e->limit;
    }
    if (__builtin_expect(e->processes, 0)) {
        int saved_errno = errno; /* every process has its own, but tasks of one share it */
        sley_baton_switch(&from->fiber, task, from->state == SLEY_TASK_DONE);
        errno = saved_errno;
        return;
    }
    from->saved_errno = errno;
    errno = to->saved_errno;
    if (sley_lane) {
        sley_lane->switch_to(task);
    }
    if (from->state == SLEY_TASK_DONE) {
        sley_fiber_leave(&from->fiber, &to->fiber);
    }
    sley_fiber_switch(&from->fiber, &to->fiber);
}

/* The runnable tasks and those whose time-out may come early; good until the next call. */
static const uint16_t *
candidates(uint32_t *count)
{
    static uint16_t buffer[SLEY_TASKS_MAX]; /* too large for a task's stack at each question */
    struct sley_engine *e = &sley_engine;
    *count = e->runnable_count;
    if (e->sleeper_count == 0 || e->options->strict_time || e->options->early_max == 0) {
        return e->runnable;
    }
    memcpy(buffer, e->runnable, e->runnable_count * sizeof buffer[0]);
    for (uint32_t t = sley_taskset_next(&e->sleepers, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(&e->sleepers, t + 1)) {
        buffer[(*count)++] = (uint16_t)t;
    }
    return buffer;
}

static void
observe_choice(const struct sley_view *view, uint32_t index)
{
    struct sley_engine *e = &sley_engine;
    if (!(e->check & SLEY_CHECK_OBSERVE) || !e->options->observer.choice ||
        index == view->default_index) {
        return;
    }
    struct sley_choice choice = {
        .kind = SLEY_CHOICE_SCHEDULE,
        .op = e->pending[view->current].op,
        .task = view->current,
        .point = view->point,
        .value = index < view->default_index ? index + 1 : index,
        .bound = view->candidate_count,
    };
    e->options->observer.choice(e->options->observer.context, &choice);
}

/* What is outside may still come, then time passes, then the run is over. */
static void
nobody_can_run(void)
{
    struct sley_engine *e = &sley_engine;
    if (e->idle) {
        e->idle(e->sleeper_count > 0);
    }
    if (e->runnable_count == 0 && e->sleeper_count > 0) {
        sley_time_fire_next();
    }
    if (e->runnable_count == 0) {
        sley_run_stalled();
    }
}

/* Asks the source who runs next, with the operation that takes the number first_step. Returns the
 * task, which can run then. */
static uint32_t
ask(uint32_t first_step, bool yields)
{
    struct sley_engine *e = &sley_engine;
    if (e->runnable_count == 0) {
        nobody_can_run();
    }
    bool current_runnable = sley_current()->state == SLEY_TASK_RUNNABLE;
    struct sley_view view = {
        .runnable_count = e->runnable_count,
        .current = e->task,
        .point = own_point(),
        .step = first_step - e->base,
        .current_runnable = current_runnable,
        .current_yields = yields || e->early_row >= SLEY_SPIN_EARLY,
        .task_count = e->task_count,
        .changed = e->candidates_changed,
        .pending = e->pending,
        .key = sley_object_key,
    };
    if (e->tail_step) {
        e->candidates_changed = false;
        return sley_tail_pick(&view);
    }
    view.candidates = candidates(&view.candidate_count);
    e->result->contended |= view.candidate_count > 1;
    view.default_index = current_runnable ? sley_runnable_place(e->task) : 0;
    struct sley_pick pick = {.index = view.default_index, .stay = 1};
    e->options->source.ops->pick(e->options->source.state, &view, &pick);
    if (pick.stop) {
        e->result->pruned = true;
        sley_run_end();
    }
    observe_choice(&view, pick.index);
    uint32_t task = view.candidates[pick.index];
    e->candidates_changed = false;
    /* To begin is an operation of its own that takes no number: the first point comes after it. */
    first_step -= e->pending[task].op == SLEY_OP_BEGIN;
    e->question = pick.stay >= never - first_step ? never : first_step + pick.stay;
    if (pick.index >= view.runnable_count) {
        e->early_row++;
        sley_time_fire_until(task);
    }
    return task;
}

/* Asks it, and carries the answer out. */
static void
kill_ask(void)
{
    if (may_be_killed() && sley_choose(SLEY_CHOICE_KILL, 2) == 1) {
        sley_engine.kill_count++;
        sley_task_end_process(-SIGKILL);
    }
}

/* What is different about a pending operation when tasks run in several processes. */
static void __attribute__((noinline)) pending_place(struct sley_pending *pending)
{
    pending->address = sley_baton_place(pending->address);
    pending->second = pending->second ? sley_baton_place(pending->second) : 0;
    pending->global |= pending->op == SLEY_OP_KILL || may_be_killed();
}

static void
pending_set(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t second)
{
    sley_engine.pending[sley_engine.task] = (struct sley_pending){
        .address = object,
        .second = second,
        .size = size,
        .op = op,
        .writes = sley_op_writes(op),
        .global = sley_is_global(op),
    };
    if (__builtin_expect(sley_engine.processes, 0)) {
        pending_place(&sley_engine.pending[sley_engine.task]);
    }
}

/* The current task cannot go on: runs others until it is chosen again. */
void
sley_task_give_way(void)
{
    struct sley_task *self = sley_current();
    if (sley_engine.pending[sley_engine.task].op == SLEY_OP_BEGIN) {
        pending_set(SLEY_OP_WAIT, 0, 1,
                    0); /* it has begun, though no point of it was asked about */
    }
    self->points++; /* a decision of its own, with a number of its own */
    uint32_t next = ask(sley_engine.step + 1, false);
    self->points += sley_engine.step - self->in_step;
    sley_limit_update();
    switch_to(next);
    sley_limit_update();
}

/* Asks at a point of the current task and switches; on return the task is scheduled. */
static void
point_ask(bool yields)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *self = sley_current();
    uint32_t next = ask(e->step, yields);
    if (next == e->task) {
        return;
    }
    self->points = own_point();
    e->step--; /* the operation did not execute yet; who runs next takes its number */
    sley_limit_update();
    switch_to(next);
    e->step++;
    sley_current()->in_step = e->step;
}

/* Whether the current task was scheduled to attend to an interruption. */
static bool
is_interrupted(void)
{
    return __builtin_expect(sley_current()->attend != NULL, 0);
}

/* Attends to it. Whatever wait the task was in has been left. Whether the wait ends. */
static bool
attend(void)
{
    struct sley_task *self = sley_current();
    bool (*call)(bool) = self->attend;
    self->attend = NULL;
    self->points++; /* the decision that led here keeps its number */
    return call(self->attend_blocked);
}

/* The same at a point, whose operation has not executed: it gets another number behind all that is
 * done meanwhile. */
static bool
attend_first(void)
{
    sley_engine.step--;
    bool ends = attend();
    sley_engine.step++;
    return ends;
}

static void
prefix_record(void)
{
    struct sley_engine *e = &sley_engine;
    e->result->prefix[e->prefix_count++] = e->hash;
    e->prefix_next = e->prefix_count < SLEY_PREFIXES_MAX ? e->prefix_next * 4 : 0;
}

static void
bounds_check(void)
{
    struct sley_engine *e = &sley_engine;
    uint32_t step = e->step - e->base;
    if (e->tail_step ? step > e->tail_step : step > sley_steps_max()) {
        sley_tail_advance();
    }
}

static bool
is_access(enum sley_op op)
{
    return op == SLEY_OP_READ || op == SLEY_OP_WRITE || op == SLEY_OP_ATOMIC_LOAD ||
           op == SLEY_OP_ATOMIC_STORE || op == SLEY_OP_ATOMIC_RMW || op == SLEY_OP_FENCE;
}

uint32_t
sley_point_slow(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t second, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if (e->limit == 0) {
        return 0;
    }
    if (e->options->quiet && is_access(op)) {
        e->step--;
        sley_observe_quiet(op, object, size, pc);
        return 0;
    }
    if (e->options->places) {
        if (sley_places_pass(op, object, size, pc)) {
            return 0;
        }
        if (e->step < e->due) {
            sley_places_note();
            return e->step;
        }
    }
    for (bool again = true; again;) {
        if (e->prefix_next && e->step - e->base >= e->prefix_next) {
            prefix_record();
        }
        bounds_check();
        pending_set(op, object, size, second);
        bool spins = e->step - e->base >= e->spin_look && sley_spin_note(op, object, size, pc);
        if (e->candidates_changed || e->step >= e->question || e->tail_step || spins) {
            point_ask(op == SLEY_OP_YIELD || spins);
        }
        again = is_interrupted();
        if (again) {
            attend_first();
        }
    }
    kill_ask();
    sley_limit_update();
    if (e->check & SLEY_CHECK_OBSERVE || e->tail_step) {
        sley_observe(op, object, size, pc);
    }
    if (e->options->places) {
        sley_places_note();
    }
    return e->step;
}

/* Adds a synchronisation operation that executes now to the run's identities. */
static void
identify(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t second, bool global)
{
    struct sley_engine *e = &sley_engine;
    if (!(e->check & SLEY_CHECK_HASH)) {
        return;
    }
    uint64_t key = sley_hash_sync(op, object);
    if (!(e->check & SLEY_CHECK_CANONICAL)) {
        return;
    }
    if (global || op == SLEY_OP_KILL || e->killable) {
        sley_canonical_global(e->task, op, key);
    } else if (second) {
        sley_canonical_two(e->task, op, object, key, second, sley_object_key(second));
    } else {
        sley_canonical_operation(e->task, op, object, size, key);
    }
}

/* A point of a synchronisation operation: no memory access, one byte of object. */
static void
sync_point(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t second, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    uint32_t step = ++e->step;
    if (step >= e->limit && sley_point_slow(op, object, size, second, pc) == 0) {
        return;
    }
    e->pc_ring[e->step % SLEY_PC_RING] = (uint32_t)pc;
    identify(op, object, size, second, sley_is_global(op));
}

void
sley_point(enum sley_op op, uintptr_t object, uintptr_t pc)
{
    sync_point(op, object, 1, 0, pc);
}

void
sley_point_sized(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc)
{
    sync_point(op, object, size, 0, pc);
}

void
sley_point_two(enum sley_op op, uintptr_t object, uintptr_t second, uintptr_t pc)
{
    sync_point(op, object, 1, second, pc);
}

void
sley_point_yield(uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if (e->limit == 0) {
        return;
    }
    e->candidates_changed = true; /* a yield is always a question */
    e->limit = e->due = 1;
    sync_point(SLEY_OP_YIELD, 0, 1, 0, pc);
}

static void
gate_enter(struct sley_gate *gate, uint64_t deadline_ns, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *self = sley_current();
    self->wait = gate->kind;
    /* From another process nobody can look at this stack. */
    self->wait_pc = e->processes ? sley_user_pc(pc, NULL) : pc;
    self->deadline_ns = deadline_ns;
    self->timed_out = false;
    sley_gate_add(gate, e->task);
    if (!gate->open && !self->attend) { /* what came before the wait is attended to first */
        sley_task_set_blocked(e->task, SLEY_TASK_BLOCKED);
        sley_cycle_check();
    }
}

static bool
gate_leave(struct sley_gate *gate)
{
    struct sley_task *self = sley_current();
    sley_gate_remove(sley_engine.task);
    self->wait = SLEY_WAIT_NONE;
    self->deadline_ns = UINT64_MAX;
    return gate->open;
}

/* The point of sley_point_gate, until the gate was passed or the wait ended in vain. */
static bool
gate_pass(enum sley_op op, struct sley_gate *gate, uint64_t deadline_ns, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    for (;;) {
        if (e->prefix_next && e->step - e->base >= e->prefix_next) {
            prefix_record();
        }
        bounds_check();
        pending_set(op, gate->object, 1, 0);
        e->pending[e->task].global |= deadline_ns != UINT64_MAX;
        bool spins = e->step - e->base >= e->spin_look && sley_spin_note(op, gate->object, 1, pc);
        gate_enter(gate, deadline_ns, pc);
        if (e->candidates_changed || e->step >= e->question || e->tail_step || spins) {
            point_ask(spins);
        }
        bool passed = gate_leave(gate);
        if (!is_interrupted()) {
            return passed;
        }
        if (attend_first()) {
            return false;
        }
    }
}

bool
sley_point_gate(enum sley_op op, struct sley_gate *gate, uint64_t deadline_ns, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    uint32_t step = ++e->step;
    bool passed = true;
    bool waited = !gate->open;
    if (step >= e->limit || !gate->open) {
        if (e->limit == 0) {
            return true;
        }
        passed = gate_pass(op, gate, deadline_ns, pc);
        kill_ask();
        sley_limit_update();
        if (e->check & SLEY_CHECK_OBSERVE || e->tail_step) {
            sley_observe_waited(op, gate->object, pc, waited);
        }
    }
    e->pc_ring[e->step % SLEY_PC_RING] = (uint32_t)pc;
    identify(op, gate->object, 1, 0, deadline_ns != UINT64_MAX);
    return passed;
}

bool
sley_wait_gate(struct sley_gate *gate, uint64_t deadline_ns, uintptr_t pc)
{
    if (sley_engine.limit == 0) {
        return true;
    }
    for (;;) {
        gate_enter(gate, deadline_ns, pc);
        if (!gate->open && !is_interrupted()) {
            sley_task_give_way();
        }
        bool open = gate_leave(gate);
        if (!is_interrupted()) {
            return open;
        }
        if (attend()) {
            return gate->open;
        }
    }
}

bool
sley_sleep_until(uint64_t deadline_ns, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    sley_point(SLEY_OP_SLEEP, 0, pc);
    uint32_t step = sley_step();
    struct sley_task *self = sley_current();
    while (e->limit != 0 && deadline_ns > e->clock_ns) {
        self->deadline_ns = deadline_ns;
        self->wait = SLEY_WAIT_SLEEP;
        self->wait_pc = pc;
        sley_task_set_blocked(e->task, SLEY_TASK_BLOCKED);
        sley_task_give_way();
        self->wait = SLEY_WAIT_NONE;
        self->deadline_ns = UINT64_MAX;
        if (is_interrupted() && attend()) {
            if (deadline_ns <= e->clock_ns) {
                return true;
            }
            sley_note_in_vain(step, SLEY_EVENT_INTERRUPTED);
            return false;
        }
    }
    return true;
}

uint32_t
sley_choose(enum sley_choice_kind kind, uint32_t bound)
{
    struct sley_engine *e = &sley_engine;
    if (e->limit == 0 || bound < 2 || e->tail_step) {
        return 0;
    }
    struct sley_task *self = sley_current();
    uint32_t point = kind == SLEY_CHOICE_INPUT ? self->input_count++ : 0;
    if (kind != SLEY_CHOICE_INPUT) {
        self->points++;
        point = own_point();
    }
    struct sley_value_query query = {kind, e->task, point, bound};
    uint32_t value = e->options->source.ops->value(e->options->source.state, &query);
    if ((e->check & SLEY_CHECK_OBSERVE) && e->options->observer.choice && value != 0) {
        struct sley_choice choice = {kind, e->pending[e->task].op, e->task, point, value, bound};
        e->options->observer.choice(e->options->observer.context, &choice);
    }
    /* Part of the run's identity: two runs that differ in an input are different runs. */
    e->hash = (e->hash ^ value ^ (uint64_t)kind << 32) * 0x9e3779b97f4a7c15u;
    if (e->check & SLEY_CHECK_CANONICAL) {
        sley_canonical_choice(e->task, kind, value);
    }
    return value;
}
