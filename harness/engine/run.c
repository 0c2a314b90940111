/* One run, from the reset of the world to the last task. */
#include "base/region.h"
#include "engine/access.h"
#include "engine/baton.h"
#include "engine/heap.h"
#include "engine/internal.h"
#include "engine/lane.h"
#include "engine/spin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum sley_status
sley_engine_init(struct sley_error *error)
{
    struct sley_engine *e = &sley_engine;
    if (e->pc_ring) {
        return SLEY_OK;
    }
    enum sley_status status = sley_stacks_init(error);
    if (status == SLEY_OK) {
        status = sley_heap_init(error);
    }
    if (status == SLEY_OK) {
        status = sley_race_init(error);
    }
    if (status == SLEY_OK) {
        status = sley_world_init(error);
    }
    if (status == SLEY_OK) {
        e->pc_ring = sley_region_reserve(SLEY_PC_RING * sizeof e->pc_ring[0]);
        e->step_ring = sley_region_reserve(SLEY_PC_RING * sizeof e->step_ring[0]);
        if (!e->pc_ring || !e->step_ring) {
            status = sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot reserve memory");
        }
    }
    return status;
}

uint32_t
sley_tasks_max(void)
{
    const struct sley_run_options *options = sley_engine.options;
    uint32_t bound = options->tasks_max ? options->tasks_max : SLEY_TASKS_MAX;
    return options->processes && bound > SLEY_PROCESS_TASKS_MAX ? SLEY_PROCESS_TASKS_MAX : bound;
}

void
sley_task_refused(const char *what, uintptr_t pc)
{
    char text[96];
    snprintf(text, sizeof text, "no room for another %s: a run has at most %u tasks", what,
             sley_tasks_max());
    sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, text);
}

void
sley_engine_prepare(uint32_t task_count)
{
    const struct sley_engine *e = &sley_engine;
    const uintptr_t chunk = (uintptr_t)1 << SLEY_RACE_CHUNK_SHIFT;
    for (uintptr_t at = e->globals_low; at < e->globals_low + e->globals_size; at += chunk) {
        sley_race_cell_of(at);
    }
    for (uint32_t t = 0; t < task_count; t++) {
        size_t size;
        uintptr_t heap;
        char *stack = sley_stack_of(t, &size);
        sley_race_cell_of((uintptr_t)stack + size - 1);
        sley_heap_used(t, &heap, &size);
        sley_race_cell_of(heap);
    }
}

/* A slot whose task has ended, and whose end the current task knows of: nothing that the former
 * task did can race with the new one unnoticed. SLEY_TASKS_MAX if there is none. */
static uint32_t
slot_take(void)
{
    struct sley_engine *e = &sley_engine;
    if (e->task_count < sley_tasks_max()) {
        return e->task_count++;
    }
    for (uint32_t t = 1; t < e->task_count; t++) {
        const struct sley_task *task = &e->task_table[t];
        if (task->state == SLEY_TASK_DONE && !task->killed &&
            task->exit_step <= sley_race_detector.clock[e->task][t]) {
            return t;
        }
    }
    return SLEY_TASKS_MAX;
}

static void
task_finish(void *result)
{
    sley_current()->returned = true;
    if (sley_engine.options->task_end) {
        sley_engine.options->task_end();
    }
    if (sley_engine.processes && sley_engine.task != 0 &&
        sley_current()->process == sley_engine.task) {
        sley_process_cut_off(sley_engine.task, sley_engine.task);
    }
    sley_task_exit(result);
}

static void
task_start(uint32_t t, void *(*entry)(void *), void *argument, struct sley_gate *gate,
           uint32_t process)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *task = &e->task_table[t];
    size_t size;
    void *stack = sley_stack_of(t, &size);
    task->state = SLEY_TASK_FREE;
    task->start = ++e->start_count;
    task->points = 0;
    task->in_step = 0;
    task->gate = NULL;
    e->waits_at[t] = NULL;
    task->wait = SLEY_WAIT_NONE;
    task->wait_pc = 0;
    task->deadline_ns = UINT64_MAX;
    task->timed_out = false;
    task->attend = NULL;
    task->returned = false;
    task->killed = false;
    task->process = (uint8_t)process;
    task->input_count = 0;
    task->alloc_count = 0;
    task->saved_errno = 0;
    task->entry = entry;
    task->argument = argument;
    task->result = NULL;
    task->front = NULL;
    task->name = NULL;
    task->stretch_point = 0;
    task->stack_low = stack;
    task->stack_size = size;
    sley_gate_init(&task->done, SLEY_WAIT_JOIN, (uintptr_t)&task->done);
    task->done.open = false;
    task->done.owner = (int32_t)t;
    sley_clock_init(&task->exit_clock);
    e->pending[t] = (struct sley_pending){.op = SLEY_OP_BEGIN};
    if (process == sley_baton_self()) {
        sley_fiber_init(&task->fiber, stack, size, entry, argument, task_finish);
    }
    e->live_count++;
    if (gate && !gate->open) {
        task->state = SLEY_TASK_BLOCKED;
        task->wait = gate->kind;
        sley_gate_add(gate, t);
    } else {
        sley_task_set_runnable(t);
    }
}

