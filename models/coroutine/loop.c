#include "models/coroutine/loop.h"

#include "models/registry.h"

struct coroutine {
    struct sley_gate turn; /* open while the coroutine may run */
    uint64_t deadline_ns;  /* UINT64_MAX: no timer */
    uint64_t timer_order;
    bool timed;    /* its wait has a deadline, which may have passed already */
    bool woken;    /* in the ready queue */
    uint16_t next; /* 1 + task of the next in its list */
    struct sley_loop_list joiners;
};

static struct coroutine coroutines[SLEY_TASKS_MAX];
static uint16_t ready[SLEY_TASKS_MAX];
static uint32_t ready_first, ready_count;
static uint64_t timer_order;

void
sley_loop_list_append(struct sley_loop_list *list, uint32_t task)
{
    coroutines[task].next = 0;
    if (list->last) {
        coroutines[list->last - 1].next = (uint16_t)(task + 1);
    } else {
        list->first = (uint16_t)(task + 1);
    }
    list->last = (uint16_t)(task + 1);
}

void
sley_loop_list_remove(struct sley_loop_list *list, uint32_t task)
{
    uint16_t previous = 0;
    uint16_t at = list->first;
    while (at && at != task + 1) {
        previous = at;
        at = coroutines[at - 1].next;
    }
    if (!at) {
        return;
    }
    uint16_t next = coroutines[task].next;
    *(previous ? &coroutines[previous - 1].next : &list->first) = next;
    if (list->last == at) {
        list->last = previous;
    }
}

void
sley_loop_list_owned(const struct sley_loop_list *list, int32_t owner, uintptr_t taken_pc)
{
    for (uint16_t at = list->first; at; at = coroutines[at - 1].next) {
        if (!coroutines[at - 1].timed) {
            coroutines[at - 1].turn.owner = owner;
            coroutines[at - 1].turn.taken_pc = taken_pc;
        }
    }
}

static void
coroutine_init(uint32_t task)
{
    struct coroutine *self = &coroutines[task];
    sley_gate_init(&self->turn, SLEY_WAIT_FUTURE, 0);
    self->turn.open = false;
    self->deadline_ns = UINT64_MAX;
    self->timed = false;
    self->woken = false;
    self->joiners = (struct sley_loop_list){0};
}

static void
begin(void)
{
    ready_first = 0;
    ready_count = 0;
    timer_order = 0;
    coroutine_init(0);
}

void
sley_loop_wake(uint32_t task)
{
    if (coroutines[task].woken) {
        return;
    }
    coroutines[task].woken = true;
    coroutines[task].deadline_ns = UINT64_MAX;
    ready[(ready_first + ready_count++) % SLEY_TASKS_MAX] = (uint16_t)task;
}

/* The suspended coroutine whose timer is due first; SLEY_TASKS_MAX if no timer is armed. */
static uint32_t
earliest(void)
{
    uint32_t best = SLEY_TASKS_MAX;
    for (uint32_t t = 0; t < sley_engine.task_count; t++) {
        const struct coroutine *c = &coroutines[t];
        if (c->deadline_ns == UINT64_MAX) {
            continue;
        }
        if (best == SLEY_TASKS_MAX || c->deadline_ns < coroutines[best].deadline_ns ||
            (c->deadline_ns == coroutines[best].deadline_ns &&
             c->timer_order < coroutines[best].timer_order)) {
            best = t;
        }
    }
    return best;
}

/* As one pass of the loop does: due timers go to the end of the ready queue, in order; with nothing
 * ready the clock moves to the first timer. */
static void
timers_fire(uintptr_t pc)
{
    uint32_t t = earliest();
    if (t == SLEY_TASKS_MAX) {
        return;
    }
    if (ready_count == 0 && coroutines[t].deadline_ns > sley_engine.clock_ns) {
        sley_sleep_until(coroutines[t].deadline_ns, pc);
    }
    while (t != SLEY_TASKS_MAX && coroutines[t].deadline_ns <= sley_engine.clock_ns) {
        sley_loop_wake(t);
        t = earliest();
    }
}

/* Lets the next ready coroutine run, if there is one. */
static void
dispatch(uintptr_t pc)
{
    timers_fire(pc);
    if (ready_count == 0) {
        return;
    }
    uint32_t next = ready[ready_first];
    ready_first = (ready_first + 1) % SLEY_TASKS_MAX;
    ready_count--;
    coroutines[next].woken = false;
    sley_clock_hand_over(next);
    sley_gate_set(&coroutines[next].turn, true);
}

