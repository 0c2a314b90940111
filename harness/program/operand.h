/* What stands behind an instruction. */
#ifndef SLEY_PROGRAM_OPERAND_H
#define SLEY_PROGRAM_OPERAND_H

#include "program/declare.h"

enum { SLEY_LABELS_MAX = 16 };

enum sley_operand {
    SLEY_OPERAND_NOTHING,
    SLEY_OPERAND_CONSTANT,
    SLEY_OPERAND_LOCAL,
    SLEY_OPERAND_GLOBAL, /* a cell, or what else the name stands for */
    SLEY_OPERAND_CELL,
    SLEY_OPERAND_ATTRIBUTE,
    SLEY_OPERAND_METHOD,
    SLEY_OPERAND_OPERATOR,
    SLEY_OPERAND_COMPARISON,
    SLEY_OPERAND_CONTAINS,
    SLEY_OPERAND_COUNT,
    SLEY_OPERAND_FORWARD,
    SLEY_OPERAND_BACKWARD,
    SLEY_OPERAND_KEYWORDS,
};

/* Where the function under way jumps to. */
struct sley_labels {
    uint32_t count;
    char name[SLEY_LABELS_MAX][SLEY_PROGRAM_NAME];
    uint32_t place[SLEY_LABELS_MAX]; /* number of an instruction; UINT32_MAX: not met yet */
    uint32_t line[SLEY_LABELS_MAX];  /* that named it first */
};

enum sley_operand sley_operand_of(enum sley_instruction_kind kind);

/* Number of the label of that name, added if it is new. */
bool sley_label_of(struct sley_scan *scan, struct sley_labels *labels, const char *name,
                   uint32_t *index);

/* Takes the operand of `to`; locals and labels that it names first are added. A jump's operand is
 * its label's number. */
bool sley_operand_take(struct sley_scan *scan, struct sley_program *program,
                       struct sley_function *function, struct sley_labels *labels,
                       struct sley_instruction *to);

#endif