void
sley_task_prepare(uint32_t t)
{
    struct sley_task *task = &sley_engine.task_table[t];
    size_t size;
    void *stack = sley_stack_of(t, &size);
    sley_fiber_init(&task->fiber, stack, size, task->entry, task->argument, task_finish);
}

/* The new task knows what its creator knows; nobody knows anything of the new task. */
static void
clock_inherit(uint32_t t, bool reused)
{
    struct sley_engine *e = &sley_engine;
    memcpy(sley_race_detector.clock[t], sley_race_detector.clock[e->task],
           e->task_count * sizeof sley_race_detector.clock[0][0]);
    sley_race_detector.clock[t][e->task] = e->step;
    for (uint32_t i = 0; reused && i < e->task_count; i++) {
        sley_race_detector.clock[i][t] = 0;
    }
}

static uint32_t
spawn(void *(*entry)(void *), void *argument, struct sley_gate *gate, bool own_process,
      uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    uint32_t t = slot_take();
    if (t == SLEY_TASKS_MAX) {
        return t;
    }
    bool reused = e->task_table[t].serial == e->serial;
    uint32_t known = reused ? e->task_table[t].exit_step : 0;
    clock_inherit(t, reused);
    if (reused) {
        /* Those who know of the former task's end must not be taken to know of the new one. */
        sley_race_detector.clock[e->task][t] = known;
    }
    e->task_table[t].serial = e->serial;
    if (e->check & SLEY_CHECK_CANONICAL) {
        sley_canonical_start(t, e->task, reused);
    }
    if (sley_lane) {
        sley_lane->hand_over(t);
    }
    uint32_t process = own_process ? t : sley_current()->process;
    if (own_process && !sley_baton_spawn(t)) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc,
                         "a process cannot be started, or has too much memory to copy");
    }
    task_start(t, entry, argument, gate, process);
    if (e->check & SLEY_CHECK_OBSERVE) {
        sley_observe(SLEY_OP_SPAWN, (uintptr_t)&e->task_table[t].done, 1, pc);
    }
    return t;
}

uint32_t
sley_task_spawn(void *(*entry)(void *), void *argument, struct sley_gate *gate, uintptr_t pc)
{
    return spawn(entry, argument, gate, false, pc);
}

uint32_t
sley_task_spawn_process(void *(*entry)(void *), void *argument, uintptr_t pc)
{
    return spawn(entry, argument, NULL, true, pc);
}

void
sley_task_leave(void)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *self = sley_current();
    /* One more than its last operation, so that who acquired something that this task released last
     * does not pass for one who knows of its end. */
    self->exit_step = e->step + 1;
    sley_clock_release(&self->exit_clock);
    self->exit_clock.at[e->task] = self->exit_step;
    e->live_count--;
    if (e->live_count == 0) {
        sley_run_end();
    }
    sley_task_set_blocked(e->task, SLEY_TASK_DONE);
    if (e->processes && e->options->processes->task_dead) {
        e->options->processes->task_dead(e->task);
    }
    sley_gate_set(&self->done, true);
    sley_task_give_way();
    __builtin_unreachable();
}

void
sley_task_exit(void *result)
{
    struct sley_engine *e = &sley_engine;
    struct sley_task *self = sley_current();
    self->result = result;
    if (e->task == 0 && !self->exit_quietly) {
        if (e->live_count > 1) {
            /* The end of the run: others may go on first, or be cut off. */
            sley_point(SLEY_OP_EXIT, 0, 0);
        }
        if (e->live_count > 1 && !e->options->program) {
            sley_verdict(SLEY_VERDICT_LEAK, 0, 0, "task 0 returned while other tasks were alive");
        }
        sley_run_end();
    }
    sley_task_leave();
}

void
sley_run_end(void)
{
    struct sley_engine *e = &sley_engine;
    if (e->processes) {
        sley_baton_switch(&sley_current()->fiber, SLEY_TASKS_MAX, true);
        __builtin_unreachable();
    }
    if (sley_lane) {
        sley_lane->switch_to(SLEY_TASKS_MAX);
    }
    sley_fiber_leave(&sley_current()->fiber, &e->driver);
    __builtin_unreachable();
}

