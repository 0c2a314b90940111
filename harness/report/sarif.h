/* Failures in the Static Analysis Results Interchange Format, for code scanning. */
#ifndef SLEY_REPORT_SARIF_H
#define SLEY_REPORT_SARIF_H

#include "engine/engine.h"
#include "report/symbol.h"

#include <jansson.h>
#include <stdio.h>

/* A failure and where it comes from; strings are borrowed. */
struct sley_sarif_failure {
    const struct sley_failure *failure;
    const char *name; /* tells the failure from others in every build */
    const char *property;
    const char *claim; /* id and source */
    const char *model;
    const char *token;   /* of a run that shows it */
    const char *command; /* that replays the run */
};

/* The failure as a SARIF result without a level: rule, message, place, the second access or the
 * members of the cycle as related places. Files below the directory root (absolute, without a '/'
 * at its end) are named relative to it. symbolizer may be NULL: no places. The caller owns the
 * result; NULL: no memory. */
json_t *sley_sarif_result(struct sley_symbolizer *symbolizer, const char *root,
                          const struct sley_sarif_failure *failure);

/* Writes the document (SARIF 2.1.0, OASIS 2020) with results, an array that is borrowed; a rule for
 * each verdict. False: no memory, or the file cannot be written. */
bool sley_sarif_write(FILE *out, const char *version, const char *root, json_t *results);

#endif
