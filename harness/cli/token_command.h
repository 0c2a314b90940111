/* What the commands that take one token have in common. */
#ifndef SLEY_CLI_TOKEN_COMMAND_H
#define SLEY_CLI_TOKEN_COMMAND_H

#include "cli/session.h"

struct sley_token_command {
    const char *usage;
    const char *known; /* flags, as letters of sley_options_parse */
    /* Says what the token's run, captured in the session, shows. */
    enum sley_status (*show)(struct sley_session *session, const struct sley_target *target,
                             struct sley_error *error);
};

/* Executes the run that the one argument names, checks that it is that run, and shows it. Returns
 * the exit code. */
int sley_token_command(const struct sley_token_command *command, const char *program, int argc,
                       char **argv);

/* Prints what the captured run shows: one line, and more for each failure. */
void sley_token_print_verdicts(const struct sley_session *session,
                               const struct sley_target *target);

#endif
