/* Which places of the code touch data that tasks share, learned from the events of observed runs.
 *
 * Two accesses to one word by different tasks, one of them writing or freeing, share it unless the
 * start or the end of a task orders them: those are in one order in every schedule. A place is
 * shared when an access there shared a word; it is private when it was seen and none did. */
#ifndef SLEY_CAMPAIGN_SHARING_H
#define SLEY_CAMPAIGN_SHARING_H

#include "engine/engine.h"

struct sley_sharing;

/* Learns of code_size bytes of code from code_low on. NULL: no memory. Owned by the caller, and
 * shared with processes that are forked from now on. */
struct sley_sharing *sley_sharing_create(uintptr_t code_low, size_t code_size);
void sley_sharing_destroy(struct sley_sharing *sharing);

/* A run begins: its memory has nothing to do with that of the runs before. */
void sley_sharing_begin(struct sley_sharing *sharing);

/* The next event of the run. Words that there is no room for are taken to be as those before them
 * that the same place touched; a place that touched no other counts as shared. */
void sley_sharing_add(struct sley_sharing *sharing, const struct sley_event *event);

/* Sets bit b % 64 of quiet[b / 64] for every private place code_low + b; the other bits are left
 * alone. */
void sley_sharing_private(const struct sley_sharing *sharing, uint64_t *quiet);

/* A digest of what was learned: of the places in the order in which they were met, by what they did
 * first and whether they are shared. The same in every build whose runs are the same. */
uint64_t sley_sharing_digest(const struct sley_sharing *sharing);

/* Places that were met, and how many of them are shared. */
uint32_t sley_sharing_count(const struct sley_sharing *sharing, uint32_t *shared);

#endif
