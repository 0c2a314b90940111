/* What the code under test itself says of its races: sections in which a task's accesses or
 * synchronisation are not looked at, and ranges of memory whose races are none. Of one run. */
#ifndef SLEY_ENGINE_SUPPRESS_H
#define SLEY_ENGINE_SUPPRESS_H

#include "engine/engine.h"

enum { SLEY_BENIGN_MAX = 4096 };

enum sley_ignored {
    SLEY_IGNORED_ACCESSES, /* are not checked, nor remembered for later checks */
    SLEY_IGNORED_SYNC,     /* orders nothing */
};

/* The current task enters a section, or leaves one; sections nest. A section that was never entered
 * is left without effect. */
void sley_ignore_begin(enum sley_ignored what);
void sley_ignore_end(enum sley_ignored what);

/* Sections that task has open. */
uint32_t sley_ignore_depth(uint32_t task, enum sley_ignored what);

/* Whether the current task is in such a section: a test of one bit while no task ever was. */
static inline bool
sley_ignores(enum sley_ignored what)
{
    return __builtin_expect(sley_engine.check & SLEY_CHECK_IGNORES, 0) &&
           sley_ignore_depth(sley_engine.task, what) > 0;
}

/* Races on [address, address + size) are none for the rest of the run. A range beyond
 * SLEY_BENIGN_MAX is left out, and its races are reported. */
void sley_benign_add(uintptr_t address, size_t size);

/* Whether [address, address + size) touches such a range. */
bool sley_benign_touches(uintptr_t address, size_t size);

#endif
