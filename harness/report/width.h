/* Text measured in the columns of a terminal, in the encoding of the current locale. */
#ifndef SLEY_REPORT_WIDTH_H
#define SLEY_REPORT_WIDTH_H

#include <stddef.h>

/* Columns that text takes: wide characters two, combining ones none. A byte that is no part of a
 * character, and a control character, count as one. */
size_t sley_text_columns(const char *text);

/* Cuts text[size] to at most `columns` columns; what is cut off at its end is replaced by an
 * ellipsis ("..." where the locale has no such character). */
void sley_text_cut(char *text, size_t size, size_t columns);

/* The same at the text's begin: its end stays. */
void sley_text_cut_front(char *text, size_t size, size_t columns);

#endif
