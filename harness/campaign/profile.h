/* Profiles, taken from one observed run. */
#ifndef SLEY_CAMPAIGN_PROFILE_H
#define SLEY_CAMPAIGN_PROFILE_H

#include "campaign/capture.h"
#include "strategy/profile.h"

/* Fills profile from the events of a captured run: the objects that at least half of its tasks, and
 * at least two, operate on, and that one writes; if there is none, those of two tasks. Locks and
 * the like are objects that every operation writes. Of more than SLEY_PROFILE_OBJECTS_MAX, those
 * with the most events; of more than 4,096 objects, the first ones. SLEY_ERROR_SYSTEM: no memory.
 */
enum sley_status sley_profile_of(struct sley_profile *profile, const struct sley_capture *capture,
                                 struct sley_error *error);

#endif
