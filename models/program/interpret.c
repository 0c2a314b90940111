#include "models/program/interpreter.h"

#include "models/fault.h"
#include "models/program/lane.h"

#include <stdio.h>

void
sley_interpreter_end(const struct sley_interpreter *in, enum sley_verdict verdict, const char *text)
{
    char place[96];
    const struct sley_instruction *at = in->instruction;
    snprintf(place, sizeof place, "line %u of the program: %s: %s", at ? at->line : 0u,
             at ? sley_instruction_name((enum sley_instruction_kind)at->kind) : "", text);
    sley_program_end(verdict, place);
}

bool
sley_interpreter_raise(struct sley_interpreter *in, enum sley_exception exception)
{
    in->raised = exception;
    return false;
}

void
sley_frame_push(struct sley_frame *frame, uint64_t value)
{
    if (frame->height == SLEY_STACK_MAX) {
        sley_interpreter_end(frame->in, SLEY_VERDICT_MISUSE, "more than 16 values on the stack");
    }
    frame->stack[frame->height++] = (struct sley_slot){.value = value};
}

uint64_t
sley_frame_pop(struct sley_frame *frame)
{
    if (frame->height == 0) {
        sley_interpreter_end(frame->in, SLEY_VERDICT_MISUSE, "nothing is on the stack");
    }
    return frame->stack[--frame->height].value;
}

static bool
load_global(struct sley_frame *frame, const struct sley_instruction *at)
{
    uint64_t value =
        at->is_value ? at->operand : sley_object_load(&frame->in->world->global[at->operand]);
    if (!value) {
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_NAME);
    }
    sley_frame_push(frame, value);
    return true;
}

static bool
store_global(struct sley_frame *frame, uint64_t index, uint64_t value)
{
    uint64_t former = sley_object_exchange(&frame->in->world->global[index], value);
    sley_interpreter_drop(frame->in, former);
    return former || value || sley_interpreter_raise(frame->in, SLEY_EXCEPTION_NAME);
}

static bool
load_fast(struct sley_frame *frame, uint64_t index)
{
    if (!frame->local[index]) {
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_NAME);
    }
    sley_object_keep(frame->local[index]);
    sley_frame_push(frame, frame->local[index]);
    return true;
}

static void
store_fast(struct sley_frame *frame, uint64_t index)
{
    uint64_t former = frame->local[index];
    frame->local[index] = sley_frame_pop(frame);
    sley_interpreter_drop(frame->in, former);
}

static bool
binary(struct sley_frame *frame, const struct sley_instruction *at)
{
    uint64_t right = sley_frame_pop(frame);
    uint64_t left = sley_frame_pop(frame);
    uint64_t result;
    bool good =
        at->kind == SLEY_INSTRUCTION_BINARY_OP
            ? sley_operate(frame->in, (enum sley_special)at->operand, left, right, &result)
            : sley_compare(frame->in, (enum sley_comparison)at->operand, left, right, &result);
    if (good) {
        sley_frame_push(frame, result);
    }
    return good;
}

static bool
negate(struct sley_frame *frame)
{
    uint64_t value = sley_frame_pop(frame);
    if (sley_value_tag(value) != SLEY_TAG_INT) {
        sley_interpreter_drop(frame->in, value);
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_TYPE);
    }
    sley_frame_push(frame, sley_value_int(-sley_value_number(value)));
    return true;
}

static bool
build_list(struct sley_frame *frame, uint32_t count)
{
    struct sley_object *list = sley_interpreter_create(frame->in, SLEY_OBJECT_LIST, 0);
    for (uint32_t i = count; i > 0; i--) {
        list->item[i - 1] = sley_frame_pop(frame);
    }
    list->length = count;
    list->storage = count > 0;
    sley_frame_push(frame, (uint64_t)(uintptr_t)list | SLEY_TAG_OBJECT);
    return true;
}

static bool
raise(struct sley_frame *frame, uint64_t count)
{
    uint64_t value = count == 1 ? sley_frame_pop(frame) : 0;
    bool is_exception = sley_value_is(value, SLEY_NAMED_EXCEPTION);
    sley_interpreter_drop(frame->in, value);
    return sley_interpreter_raise(frame->in, is_exception
                                                 ? (enum sley_exception)sley_value_index(value)
                                                 : SLEY_EXCEPTION_TYPE);
}

