/* The logical clock that each atomic location carries from releases to acquires. */
#ifndef SLEY_INSTRUMENT_SYNC_TABLE_H
#define SLEY_INSTRUMENT_SYNC_TABLE_H

#include "engine/engine.h"

/* The clock of the location at address in the current run; created empty if create, else NULL when
 * nothing was released there. A full table ends the run as out of memory. */
struct sley_clock *sley_sync_clock(uintptr_t address, bool create);

/* What the code itself said of the location (annotations.c), as writers and as readers of a lock: a
 * clock apart, since no plain store ends it. The same contract. */
enum sley_sync_said { SLEY_SAID, SLEY_SAID_BY_READERS };
struct sley_clock *sley_sync_said(uintptr_t address, enum sley_sync_said by, bool create);

#endif
