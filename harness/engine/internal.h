/* What the engine's own files share and nobody else uses. */
#ifndef SLEY_ENGINE_INTERNAL_H
#define SLEY_ENGINE_INTERNAL_H

#include "engine/access.h"
#include "engine/baton.h"
#include "engine/runnable.h"

#include <base/rng.h>

/* sley_baton_place, in a run of processes; address itself in all others. */
static inline uintptr_t
sley_place_of(uintptr_t address)
{
    return __builtin_expect(sley_engine.processes, 0) ? sley_baton_place(address) : address;
}

/* Sets the step at which the slow path comes next. After every change of what may cause it. */
void sley_limit_update(void);

/* The task's next operation is guarded by the gate, or by no gate any more. */
void sley_gate_add(struct sley_gate *gate, uint32_t task);
void sley_gate_remove(uint32_t task);

/* The current task is over: others go on. */
void sley_task_leave(void) __attribute__((noreturn));

/* The tasks of a process, but for one of them (SLEY_TASKS_MAX: all), end with it. */
void sley_process_cut_off(uint32_t process, uint32_t but);

/* The current task cannot go on, or chose not to: runs others until it is chosen again. */
void sley_task_give_way(void);

/* Points before the fair tail begins. */
static inline uint32_t
sley_steps_max(void)
{
    const struct sley_run_options *options = sley_engine.options;
    return options->steps_max ? options->steps_max : 20000;
}

/* Nothing can run and no timer is armed: ends the run with what each blocked task waits for. */
void sley_run_stalled(void) __attribute__((noreturn));

/* Reports the cycle that the current task, just blocked, closes. */
void sley_cycle_check(void);

/* Fires the timer with the earliest deadline, with the clock moved there. */
void sley_time_fire_next(void);

/* Fires every timer due before that of task, in order, then that one. */
void sley_time_fire_until(uint32_t task);

/* Whether the plain access that comes next is no point; then it has been checked and observed. */
bool sley_places_pass(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc);

/* From now on the current operation's number stands for its step of the run. */
void sley_places_note(void);

/* Step of the run of an operation with that number, 0 when the ring has moved on. */
uint32_t sley_places_step(uint32_t number);

/* The step bound is met: begins the fair tail, or ends it with a verdict. */
void sley_tail_advance(void);

/* Who runs next in the fair tail. */
uint32_t sley_tail_pick(const struct sley_view *view);

/* Notes an event of the fair tail, to tell a livelock from a long run. */
void sley_tail_event(const struct sley_event *event);

/* As sley_user_pc, for a walk that begins at a frame of that task. */
uintptr_t sley_user_pc_from(uint32_t task, uintptr_t pc, uintptr_t frame, uintptr_t *caller);

/* Where in the code under test a task waits. */
uintptr_t sley_task_place(uint32_t task);

/* The bytes at address, at most 8; 0 if nothing is there. */
uint64_t sley_bytes_at(uintptr_t address, uint32_t size);

/* Hands the operation to the observer, and to the fair tail. */
void sley_observe(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc);
/* The same for what is no point of its own: only the observer hears of it. */
void sley_observe_quiet(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc);
/* The place in the code under test that led to what has that number (sley_engine.step), while the
 * run is observed. */
uintptr_t sley_observed_place(uint32_t number);

void sley_observe_waited(enum sley_op op, uintptr_t object, uintptr_t pc, bool waited);

static inline uint64_t
sley_hash_final(uint64_t hash)
{
    return sley_mix64(hash);
}

/* Whether the order of the operation with every other one matters. */
static inline bool
sley_is_global(enum sley_op op)
{
    const uint64_t set = (uint64_t)1 << SLEY_OP_SLEEP | (uint64_t)1 << SLEY_OP_EXIT |
                         (uint64_t)1 << SLEY_OP_POLL | (uint64_t)1 << SLEY_OP_CONNECT |
                         (uint64_t)1 << SLEY_OP_ACCEPT | (uint64_t)1 << SLEY_OP_CANCEL |
                         (uint64_t)1 << SLEY_OP_SEND_SIGNAL | (uint64_t)1 << SLEY_OP_TAKE_SIGNAL |
                         (uint64_t)1 << SLEY_OP_SIGNAL_ACTION;
    _Static_assert(SLEY_OP_COUNT <= 64, "a bit for each operation");
    return set >> op & 1;
}

/* Adds a synchronisation operation to the run's hash; returns the object's key. */
static inline uint64_t
sley_hash_sync(enum sley_op op, uintptr_t object)
{
    struct sley_engine *e = &sley_engine;
    uintptr_t offset = object - e->globals_low;
    uint64_t key = offset < e->globals_size ? e->globals_key[offset] : 0;
    key = key ? key : sley_object_key(object);
    sley_hash(e, op, 1, key);
    return key;
}

/* Globals of the code under test: learns where they are, and sets them back. */
enum sley_status sley_world_init(struct sley_error *error);
void sley_world_reset(void);

/* Where the program's globals lie. */
void sley_world_sections(uintptr_t *data, size_t *data_length, uintptr_t *bss, size_t *bss_length);

/* Stack of a task slot, mapped with a guard page at its first use. */
void *sley_stack_of(uint32_t task, size_t *size);
enum sley_status sley_stacks_init(struct sley_error *error);

#endif