static bool
is_conditional(const struct sley_instruction *at, bool *on)
{
    *on = at->kind == SLEY_INSTRUCTION_POP_JUMP_FORWARD_IF_TRUE ||
          at->kind == SLEY_INSTRUCTION_POP_JUMP_BACKWARD_IF_TRUE;
    return *on || at->kind == SLEY_INSTRUCTION_POP_JUMP_FORWARD_IF_FALSE ||
           at->kind == SLEY_INSTRUCTION_POP_JUMP_BACKWARD_IF_FALSE;
}

static void
jump_if(struct sley_frame *frame, const struct sley_instruction *at, bool on)
{
    uint64_t value = sley_frame_pop(frame);
    if (sley_truth(value) == on) {
        frame->next = (uint32_t)at->operand;
    }
    sley_interpreter_drop(frame->in, value);
}

static bool
leave(struct sley_frame *frame, uint64_t result)
{
    frame->result = result;
    frame->returned = true;
    return true;
}

/* Executes the instruction behind which frame->next stands. False: it raised. */
static bool
execute(struct sley_frame *frame, const struct sley_instruction *at)
{
    bool on;
    if (is_conditional(at, &on)) {
        jump_if(frame, at, on);
        return true;
    }
    switch ((enum sley_instruction_kind)at->kind) {
    case SLEY_INSTRUCTION_RESUME:
    case SLEY_INSTRUCTION_NOP:
        return true;
    case SLEY_INSTRUCTION_POP_TOP:
        sley_interpreter_drop(frame->in, sley_frame_pop(frame));
        return true;
    case SLEY_INSTRUCTION_PUSH_NULL:
        sley_frame_push(frame, sley_value_singleton(SLEY_NULL));
        return true;
    case SLEY_INSTRUCTION_LOAD_CONST:
        sley_frame_push(frame, at->operand);
        return true;
    case SLEY_INSTRUCTION_LOAD_FAST:
        return load_fast(frame, at->operand);
    case SLEY_INSTRUCTION_STORE_FAST:
        store_fast(frame, at->operand);
        return true;
    case SLEY_INSTRUCTION_LOAD_GLOBAL:
        return load_global(frame, at);
    case SLEY_INSTRUCTION_STORE_GLOBAL:
        return store_global(frame, at->operand, sley_frame_pop(frame));
    case SLEY_INSTRUCTION_DELETE_GLOBAL:
        return store_global(frame, at->operand, 0);
    case SLEY_INSTRUCTION_LOAD_ATTR:
        return sley_attribute_load(frame, at->operand);
    case SLEY_INSTRUCTION_STORE_ATTR:
        return sley_attribute_store(frame, at->operand);
    case SLEY_INSTRUCTION_LOAD_METHOD:
        return sley_method_load(frame, (enum sley_method)at->operand);
    case SLEY_INSTRUCTION_BINARY_OP:
    case SLEY_INSTRUCTION_COMPARE_OP:
        return binary(frame, at);
    case SLEY_INSTRUCTION_CONTAINS_OP:
        return sley_contains(frame, at->operand != 0);
    case SLEY_INSTRUCTION_UNARY_NEGATIVE:
        return negate(frame);
    case SLEY_INSTRUCTION_BUILD_LIST:
        return build_list(frame, (uint32_t)at->operand);
    case SLEY_INSTRUCTION_BINARY_SUBSCR:
        return sley_subscript_load(frame);
    case SLEY_INSTRUCTION_STORE_SUBSCR:
        return sley_subscript_store(frame);
    case SLEY_INSTRUCTION_DELETE_SUBSCR:
        return sley_subscript_delete(frame);
    case SLEY_INSTRUCTION_GET_ITER:
        return sley_iterate(frame);
    case SLEY_INSTRUCTION_FOR_ITER:
        if (sley_advance(frame)) {
            return true;
        }
        frame->next = (uint32_t)at->operand;
        return frame->in->raised == SLEY_EXCEPTION_NONE;
    case SLEY_INSTRUCTION_JUMP_FORWARD:
    case SLEY_INSTRUCTION_JUMP_BACKWARD:
        frame->next = (uint32_t)at->operand;
        return true;
    case SLEY_INSTRUCTION_KW_NAMES:
        frame->has_key = true;
        return true;
    case SLEY_INSTRUCTION_CALL:
        return sley_call(frame, (uint32_t)at->operand);
    case SLEY_INSTRUCTION_BEFORE_WITH:
        return sley_with_begin(frame);
    case SLEY_INSTRUCTION_RAISE_VARARGS:
        return raise(frame, at->operand);
    case SLEY_INSTRUCTION_RETURN_VALUE:
        return leave(frame, sley_frame_pop(frame));
    case SLEY_INSTRUCTION_RETURN_CONST:
        return leave(frame, at->operand);
    case SLEY_INSTRUCTION_POP_JUMP_FORWARD_IF_FALSE:
    case SLEY_INSTRUCTION_POP_JUMP_FORWARD_IF_TRUE:
    case SLEY_INSTRUCTION_POP_JUMP_BACKWARD_IF_FALSE:
    case SLEY_INSTRUCTION_POP_JUMP_BACKWARD_IF_TRUE:
    case SLEY_INSTRUCTION_COUNT:
        break;
    }
    sley_interpreter_end(frame->in, SLEY_VERDICT_MISUSE, "an instruction that does not exist");
}

