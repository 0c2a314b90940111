/* A program as the assembler makes it from its text. It never changes afterwards. */
#ifndef SLEY_PROGRAM_PROGRAM_H
#define SLEY_PROGRAM_PROGRAM_H

#include "program/value.h"

#include <sley/program.h>
#include <sley/status.h>

enum {
    SLEY_PROGRAM_NAME = 32,          /* bytes of a name, its end included */
    SLEY_PROGRAM_TEXT_MAX = 8192,    /* bytes */
    SLEY_PROGRAM_INSTRUCTIONS = 512, /* of all functions together */
    SLEY_PROGRAM_FUNCTIONS = 16,
    SLEY_PROGRAM_CLASSES = 4,
    SLEY_PROGRAM_GLOBALS = 24,
    SLEY_PROGRAM_LOCALS = 8, /* of a function, parameters included */
    SLEY_PROGRAM_ATTRIBUTES = 8,
    SLEY_PROGRAM_STRINGS = 16,
    SLEY_PROGRAM_C_FUNCTIONS = 8,
    SLEY_PROGRAM_ITEMS = 16, /* of a list; a dict has half as many */
};

enum sley_instruction_kind {
#define SLEY_INSTRUCTION(name, operand) SLEY_INSTRUCTION_##name,
#include "program/instructions.def"
#undef SLEY_INSTRUCTION
    SLEY_INSTRUCTION_COUNT
};

/* What a class may define; the order of the arithmetic ones is that of enum sley_operator. */
enum sley_special {
    SLEY_SPECIAL_ADD,
    SLEY_SPECIAL_SUB,
    SLEY_SPECIAL_MUL,
    SLEY_SPECIAL_FLOORDIV,
    SLEY_SPECIAL_MOD,
    SLEY_SPECIAL_AND,
    SLEY_SPECIAL_OR,
    SLEY_SPECIAL_XOR,
    SLEY_SPECIAL_LT,
    SLEY_SPECIAL_EQ,
    SLEY_SPECIAL_DEL,
    SLEY_SPECIAL_COUNT
};

enum sley_comparison {
    SLEY_COMPARISON_LT,
    SLEY_COMPARISON_LE,
    SLEY_COMPARISON_EQ,
    SLEY_COMPARISON_NE,
    SLEY_COMPARISON_GT,
    SLEY_COMPARISON_GE,
};

struct sley_instruction {
    uint64_t operand; /* a value, an index, a count, or the number of the instruction to go to */
    const char *text; /* its line, borrowed from the program's text */
    uint16_t line;    /* from 1 */
    uint8_t kind;     /* enum sley_instruction_kind */
    bool is_value;    /* LOAD_GLOBAL: the operand is what the name stands for, no cell */
};

struct sley_function {
    char name[SLEY_PROGRAM_NAME];
    char local[SLEY_PROGRAM_LOCALS][SLEY_PROGRAM_NAME];
    uint32_t local_count;
    uint32_t parameter_count; /* the first locals */
    uint32_t first;           /* number of its first instruction */
    uint32_t end;             /* of the one behind its last */
};

struct sley_class {
    char name[SLEY_PROGRAM_NAME];
    int32_t special[SLEY_SPECIAL_COUNT]; /* number of a function; -1: none */
};

struct sley_c_function {
    char name[SLEY_PROGRAM_NAME];
    uint64_t duration_us;
    bool releases; /* the interpreter lock while it computes */
};

enum sley_object_kind {
    SLEY_OBJECT_LIST,
    SLEY_OBJECT_DICT,
    SLEY_OBJECT_INSTANCE,
    SLEY_OBJECT_LOCK,
    SLEY_OBJECT_RLOCK,
};

/* What a global holds when the program starts. */
struct sley_initial {
    char name[SLEY_PROGRAM_NAME];
    bool is_object;
    enum sley_object_kind kind;
    uint32_t class_index;               /* of an instance */
    uint32_t count;                     /* items; pairs of a dict */
    uint64_t value[SLEY_PROGRAM_ITEMS]; /* items, or keys and values; [0] if it is no object;
                                           attributes of an instance, by their number */
};

struct sley_program {
    const char *text; /* borrowed */
    uint32_t instruction_count;
    uint32_t function_count;
    uint32_t class_count;
    uint32_t global_count;
    uint32_t attribute_count;
    uint32_t string_count;
    uint32_t c_function_count;
    struct sley_instruction instruction[SLEY_PROGRAM_INSTRUCTIONS];
    struct sley_function function[SLEY_PROGRAM_FUNCTIONS];
    struct sley_class class[SLEY_PROGRAM_CLASSES];
    struct sley_initial global[SLEY_PROGRAM_GLOBALS];
    char attribute[SLEY_PROGRAM_ATTRIBUTES][SLEY_PROGRAM_NAME];
    char string[SLEY_PROGRAM_STRINGS][SLEY_PROGRAM_NAME];
    struct sley_c_function c_function[SLEY_PROGRAM_C_FUNCTIONS];
};

/* Fills program from text, which is borrowed for the program's life. SLEY_ERROR_USAGE: the error's
 * text names the line, the word and what would be right. */
enum sley_status sley_program_assemble(struct sley_program *program, const char *text,
                                       struct sley_error *error);

/* Number of the function of that name; -1: there is none. */
int sley_program_function(const struct sley_program *program, const char *name);

/* Number of the global of that name; -1: there is none. */
int sley_program_global(const struct sley_program *program, const char *name);

const char *sley_instruction_name(enum sley_instruction_kind kind);

#endif
