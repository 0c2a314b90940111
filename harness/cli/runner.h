/* One campaign with everything around it: failures stored and printed, progress shown, judged. */
#ifndef SLEY_CLI_RUNNER_H
#define SLEY_CLI_RUNNER_H

#include "cli/session.h"

struct sley_outcome {
    struct sley_judgement judgement;
    char token[SLEY_TOKEN_TEXT_MAX + 1]; /* of the run that decides, or of the worst unexpected
                                            failure; "" if there is none */
    uint64_t run_count;
    uint64_t failure_count; /* distinct failures */
    uint64_t elapsed_ms;
    bool interrupted;
    bool alike;        /* it stopped since every run failed in one and the same way */
    bool input_missed; /* a program read standard input, which is empty; and failed, or did the same
                          in every run */
    bool outside;      /* some run had to do with what is no part of the program */
    struct sley_left_locked left_locked;
};

/* Runs one property in one model as the session's options say and fills outcome. Prints a line for
 * the finding, and what explains it if it is unexpected. */
enum sley_status sley_runner_run(struct sley_session *session, const struct sley_target *target,
                                 struct sley_outcome *outcome, struct sley_error *error);

/* Says what a property without a body, which is stated for the model, records. */
void sley_runner_recorded(struct sley_session *session, const struct sley_target *target,
                          struct sley_outcome *outcome);

#endif
