/* Findings in version 14 of the Test Anything Protocol. */
#ifndef SLEY_CLI_TAP_H
#define SLEY_CLI_TAP_H

#include "cli/listener.h"
#include "cli/session.h"

#include <stdio.h>

struct sley_tap {
    FILE *out;
    const char *program; /* begins the commands that are printed */
    uint32_t count;      /* test points printed */
};

/* Prints the line that begins the document. tap borrows out and program. */
void sley_tap_begin(struct sley_tap *tap, FILE *out, const char *program);

/* Prints a test point: it passes if the finding is the expected one, and nothing beside it is
 * unexpected. What is not expected is explained in a YAML block. */
void sley_tap_finding(struct sley_tap *tap, const struct sley_target *target,
                      const struct sley_outcome *outcome);

/* Prints a test point that is skipped, with the reason. */
void sley_tap_skipped(struct sley_tap *tap, const struct sley_target *target, const char *reason);

/* Prints what ends the document: the plan, or (problem not NULL) why the rest was not tested. */
void sley_tap_end(struct sley_tap *tap, const char *problem);

#endif