static void
run_reset(const struct sley_run_options *options, struct sley_run_result *result)
{
    struct sley_engine *e = &sley_engine;
    if (e->step > UINT32_MAX / 4 * 3) {
        sley_race_forget();
        e->step = 0;
    }
    e->base = e->step;
    e->serial++;
    e->options = options;
    e->result = result;
    e->hash = 0x51e7;
    e->check = (options->races_off || options->quiet ? 0u : SLEY_CHECK_RACE) |
               (options->hash_off ? 0u : SLEY_CHECK_HASH) |
               (options->heap_off ? 0u : SLEY_CHECK_HEAP) |
               (options->canonical && !options->hash_off ? SLEY_CHECK_CANONICAL : 0u) |
               (options->canonical || options->hash_off ? 0u : SLEY_CHECK_HASH_ONLY) |
               (options->observer.event || options->observer.choice ? SLEY_CHECK_OBSERVE : 0u) |
               (options->processes ? SLEY_CHECK_PLACES : 0u);
    e->processes = options->processes != NULL;
    e->killable = false;
    e->kill_count = 0;
    e->task = 0;
    e->task_count = 1;
    e->live_count = 0;
    e->runnable_count = 0;
    e->sleeper_count = 0;
    sley_taskset_clear(&e->sleepers);
    e->idle = NULL;
    e->timer_order = 0;
    e->clock_ns = 0;
    e->spurious_count = 0;
    e->prefix_next = 16;
    e->prefix_count = 0;
    e->tail_step = 0;
    e->question = 0;
    e->spin_look = SLEY_SPIN_FIRST;
    e->spin_new = true;
    e->early_row = 0;
    e->limit = e->due = e->base + 1;
    e->quiet_count = 0;
    e->candidates_changed = true;
    result->verdicts = 0;
    result->failure_count = 0;
    result->reported = (struct sley_reported){0};
    result->profile = NULL;
    result->held = (struct sley_held){0};
    result->canonical = 0;
    result->conflict = result->contended = result->unfair = false;
    result->input_ended = false;
    result->time_bound = result->pruned = result->own_race = result->coarse = false;
    if (e->check & SLEY_CHECK_CANONICAL) {
        sley_canonical_begin(e->serial);
    }
}

/* Completes the result from the engine's counters. */
static void
result_complete(void)
{
    struct sley_engine *e = &sley_engine;
    struct sley_run_result *result = e->result;
    e->limit = 0;
    result->step_count = e->step - e->base;
    result->task_count = e->task_count;
    result->hash = sley_hash_final(e->hash);
    bool canonical = e->check & SLEY_CHECK_CANONICAL;
    result->canonical = canonical ? sley_canonical_final() : 0;
    result->coarse = canonical && sley_canonical_coarse();
    for (uint32_t i = e->prefix_count; i < SLEY_PREFIXES_MAX; i++) {
        result->prefix[i] = 0;
    }
    result->clock_ns = e->clock_ns;
    result->conflict |= sley_race_detector.conflict;
}

static void
crash_record(enum sley_verdict verdict, uint32_t detail, uintptr_t address, const char *text,
             uintptr_t pc, uintptr_t frame)
{
    uintptr_t place = sley_user_pc_from(sley_engine.task, pc, frame, NULL);
    struct sley_failure *failure = sley_verdict(verdict, address, place, text);
    if (failure) {
        failure->detail = detail;
    }
}

void
sley_engine_crashed(enum sley_verdict verdict, uint32_t detail, uintptr_t address, const char *text,
                    uintptr_t pc, uintptr_t frame)
{
    crash_record(verdict, detail, address, text, pc, frame);
    result_complete();
}

void
sley_engine_process_crashed(enum sley_verdict verdict, uint32_t detail, uintptr_t address,
                            const char *text, uintptr_t pc, uintptr_t frame)
{
    crash_record(verdict, detail, address, text, pc, frame);
    sley_task_end_process(-(int)detail);
}

void
sley_engine_run(const struct sley_run_options *options, struct sley_run_result *result)
{
    struct sley_engine *e = &sley_engine;
    static struct sley_run_options kept;
    int driver_errno = errno;
    if (options->processes) {
        struct sley_error error;
        if (sley_baton_open(options->processes, &error) != SLEY_OK) {
            fprintf(stderr, "sley: %s\n", error.text);
            _exit(SLEY_EXIT_SETUP);
        }
        sley_baton_begin();
        kept = *options; /* where every process sees them */
        options = &kept;
    }
    sley_world_reset();
    sley_heap_reset();
    sley_race_clocks_clear(e->task_count); /* those of the former run */
    run_reset(options, result);
    sley_race_begin(e->base + 1);
    e->task_table[0].serial = e->serial;
    e->task_table[0].exit_quietly = false;
    task_start(0, options->entry, options->argument, NULL, 0);
    e->task_table[0].in_step = e->step;
    errno = 0;
    if (sley_lane) {
        sley_lane->run_begin();
        sley_lane->hand_over(0);
        sley_lane->switch_to(0);
    }
    sley_fiber_switch(&e->driver, &e->task_table[0].fiber);
    if (sley_lane) {
        sley_lane->run_end();
    }
    errno = driver_errno;
    result_complete();
}
