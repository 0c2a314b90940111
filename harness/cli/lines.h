/* The lines of JSON that `sley run --json` prints and that the store keeps. */
#ifndef SLEY_CLI_LINES_H
#define SLEY_CLI_LINES_H

#include "cli/outcome_tokens.h"
#include "cli/runner.h"

#include <jansson.h>

/* One failure as a line of JSON, owned by the caller; NULL: no memory. */
json_t *sley_line_of_failure(const struct sley_session *session, const struct sley_target *target,
                             const char *name, const struct sley_failure *failure, uint64_t run,
                             const char *token);

/* Workers find failures in any order: lines, an object, keeps of each name the earliest run. */
void sley_lines_collect(json_t *lines, const char *name, json_t *line);

/* Prints the lines of runs before `merged`, to which nothing earlier can come any more, in the
 * order of runs and names, and forgets them: the output is the same for every number of workers. */
void sley_lines_print(json_t *lines, uint64_t merged, FILE *out);

/* Prints the line of a finding, with all that the runs reported. */
enum sley_status sley_line_print_finding(struct sley_session *session,
                                         const struct sley_campaign *campaign,
                                         const struct sley_outcome *outcome,
                                         const struct sley_outcome_tokens *tokens,
                                         struct sley_error *error);

#endif