void
sley_loop_suspend(enum sley_wait kind, uintptr_t object, int32_t owner, uintptr_t taken_pc,
                  uintptr_t pc)
{
    struct sley_gate *turn = &coroutines[sley_engine.task].turn;
    turn->kind = kind;
    turn->object = object;
    turn->owner = owner;
    turn->taken_pc = taken_pc;
    turn->open = false;
    dispatch(pc);
    sley_wait_gate(turn, UINT64_MAX, pc);
}

bool
sley_loop_suspend_until(uint64_t deadline_ns, enum sley_wait kind, uintptr_t object, uintptr_t pc)
{
    struct coroutine *self = &coroutines[sley_engine.task];
    self->deadline_ns = deadline_ns;
    self->timer_order = ++timer_order;
    self->timed = true;
    sley_loop_suspend(kind, object, -1, 0, pc);
    bool expired = sley_engine.clock_ns >= deadline_ns;
    self->deadline_ns = UINT64_MAX;
    self->timed = false;
    return !expired;
}

static uintptr_t
spawn(void *(*entry)(void *), void *argument)
{
    uint32_t next = sley_engine.task_count;
    if (next >= SLEY_TASKS_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, SLEY_CALLER(), "more than 256 coroutines");
    }
    coroutine_init(next);
    uint32_t task = sley_task_spawn(entry, argument, &coroutines[next].turn, SLEY_CALLER());
    sley_loop_wake(task);
    return task + 1;
}

static void *
join(uintptr_t handle)
{
    uint32_t task = (uint32_t)handle - 1;
    if (task >= sley_engine.task_count) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, SLEY_CALLER(),
                         "join of a handle that no spawn returned");
    }
    const struct sley_task *other = &sley_engine.task_table[task];
    sley_point(SLEY_OP_AWAIT, (uintptr_t)&other->done, SLEY_CALLER());
    if (other->state != SLEY_TASK_DONE) {
        sley_loop_list_append(&coroutines[task].joiners, sley_engine.task);
        sley_loop_suspend(SLEY_WAIT_JOIN, (uintptr_t)&other->done, (int32_t)task, 0, SLEY_CALLER());
    }
    return other->result;
}

/* `await asyncio.sleep(0)`: to the end of the ready queue. */
static void
pause_task(void)
{
    sley_point(SLEY_OP_AWAIT, 0, SLEY_CALLER());
    sley_loop_wake(sley_engine.task);
    sley_loop_suspend(SLEY_WAIT_FUTURE, 0, -1, 0, SLEY_CALLER());
}

static void
sleep_task(uint64_t duration_ns)
{
    if (duration_ns == 0) {
        pause_task();
        return;
    }
    sley_point(SLEY_OP_AWAIT, 0, SLEY_CALLER());
    sley_loop_suspend_until(sley_engine.clock_ns + duration_ns, SLEY_WAIT_SLEEP, 0, SLEY_CALLER());
}

/* On the stack of a coroutine that has returned: its joiners become ready, in order, and the loop
 * goes on. The end of task 0 ends the loop. */
static void
ended(void)
{
    struct coroutine *self = &coroutines[sley_engine.task];
    if (sley_engine.task == 0) {
        return;
    }
    while (self->joiners.first) {
        uint32_t joiner = self->joiners.first - 1u;
        sley_loop_list_remove(&self->joiners, joiner);
        sley_loop_wake(joiner);
    }
    dispatch(0);
}

static const struct sley_model_task_ops task_ops = {
    .begin = begin,
    .spawn = spawn,
    .join = join,
    .pause = pause_task,
    .sleep = sleep_task,
    .ended = ended,
};

extern const struct sley_model_lock_ops sley_coroutine_lock_ops;
extern const struct sley_model_condition_ops sley_coroutine_condition_ops;
extern const struct sley_model_queue_ops sley_coroutine_queue_ops;
extern const struct sley_model_queue_count_ops sley_coroutine_queue_count_ops;

const struct sley_model sley_model_coroutine = {
    .name = "coroutine",
    .summary = "coroutines on an event loop: a switch only at an await that suspends",
    .strict_time = true,
    .task = &task_ops,
    .lock = &sley_coroutine_lock_ops,
    .condition = &sley_coroutine_condition_ops,
    .queue = &sley_coroutine_queue_ops,
    .queue_count = &sley_coroutine_queue_count_ops,
    .exceptions = SLEY_EXCEPTION_RAISED,
};
