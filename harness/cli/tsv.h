/* Embedded tables: lines of fields between tabs, the first of them the names of the columns. */
#ifndef SLEY_CLI_TSV_H
#define SLEY_CLI_TSV_H

#include <stddef.h>

/* Splits text, which it changes, into rows of `columns` fields: fields[row * columns + column], at
 * most rows_max rows. The line of names is left out. Returns the number of rows; 0 if a line has
 * another number of fields, or there are too many. */
size_t sley_tsv_split(char *text, size_t columns, size_t rows_max, const char **fields);

#endif
