/* Attributes of instances, and methods of built-in types. */
#include "models/program/interpreter.h"

bool
sley_attribute_load(struct sley_frame *frame, uint64_t index)
{
    uint64_t owner = sley_frame_pop(frame);
    struct sley_object *object = sley_object_of(owner);
    if (sley_value_tag(owner) != SLEY_TAG_OBJECT || object->kind != SLEY_OBJECT_INSTANCE) {
        sley_interpreter_drop(frame->in, owner);
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_ATTRIBUTE);
    }
    uint64_t value = sley_object_load(&object->item[index]);
    sley_interpreter_drop(frame->in, owner);
    if (!value) {
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_ATTRIBUTE);
    }
    sley_frame_push(frame, value);
    return true;
}

bool
sley_attribute_store(struct sley_frame *frame, uint64_t index)
{
    uint64_t owner = sley_frame_pop(frame);
    uint64_t value = sley_frame_pop(frame);
    struct sley_object *object = sley_object_of(owner);
    if (sley_value_tag(owner) != SLEY_TAG_OBJECT || object->kind != SLEY_OBJECT_INSTANCE) {
        sley_interpreter_drop(frame->in, owner);
        sley_interpreter_drop(frame->in, value);
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_ATTRIBUTE);
    }
    uint64_t former = sley_object_exchange(&object->item[index], value);
    sley_interpreter_drop(frame->in, former);
    sley_interpreter_drop(frame->in, owner);
    return true;
}

bool
sley_method_load(struct sley_frame *frame, enum sley_method method)
{
    static const uint32_t kinds[SLEY_METHOD_COUNT] = {
        [SLEY_METHOD_APPEND] = 1u << SLEY_OBJECT_LIST,
        [SLEY_METHOD_POP] = 1u << SLEY_OBJECT_LIST,
        [SLEY_METHOD_SORT] = 1u << SLEY_OBJECT_LIST,
        [SLEY_METHOD_ACQUIRE] = 1u << SLEY_OBJECT_LOCK | 1u << SLEY_OBJECT_RLOCK,
        [SLEY_METHOD_RELEASE] = 1u << SLEY_OBJECT_LOCK | 1u << SLEY_OBJECT_RLOCK,
    };
    uint64_t self = sley_frame_pop(frame);
    if (sley_value_tag(self) != SLEY_TAG_OBJECT ||
        !(kinds[method] >> sley_object_of(self)->kind & 1)) {
        sley_interpreter_drop(frame->in, self);
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_ATTRIBUTE);
    }
    sley_frame_push(frame, sley_value_named(SLEY_NAMED_METHOD, method));
    sley_frame_push(frame, self);
    return true;
}
