/* A run under gdb, stopped at one of its steps. */
#ifndef SLEY_CLI_DEBUG_H
#define SLEY_CLI_DEBUG_H

#include "cli/session.h"

/* The runs are those of a program that `sley cc` built: gdb is to start path with the arguments
 * rest, which ends in NULL, behind those of the command. Both are borrowed. */
void sley_debug_program(const char *path, char *const *rest);

/* Replaces this process by gdb on `sley replay --here --at STEP TOKEN`, with sley's commands for
 * gdb loaded. Returns only when that fails. step: 0: the step of the captured run's failure. */
enum sley_status sley_debug_exec(const struct sley_session *session,
                                 const struct sley_target *target, uint32_t step,
                                 struct sley_error *error);

/* Executes the run in this process, and calls sley_debug_reached before each operation from
 * sley_debug_step on. For the process that gdb watches. */
enum sley_status sley_debug_here(const struct sley_target *target, const struct sley_recipe *recipe,
                                 uint32_t step, struct sley_error *error);

/* Where gdb stops: nothing is done here. */
void sley_debug_reached(void);
extern volatile uint32_t sley_debug_step; /* the first step at which it is called */
extern volatile uint32_t sley_debug_now;  /* the step that executes next */

#endif
