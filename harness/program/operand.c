#include "program/operand.h"

#include <string.h>

static const struct {
    const char *name;
    enum sley_operand operand;
} instructions[SLEY_INSTRUCTION_COUNT] = {
#define SLEY_INSTRUCTION(name, operand) {#name, SLEY_OPERAND_##operand},
#include "program/instructions.def"
#undef SLEY_INSTRUCTION
};

static const char *const exceptions[SLEY_EXCEPTION_COUNT] = {
    "",           "TypeError", "ValueError",     "RuntimeError",      "KeyError",
    "IndexError", "NameError", "AttributeError", "ZeroDivisionError",
};
static const char *const operators[] = {"+", "-", "*", "//", "%", "&", "|", "^"};
static const char *const comparisons[] = {"<", "<=", "==", "!=", ">", ">="};
static const char *const methods[SLEY_METHOD_COUNT] = {"append", "pop", "sort", "acquire",
                                                       "release"};

const char *
sley_exception_name(enum sley_exception exception)
{
    return exceptions[exception];
}

const char *
sley_instruction_name(enum sley_instruction_kind kind)
{
    return instructions[kind].name;
}

enum sley_operand
sley_operand_of(enum sley_instruction_kind kind)
{
    return instructions[kind].operand;
}

bool
sley_label_of(struct sley_scan *scan, struct sley_labels *labels, const char *name, uint32_t *index)
{
    uint32_t i = 0;
    while (i < labels->count && strcmp(labels->name[i], name) != 0) {
        i++;
    }
    *index = i;
    if (i == SLEY_LABELS_MAX) {
        return sley_scan_fail(scan, "more than %d labels in a function", SLEY_LABELS_MAX);
    }
    if (i == labels->count) {
        strcpy(labels->name[i], name);
        labels->place[i] = UINT32_MAX;
        labels->line[i] = scan->line;
        labels->count++;
    }
    return true;
}

static bool
take_local(struct sley_scan *scan, struct sley_function *function, uint64_t *operand)
{
    char name[SLEY_PROGRAM_NAME];
    uint32_t i = 0;
    if (!sley_scan_name(scan, name)) {
        return false;
    }
    while (i < function->local_count && strcmp(function->local[i], name) != 0) {
        i++;
    }
    *operand = i;
    if (i == SLEY_PROGRAM_LOCALS) {
        return sley_scan_fail(scan, "more than %d locals in '%s'", SLEY_PROGRAM_LOCALS,
                              function->name);
    }
    if (i == function->local_count) {
        strcpy(function->local[function->local_count++], name);
    }
    return true;
}

static bool
take_global(struct sley_scan *scan, const struct sley_program *program, struct sley_instruction *to,
            bool cell_only)
{
    char name[SLEY_PROGRAM_NAME];
    if (!sley_scan_name(scan, name)) {
        return false;
    }
    int global = sley_program_global(program, name);
    to->operand = (uint64_t)global;
    if (global >= 0) {
        return true;
    }
    to->is_value = sley_declared_value(program, name, &to->operand);
    if (to->is_value && cell_only) {
        return sley_scan_fail(scan, "'%s' is no variable", name);
    }
    return to->is_value || sley_scan_fail(scan,
                                          "unknown global '%s'; declare it: '%s = 0', or "
                                          "'global %s' without a value",
                                          name, name, name);
}

/* The longest of the words that comes next. */
static bool
take_one_of(struct sley_scan *scan, const char *const *words, uint32_t count, const char *what,
            uint64_t *operand)
{
    size_t best = 0;
    sley_scan_over(scan);
    for (uint32_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if (length > best && strncmp(scan->at, words[i], length) == 0) {
            best = length;
            *operand = i;
        }
    }
    if (best == 0) {
        return sley_scan_fail(scan, "'%.*s' is no %s", (int)strcspn(scan->at, " \n"), scan->at,
                              what);
    }
    scan->at += best;
    return true;
}

static bool
take_method(struct sley_scan *scan, uint64_t *operand)
{
    char name[SLEY_PROGRAM_NAME];
    if (!sley_scan_name(scan, name)) {
        return false;
    }
    for (uint32_t i = 0; i < SLEY_METHOD_COUNT; i++) {
        if (strcmp(methods[i], name) == 0) {
            *operand = i;
            return true;
        }
    }
    return sley_scan_fail(scan,
                          "unknown method '%s'; known are append, pop, sort, acquire and "
                          "release",
                          name);
}

static bool
take_label(struct sley_scan *scan, struct sley_labels *labels, uint64_t *operand)
{
    char name[SLEY_PROGRAM_NAME];
    uint32_t index = 0;
    sley_scan_take(scan, "to");
    bool taken = sley_scan_name(scan, name) && sley_label_of(scan, labels, name, &index);
    *operand = index;
    return taken;
}

static bool
take_count(struct sley_scan *scan, uint64_t *operand)
{
    int64_t number = 0;
    if (!sley_scan_number(scan, &number)) {
        return false;
    }
    *operand = (uint64_t)number;
    return (number >= 0 && number <= SLEY_PROGRAM_ITEMS) ||
           sley_scan_fail(scan, "a count outside 0..%d", SLEY_PROGRAM_ITEMS);
}

/* "NULL + f" pushes a NULL below f, as dis has it. */
bool
sley_operand_take(struct sley_scan *scan, struct sley_program *program,
                  struct sley_function *function, struct sley_labels *labels,
                  struct sley_instruction *to)
{
    char name[SLEY_PROGRAM_NAME];
    switch (instructions[to->kind].operand) {
    case SLEY_OPERAND_NOTHING:
        return true;
    case SLEY_OPERAND_CONSTANT:
        return sley_scan_constant(scan, program, &to->operand);
    case SLEY_OPERAND_LOCAL:
        return take_local(scan, function, &to->operand);
    case SLEY_OPERAND_GLOBAL:
        return take_global(scan, program, to, false);
    case SLEY_OPERAND_CELL:
        return take_global(scan, program, to, true);
    case SLEY_OPERAND_ATTRIBUTE:
        return sley_scan_name(scan, name) &&
               sley_declare_attribute(scan, program, name, &to->operand);
    case SLEY_OPERAND_METHOD:
        return take_method(scan, &to->operand);
    case SLEY_OPERAND_OPERATOR:
        if (!take_one_of(scan, operators, 8, "operator", &to->operand)) {
            return false;
        }
        sley_scan_take(scan, "="); /* in place: the same, as no type has an operator of its own */
        return true;
    case SLEY_OPERAND_COMPARISON:
        return take_one_of(scan, comparisons, 6, "comparison", &to->operand);
    case SLEY_OPERAND_CONTAINS:
        to->operand = sley_scan_take(scan, "not");
        return sley_scan_expect(scan, "in");
    case SLEY_OPERAND_COUNT:
        return take_count(scan, &to->operand);
    case SLEY_OPERAND_FORWARD:
    case SLEY_OPERAND_BACKWARD:
        return take_label(scan, labels, &to->operand);
    case SLEY_OPERAND_KEYWORDS:
        return sley_scan_expect(scan, "('key',)");
    }
    return false;
}
