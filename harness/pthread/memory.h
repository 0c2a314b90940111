/* Copying and filling as accesses of the code under test. */
#ifndef SLEY_PTHREAD_MEMORY_H
#define SLEY_PTHREAD_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Copies size bytes, which may overlap. */
void sley_memory_copy(void *destination, const void *source, size_t size, uintptr_t pc);

void sley_memory_set(void *destination, int byte, size_t size, uintptr_t pc);

/* Ends the run as _FORTIFY_SOURCE ends a program if size bytes do not fit into room. */
void sley_memory_check_room(size_t size, size_t room, uintptr_t pc);

#endif
