/* What the interpreter of bytecode programs asks of the lane in which it runs. */
#ifndef SLEY_MODELS_PROGRAM_LANE_H
#define SLEY_MODELS_PROGRAM_LANE_H

#include <sley/model.h>
#include <sley/verdict.h>

/* The current task is about to execute the bytecode at pc (CALL: has executed one). */
void sley_program_step(enum sley_bytecode kind, uintptr_t pc);

/* A call of C code that computes for a while. */
void sley_program_compute(uint64_t duration_us, bool releases, uintptr_t pc);

/* Memory of the run under way, all zero; its address depends on the task and its own allocations
 * alone. Ends the run with the verdict `out of memory` when there is none. */
void *sley_program_allocate(size_t size);
void sley_program_free(void *memory);

/* Ends the run. text is cut to what a failure keeps. */
void sley_program_end(enum sley_verdict verdict, const char *text) __attribute__((noreturn));

#endif
