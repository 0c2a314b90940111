/* What one step of a run says: "writes counter = 1". */
#ifndef SLEY_REPORT_CELL_H
#define SLEY_REPORT_CELL_H

#include "report/place.h"
#include "report/select.h"

enum { SLEY_CELL_TEXT = 320, SLEY_VALUE_TEXT = 64 };

struct sley_cell {
    char verb[48];
    char name[SLEY_OBJECT_TEXT]; /* of the object; "" if there is none */
    char tail[160];              /* values and remarks */
};

void sley_cell_fill(struct sley_cell *cell, struct sley_symbolizer *symbolizer,
                    const struct sley_row *row);

/* Composes text[size] from cell in at most `columns` columns; a name too long is cut first. */
void sley_cell_text(const struct sley_cell *cell, size_t columns, char *text, size_t size);

/* Fills text[size] with the bytes of an object of byte_count (1, 2, 4 or 8; else "") bytes: a
 * signed number, or hexadecimal if it looks like a pointer. */
void sley_value_text(uint64_t value, uint32_t byte_count, char *text, size_t size);

#endif
