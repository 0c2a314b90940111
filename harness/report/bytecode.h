/* Which bytecode an access belongs to. An interpreter touches what a program shares through code of
 * the models, whose lines mean nothing to the program's reader: the instruction does. */
#ifndef SLEY_REPORT_BYTECODE_H
#define SLEY_REPORT_BYTECODE_H

#include "report/select.h"

/* All zero before the first event of a run. */
struct sley_bytecodes {
    struct {
        uintptr_t pc;   /* of the instruction that the task is at; 0: none */
        uintptr_t cell; /* the variable that it is about, 0: not touched yet */
    } at[SLEY_TASKS_MAX];
};

/* Takes note of the row's event, which is the run's next one. An access of an interpreter gets the
 * place of its instruction, and row->cell says whether it is to the instruction's own variable.
 * False: it is one to the reference count of what the variable holds, and tells the reader nothing.
 */
bool sley_bytecodes_note(struct sley_bytecodes *bytecodes, struct sley_row *row);

#endif
