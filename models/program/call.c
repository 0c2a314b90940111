/* CALL: program functions, C functions, classes, builtins and methods of built-in types. */
#include "models/program/interpreter.h"

#include "models/program/lane.h"

#include <sley/sley.h>

/* A call under way; its references are the callee's to drop. */
struct call {
    struct sley_interpreter *in;
    uint64_t callable;
    uint32_t count;
    bool has_key; /* the last argument is `key` */
    uint64_t argument[SLEY_PROGRAM_ITEMS + 1];
};

static void
drop_arguments(struct call *call)
{
    for (uint32_t i = 0; i < call->count; i++) {
        sley_interpreter_drop(call->in, call->argument[i]);
    }
}

static bool
refuse(struct call *call)
{
    drop_arguments(call);
    return sley_interpreter_raise(call->in, SLEY_EXCEPTION_TYPE);
}

static bool
call_builtin(struct call *call, uint64_t *result)
{
    enum sley_builtin builtin = (enum sley_builtin)sley_value_index(call->callable);
    uint64_t value = call->argument[0];
    if (call->count != 1) {
        return refuse(call);
    }
    if (builtin != SLEY_BUILTIN_LEN) {
        bool is_int = sley_value_tag(value) == SLEY_TAG_INT;
        if (!is_int) {
            return refuse(call);
        }
        int64_t number = sley_value_number(value);
        *result = builtin == SLEY_BUILTIN_INT
                      ? value
                      : sley_value_named(SLEY_NAMED_RANGE, number > 0 ? (uint64_t)number : 0);
        return true;
    }
    const struct sley_object *object = sley_object_of(value);
    if (sley_value_tag(value) != SLEY_TAG_OBJECT ||
        (object->kind != SLEY_OBJECT_LIST && object->kind != SLEY_OBJECT_DICT)) {
        return refuse(call);
    }
    *result = sley_value_int(sley_object_length(object));
    drop_arguments(call);
    return true;
}

/* A C function gives back its argument; the others are dropped. */
static bool
call_c(struct call *call, uint64_t *result)
{
    const struct sley_c_function *function =
        &call->in->program->c_function[sley_value_index(call->callable)];
    sley_program_compute(function->duration_us, function->releases,
                         (uintptr_t)call->in->instruction->text);
    *result = call->count ? call->argument[0] : sley_value_singleton(SLEY_NONE);
    for (uint32_t i = 1; i < call->count; i++) {
        sley_interpreter_drop(call->in, call->argument[i]);
    }
    return true;
}

static bool
list_method(struct call *call, enum sley_method method, uint64_t *result)
{
    struct sley_object *list = sley_object_of(call->argument[0]);
    uint32_t expected = method == SLEY_METHOD_APPEND || call->has_key ? 2 : 1;
    bool good = true;
    if (call->count != expected || (call->has_key && method != SLEY_METHOD_SORT)) {
        return refuse(call);
    }
    if (method == SLEY_METHOD_APPEND) {
        if (!sley_list_append(list, call->argument[1])) {
            sley_interpreter_end(call->in, SLEY_VERDICT_MISUSE, "more than 16 items in a list");
        }
        call->count = 1; /* the list has the item's reference */
    } else if (method == SLEY_METHOD_POP) {
        uint64_t item = sley_list_pop(list);
        *result = item;
        good = item || sley_interpreter_raise(call->in, SLEY_EXCEPTION_INDEX);
    } else {
        good = sley_sort(call->in, list, call->has_key ? call->argument[1] : 0);
    }
    drop_arguments(call);
    return good;
}

static bool
call_method(struct call *call, uint64_t *result)
{
    enum sley_method method = (enum sley_method)sley_value_index(call->callable);
    struct sley_object *self = sley_object_of(call->argument[0]);
    *result = sley_value_singleton(SLEY_NONE);
    if (method != SLEY_METHOD_ACQUIRE && method != SLEY_METHOD_RELEASE) {
        return list_method(call, method, result);
    }
    if (call->count != 1) {
        return refuse(call);
    }
    if (method == SLEY_METHOD_ACQUIRE) {
        sley_lock_acquire(&self->lock);
        *result = sley_value_bool(true);
    } else {
        sley_lock_release(&self->lock);
    }
    drop_arguments(call);
    return true;
}

