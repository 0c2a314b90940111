/* From the text of a program to its instructions, in two passes: what exists, then what it does. */
#include "program/operand.h"

#include <string.h>

static const char *const specials[SLEY_SPECIAL_COUNT] = {
    "__add__", "__sub__", "__mul__", "__floordiv__", "__mod__", "__and__",
    "__or__",  "__xor__", "__lt__",  "__eq__",       "__del__",
};

/* What the indented lines belong to. */
struct body {
    enum sley_declared kind;
    uint32_t function_count; /* met so far */
    uint32_t class_count;
    struct sley_function *function;
    struct sley_labels labels;
};

static struct sley_instruction *
add_instruction(struct sley_scan *scan, struct sley_program *program,
                enum sley_instruction_kind kind)
{
    if (program->instruction_count == SLEY_PROGRAM_INSTRUCTIONS) {
        sley_scan_fail(scan, "more than %d instructions", SLEY_PROGRAM_INSTRUCTIONS);
        return NULL;
    }
    struct sley_instruction *to = &program->instruction[program->instruction_count++];
    to->kind = (uint8_t)kind;
    to->line = (uint16_t)scan->line;
    to->text = scan->line_begin;
    return to;
}

static bool
assemble_instruction(struct sley_scan *scan, struct sley_program *program, struct body *body,
                     const char *name)
{
    uint32_t kind = 0;
    while (kind < SLEY_INSTRUCTION_COUNT &&
           strcmp(sley_instruction_name((enum sley_instruction_kind)kind), name) != 0) {
        kind++;
    }
    if (kind == SLEY_INSTRUCTION_COUNT) {
        return sley_scan_fail(scan, "unknown instruction '%s'", name);
    }
    if (kind == SLEY_INSTRUCTION_LOAD_GLOBAL && sley_scan_take(scan, "NULL") &&
        (!sley_scan_expect(scan, "+") ||
         !add_instruction(scan, program, SLEY_INSTRUCTION_PUSH_NULL))) {
        return false;
    }
    struct sley_instruction *to = add_instruction(scan, program, (enum sley_instruction_kind)kind);
    return to && sley_operand_take(scan, program, body->function, &body->labels, to);
}

/* An indented line of a function: "[label:] [INSTRUCTION [operand]]". */
static bool
assemble_line(struct sley_scan *scan, struct sley_program *program, struct body *body)
{
    char name[SLEY_PROGRAM_NAME];
    struct sley_labels *labels = &body->labels;
    uint32_t index;
    if (!sley_scan_name(scan, name)) {
        return false;
    }
    if (sley_scan_take(scan, ":")) {
        if (!sley_label_of(scan, labels, name, &index)) {
            return false;
        }
        if (labels->place[index] != UINT32_MAX) {
            return sley_scan_fail(scan, "the label '%s' stands twice in a function", name);
        }
        labels->place[index] = program->instruction_count;
        if (sley_scan_over(scan) || !sley_scan_name(scan, name)) {
            return !scan->failed;
        }
    }
    return assemble_instruction(scan, program, body, name);
}

/* An indented line of a class: "__add__ = function". */
static bool
assemble_special(struct sley_scan *scan, struct sley_program *program, uint32_t class)
{
    char name[SLEY_PROGRAM_NAME], function[SLEY_PROGRAM_NAME];
    if (!sley_scan_name(scan, name) || !sley_scan_expect(scan, "=") ||
        !sley_scan_name(scan, function)) {
        return false;
    }
    int index = sley_program_function(program, function);
    if (index < 0) {
        return sley_scan_fail(scan, "unknown function '%s'", function);
    }
    for (uint32_t i = 0; i < SLEY_SPECIAL_COUNT; i++) {
        if (strcmp(specials[i], name) == 0) {
            program->class[class].special[i] = index;
            return true;
        }
    }
    return sley_scan_fail(scan, "'%s' is no special method that a class can define", name);
}

static bool
ends(enum sley_instruction_kind kind)
{
    return kind == SLEY_INSTRUCTION_RETURN_VALUE || kind == SLEY_INSTRUCTION_RETURN_CONST ||
           kind == SLEY_INSTRUCTION_RAISE_VARARGS || kind == SLEY_INSTRUCTION_JUMP_BACKWARD;
}

static bool
resolve(struct sley_scan *scan, const struct sley_labels *labels, struct sley_instruction *jump,
        uint32_t number)
{
    enum sley_operand operand = sley_operand_of((enum sley_instruction_kind)jump->kind);
    if (operand != SLEY_OPERAND_FORWARD && operand != SLEY_OPERAND_BACKWARD) {
        return true;
    }
    uint32_t label = (uint32_t)jump->operand;
    uint32_t place = labels->place[label];
    scan->line = jump->line;
    if (place == UINT32_MAX) {
        return sley_scan_fail(scan, "the function has no label '%s'", labels->name[label]);
    }
    if ((operand == SLEY_OPERAND_FORWARD) != (place > number)) {
        return sley_scan_fail(scan, "%s goes to '%s', which lies %s it",
                              sley_instruction_name((enum sley_instruction_kind)jump->kind),
                              labels->name[label], place > number ? "behind" : "before");
    }
    jump->operand = place;
    return true;
}

