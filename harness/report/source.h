/* Lines of source files, for reports that show them. */
#ifndef SLEY_REPORT_SOURCE_H
#define SLEY_REPORT_SOURCE_H

#include <jansson.h>

/* Adds the line of file and its neighbours to sources: {file: {"12": "text", ...}}. A file that
 * cannot be read, or a line beyond its end, adds nothing. */
void sley_source_collect(json_t *sources, const char *file, unsigned line);

#endif
