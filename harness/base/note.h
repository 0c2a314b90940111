/* What an oracle has to say of a run beyond the line of its verdict. Kept only where somebody reads
 * it: in an observed run (campaign/capture.c). */
#ifndef SLEY_BASE_NOTE_H
#define SLEY_BASE_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLEY_MARKS_MAX = 64, SLEY_MARK_TEXT = 48, SLEY_ALIASES_MAX = 64 };

/* A call of a history that fits no order. */
struct sley_mark {
    uintptr_t address;             /* of the call: the object of its events */
    bool guilty;                   /* it could come next, and does not fit */
    bool pending;                  /* it had not returned when the history was decided */
    char call[SLEY_MARK_TEXT];     /* what it is when it begins: "pop" */
    char returned[SLEY_MARK_TEXT]; /* and when it ends: "pop -> 0" */
};

/* What the code under test knows at another address: an object behind a handle. */
struct sley_alias {
    uintptr_t address;
    uintptr_t known; /* as what the code under test declared it */
    size_t size;
};

struct sley_note {
    char *text; /* text[size], always ended by a zero byte */
    size_t size;
    size_t length;
    struct sley_mark *marks; /* marks[SLEY_MARKS_MAX], or NULL */
    uint32_t *mark_count;
    struct sley_alias *aliases; /* aliases[SLEY_ALIASES_MAX], or NULL */
    uint32_t *alias_count;
};

/* Where notes of the run under way go; NULL: nobody reads them. */
extern struct sley_note *sley_note_current;

/* Appends to the current note; what finds no room is cut off. */
void sley_note_add(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Keeps a copy of the mark with the current note, if there is room. */
void sley_note_mark(const struct sley_mark *mark);

/* Notes that the object at address is to be named by what was declared at `known`. */
void sley_note_alias(const void *address, const void *known, size_t size);

#endif
