#include "cli/tsv.h"

#include <string.h>

/* Returns how many fields the line has; those beyond `columns` are counted only. */
static size_t
split_line(char *line, size_t columns, const char **fields)
{
    size_t count = 0;
    for (char *field = line; field; count++) {
        char *tab = strchr(field, '\t');
        if (tab) {
            *tab = '\0';
        }
        if (count < columns) {
            fields[count] = field;
        }
        field = tab ? tab + 1 : NULL;
    }
    return count;
}

size_t
sley_tsv_split(char *text, size_t columns, size_t rows_max, const char **fields)
{
    size_t rows = 0;
    char *line = strchr(text, '\n');
    while (line && line[1] != '\0') {
        char *begin = line + 1;
        line = strchr(begin, '\n');
        if (line) {
            *line = '\0';
        }
        if (rows == rows_max || split_line(begin, columns, fields + rows * columns) != columns) {
            return 0;
        }
        rows++;
    }
    return rows;
}
