/* Values as Python's repr has them. */
#include "models/program/interpreter.h"

#include <stdarg.h>
#include <stdio.h>

struct text {
    char *at;
    size_t left; /* with the final 0 */
};

static void append(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
append(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text->at, text->left, format, arguments);
    va_end(arguments);
    size_t used = length < 0 ? 0 : (size_t)length < text->left ? (size_t)length : text->left - 1;
    text->at += used;
    text->left -= used;
}

static void
append_named(struct text *text, const struct sley_program *program, uint64_t value)
{
    static const char *const singletons[] = {"NULL", "None", "False", "True"};
    uint64_t index = sley_value_index(value);
    if (sley_value_is(value, SLEY_NAMED_SINGLETON)) {
        append(text, "%s", singletons[index]);
    } else if (sley_value_is(value, SLEY_NAMED_STRING)) {
        append(text, "'%s'", program->string[index]);
    } else if (sley_value_is(value, SLEY_NAMED_FUNCTION)) {
        append(text, "<function %s>", program->function[index].name);
    } else if (sley_value_is(value, SLEY_NAMED_CLASS)) {
        append(text, "<class %s>", program->class[index].name);
    } else if (sley_value_is(value, SLEY_NAMED_EXCEPTION)) {
        append(text, "%s", sley_exception_name((enum sley_exception)index));
    } else {
        append(text, "<builtin>");
    }
}

/* A value inside a list or dict; objects there are not opened, since they may hold each other. */
static void
append_inner(struct text *text, const struct sley_program *program, uint64_t value)
{
    const struct sley_object *object = sley_object_of(value);
    if (value == 0) {
        append(text, "unbound");
    } else if (sley_value_tag(value) == SLEY_TAG_INT) {
        append(text, "%lld", (long long)sley_value_number(value));
    } else if (sley_value_tag(value) == SLEY_TAG_NAMED) {
        append_named(text, program, value);
    } else if (object->kind == SLEY_OBJECT_INSTANCE) {
        append(text, "<%s>", program->class[object->class_index].name);
    } else if (object->kind == SLEY_OBJECT_LIST || object->kind == SLEY_OBJECT_DICT) {
        append(text, "%s", object->kind == SLEY_OBJECT_LIST ? "[...]" : "{...}");
    } else {
        append(text, "<lock>");
    }
}

static void
append_list(struct text *text, const struct sley_program *program, const struct sley_object *list)
{
    append(text, "[");
    for (int64_t i = 0; i < list->length && i < SLEY_PROGRAM_ITEMS; i++) {
        append(text, "%s", i ? ", " : "");
        append_inner(text, program, list->item[i]);
    }
    append(text, "]");
}

static void
append_dict(struct text *text, const struct sley_program *program, const struct sley_object *dict)
{
    const char *divider = "";
    append(text, "{");
    for (int64_t i = 0; i < dict->storage && i < SLEY_DICT_ENTRIES; i++) {
        if (dict->item[i]) {
            append(text, "%s", divider);
            append_inner(text, program, dict->item[i]);
            append(text, ": ");
            append_inner(text, program, dict->item[SLEY_DICT_ENTRIES + i]);
            divider = ", ";
        }
    }
    append(text, "}");
}

char *
sley_program_text(const char *global, char *text, size_t size)
{
    struct text cursor = {text, size};
    uint64_t value = sley_program_value(global);
    const struct sley_program *program = sley_world_current->program;
    const struct sley_object *object = sley_object_of(value);
    if (sley_value_tag(value) == SLEY_TAG_OBJECT && object->kind == SLEY_OBJECT_LIST) {
        append_list(&cursor, program, object);
    } else if (sley_value_tag(value) == SLEY_TAG_OBJECT && object->kind == SLEY_OBJECT_DICT) {
        append_dict(&cursor, program, object);
    } else {
        append_inner(&cursor, program, value);
    }
    return text;
}
