#include "program/declare.h"

#include <string.h>

static const char *const builtins[SLEY_BUILTIN_COUNT] = {"len", "range", "int"};

int
sley_program_function(const struct sley_program *program, const char *name)
{
    for (uint32_t i = 0; i < program->function_count; i++) {
        if (strcmp(program->function[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int
sley_program_global(const struct sley_program *program, const char *name)
{
    for (uint32_t i = 0; i < program->global_count; i++) {
        if (strcmp(program->global[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static int
class_of(const struct sley_program *program, const char *name)
{
    for (uint32_t i = 0; i < program->class_count; i++) {
        if (strcmp(program->class[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static bool
is_builtin(const char *name, uint64_t *value)
{
    for (uint32_t i = 0; i < SLEY_BUILTIN_COUNT; i++) {
        if (strcmp(builtins[i], name) == 0) {
            *value = sley_value_named(SLEY_NAMED_BUILTIN, i);
            return true;
        }
    }
    for (uint32_t i = 1; i < SLEY_EXCEPTION_COUNT; i++) {
        if (strcmp(sley_exception_name((enum sley_exception)i), name) == 0) {
            *value = sley_value_named(SLEY_NAMED_EXCEPTION, i);
            return true;
        }
    }
    return false;
}

bool
sley_declared_value(const struct sley_program *program, const char *name, uint64_t *value)
{
    int function = sley_program_function(program, name);
    int class = class_of(program, name);
    if (function >= 0) {
        *value = sley_value_named(SLEY_NAMED_FUNCTION, (uint64_t)function);
        return true;
    }
    if (class >= 0) {
        *value = sley_value_named(SLEY_NAMED_CLASS, (uint64_t) class);
        return true;
    }
    for (uint32_t i = 0; i < program->c_function_count; i++) {
        if (strcmp(program->c_function[i].name, name) == 0) {
            *value = sley_value_named(SLEY_NAMED_C_FUNCTION, i);
            return true;
        }
    }
    return is_builtin(name, value);
}

bool
sley_declare_attribute(struct sley_scan *scan, struct sley_program *program, const char *name,
                       uint64_t *index)
{
    uint32_t i = 0;
    while (i < program->attribute_count && strcmp(program->attribute[i], name) != 0) {
        i++;
    }
    *index = i;
    if (i == SLEY_PROGRAM_ATTRIBUTES) {
        return sley_scan_fail(scan, "more than %d different attributes", SLEY_PROGRAM_ATTRIBUTES);
    }
    if (i == program->attribute_count) {
        strcpy(program->attribute[program->attribute_count++], name);
    }
    return true;
}

static bool
is_new(struct sley_scan *scan, const struct sley_program *program, const char *name)
{
    uint64_t value;
    if (sley_program_global(program, name) >= 0 || sley_declared_value(program, name, &value)) {
        return sley_scan_fail(scan, "'%s' is declared twice, or a builtin", name);
    }
    return true;
}

static bool
room(struct sley_scan *scan, uint32_t count, uint32_t max, const char *what)
{
    return count < max || sley_scan_fail(scan, "more than %u %s", (unsigned)max, what);
}

/* "(x, y)" or nothing: the parameters of a function. */
static bool
parameters(struct sley_scan *scan, struct sley_function *function)
{
    if (!sley_scan_take(scan, "(") || sley_scan_take(scan, ")")) {
        return !scan->failed;
    }
    do {
        if (!room(scan, function->parameter_count, SLEY_PROGRAM_LOCALS, "parameters") ||
            !sley_scan_name(scan, function->local[function->parameter_count])) {
            return false;
        }
        function->parameter_count++;
    } while (sley_scan_take(scan, ","));
    function->local_count = function->parameter_count;
    return sley_scan_expect(scan, ")");
}

static bool
declare_function(struct sley_scan *scan, struct sley_program *program, const char *name)
{
    if (!room(scan, program->function_count, SLEY_PROGRAM_FUNCTIONS, "functions")) {
        return false;
    }
    struct sley_function *function = &program->function[program->function_count];
    strcpy(function->name, name);
    if (!parameters(scan, function) || !sley_scan_expect(scan, ":")) {
        return false;
    }
    program->function_count++;
    return true;
}

static bool
declare_class(struct sley_scan *scan, struct sley_program *program)
{
    char name[SLEY_PROGRAM_NAME];
    if (!sley_scan_name(scan, name) || !is_new(scan, program, name) ||
        !room(scan, program->class_count, SLEY_PROGRAM_CLASSES, "classes")) {
        return false;
    }
    struct sley_class *class = &program->class[program->class_count++];
    strcpy(class->name, name);
    for (int i = 0; i < SLEY_SPECIAL_COUNT; i++) {
        class->special[i] = -1;
    }
    return sley_scan_expect(scan, ":");
}

/* "[1, 2]", behind its bracket. */
static bool
list_items(struct sley_scan *scan, struct sley_program *program, struct sley_initial *initial)
{
    initial->kind = SLEY_OBJECT_LIST;
    if (sley_scan_take(scan, "]")) {
        return true;
    }
    do {
        if (!room(scan, initial->count, SLEY_PROGRAM_ITEMS, "items") ||
            !sley_scan_constant(scan, program, &initial->value[initial->count])) {
            return false;
        }
        initial->count++;
    } while (sley_scan_take(scan, ","));
    return sley_scan_expect(scan, "]");
}

/* "{1: 10, 2: 20}", behind its brace. */
static bool
dict_items(struct sley_scan *scan, struct sley_program *program, struct sley_initial *initial)
{
    initial->kind = SLEY_OBJECT_DICT;
    if (sley_scan_take(scan, "}")) {
        return true;
    }
    do {
        uint64_t *pair = &initial->value[2 * (initial->count % (SLEY_PROGRAM_ITEMS / 2))];
        if (!room(scan, initial->count, SLEY_PROGRAM_ITEMS / 2, "pairs in a dict") ||
            !sley_scan_constant(scan, program, &pair[0]) || !sley_scan_expect(scan, ":") ||
            !sley_scan_constant(scan, program, &pair[1])) {
            return false;
        }
        initial->count++;
    } while (sley_scan_take(scan, ","));
    return sley_scan_expect(scan, "}");
}

/* "(x=1, y=2)", behind its parenthesis: the attributes of an instance. */
static bool
attributes(struct sley_scan *scan, struct sley_program *program, struct sley_initial *initial)
{
    char name[SLEY_PROGRAM_NAME];
    uint64_t index;
    if (sley_scan_take(scan, ")")) {
        return true;
    }
    do {
        if (!sley_scan_name(scan, name) || !sley_scan_expect(scan, "=") ||
            !sley_declare_attribute(scan, program, name, &index) ||
            !sley_scan_constant(scan, program, &initial->value[index])) {
            return false;
        }
    } while (sley_scan_take(scan, ","));
    return sley_scan_expect(scan, ")");
}

/* "c_function(releases, 100 us)", behind its parenthesis. */
static bool
declare_c_function(struct sley_scan *scan, struct sley_program *program, const char *name)
{
    int64_t duration = 0;
    if (!room(scan, program->c_function_count, SLEY_PROGRAM_C_FUNCTIONS, "C functions")) {
        return false;
    }
    struct sley_c_function *function = &program->c_function[program->c_function_count];
    strcpy(function->name, name);
    function->releases = sley_scan_take(scan, "releases");
    if (!function->releases && !sley_scan_expect(scan, "holds")) {
        return false;
    }
    if (!sley_scan_expect(scan, ",") || !sley_scan_number(scan, &duration) ||
        !sley_scan_expect(scan, "us") || !sley_scan_expect(scan, ")")) {
        return false;
    }
    if (duration < 0) {
        return sley_scan_fail(scan, "a duration below 0 us");
    }
    function->duration_us = (uint64_t)duration;
    program->c_function_count++;
    return true;
}

static bool
initial_instance(struct sley_scan *scan, struct sley_program *program, struct sley_initial *initial)
{
    char class[SLEY_PROGRAM_NAME];
    if (!sley_scan_name(scan, class)) {
        return false;
    }
    int index = class_of(program, class);
    if (index < 0) {
        return sley_scan_fail(scan, "'%s' is no class declared above, and no constant", class);
    }
    initial->kind = SLEY_OBJECT_INSTANCE;
    initial->class_index = (uint32_t)index;
    return sley_scan_expect(scan, "(") && attributes(scan, program, initial);
}

/* What stands behind "name =". */
static bool
initial_value(struct sley_scan *scan, struct sley_program *program, struct sley_initial *initial)
{
    initial->is_object = true;
    if (sley_scan_take(scan, "[")) {
        return list_items(scan, program, initial);
    }
    if (sley_scan_take(scan, "{")) {
        return dict_items(scan, program, initial);
    }
    if (sley_scan_take(scan, "Lock")) {
        initial->kind = SLEY_OBJECT_LOCK;
        return sley_scan_expect(scan, "()");
    }
    if (sley_scan_take(scan, "RLock")) {
        initial->kind = SLEY_OBJECT_RLOCK;
        return sley_scan_expect(scan, "()");
    }
    bool constant = sley_scan_over(scan) || strchr("-'0123456789", *scan->at) ||
                    strncmp(scan->at, "None", 4) == 0 || strncmp(scan->at, "True", 4) == 0 ||
                    strncmp(scan->at, "False", 5) == 0;
    if (!constant) {
        return initial_instance(scan, program, initial);
    }
    initial->is_object = false;
    return sley_scan_constant(scan, program, &initial->value[0]);
}

static bool
declare_global(struct sley_scan *scan, struct sley_program *program, const char *name,
               bool has_value)
{
    if (!room(scan, program->global_count, SLEY_PROGRAM_GLOBALS, "globals")) {
        return false;
    }
    struct sley_initial *initial = &program->global[program->global_count];
    if (has_value && !initial_value(scan, program, initial)) {
        return false;
    }
    strcpy(initial->name, name);
    program->global_count++;
    return true;
}

bool
sley_declare(struct sley_scan *scan, struct sley_program *program, enum sley_declared *declared)
{
    char name[SLEY_PROGRAM_NAME];
    *declared = SLEY_DECLARED_GLOBAL;
    if (sley_scan_take(scan, "class")) {
        *declared = SLEY_DECLARED_CLASS;
        return declare_class(scan, program);
    }
    if (sley_scan_take(scan, "global")) {
        return sley_scan_name(scan, name) && is_new(scan, program, name) &&
               declare_global(scan, program, name, false);
    }
    if (!sley_scan_name(scan, name) || !is_new(scan, program, name)) {
        return false;
    }
    if (!sley_scan_take(scan, "=")) {
        *declared = SLEY_DECLARED_FUNCTION;
        return declare_function(scan, program, name);
    }
    if (sley_scan_take(scan, "c_function")) {
        return sley_scan_expect(scan, "(") && declare_c_function(scan, program, name);
    }
    return declare_global(scan, program, name, true);
}

enum sley_declared
sley_declared_kind(const char *line)
{
    size_t length = strcspn(line, "=:#\n");
    if (strncmp(line, "class ", 6) == 0) {
        return SLEY_DECLARED_CLASS;
    }
    bool is_global = line[length] == '=' || strncmp(line, "global ", 7) == 0;
    return is_global ? SLEY_DECLARED_GLOBAL : SLEY_DECLARED_FUNCTION;
}
