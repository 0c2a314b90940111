/* Items of lists and dicts, and iteration over them. */
#include "models/program/interpreter.h"

#include "models/fault.h"

/* Pops an operand that must be an object of that kind, or be a list or dict (any). */
static struct sley_object *
pop_container(struct sley_frame *frame, uint64_t *value)
{
    *value = sley_frame_pop(frame);
    struct sley_object *object = sley_object_of(*value);
    bool container = sley_value_tag(*value) == SLEY_TAG_OBJECT &&
                     (object->kind == SLEY_OBJECT_LIST || object->kind == SLEY_OBJECT_DICT);
    return container ? object : NULL;
}

/* The place of index in the list, from its end if negative; -1: outside. */
static int64_t
place_of(const struct sley_object *list, uint64_t index)
{
    if (sley_value_tag(index) != SLEY_TAG_INT) {
        return -1;
    }
    int64_t length = sley_object_length(list);
    int64_t number = sley_value_number(index);
    number += number < 0 ? length : 0;
    return number >= 0 && number < length && number < SLEY_PROGRAM_ITEMS ? number : -1;
}

/* The cell that holds the item; NULL: there is none, and an exception is raised. */
static uint64_t *
cell_of(struct sley_interpreter *in, struct sley_object *object, uint64_t index)
{
    if (!object) {
        sley_interpreter_raise(in, SLEY_EXCEPTION_TYPE);
        return NULL;
    }
    bool is_list = object->kind == SLEY_OBJECT_LIST;
    int64_t place = is_list ? place_of(object, index) : sley_dict_find(object, index);
    if (place < 0) {
        sley_interpreter_raise(in, is_list ? SLEY_EXCEPTION_INDEX : SLEY_EXCEPTION_KEY);
        return NULL;
    }
    return &object->item[place + (is_list ? 0 : SLEY_DICT_ENTRIES)];
}

bool
sley_subscript_load(struct sley_frame *frame)
{
    uint64_t container;
    uint64_t index = sley_frame_pop(frame);
    struct sley_object *object = pop_container(frame, &container);
    const uint64_t *cell = cell_of(frame->in, object, index);
    if (cell) {
        sley_frame_push(frame, sley_object_load(cell));
    }
    sley_interpreter_drop(frame->in, container);
    sley_interpreter_drop(frame->in, index);
    return cell != NULL;
}

static bool
dict_store(struct sley_interpreter *in, struct sley_object *dict, uint64_t key, uint64_t value)
{
    int entry = sley_dict_find(dict, key);
    if (entry >= 0) {
        uint64_t *cell = &dict->item[SLEY_DICT_ENTRIES + entry];
        sley_interpreter_drop(in, sley_object_exchange(cell, value));
        sley_interpreter_drop(in, key);
    } else if (!sley_dict_add(dict, key, value)) {
        sley_interpreter_end(in, SLEY_VERDICT_MISUSE, "more than 8 keys in a dict");
    }
    return true;
}

bool
sley_subscript_store(struct sley_frame *frame)
{
    uint64_t container;
    uint64_t index = sley_frame_pop(frame);
    struct sley_object *object = pop_container(frame, &container);
    uint64_t value = sley_frame_pop(frame);
    bool stored = false;
    if (object && object->kind == SLEY_OBJECT_DICT) {
        stored = dict_store(frame->in, object, index, value);
    } else {
        uint64_t *cell = cell_of(frame->in, object, index);
        stored = cell != NULL;
        sley_interpreter_drop(frame->in, stored ? sley_object_exchange(cell, value) : value);
        sley_interpreter_drop(frame->in, index);
    }
    sley_interpreter_drop(frame->in, container);
    return stored;
}

