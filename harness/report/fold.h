/* Rows of a table that one row stands for. */
#ifndef SLEY_REPORT_FOLD_H
#define SLEY_REPORT_FOLD_H

#include "report/select.h"

/* If row repeats last, the row before it, makes last stand for it too and returns true. */
bool sley_row_repeat(struct sley_row *last, const struct sley_row *row);

/* Makes of the neighbours in rows[count] that are accesses of one function, called at their place,
 * one row. Returns how many rows there are then. No guilty row is folded. */
uint32_t sley_rows_fold(struct sley_row *rows, uint32_t count);

/* Cuts the selection to rows_max rows: the optional ones go first, the guilty ones and the last
 * stay. False: no memory. */
bool sley_rows_cap(struct sley_selection *selection, uint32_t rows_max);

#endif
