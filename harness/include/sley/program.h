/* Bytecode programs: what a property says when it speaks of bytecodes instead of operations.
 *
 * A program is one text. It declares the objects that tasks share, as a Python module would, and
 * its functions as the bytecodes that `dis` of CPython 3.11 prints for them (without CACHE and
 * PRECALL; jumps name labels):
 *
 *     counter = 0
 *     increment():
 *         RESUME
 *         LOAD_GLOBAL     counter
 *         LOAD_CONST      1
 *         BINARY_OP       +=
 *         STORE_GLOBAL    counter
 *         RETURN_CONST    None
 *
 * The same text runs in every execution model. A model of an interpreter lock switches where its
 * policy looks at the lock; in the thread model each access that an instruction makes to a shared
 * object, its reference count included, is one of plain C, without a lock.
 *
 * At the first column stand `name = VALUE` (a number, None, True, False, 'text', [1, 2], {1: 2},
 * Lock(), RLock(), Class(attribute=1), c_function(holds|releases, 5 us)), `global name` without a
 * value, `class Name:` with lines `__add__ = function`, and functions. Known instructions stand in
 * harness/program/instructions.def, bounds in harness/program/program.h. */
#ifndef SLEY_PROGRAM_H
#define SLEY_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

/* How a function ended. */
enum sley_exception {
    SLEY_EXCEPTION_NONE, /* it returned */
    SLEY_EXCEPTION_TYPE,
    SLEY_EXCEPTION_VALUE,
    SLEY_EXCEPTION_RUNTIME,
    SLEY_EXCEPTION_KEY,
    SLEY_EXCEPTION_INDEX,
    SLEY_EXCEPTION_NAME,
    SLEY_EXCEPTION_ATTRIBUTE,
    SLEY_EXCEPTION_ZERO_DIVISION,
    SLEY_EXCEPTION_COUNT
};

/* "ValueError"; "" for NONE. */
const char *sley_exception_name(enum sley_exception exception);

/* Makes text the program of the run, with fresh objects. Called in the body, before the program's
 * first task, once in a run. A text that is no program ends the run with the verdict `misuse`,
 * which names the line and the reason. text must outlive the process's runs: a constant. */
void sley_program_load(const char *text);

/* Starts a function without parameters as a task of the model. Its handle is joined once, by
 * sley_join or by sley_program_join. */
uintptr_t sley_program_start(const char *function);

/* Waits for the task's end; returns how its function ended. */
enum sley_exception sley_program_join(uintptr_t task);

/* Starts functions[function_count] (at most 8) and joins them all. Returns the exception of the
 * first in this order that raised one. */
enum sley_exception sley_program_gather(int function_count, const char *const functions[]);

/* Calls a function without parameters in the current task; it must be task 0. */
enum sley_exception sley_program_call(const char *function);

/* What the program left, to be read when its tasks are joined. A name that the program does not
 * have, or a value of another kind, ends the run with the verdict `misuse`. */
long sley_program_int(const char *global);             /* an int or a bool */
int sley_program_length(const char *global);           /* of a list or a dict */
long sley_program_item(const char *global, int index); /* the int there; index 0..length - 1 */
long sley_program_references(const char *global);      /* references to the object */

/* Number of instructions of a function, RESUME and what returns included. */
int sley_program_instructions(const char *function);

/* The value as Python's repr has it, "[1, 2]", cut to size. Returns text. */
char *sley_program_text(const char *global, char *text, size_t size);

#endif
