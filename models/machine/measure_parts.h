/* What the files that measure share. */
#ifndef SLEY_MODELS_MACHINE_MEASURE_PARTS_H
#define SLEY_MODELS_MACHINE_MEASURE_PARTS_H

#include "models/machine/measure.h"

#include <sys/types.h>

enum { SLEY_MEASURE_STACK = 16 * 1024 }; /* bytes of a coroutine's stack */

uint64_t sley_measure_now_ns(void);

/* Thousandths of a ns for each of count, since start; 0 of none. */
uint64_t sley_measure_each(uint64_t start_ns, uint64_t count);

/* Waits for the child; whether it ended with exit code 0. */
bool sley_measure_ended_well(pid_t child);

/* Creates a coroutine on the stack and runs it to its end. */
void sley_measure_coroutine(void *stack);

/* The measurements of copying and memory (measure_memory.c), as in struct sley_measure. */
bool sley_measure_copy(uint32_t scale, uint64_t *figure);
bool sley_measure_memory_thread(uint32_t scale, uint64_t *figure);
bool sley_measure_memory_fork(uint32_t scale, uint64_t *figure);
bool sley_measure_memory_coroutine(uint32_t scale, uint64_t *figure);

#endif