bool
sley_subscript_delete(struct sley_frame *frame)
{
    uint64_t container;
    uint64_t index = sley_frame_pop(frame);
    struct sley_object *object = pop_container(frame, &container);
    bool is_dict = object && object->kind == SLEY_OBJECT_DICT;
    int entry = is_dict ? sley_dict_find(object, index) : -1;
    if (entry >= 0) {
        uint64_t key = sley_list_peek(object, entry);
        uint64_t value = sley_object_exchange(&object->item[SLEY_DICT_ENTRIES + entry], 0);
        sley_dict_remove(object, entry);
        sley_interpreter_drop(frame->in, key);
        sley_interpreter_drop(frame->in, value);
    }
    sley_interpreter_drop(frame->in, container);
    sley_interpreter_drop(frame->in, index);
    return entry >= 0 ||
           sley_interpreter_raise(frame->in, is_dict ? SLEY_EXCEPTION_KEY : SLEY_EXCEPTION_TYPE);
}

static bool
list_has(const struct sley_object *list, uint64_t value)
{
    int64_t length = sley_object_length(list);
    for (int64_t i = 0; i < length && i < SLEY_PROGRAM_ITEMS; i++) {
        if (sley_list_peek(list, i) == value) {
            return true;
        }
    }
    return false;
}

/* Items are equal if they are the same word: no user code runs. */
bool
sley_contains(struct sley_frame *frame, bool negated)
{
    uint64_t container;
    struct sley_object *object = pop_container(frame, &container);
    uint64_t value = sley_frame_pop(frame);
    bool has = object && (object->kind == SLEY_OBJECT_LIST ? list_has(object, value)
                                                           : sley_dict_find(object, value) >= 0);
    sley_interpreter_drop(frame->in, container);
    sley_interpreter_drop(frame->in, value);
    if (!object) {
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_TYPE);
    }
    sley_frame_push(frame, sley_value_bool(has != negated));
    return true;
}

bool
sley_iterate(struct sley_frame *frame)
{
    uint64_t value;
    struct sley_object *object = pop_container(frame, &value);
    if (!object && !sley_value_is(value, SLEY_NAMED_RANGE)) {
        sley_interpreter_drop(frame->in, value);
        return sley_interpreter_raise(frame->in, SLEY_EXCEPTION_TYPE);
    }
    sley_frame_push(frame, object ? (uint64_t)(uintptr_t)object | SLEY_TAG_ITERATOR : value);
    if (object && object->kind == SLEY_OBJECT_DICT) {
        frame->stack[frame->height - 1].bound = (int32_t)sley_object_length(object);
    }
    return true;
}

/* The next key or item with a reference; 0: there is none left, or in->raised is set. */
static uint64_t
next_of(struct sley_interpreter *in, struct sley_slot *iterator)
{
    struct sley_object *object = sley_object_of(iterator->value);
    if (sley_value_is(iterator->value, SLEY_NAMED_RANGE)) {
        bool more = (uint64_t)iterator->position < sley_value_index(iterator->value);
        return more ? sley_value_int(iterator->position++) : 0;
    }
    if (object->kind == SLEY_OBJECT_LIST) {
        bool more = iterator->position < sley_object_length(object);
        return more && iterator->position < SLEY_PROGRAM_ITEMS
                   ? sley_object_load(&object->item[iterator->position++])
                   : 0;
    }
    if (sley_object_length(object) != iterator->bound &&
        !sley_fault(SLEY_FAULT_PROGRAM_DICT_UNCHECKED)) {
        sley_interpreter_raise(in, SLEY_EXCEPTION_RUNTIME);
        return 0;
    }
    int entry = sley_dict_next(object, iterator->position);
    iterator->position = entry + 1;
    return entry < 0 ? 0 : sley_object_load(&object->item[entry]);
}

bool
sley_advance(struct sley_frame *frame)
{
    struct sley_slot *top = frame->height ? &frame->stack[frame->height - 1] : NULL;
    bool iterates = top && (sley_value_tag(top->value) == SLEY_TAG_ITERATOR ||
                            sley_value_is(top->value, SLEY_NAMED_RANGE));
    if (!iterates) {
        sley_interpreter_end(frame->in, SLEY_VERDICT_MISUSE, "no iterator is on the stack");
    }
    uint64_t item = next_of(frame->in, top);
    if (item) {
        sley_frame_push(frame, item);
        return true;
    }
    sley_interpreter_drop(frame->in, sley_frame_pop(frame));
    return false;
}
