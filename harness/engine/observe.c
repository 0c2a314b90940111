/* What an observed run tells of each operation, and where in the code under test it stands. */
#include "engine/access.h"
#include "engine/internal.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Text of the code under test; absent in a program without any. */
extern const char __start_sley_text[] __attribute__((weak));
extern const char __stop_sley_text[] __attribute__((weak));

bool
sley_in_user_text(uintptr_t pc)
{
    return pc >= (uintptr_t)__start_sley_text && pc < (uintptr_t)__stop_sley_text;
}

void
sley_user_text(uintptr_t *low, size_t *size)
{
    *low = (uintptr_t)__start_sley_text;
    *size = (size_t)(__stop_sley_text - __start_sley_text);
}

uintptr_t
sley_user_pc(uintptr_t pc, uintptr_t *caller)
{
    return sley_user_pc_from(sley_engine.task, pc, (uintptr_t)__builtin_frame_address(0), caller);
}

uintptr_t
sley_task_place(uint32_t task)
{
    const struct sley_task *t = &sley_engine.task_table[task];
    if (sley_engine.processes && task != sley_engine.task) {
        return t->wait_pc; /* its stack may be in another process */
    }
    uintptr_t frame = task == sley_engine.task ? (uintptr_t)__builtin_frame_address(0)
                                               : sley_switch_frame(t->fiber.sp);
    return sley_user_pc_from(task, t->wait_pc, frame, NULL);
}

uintptr_t
sley_user_pc_from(uint32_t task, uintptr_t pc, uintptr_t frame, uintptr_t *caller)
{
    const struct sley_task *self = &sley_engine.task_table[task];
    uintptr_t low = (uintptr_t)self->stack_low;
    uintptr_t high = low + self->stack_size;
    uintptr_t found = sley_in_user_text(pc) ? pc : 0;
    bool past = false; /* the walk has reached the frame that pc belongs to */
    if (caller) {
        *caller = 0;
    }
    for (int depth = 0; depth < 64; depth++) {
        if (frame < low || frame + 16 > high || frame % 8 != 0) {
            break;
        }
        uintptr_t words[2];
        memcpy(words, (const void *)frame, sizeof words);
        past = past || words[1] == pc;
        if (!found && sley_in_user_text(words[1])) {
            found = words[1];
            past = true;
        } else if (found && past && words[1] != found && sley_in_user_text(words[1])) {
            if (caller) {
                *caller = words[1];
            }
            break;
        }
        if (words[0] <= frame) {
            break;
        }
        frame = words[0];
    }
    return found ? found : pc;
}

/* Of an observed run: the place in the code under test that led to each of the last accesses and
 * operations, by their numbers. */
static uintptr_t places[SLEY_PC_RING];

uintptr_t
sley_observed_place(uint32_t number)
{
    return places[number % SLEY_PC_RING];
}

/* Memory that is there for sure: globals, heap, the stack of the current task. */
static bool
is_own_memory(uintptr_t address, size_t size)
{
    const struct sley_engine *e = &sley_engine;
    const struct sley_task *self = sley_current();
    uintptr_t low = (uintptr_t)self->stack_low;
    return (address - e->globals_low < e->globals_size &&
            address + size - e->globals_low <= e->globals_size) ||
           (address - e->arena_low < e->arena_size &&
            address + size - e->arena_low <= e->arena_size) ||
           (address - low < self->stack_size && address + size - low <= self->stack_size);
}

/* An access that crashes must do so by itself, after all that a run without an observer does
 * before.
 */
uint64_t
sley_bytes_at(uintptr_t address, uint32_t size)
{
    uint64_t value = 0;
    size_t length = size < 8 ? size : 8;
    if (is_own_memory(address, length)) {
        memcpy(&value, (const void *)address, length);
        return value;
    }
    struct iovec to = {&value, length};
    struct iovec from = {(void *)address, length};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)length ? value : 0;
}

static void
emit(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc, uint8_t flags)
{
    struct sley_engine *e = &sley_engine;
    static uint32_t last_task;
    struct sley_event event = {
        .step = e->step - e->base,
        .task = (uint16_t)e->task,
        .op = (uint8_t)op,
        .flags = flags,
        .size = size,
        .address = object,
        .clock_ns = e->clock_ns,
    };
    bool memory = op == SLEY_OP_READ || op == SLEY_OP_WRITE || op == SLEY_OP_ATOMIC_LOAD ||
                  op == SLEY_OP_ATOMIC_STORE || op == SLEY_OP_ATOMIC_RMW;
    if (memory) {
        event.value = sley_bytes_at(object, size);
    }
    event.pc = sley_user_pc(pc, &event.caller);
    if (!(flags & SLEY_EVENT_QUIET) || memory) {
        places[e->step % SLEY_PC_RING] = event.pc; /* what is no access shares its number */
    }
    if (e->tail_step && !(flags & SLEY_EVENT_QUIET)) {
        sley_tail_event(&event);
    }
    if (!(e->check & SLEY_CHECK_OBSERVE) || !e->options->observer.event) {
        return;
    }
    event.object = (uint32_t)sley_object_key(object);
    if (event.step > 1 && last_task != e->task) {
        event.flags |= SLEY_EVENT_SWITCHED;
    }
    last_task = e->task;
    e->options->observer.event(e->options->observer.context, &event);
}

void
sley_observe(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc)
{
    emit(op, object, size, pc, 0);
}

void
sley_observe_quiet(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc)
{
    if (sley_engine.check & SLEY_CHECK_OBSERVE) {
        emit(op, object, size, pc, SLEY_EVENT_QUIET);
    }
}

void
sley_observe_waited(enum sley_op op, uintptr_t object, uintptr_t pc, bool waited)
{
    emit(op, object, 1, pc, waited ? SLEY_EVENT_BLOCKED : 0);
}

void
sley_note(enum sley_op op, uintptr_t object, uintptr_t pc)
{
    if (sley_running() && (sley_engine.check & SLEY_CHECK_OBSERVE)) {
        emit(op, object, 1, pc, SLEY_EVENT_QUIET);
    }
}

void
sley_note_in_vain(uint32_t step, uint8_t why)
{
    const struct sley_engine *e = &sley_engine;
    if (sley_running() && (e->check & SLEY_CHECK_OBSERVE) && e->options->observer.flag) {
        e->options->observer.flag(e->options->observer.context, e->task, step,
                                  SLEY_EVENT_IN_VAIN | why);
    }
}
