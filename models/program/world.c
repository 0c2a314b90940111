/* What a property sees of its program: loading, tasks, and the objects that are left. */
#include "models/program/interpreter.h"

#include "models/program/lane.h"

#include <sley/sley.h>

#include <stdio.h>
#include <string.h>

enum { PROGRAMS_MAX = 8, TASKS_MAX = 8 };

/* Programs that were assembled in this process. A text that is met again is compared with its copy,
 * so that a buffer that is used twice is not mistaken. */
static struct {
    struct sley_program program;
    char copy[SLEY_PROGRAM_TEXT_MAX];
    bool used;
} programs[PROGRAMS_MAX];
static uint32_t next_program;

static void
misuse(const char *what, const char *name)
{
    char text[96];
    snprintf(text, sizeof text, "%s '%s'", what, name);
    sley_program_end(SLEY_VERDICT_MISUSE, text);
}

static const struct sley_program *
assembled(const char *text)
{
    struct sley_error error;
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        if (programs[i].used && programs[i].program.text == text &&
            strcmp(programs[i].copy, text) == 0) {
            return &programs[i].program;
        }
    }
    uint32_t i = next_program++ % PROGRAMS_MAX;
    programs[i].used = sley_program_assemble(&programs[i].program, text, &error) == SLEY_OK;
    if (!programs[i].used) {
        misuse("no program:", error.text);
    }
    strcpy(programs[i].copy, text);
    return &programs[i].program;
}

static uint64_t
create(struct sley_interpreter *in, const struct sley_initial *initial)
{
    if (!initial->is_object) {
        return initial->value[0];
    }
    struct sley_object *object = sley_interpreter_create(in, initial->kind, initial->class_index);
    bool is_dict = initial->kind == SLEY_OBJECT_DICT;
    for (uint32_t i = 0; i < initial->count && is_dict; i++) {
        object->item[i] = initial->value[2 * i];
        object->item[SLEY_DICT_ENTRIES + i] = initial->value[2 * i + 1];
    }
    for (uint32_t i = 0; i < SLEY_PROGRAM_ITEMS && !is_dict; i++) {
        object->item[i] = initial->value[i];
    }
    object->length = initial->count;
    object->storage = initial->kind == SLEY_OBJECT_LIST ? initial->count > 0 : initial->count;
    return (uint64_t)(uintptr_t)object | SLEY_TAG_OBJECT;
}

void
sley_program_load(const char *text)
{
    struct sley_interpreter in = {.program = assembled(text)};
    struct sley_world *world = sley_program_allocate(sizeof *world);
    world->program = in.program;
    for (uint32_t i = 0; i < in.program->global_count; i++) {
        world->global[i] = create(&in, &in.program->global[i]);
    }
    sley_world_current = world;
}

static struct sley_interpreter
interpreter(void)
{
    if (!sley_world_current) {
        sley_program_end(SLEY_VERDICT_MISUSE, "sley_program_load was not called in this run");
    }
    return (struct sley_interpreter){
        .program = sley_world_current->program,
        .world = sley_world_current,
    };
}

static uint32_t
function_of(const char *name)
{
    struct sley_interpreter in = interpreter();
    int function = sley_program_function(in.program, name);
    if (function < 0) {
        misuse("the program has no function", name);
    }
    return (uint32_t)function;
}

static enum sley_exception
run_function(uint32_t function)
{
    struct sley_interpreter in = interpreter();
    uint64_t result = 0;
    if (!sley_interpret(&in, function, NULL, 0, &result)) {
        return in.raised;
    }
    sley_interpreter_drop(&in, result);
    return SLEY_EXCEPTION_NONE;
}

static void *
task_main(void *function)
{
    return (void *)(uintptr_t)run_function((uint32_t)(uintptr_t)function);
}

uintptr_t
sley_program_start(const char *function)
{
    return sley_spawn(task_main, (void *)(uintptr_t)function_of(function));
}

enum sley_exception
sley_program_join(uintptr_t task)
{
    return (enum sley_exception)(uintptr_t)sley_join(task);
}

enum sley_exception
sley_program_call(const char *function)
{
    return run_function(function_of(function));
}

enum sley_exception
sley_program_gather(int function_count, const char *const functions[])
{
    uintptr_t tasks[TASKS_MAX];
    enum sley_exception first = SLEY_EXCEPTION_NONE;
    if (function_count < 0 || function_count > TASKS_MAX) {
        sley_program_end(SLEY_VERDICT_MISUSE, "sley_program_gather of more than 8 functions");
    }
    for (int i = 0; i < function_count; i++) {
        tasks[i] = sley_program_start(functions[i]);
    }
    for (int i = 0; i < function_count; i++) {
        enum sley_exception raised = sley_program_join(tasks[i]);
        first = first == SLEY_EXCEPTION_NONE ? raised : first;
    }
    return first;
}

uint64_t
sley_program_value(const char *name)
{
    struct sley_interpreter in = interpreter();
    int global = sley_program_global(in.program, name);
    if (global < 0) {
        misuse("the program has no global", name);
    }
    return in.world->global[global];
}

static const struct sley_object *
object_of(const char *name)
{
    uint64_t value = sley_program_value(name);
    if (sley_value_tag(value) != SLEY_TAG_OBJECT) {
        misuse("no object is in the global", name);
    }
    return sley_object_of(value);
}

static long
int_of(uint64_t value, const char *name)
{
    if (sley_value_tag(value) != SLEY_TAG_INT && value != sley_value_bool(true) &&
        value != sley_value_bool(false)) {
        misuse("no int is in", name);
    }
    return sley_value_tag(value) == SLEY_TAG_INT ? (long)sley_value_number(value)
                                                 : value == sley_value_bool(true);
}

long
sley_program_int(const char *global)
{
    return int_of(sley_program_value(global), global);
}

int
sley_program_length(const char *global)
{
    const struct sley_object *object = object_of(global);
    if (object->kind != SLEY_OBJECT_LIST && object->kind != SLEY_OBJECT_DICT) {
        misuse("no list or dict is in", global);
    }
    return (int)object->length;
}

long
sley_program_item(const char *global, int index)
{
    const struct sley_object *object = object_of(global);
    if (object->kind != SLEY_OBJECT_LIST || index < 0 || index >= object->length) {
        misuse("no such item is in", global);
    }
    return int_of(object->item[index], global);
}

long
sley_program_references(const char *global)
{
    return (long)object_of(global)->references;
}

int
sley_program_instructions(const char *function)
{
    const struct sley_function *f = &interpreter().program->function[function_of(function)];
    return (int)(f->end - f->first);
}
