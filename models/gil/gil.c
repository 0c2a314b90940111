/* Threads of an interpreter, one model for each of CPython's protocols: tasks that take the
 * interpreter lock before they run, and release it around what blocks. */
#include "models/gil/gil.h"

#include "models/fault.h"
#include "models/machine/machine.h"
#include "models/registry.h"

enum { INTERPRETERS_MAX = 16 };

static struct sley_gil gils[INTERPRETERS_MAX];
static uint32_t interpreter_count;
static uint32_t last_task; /* that executed a bytecode without a lock; SLEY_TASKS_MAX: none yet */

static uint16_t joiners[SLEY_TASKS_MAX]; /* 1 + task that waits for the end of this one; 0: none */

static struct {
    void *(*entry)(void *);
    void *argument;
    uint32_t interpreter;
} starts[SLEY_TASKS_MAX];

struct sley_gil *
sley_gil_own(void)
{
    return &gils[starts[sley_engine.task].interpreter];
}

/* Without a common lock, tasks that execute bytecodes in turn have interacted. */
static void
note_turn(const struct sley_gil *gil)
{
    if (gil->policy == SLEY_GIL_FREE || gil->every) {
        sley_engine.result->conflict |= last_task < SLEY_TASKS_MAX && last_task != sley_engine.task;
        last_task = sley_engine.task;
    }
}

void
sley_gil_enter(enum sley_op op, uintptr_t object, uintptr_t pc)
{
    struct sley_gil *gil = sley_gil_own();
    sley_gil_check(gil, SLEY_BYTECODE_PLAIN, op, object, pc);
    note_turn(gil);
}

void
sley_gil_return(uintptr_t pc)
{
    struct sley_gil *gil = sley_gil_own();
    /* Elsewhere the check before the next bytecode stands at the same place. */
    if (gil->policy == SLEY_GIL_PY310) {
        sley_gil_check(gil, SLEY_BYTECODE_CALL, SLEY_OP_BYTECODE, sley_gil_world(), pc);
    }
}

void
sley_gil_block_begin(void)
{
    if (!sley_fault(SLEY_FAULT_GIL_KEPT)) {
        sley_gil_drop(sley_gil_own());
    }
}

void
sley_gil_block_end(uintptr_t pc)
{
    if (!sley_fault(SLEY_FAULT_GIL_KEPT) && !sley_fault(SLEY_FAULT_GIL_NOT_RETAKEN)) {
        sley_gil_take(sley_gil_own(), pc);
    }
}

static void
begin(enum sley_gil_policy policy)
{
    sley_machine_begin();
    sley_gil_init(&gils[0], policy);
    interpreter_count = 1;
    last_task = SLEY_TASKS_MAX;
    starts[0].interpreter = 0;
    gils[0].owner = gils[0].last_owner = policy == SLEY_GIL_FREE ? -1 : 0;
}

static void
begin_py2(void)
{
    begin(SLEY_GIL_PY2);
}

static void
begin_py32(void)
{
    begin(SLEY_GIL_PY32);
}

static void
begin_py310(void)
{
    begin(SLEY_GIL_PY310);
}

static void
begin_free(void)
{
    begin(SLEY_GIL_FREE);
}

static void *
run_task(void *unused)
{
    (void)unused;
    uint32_t self = sley_engine.task;
    sley_gil_take(sley_gil_own(), 0);
    sley_gil_fresh(sley_gil_own());
    return starts[self].entry(starts[self].argument);
}

static uintptr_t
start(void *(*entry)(void *), void *argument, uint32_t interpreter, uintptr_t pc)
{
    uint32_t task = sley_task_spawn(run_task, NULL, NULL, pc);
    if (task == SLEY_TASKS_MAX) {
        sley_task_refused("thread", pc);
    }
    starts[task].entry = entry;
    starts[task].argument = argument;
    starts[task].interpreter = interpreter;
    joiners[task] = 0;
    return task + 1;
}

static uintptr_t
spawn(void *(*entry)(void *), void *argument)
{
    uintptr_t pc = SLEY_CALLER();
    sley_gil_enter(SLEY_OP_SPAWN, 0, pc);
    uintptr_t task = start(entry, argument, starts[sley_engine.task].interpreter, pc);
    sley_gil_return(pc);
    return task;
}

/* From now on bytecodes of different interpreters may come between each other anywhere. */
static uint32_t
interpreter_create(uintptr_t pc)
{
    if (interpreter_count == INTERPRETERS_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 16 interpreters");
    }
    if (sley_fault(SLEY_FAULT_GIL_INTERPRETERS_SHARE)) {
        return 0;
    }
    uint32_t made = interpreter_count++;
    sley_gil_init(&gils[made], SLEY_GIL_PY310);
    gils[made].interval_ns = gils[0].interval_ns;
    gils[0].every = gils[made].every = true;
    return made;
}

static uintptr_t
spawn_interpreter(void *(*entry)(void *), void *argument)
{
    uintptr_t pc = SLEY_CALLER();
    sley_gil_enter(SLEY_OP_SPAWN, 0, pc);
    uintptr_t task = start(entry, argument, interpreter_create(pc), pc);
    sley_gil_return(pc);
    return task;
}

