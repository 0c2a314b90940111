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

/* What is printed of one campaign: one object a line, with its `type`. In this order: `campaign`,
 * what is to be done; of what is done, in the order of the runs, each `failure` at its earliest run
 * and `progress` after 1,024 runs and every doubling; `end`; `finding`. No line names a time or
 * depends on the number of workers. docs/json-lines.schema.json says what each holds. */
struct sley_lines {
    json_t *failures; /* name -> line of the failure, or null once it is printed */
    bool begun;
    uint64_t printed_count; /* failures printed */
    uint64_t first;         /* the runs before it were done by an earlier call */
    uint64_t next;          /* runs after which progress is printed next */
};

void sley_lines_init(struct sley_lines *lines, uint64_t first);
void sley_lines_deinit(struct sley_lines *lines);

/* Workers find failures in any order: of each name the earliest run is kept. */
void sley_lines_collect(struct sley_lines *lines, const char *name, json_t *line);

/* Prints what is to be said of the runs before `merged`, to which nothing earlier can come any
 * more. */
void sley_lines_print(struct sley_lines *lines, const struct sley_campaign *campaign,
                      uint64_t merged, FILE *out);

/* Prints the end, and the finding with all that the runs reported. */
enum sley_status sley_lines_print_finding(struct sley_lines *lines, struct sley_session *session,
                                          const struct sley_campaign *campaign,
                                          const struct sley_outcome *outcome,
                                          const struct sley_outcome_tokens *tokens,
                                          struct sley_error *error);

/* Prints the finding of a property that runs nothing. */
void sley_lines_print_recorded(const struct sley_target *target, const struct sley_outcome *outcome,
                               FILE *out);

#endif
