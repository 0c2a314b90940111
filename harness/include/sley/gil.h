/* What a property may say of interpreters, in the models that have them. In other models the first
 * two do nothing, and the third is sley_spawn. */
#ifndef SLEY_GIL_H
#define SLEY_GIL_H

#include <stdint.h>

/* sys.setswitchinterval: how long a thread waits before it asks for the interpreter lock; 1 us or
 * more. */
void sley_gil_interval(uint32_t interval_us);

/* sys.setcheckinterval of Python 2: bytecodes between two releases of the lock; 1 or more. The
 * count begins anew. */
void sley_gil_ticks(uint32_t count);

/* Starts entry(argument) as a task of a new interpreter, whose own spawns stay in it. In
 * gil:per-interpreter it has a lock of its own; 15 in a run at most. */
uintptr_t sley_spawn_interpreter(void *(*entry)(void *), void *argument);

#endif
