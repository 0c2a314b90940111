/* Short texts for code places and objects of a run. */
#ifndef SLEY_REPORT_PLACE_H
#define SLEY_REPORT_PLACE_H

#include "report/symbol.h"

enum { SLEY_PLACE_TEXT = 160, SLEY_OBJECT_TEXT = 192 }; /* bytes that no usual text exceeds */

/* Fill text[size] with the place that the return address pc returns to, without directories:
 * "counter.c:14 increment", "counter.c:14", "counter.c:14 (increment)". Of an unknown place (and
 * with symbolizer NULL) it is the address, "0x401136". A longer text is cut. Return whether the
 * place is known. */
bool sley_place_text(struct sley_symbolizer *symbolizer, uintptr_t pc, char *text, size_t size);
bool sley_place_line(struct sley_symbolizer *symbolizer, uintptr_t pc, char *text, size_t size);
bool sley_place_phrase(struct sley_symbolizer *symbolizer, uintptr_t pc, char *text, size_t size);

/* What sley_object_text says of a literal, which has no name. */
#define SLEY_CONSTANT_TEXT "a constant"

/* Whether it is the address of errno in the runs of this process and of those forked from it: one
 * for all tasks (docs/limits.md). To be called on the thread that runs them. */
bool sley_object_is_errno(uintptr_t address);

/* Fills text[text_size] with the name of the size bytes at address: a global variable ("counter",
 * "table[3]"), "errno", "task 2" for what its joiner waits at, "heap 0x40" (offset within the
 * heap), "stack of task 1+0x7ffe40" (offset within its slot), else the address. size 0: the
 * synchronisation object that begins there, named as a whole. symbolizer may be NULL. Returns
 * whether the text is the same in every run of the program, that is, no address. */
bool sley_object_text(struct sley_symbolizer *symbolizer, uintptr_t address, size_t size,
                      char *text, size_t text_size);

#endif
