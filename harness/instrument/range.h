/* Accesses to ranges of memory by the library functions that the code under test calls. */
#ifndef SLEY_INSTRUMENT_RANGE_H
#define SLEY_INSTRUMENT_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An access to [address, address + size): one scheduling point for each 8 bytes, so that a torn
 * copy can show. The caller does the work after the call, or piece by piece between calls. */
void sley_range(uintptr_t address, size_t size, bool writes, uintptr_t pc);

/* The whole range as one access that is no point, in a run, at a place whose accesses are none.
 * False: they are, and nothing was done. */
bool sley_range_quiet(uintptr_t address, size_t size, bool writes, uintptr_t pc);

#endif
