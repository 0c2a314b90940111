/* What the memory functions of the front share. */
#ifndef SLEY_PTHREAD_MEMORY_H
#define SLEY_PTHREAD_MEMORY_H

#include "instrument/copy.h"

/* Ends the run as _FORTIFY_SOURCE ends a program if size bytes do not fit into room. */
void sley_memory_check_room(size_t size, size_t room, uintptr_t pc);

#endif
