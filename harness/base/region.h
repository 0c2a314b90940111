/* Reserved address space. */
#ifndef SLEY_BASE_REGION_H
#define SLEY_BASE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Address space anywhere, backed on first touch; NULL if the system refuses. All zero. */
void *sley_region_reserve(size_t size);

/* The same for what is written before the processes of a run are forked and never again: it stays
 * this process's own when the others are shared. */
void *sley_region_reserve_constant(size_t size);

/* Address space at the first of bases[base_count] that is free, so that addresses are the same in
 * every process; NULL if none is. */
void *sley_region_fixed(const uintptr_t *bases, size_t base_count, size_t size);

/* As sley_region_fixed, shared with every process forked from now on. */
void *sley_region_fixed_shared(const uintptr_t *bases, size_t base_count, size_t size);

/* From now on, what sley_region_reserve handed out and hands out is shared between this process and
 * those forked from it. Their content is lost (all zero). False: the system refused, and nothing
 * can be relied on. */
bool sley_region_share(void);

/* Whether the reserved space is shared. */
bool sley_region_is_shared(void);

/* Sets a range of reserved space, whole pages, to zero and gives its memory back. */
void sley_region_clear(void *at, size_t size);

#endif
