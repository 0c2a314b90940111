/* The comparison tables of the documents (scenarios/claims/cells.tsv), filled from findings. */
#ifndef SLEY_CLI_CELLS_H
#define SLEY_CLI_CELLS_H

#include "cli/ledger.h"
#include "cli/options.h"

#include <sley/status.h>

/* The fields of a line, in its order. */
struct sley_cell {
    const char *table;   /* document, "001" */
    const char *line;    /* of the document */
    const char *feature; /* the row's head, as the document prints it */
    const char *model;   /* the column: threads, processes or coroutines */
    const char *cell;    /* what the document says there */
    const char *verdict; /* what the catalogue holds of it: holds, conditional or false */
    const char *claims;  /* ids, names of properties, joined by commas; each may begin with ! (the
                            cell states the opposite), then = (that property alone), and end in
                            @MODEL */
    const char *note;
};

/* The cells[*count] in the order of the documents. */
const struct sley_cell *sley_cells(size_t *count);

/* How the cell stands: by its claims in the models of its column; a claim that has no finding there
 * counts in all models. */
struct sley_standing sley_cell_standing(const struct sley_cell *cell,
                                        const struct sley_ledger *ledger);

/* Whether that is what the catalogue holds. */
bool sley_cell_agrees(const struct sley_cell *cell, const struct sley_standing *standing);

/* Adds the claims and properties behind the table's cells to the filters of options; NULL: of all
 * tables. SLEY_ERROR_USAGE if there is no such table. */
enum sley_status sley_cells_select(const char *table, struct sley_options *options,
                                   struct sley_error *error);

/* Prints the table; NULL: all of them. Returns how many cells do not agree. */
int sley_cells_print(FILE *out, const struct sley_ledger *ledger, const char *table, bool markdown);

#endif
