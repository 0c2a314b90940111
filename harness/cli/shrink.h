/* The captured run, shrunk. */
#ifndef SLEY_CLI_SHRINK_H
#define SLEY_CLI_SHRINK_H

#include "cli/session.h"

struct sley_shrunk {
    char token[SLEY_TOKEN_TEXT_MAX + 1]; /* of the shrunk run; "": the run could not be made any
                                            simpler, or does not fail */
    uint32_t try_count;                  /* executions that it took */
    uint32_t choices_before, choices;    /* decisions other than 0 */
    uint32_t points_before, points;
};

/* Shrinks the run in session->capture to the least that shows the same failure (the strongest that
 * the property speaks of, else the strongest) and captures that instead. Left as it is: a run
 * without a failure, one with more decisions than a token holds, the verdict nondeterminism. */
enum sley_status sley_shrink_captured(struct sley_session *session,
                                      const struct sley_target *target, struct sley_shrunk *shrunk,
                                      struct sley_error *error);

#endif