static bool
call_class(struct call *call, uint64_t *result)
{
    if (call->count != 0) {
        return refuse(call);
    }
    uint32_t class = (uint32_t)sley_value_index(call->callable);
    *result = (uint64_t)(uintptr_t)sley_interpreter_create(call->in, SLEY_OBJECT_INSTANCE, class) |
              SLEY_TAG_OBJECT;
    return true;
}

static bool
dispatch(struct call *call, uint64_t *result)
{
    uint64_t callable = call->callable;
    if (sley_value_tag(callable) == SLEY_TAG_EXIT) {
        sley_with_end(call->in, sley_object_of(callable));
        sley_interpreter_drop(call->in, callable);
        drop_arguments(call);
        *result = sley_value_singleton(SLEY_NONE);
        return true;
    }
    if (call->has_key && !sley_value_is(callable, SLEY_NAMED_METHOD)) {
        return refuse(call);
    }
    if (sley_value_is(callable, SLEY_NAMED_FUNCTION)) {
        return sley_interpret(call->in, sley_value_index(callable), call->argument, call->count,
                              result);
    }
    if (sley_value_is(callable, SLEY_NAMED_METHOD)) {
        return call_method(call, result);
    }
    if (sley_value_is(callable, SLEY_NAMED_C_FUNCTION)) {
        return call_c(call, result);
    }
    if (sley_value_is(callable, SLEY_NAMED_BUILTIN)) {
        return call_builtin(call, result);
    }
    if (sley_value_is(callable, SLEY_NAMED_CLASS)) {
        return call_class(call, result);
    }
    if (sley_value_is(callable, SLEY_NAMED_EXCEPTION)) {
        *result = callable;
        drop_arguments(call);
        return true;
    }
    sley_interpreter_drop(call->in, callable);
    return refuse(call);
}

/* The two slots below the arguments hold a method and its self, or NULL and a callable. */
bool
sley_call(struct sley_frame *frame, uint32_t argument_count)
{
    struct call call = {.in = frame->in, .has_key = frame->has_key};
    uint64_t result = 0;
    for (uint32_t i = argument_count; i > 0; i--) {
        call.argument[i] = sley_frame_pop(frame);
    }
    call.argument[0] = sley_frame_pop(frame);
    call.callable = sley_frame_pop(frame);
    call.count = argument_count + 1;
    frame->has_key = false;
    if (call.callable == sley_value_singleton(SLEY_NULL)) {
        call.callable = call.argument[0];
        call.count = argument_count;
        for (uint32_t i = 0; i < argument_count; i++) {
            call.argument[i] = call.argument[i + 1];
        }
    }
    if (!dispatch(&call, &result)) {
        return false;
    }
    sley_frame_push(frame, result);
    return true;
}

bool
sley_with_begin(struct sley_frame *frame)
{
    uint64_t manager = sley_frame_pop(frame);
    struct sley_object *lock = sley_object_of(manager);
    if (sley_value_tag(manager) != SLEY_TAG_OBJECT ||
        (lock->kind != SLEY_OBJECT_LOCK && lock->kind != SLEY_OBJECT_RLOCK)) {
        sley_interpreter_drop(frame->in, manager);
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_TYPE);
    }
    sley_lock_acquire(&lock->lock);
    sley_frame_push(frame, (uint64_t)(uintptr_t)lock | SLEY_TAG_EXIT);
    sley_frame_push(frame, sley_value_bool(true));
    return true;
}

void
sley_with_end(struct sley_interpreter *in, struct sley_object *lock)
{
    (void)in;
    sley_lock_release(&lock->lock);
}
