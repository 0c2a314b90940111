/* Which accesses of a target are scheduling points, and what that rests on. */
#ifndef SLEY_CAMPAIGN_SURVEY_H
#define SLEY_CAMPAIGN_SURVEY_H

#include "campaign/target.h"
#include "campaign/trial.h"

/* With SLEY_POINTS_SHARED, a few runs before the first one show which code touches data that tasks
 * share (campaign/sharing.h). They are the same whatever the campaign's seed, strategy and number
 * of workers, so that a replay makes them again. A place that they did not come to is a point. */
struct sley_survey {
    enum sley_points points;
    uint32_t digest;      /* of what was learned, below SLEY_SURVEY_BOUND; 0 if nothing was */
    uint32_t place_count; /* places of plain accesses that the runs came to */
    uint32_t shared_count;
    struct sley_places places;
    struct sley_trial trial; /* of a program, before the runs that were learned from */
};

/* The accesses that points names are those that are scheduling points in runs of target from now
 * on. Learns what has to be learned, in processes of their own, once for a property and model; kept
 * to the end of the process. In models that have their own idea of a point (those of an interpreter
 * and of processes) every access stays one, as SLEY_POINTS_ALL. */
enum sley_status sley_survey_take(struct sley_target *target, enum sley_points points,
                                  struct sley_error *error);

/* The same as token says. SLEY_ERROR_STALE: the model has no such points. */
enum sley_status sley_survey_of_token(struct sley_target *target, const struct sley_token *token,
                                      struct sley_error *error);

/* Whether what sley_survey_of_token learned is what was learned when the token was made. If not,
 * the run may be the token's all the same. */
bool sley_survey_fits(const struct sley_target *target, const struct sley_token *token);

/* Whether points other than SLEY_POINTS_ALL mean anything in model. */
bool sley_survey_applies(const struct sley_model *model);

#endif
