/* The census of a program, taken from one observed run. */
#ifndef SLEY_CAMPAIGN_CENSUS_H
#define SLEY_CAMPAIGN_CENSUS_H

#include "campaign/capture.h"
#include "strategy/census.h"

/* Fills census from the events of a captured run: the objects that at least half of its tasks, and
 * at least two, operate on, and that one writes; if there is none, those of two tasks. Locks and
 * the like are objects that every operation writes. What a task does while it is the only one,
 * before it starts the first and after it waited for the last, does not count. Of more than
 * SLEY_CENSUS_OBJECTS_MAX objects, those with the most events; of more than 4,096, the first ones.
 * SLEY_ERROR_SYSTEM: no memory. */
enum sley_status sley_census_of(struct sley_census *census, const struct sley_capture *capture,
                                struct sley_error *error);

#endif
