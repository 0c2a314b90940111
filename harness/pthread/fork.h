/* What happens to synchronisation objects when a process is forked, and when one dies. */
#ifndef SLEY_PTHREAD_FORK_H
#define SLEY_PTHREAD_FORK_H

#include <stdint.h>

/* The current process's private objects become copies in the child, as fork leaves them: what was
 * held stays held, by nobody who is there. A policy's `forked` (engine/baton.h). */
void sley_object_forked(uint32_t child);

/* Robust mutexes that the task holds can be taken by others now. */
void sley_object_task_dead(uint32_t task);

/* Gives back every mutex that the task holds: what no system does (a planted fault). */
void sley_object_give_back(uint32_t task);

#endif
