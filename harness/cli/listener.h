/* Who is told of what the campaigns of a command show, beside what is printed of them. */
#ifndef SLEY_CLI_LISTENER_H
#define SLEY_CLI_LISTENER_H

#include "campaign/finding.h"

struct sley_outcome;

/* A failure as the command line knows it; strings are borrowed for the call. */
struct sley_told_failure {
    const char *name; /* sley_session_failure_name */
    const struct sley_failure *failure;
    uint64_t run;
    const char *token;
};

/* NULL members are not called. An error ends the command. */
struct sley_listener {
    /* A failure was found. Workers find them in any order, and one name more than once: its
     * earliest run is the one that every number of workers agrees on. */
    enum sley_status (*failure)(void *context, const struct sley_target *target,
                                const struct sley_told_failure *told, struct sley_error *error);
    /* The campaign is judged. */
    enum sley_status (*finding)(void *context, const struct sley_campaign *campaign,
                                const struct sley_outcome *outcome, struct sley_error *error);
    /* The property does not apply to the model, as the expectation says. */
    enum sley_status (*skipped)(void *context, const struct sley_target *target,
                                const struct sley_expectation *expectation,
                                struct sley_error *error);
    void *context;
};

#endif
