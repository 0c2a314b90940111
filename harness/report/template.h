/* Pages that are embedded in the program, with a place for their data. */
#ifndef SLEY_REPORT_TEMPLATE_H
#define SLEY_REPORT_TEMPLATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Writes template[size], an HTML page, with data (borrowed) in place of its "@DATA@", within a
 * script element that no text of the data can end. False: no memory, no such place, or the file
 * cannot be written. */
bool sley_template_write(FILE *out, const unsigned char *template, size_t size, const json_t *data);

#endif
