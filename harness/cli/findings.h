/* The table of findings: a row for each property, a column for each model. */
#ifndef SLEY_CLI_FINDINGS_H
#define SLEY_CLI_FINDINGS_H

#include "cli/session.h"
#include "models/registry.h"

enum {
    SLEY_MODEL_COUNT = 0
#define SLEY_MODEL(symbol, folder) +1
#include "models/models.def"
#undef SLEY_MODEL
};

enum { SLEY_FINDINGS_CELL = 20 };

struct sley_findings_row {
    const struct sley_property *property;
    char cell[SLEY_MODEL_COUNT][SLEY_FINDINGS_CELL]; /* "" or "-": nothing is expected there */
    bool unexpected[SLEY_MODEL_COUNT];
};

/* Prints the rows[row_count]. Models in which no row has a cell have no column. Where the columns
 * do not fit into the width, the table is printed in parts, one below the other, each with the rows
 * that have a cell in it. */
void sley_findings_print(FILE *out, const struct sley_session *session,
                         const struct sley_findings_row *rows, int row_count);

#endif