/* The function under way is complete. */
static bool
finish(struct sley_scan *scan, struct sley_program *program, struct sley_function *function,
       const struct sley_labels *labels)
{
    function->end = program->instruction_count;
    if (function->end == function->first ||
        !ends((enum sley_instruction_kind)program->instruction[function->end - 1].kind)) {
        return sley_scan_fail(scan, "'%s' does not end in RETURN_VALUE", function->name);
    }
    for (uint32_t i = function->first; i < function->end; i++) {
        if (!resolve(scan, labels, &program->instruction[i], i)) {
            return false;
        }
        if (program->instruction[i].kind != SLEY_INSTRUCTION_RETURN_VALUE &&
            program->instruction[i].operand == function->end &&
            sley_operand_of((enum sley_instruction_kind)program->instruction[i].kind) ==
                SLEY_OPERAND_FORWARD) {
            return sley_scan_fail(scan, "a label at the end of '%s' names no instruction",
                                  function->name);
        }
    }
    return true;
}

/* Moves to the next line; false: there is none. */
static bool
next_line(struct sley_scan *scan)
{
    while (*scan->at != '\0' && *scan->at != '\n') {
        scan->at++;
    }
    if (*scan->at == '\0') {
        return false;
    }
    scan->line_begin = ++scan->at;
    scan->line++;
    return true;
}

static bool
line_complete(struct sley_scan *scan)
{
    if (scan->failed) {
        return false;
    }
    return sley_scan_over(scan) ||
           sley_scan_fail(scan, "'%.*s' is left over", (int)strcspn(scan->at, "\n"), scan->at);
}

static bool
declare_all(struct sley_scan *scan, struct sley_program *program)
{
    enum sley_declared declared;
    do {
        bool indented = *scan->at == ' ' || *scan->at == '\t';
        if (sley_scan_over(scan) || indented) {
            continue;
        }
        if (!sley_declare(scan, program, &declared) || !line_complete(scan)) {
            return false;
        }
    } while (next_line(scan));
    return true;
}

static bool
enter(struct sley_scan *scan, struct sley_program *program, struct body *body)
{
    if (body->kind == SLEY_DECLARED_FUNCTION &&
        !finish(scan, program, body->function, &body->labels)) {
        return false;
    }
    body->labels.count = 0;
    body->kind = sley_declared_kind(scan->at);
    if (body->kind == SLEY_DECLARED_FUNCTION) {
        body->function = &program->function[body->function_count++];
        body->function->first = program->instruction_count;
    } else if (body->kind == SLEY_DECLARED_CLASS) {
        body->class_count++;
    }
    return true;
}

static bool
assemble_all(struct sley_scan *scan, struct sley_program *program)
{
    struct body body = {.kind = SLEY_DECLARED_GLOBAL};
    do {
        bool indented = *scan->at == ' ' || *scan->at == '\t';
        if (sley_scan_over(scan)) {
            continue;
        }
        if (!indented) {
            if (!enter(scan, program, &body)) {
                return false;
            }
            continue;
        }
        if (body.kind == SLEY_DECLARED_GLOBAL) {
            return sley_scan_fail(scan, "an indented line that belongs to no function or class");
        }
        bool good = body.kind == SLEY_DECLARED_CLASS
                        ? assemble_special(scan, program, body.class_count - 1)
                        : assemble_line(scan, program, &body);
        if (!good || !line_complete(scan)) {
            return false;
        }
    } while (next_line(scan));
    return body.kind != SLEY_DECLARED_FUNCTION ||
           finish(scan, program, body.function, &body.labels);
}

enum sley_status
sley_program_assemble(struct sley_program *program, const char *text, struct sley_error *error)
{
    struct sley_error own;
    struct sley_scan scan = {.at = text, .line_begin = text, .line = 1, .error = &own};
    memset(program, 0, sizeof *program);
    program->text = text;
    own = (struct sley_error){SLEY_OK, ""};
    if (strlen(text) >= SLEY_PROGRAM_TEXT_MAX) {
        return sley_error_set(error, SLEY_ERROR_USAGE, "a program of more than %d bytes",
                              SLEY_PROGRAM_TEXT_MAX - 1);
    }
    bool good = declare_all(&scan, program);
    scan.at = scan.line_begin = text;
    scan.line = 1;
    if (good && assemble_all(&scan, program)) {
        return SLEY_OK;
    }
    return sley_error_set(error, SLEY_ERROR_USAGE, "%s", own.text);
}
