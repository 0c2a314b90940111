/* The virtual machine: cores on which tasks execute in virtual time.
 *
 * A run in which the body called sley_machine_set is timed: computing occupies one of the cores,
 * and the engine's strict clock makes the time pass. Who waits for a core waits at a gate of its
 * own and is served first come, first served; a core is kept until it is dropped. A core that turns
 * to another unit, and an event loop that turns to another coroutine, first pay the profile's cost
 * of a switch. Costs nothing, and is one scheduling point, in a run that is not timed. */
#ifndef SLEY_MODELS_MACHINE_MACHINE_H
#define SLEY_MODELS_MACHINE_MACHINE_H

#include "engine/engine.h"
#include "models/machine/profile.h"

#include <sley/machine.h>
#include <sley/model.h>

/* At a run's start, from the model's begin: no machine yet. */
void sley_machine_begin(void);

/* Whether the run has cores: operations take virtual time. */
bool sley_machine_timed(void);

/* What the run's profile says; 0 in a run that is not timed. */
uint64_t sley_machine_cost(enum sley_cost cost);

/* Waits for a free core, and pays for the switch to it. A task holds one at most. */
void sley_machine_core_take(uintptr_t pc);

/* Gives the core to the first that waits. No point. */
void sley_machine_core_drop(void);

/* Time passes while the caller holds a core. A call that asks of the bandwidth (demand) takes as
 * long as its share makes it. */
void sley_machine_run(uint64_t ns, uintptr_t pc);

/* The same without bandwidth, but ends when the gate opens (at once if it is open). Returns the ns
 * that passed; all of them in a run that is not timed. */
uint64_t sley_machine_run_until(uint64_t ns, struct sley_gate *stop, uintptr_t pc);

/* Takes a core, runs, drops it. */
void sley_machine_execute(uint64_t ns, uintptr_t pc);

/* Waits for the outside world: no core. Timed or not, a sleep until then. */
void sley_machine_wait(uint64_t ns, uintptr_t pc);

/* The current task creates a unit: the profile's cost passes on a core. */
void sley_machine_create(enum sley_unit unit, uintptr_t pc);

/* After its start: what a task is, if it is not what the model's tasks are, and whose thread runs
 * it: coroutines of one loop have its host in common. Other tasks are their own host. */
void sley_machine_unit(uint32_t task, enum sley_unit unit, uint32_t host);

/* The task is gone (killed): gives back its core or its place in the queue, and is in no operation
 * any more. */
void sley_machine_forget(uint32_t task);

#endif
