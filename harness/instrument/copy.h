/* Copying and filling as accesses of the code under test: by pieces of at most 8 bytes, each with
 * its points, so that other tasks can see and cause torn copies. */
#ifndef SLEY_INSTRUMENT_COPY_H
#define SLEY_INSTRUMENT_COPY_H

#include <stddef.h>
#include <stdint.h>

/* Copies size bytes, which may overlap. */
void sley_memory_copy(void *destination, const void *source, size_t size, uintptr_t pc);

void sley_memory_set(void *destination, int byte, size_t size, uintptr_t pc);

#endif