/* --- frames --- */

/* How an interpreter that looks for switches at some bytecodes alone sees the next one. */
static enum sley_bytecode
kind_of(const struct sley_frame *frame, const struct sley_instruction *at)
{
    bool on;
    if (at->kind == SLEY_INSTRUCTION_RESUME) {
        return SLEY_BYTECODE_ENTER;
    }
    if (at->kind == SLEY_INSTRUCTION_JUMP_BACKWARD) {
        return SLEY_BYTECODE_JUMP;
    }
    uint64_t top = frame->height ? frame->stack[frame->height - 1].value : 0;
    bool backward = (is_conditional(at, &on) && at->operand < frame->next);
    /* Of an object the truth may be another one when the jump executes. */
    return backward && (sley_value_tag(top) == SLEY_TAG_OBJECT || sley_truth(top) == on)
               ? SLEY_BYTECODE_JUMP
               : SLEY_BYTECODE_PLAIN;
}

static bool
step(struct sley_frame *frame)
{
    struct sley_interpreter *in = frame->in;
    if (frame->next >= frame->function->end) {
        sley_interpreter_end(in, SLEY_VERDICT_MISUSE, "the function goes on behind its end");
    }
    const struct sley_instruction *at = &in->program->instruction[frame->next++];
    uintptr_t pc = (uintptr_t)at->text;
    in->instruction = at;
    if (++in->executed > SLEY_INSTRUCTIONS_MAX) {
        sley_interpreter_end(in, SLEY_VERDICT_STEP_BOUND,
                             "more than 100,000 instructions in a task");
    }
    if (!in->uninterrupted) {
        sley_program_step(kind_of(frame, at), pc);
    }
    if (!execute(frame, at)) {
        return false;
    }
    if (at->kind == SLEY_INSTRUCTION_CALL && !in->uninterrupted) {
        sley_program_step(SLEY_BYTECODE_CALL, pc);
    }
    return true;
}

/* Drops what the frame holds; locks of `with` blocks that an exception leaves are released. */
static void
unwind(struct sley_frame *frame)
{
    struct sley_interpreter *in = frame->in;
    while (frame->height) {
        uint64_t value = sley_frame_pop(frame);
        if (sley_value_tag(value) == SLEY_TAG_EXIT && !frame->returned &&
            !sley_fault(SLEY_FAULT_PROGRAM_WITH_KEEPS)) {
            sley_with_end(in, sley_object_of(value));
        }
        sley_interpreter_drop(in, value);
    }
    for (int i = 0; i < SLEY_PROGRAM_LOCALS; i++) {
        sley_interpreter_drop(in, frame->local[i]);
    }
}

bool
sley_interpret(struct sley_interpreter *in, uint64_t function, const uint64_t *arguments,
               uint32_t argument_count, uint64_t *result)
{
    struct sley_frame frame = {.in = in, .function = &in->program->function[function]};
    const struct sley_instruction *caller = in->instruction;
    for (uint32_t i = 0; i < argument_count; i++) {
        if (i < SLEY_PROGRAM_LOCALS) {
            frame.local[i] = arguments[i];
        } else {
            sley_interpreter_drop(in, arguments[i]); /* more than any function takes */
        }
    }
    if (++in->depth > SLEY_FRAMES_MAX) {
        sley_interpreter_end(in, SLEY_VERDICT_STACK_OVERFLOW, "more than 16 nested calls");
    }
    frame.next = frame.function->first;
    bool good = argument_count == frame.function->parameter_count ||
                sley_interpreter_raise(in, SLEY_EXCEPTION_TYPE);
    while (good && !frame.returned) {
        good = step(&frame);
    }
    unwind(&frame);
    in->depth--;
    in->instruction = caller;
    *result = frame.result;
    return good;
}
