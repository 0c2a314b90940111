/* The life of an object: from one reference to none. */
#include "models/program/interpreter.h"

#include "models/fault.h"
#include "models/program/lane.h"

#include <sley/sley.h>

#include <stddef.h>

struct sley_object *
sley_interpreter_create(struct sley_interpreter *in, enum sley_object_kind kind,
                        uint32_t class_index)
{
    (void)in;
    bool is_lock = kind == SLEY_OBJECT_LOCK || kind == SLEY_OBJECT_RLOCK;
    struct sley_object *object =
        sley_program_allocate(is_lock ? sizeof *object : offsetof(struct sley_object, lock));
    object->references = 1;
    object->kind = kind;
    object->class_index = class_index;
    if (is_lock) {
        (kind == SLEY_OBJECT_LOCK ? sley_lock_init : sley_lock_init_reentrant)(&object->lock);
    }
    return object;
}

/* Calls __del__. False: the object has a new reference and lives on. */
static bool
finalise(struct sley_interpreter *in, struct sley_object *object)
{
    int32_t function = in->program->class[object->class_index].special[SLEY_SPECIAL_DEL];
    if (function < 0 || object->storage || sley_fault(SLEY_FAULT_PROGRAM_NO_FINALISER)) {
        return true;
    }
    object->storage = 1;
    object->references = 2; /* of the call below, and ours */
    enum sley_exception raised = in->raised;
    uint64_t self = (uint64_t)(uintptr_t)object | SLEY_TAG_OBJECT;
    uint64_t result;
    if (sley_interpret(in, (uint64_t)function, &self, 1, &result)) {
        sley_interpreter_drop(in, result);
    }
    in->raised = raised; /* what a finaliser raises is ignored, as in CPython */
    object->references--;
    return object->references == 0;
}

static void
destroy(struct sley_interpreter *in, struct sley_object *object)
{
    if (object->kind == SLEY_OBJECT_INSTANCE && !finalise(in, object)) {
        return;
    }
    int64_t count = object->kind == SLEY_OBJECT_LIST ? object->length : SLEY_PROGRAM_ITEMS;
    for (int64_t i = 0; i < count && i < SLEY_PROGRAM_ITEMS; i++) {
        sley_interpreter_drop(in, object->item[i]);
    }
    if (object->kind == SLEY_OBJECT_LOCK || object->kind == SLEY_OBJECT_RLOCK) {
        sley_lock_destroy(&object->lock);
    }
    sley_program_free(object);
}

void
sley_interpreter_drop(struct sley_interpreter *in, uint64_t value)
{
    if (sley_object_drop(value)) {
        destroy(in, sley_object_of(value));
    }
}
