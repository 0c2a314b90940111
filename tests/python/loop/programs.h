/* Random programs over the objects of the loop; their language stands in programs.py. */
#ifndef SLEY_TESTS_PYTHON_LOOP_PROGRAMS_H
#define SLEY_TESTS_PYTHON_LOOP_PROGRAMS_H

#include <stdint.h>

enum { PROGRAM_TASKS_MAX = 5, PROGRAM_LINE_MAX = 200 };

/* The program that order_program runs. */
extern const char *order_program_line;

/* The main coroutine of a program. */
void order_program(void);

/* Writes the program of that number: the same for the same number, whatever came before. */
void order_program_generate(char line[PROGRAM_LINE_MAX], uint64_t number);

#endif