static void *
join(uintptr_t handle)
{
    uint32_t task = (uint32_t)handle - 1;
    uintptr_t pc = SLEY_CALLER();
    if (task >= sley_engine.task_count) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "join of a handle that no spawn returned");
    }
    const struct sley_task *other = &sley_engine.task_table[task];
    sley_gil_enter(SLEY_OP_JOIN, (uintptr_t)&other->done, pc);
    if (!other->done.open) {
        struct sley_gil *gil = sley_gil_own();
        joiners[task] = (uint16_t)(sley_engine.task + 1);
        sley_gil_drop(gil);
        sley_gil_take_after(gil, SLEY_WAIT_JOIN, (uintptr_t)&other->done, (int32_t)task, pc);
        sley_gil_fresh(gil);
    }
    sley_gil_return(pc);
    return other->result;
}

/* time.sleep(0): releases the lock and takes it again. */
static void
pause_task(void)
{
    uintptr_t pc = SLEY_CALLER();
    sley_gil_enter(SLEY_OP_SLEEP, 0, pc);
    sley_gil_block_begin();
    sley_point_yield(pc);
    sley_gil_block_end(pc);
    sley_gil_return(pc);
}

static void
sleep_task(uint64_t duration_ns)
{
    uintptr_t pc = SLEY_CALLER();
    if (duration_ns == 0) {
        pause_task();
        return;
    }
    sley_gil_enter(SLEY_OP_SLEEP, 0, pc);
    sley_gil_block_begin();
    sley_sleep_until(sley_engine.clock_ns + duration_ns, pc);
    sley_gil_block_end(pc);
    sley_gil_return(pc);
}

static void
ended(void)
{
    uint16_t joiner = joiners[sley_engine.task];
    if (joiner) {
        sley_gil_arrive(&gils[starts[joiner - 1].interpreter], joiner - 1u);
    }
    if (!sley_fault(SLEY_FAULT_GIL_ENDED_OWNER)) {
        sley_gil_leave(sley_gil_own());
    }
}

static void
bytecode(enum sley_bytecode kind, uintptr_t pc)
{
    struct sley_gil *gil = sley_gil_own();
    sley_gil_check(gil, kind, SLEY_OP_BYTECODE, sley_gil_world(), pc);
    note_turn(gil);
}

static void
interval(uint64_t interval_ns)
{
    for (uint32_t i = 0; i < interpreter_count; i++) {
        gils[i].interval_ns = interval_ns;
    }
}

static void
ticks(uint32_t count)
{
    gils[0].ticks = gils[0].ticks_left = sley_fault(SLEY_FAULT_GIL_TICKS) ? 10 * count : count;
}

static void
compute(uint64_t duration_ns, uintptr_t pc)
{
    struct sley_gil *gil = sley_gil_own();
    sley_gil_compute(gil, duration_ns, pc);
    note_turn(gil);
}

static void
call(uint64_t duration_ns, bool releases, uintptr_t pc)
{
    sley_gil_enter(SLEY_OP_CALL, 0, pc);
    if (releases) {
        sley_gil_block_begin();
    }
    if (sley_machine_timed()) {
        sley_machine_execute(duration_ns, pc);
    } else if (releases) {
        sley_point_two(SLEY_OP_CALL, 0, sley_gil_world(), pc);
    }
    if (releases) {
        sley_gil_block_end(pc);
    }
    sley_gil_return(pc);
}

static void
io(uint64_t duration_ns, uintptr_t pc)
{
    sley_gil_enter(SLEY_OP_IO, 0, pc);
    sley_gil_block_begin();
    sley_machine_wait(duration_ns, pc);
    sley_gil_block_end(pc);
    sley_gil_return(pc);
}

static const struct sley_model_code_ops code_ops = {
    .bytecode = bytecode,
    .interval = interval,
    .ticks = ticks,
};

static const struct sley_model_code_ops interpreters_code_ops = {
    .bytecode = bytecode,
    .interval = interval,
    .ticks = ticks,
    .spawn_interpreter = spawn_interpreter,
};

static const struct sley_model_time_ops time_ops = {
    .compute = compute,
    .call = call,
    .io = io,
};

#define MODEL(symbol, begin_task, policy, text, code_table)                                        \
    static const struct sley_model_task_ops symbol##_task_ops = {                                  \
        .begin = (begin_task),                                                                     \
        .spawn = spawn,                                                                            \
        .join = join,                                                                              \
        .pause = pause_task,                                                                       \
        .sleep = sleep_task,                                                                       \
        .ended = ended,                                                                            \
    };                                                                                             \
    const struct sley_model sley_model_gil_##symbol = {                                            \
        .name = "gil:" policy,                                                                     \
        .summary = (text),                                                                         \
        .quiet = true,                                                                             \
        .task = &symbol##_task_ops,                                                                \
        .lock = &sley_gil_lock_ops,                                                                \
        .condition = &sley_gil_condition_ops,                                                      \
        .code = &(code_table),                                                                     \
        .time = &time_ops,                                                                         \
    }

MODEL(py2, begin_py2, "py2", "interpreter lock of Python 2: released after 100 bytecodes",
      code_ops);
MODEL(py32, begin_py32, "py32",
      "interpreter lock of 3.2 to 3.9: passed on between any two bytecodes after a request",
      code_ops);
MODEL(py310, begin_py310, "py310",
      "interpreter lock since 3.10: passed on at calls and jumps back after a request", code_ops);
MODEL(per_interpreter, begin_py310, "per-interpreter",
      "an interpreter lock for each interpreter (since 3.12)", interpreters_code_ops);
MODEL(free, begin_free, "free",
      "no interpreter lock: a switch between any two bytecodes, each indivisible", code_ops);
