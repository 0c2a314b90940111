/* What an oracle has to say of a run beyond the line of its verdict. Kept only where somebody reads
 * it: in an observed run (campaign/capture.c). */
#ifndef SLEY_BASE_NOTE_H
#define SLEY_BASE_NOTE_H

#include <stddef.h>

struct sley_note {
    char *text; /* text[size], always ended by a zero byte */
    size_t size;
    size_t length;
};

/* Where notes of the run under way go; NULL: nobody reads them. */
extern struct sley_note *sley_note_current;

/* Appends to the current note; what finds no room is cut off. */
void sley_note_add(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
