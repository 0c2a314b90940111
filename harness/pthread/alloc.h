/* The run's heap, for functions of the front that allocate for their caller. */
#ifndef SLEY_PTHREAD_ALLOC_H
#define SLEY_PTHREAD_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* size bytes at a multiple of alignment, a power of two; NULL with errno ENOMEM. In a run. */
void *sley_alloc(size_t size, size_t alignment, bool zero, uintptr_t pc);

/* As realloc; memory may be a library's block. In a run. */
void *sley_alloc_resize(void *memory, size_t size, uintptr_t pc);

/* Bytes of the block that memory begins; 0: it is none. In a run. */
size_t sley_alloc_size(const void *memory);

#endif
