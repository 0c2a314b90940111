#include "models/program/object.h"

#include "models/fault.h"
#include "models/program/lane.h"

struct sley_world *sley_world_current;

void
sley_object_keep(uint64_t value)
{
    if (!sley_value_counted(value) || sley_fault_is(SLEY_FAULT_PROGRAM_LOAD_BORROWS)) {
        return;
    }
    struct sley_object *object = sley_object_of(value);
    int64_t references = object->references;
    if (references <= 0) {
        sley_program_end(SLEY_VERDICT_HEAP, "an object is used that has no references left");
    }
    object->references = references + 1;
}

bool
sley_object_drop(uint64_t value)
{
    if (!sley_value_counted(value)) {
        return false;
    }
    struct sley_object *object = sley_object_of(value);
    int64_t references = object->references;
    if (references <= 0) {
        sley_program_end(SLEY_VERDICT_HEAP, "a reference is dropped that nobody holds");
    }
    object->references = references - 1;
    return references == 1;
}

uint64_t
sley_object_load(const uint64_t *cell)
{
    uint64_t value = *cell;
    sley_object_keep(value);
    return value;
}

uint64_t
sley_object_exchange(uint64_t *cell, uint64_t value)
{
    uint64_t former = *cell;
    *cell = value;
    return former;
}

int64_t
sley_object_length(const struct sley_object *object)
{
    return object->length;
}

bool
sley_list_append(struct sley_object *list, uint64_t value)
{
    int64_t length = list->length;
    if (sley_fault_is(SLEY_FAULT_PROGRAM_APPEND_SPLIT)) {
        sley_program_step(SLEY_BYTECODE_CALL, 0);
    }
    if (length < 0 || length >= SLEY_PROGRAM_ITEMS) {
        return false;
    }
    list->item[length] = value;
    list->storage = 1;
    list->length = length + 1;
    return true;
}

uint64_t
sley_list_pop(struct sley_object *list)
{
    int64_t length = list->length;
    if (length <= 0) {
        return 0;
    }
    list->length = length - 1;
    return list->item[length - 1];
}

void
sley_list_clear(struct sley_object *list)
{
    list->length = 0;
    list->storage = 0;
}

bool
sley_list_changed(const struct sley_object *list)
{
    return list->storage != 0;
}

uint64_t
sley_list_peek(const struct sley_object *list, int64_t index)
{
    return list->item[index];
}

void
sley_list_place(struct sley_object *list, int64_t index, uint64_t value)
{
    list->item[index] = value;
}

void
sley_list_restore(struct sley_object *list, int64_t length)
{
    list->storage = length > 0;
    list->length = length;
}

int
sley_dict_find(const struct sley_object *dict, uint64_t key)
{
    int64_t entries = dict->storage;
    for (int i = 0; i < entries && i < SLEY_DICT_ENTRIES; i++) {
        if (dict->item[i] == key) {
            return i;
        }
    }
    return -1;
}

bool
sley_dict_add(struct sley_object *dict, uint64_t key, uint64_t value)
{
    int64_t entries = dict->storage;
    if (entries < 0 || entries >= SLEY_DICT_ENTRIES) {
        return false;
    }
    dict->item[entries] = key;
    dict->item[SLEY_DICT_ENTRIES + entries] = value;
    dict->storage = entries + 1;
    dict->length++;
    return true;
}

void
sley_dict_remove(struct sley_object *dict, int entry)
{
    dict->item[entry] = 0;
    dict->length--;
}

int
sley_dict_next(const struct sley_object *dict, int from)
{
    int64_t entries = dict->storage;
    for (int i = from; i < entries && i < SLEY_DICT_ENTRIES; i++) {
        if (dict->item[i]) {
            return i;
        }
    }
    return -1;
}
