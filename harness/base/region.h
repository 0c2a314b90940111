/* Reserved address space. */
#ifndef SLEY_BASE_REGION_H
#define SLEY_BASE_REGION_H

#include <stddef.h>
#include <stdint.h>

/* Address space anywhere, backed on first touch; NULL if the system refuses. */
void *sley_region_reserve(size_t size);

/* Address space at the first of bases[base_count] that is free, so that addresses are the same in
 * every process; NULL if none is. */
void *sley_region_fixed(const uintptr_t *bases, size_t base_count, size_t size);

#endif
