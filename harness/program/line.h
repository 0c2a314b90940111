/* Code places of bytecode programs: an instruction's place is its line in the program's text, a
 * constant of the executable. */
#ifndef SLEY_PROGRAM_LINE_H
#define SLEY_PROGRAM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fills line with the instruction that stands at pc, "CALL 1", cut to size. False: pc is no such
 * place. */
bool sley_program_line(uintptr_t pc, char *line, size_t size);

#endif
