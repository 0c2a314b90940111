/* What is printed of one finding for people: its line, and what explains it. */
#ifndef SLEY_CLI_WHY_H
#define SLEY_CLI_WHY_H

#include "cli/runner.h"

/* Prints the finding, whether it is the expected one, and the command that replays its run. */
void sley_why_finding(const struct sley_session *session, const struct sley_target *target,
                      const struct sley_outcome *outcome);

/* Executes the run of the outcome's token once more and prints its failures and its interleaving.
 */
enum sley_status sley_why_unexpected(struct sley_session *session, const struct sley_target *target,
                                     const struct sley_outcome *outcome, struct sley_error *error);

/* Locks were inverted on schedules that did not deadlock: looks for one that does, and prints its
 * command or that there was none. */
enum sley_status sley_why_deadlock(struct sley_session *session, const struct sley_target *target,
                                   struct sley_error *error);

#endif
