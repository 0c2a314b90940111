/* What the oracles need of the lane that they run in: the engine (oracle/engine.c), or real threads
 * (native/oracle.c). */
#ifndef SLEY_ORACLE_LANE_H
#define SLEY_ORACLE_LANE_H

#include <stdbool.h>
#include <stdint.h>

struct sley_call;

/* A number of the current task, told from those of the other tasks of the run. */
uint32_t sley_oracle_task(void);

/* End the run with the verdict: the oracle's claim does not hold; the oracle is used wrongly, or
 * cannot tell. pc is the place in the code under test. */
void sley_oracle_fail(uintptr_t pc, const char *text) __attribute__((noreturn));
void sley_oracle_misuse(uintptr_t pc, const char *text) __attribute__((noreturn));

/* Tells who observes the run that the current task enters or leaves the call. */
void sley_oracle_observe(const struct sley_call *call, bool leaves, uintptr_t pc);

#define SLEY_ORACLE_CALLER() ((uintptr_t)__builtin_return_address(0))

#endif
