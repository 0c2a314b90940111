#include "base/note.h"

#include <stdarg.h>
#include <stdio.h>

struct sley_note *sley_note_current;

void
sley_note_add(const char *format, ...)
{
    struct sley_note *note = sley_note_current;
    if (!note || note->length + 1 >= note->size) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(note->text + note->length, note->size - note->length, format, arguments);
    va_end(arguments);
    if (length > 0) {
        note->length += (size_t)length;
    }
    if (note->length >= note->size) {
        note->length = note->size - 1;
    }
}

void
sley_note_mark(const struct sley_mark *mark)
{
    struct sley_note *note = sley_note_current;
    if (note && note->marks && *note->mark_count < SLEY_MARKS_MAX) {
        note->marks[(*note->mark_count)++] = *mark;
    }
}

void
sley_note_alias(const void *address, const void *known, size_t size)
{
    struct sley_note *note = sley_note_current;
    if (note && note->aliases && *note->alias_count < SLEY_ALIASES_MAX) {
        note->aliases[(*note->alias_count)++] =
            (struct sley_alias){(uintptr_t)address, (uintptr_t)known, size};
    }
}
