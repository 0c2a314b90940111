#include "cli/shrink.h"

#include "campaign/prober.h"

#include <string.h>

static struct sley_shrink_run run;
static struct sley_token token;

static enum sley_status
adopt(struct sley_session *session, const struct sley_target *target, struct sley_shrunk *shrunk,
      struct sley_error *error)
{
    struct sley_recipe recipe = {.choices = run.choices, .choice_count = run.choice_count};
    enum sley_status status = sley_session_capture(session, target, &recipe, error);
    if (status != SLEY_OK) {
        return status;
    }
    shrunk->choices = run.choice_count;
    shrunk->points = session->capture->result.step_count;
    sley_token_of_recipe(&token, target, &recipe);
    sley_token_stamp(&token, &session->capture->result);
    return sley_session_token(session, &token, shrunk->token, sizeof shrunk->token, error);
}

enum sley_status
sley_shrink_captured(struct sley_session *session, const struct sley_target *target,
                     struct sley_shrunk *shrunk, struct sley_error *error)
{
    const struct sley_capture *capture = session->capture;
    const struct sley_failure *failure = sley_target_failure(target->property, &capture->result);
    struct sley_shrink_result result;
    *shrunk = (struct sley_shrunk){
        .choices_before = capture->choice_count,
        .points_before = capture->result.step_count,
    };
    if (!failure || capture->choices_dropped || capture->choice_count == 0 ||
        failure->verdict == SLEY_VERDICT_NONDETERMINISM) {
        return SLEY_OK;
    }
    run.choice_count = capture->choice_count;
    run.step_count = capture->result.step_count;
    memcpy(run.choices, capture->choices, run.choice_count * sizeof run.choices[0]);
    enum sley_status status =
        sley_prober_shrink(target, sley_failure_signature(failure), &run, &result, error);
    shrunk->try_count = result.try_count;
    bool same =
        run.choice_count == capture->choice_count &&
        memcmp(run.choices, capture->choices, run.choice_count * sizeof run.choices[0]) == 0;
    if (status != SLEY_OK || same) {
        return status;
    }
    return adopt(session, target, shrunk, error);
}
