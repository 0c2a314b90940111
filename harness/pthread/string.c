/* String functions as accesses of the code under test. A string is measured before its points and
 * taken as long as that: a task that changes its length meanwhile races, and is reported. */
#include "engine/engine.h"
#include "instrument/range.h"
#include "pthread/front.h"
#include "pthread/memory.h"

#include <string.h>

/* Reads the bytes of text up to the end, at most size. Returns its length. */
static size_t
read_string(const char *text, size_t size, uintptr_t pc)
{
    size_t length = strnlen(text, size);
    sley_range((uintptr_t)text, length < size ? length + 1 : size, false, pc);
    return length;
}

/* Reads as much of both as a comparison of at most size bytes looks at. */
static void
read_both(const char *a, const char *b, size_t size, uintptr_t pc)
{
    size_t i = 0;
    while (i < size && a[i] == b[i] && a[i] != '\0') {
        i++;
    }
    size_t seen = i < size ? i + 1 : size;
    sley_range((uintptr_t)a, seen, false, pc);
    sley_range((uintptr_t)b, seen, false, pc);
}

size_t
sley_strlen(const char *text)
{
    return read_string(text, SIZE_MAX, SLEY_CALLER());
}

size_t
sley_strnlen(const char *text, size_t size)
{
    return read_string(text, size, SLEY_CALLER());
}

char *
sley_strcpy(char *restrict to, const char *restrict from)
{
    sley_memory_copy(to, from, strlen(from) + 1, SLEY_CALLER());
    return to;
}

char *
sley_stpcpy(char *restrict to, const char *restrict from)
{
    size_t length = strlen(from);
    sley_memory_copy(to, from, length + 1, SLEY_CALLER());
    return to + length;
}

static void
copy_padded(char *to, const char *from, size_t size, uintptr_t pc)
{
    size_t length = strnlen(from, size);
    sley_memory_copy(to, from, length, pc);
    sley_memory_set(to + length, 0, size - length, pc);
}

char *
sley_strncpy(char *restrict to, const char *restrict from, size_t size)
{
    copy_padded(to, from, size, SLEY_CALLER());
    return to;
}

static void
append(char *to, const char *from, size_t size, uintptr_t pc)
{
    char *end = to + read_string(to, SIZE_MAX, pc);
    size_t length = strnlen(from, size);
    sley_memory_copy(end, from, length, pc);
    sley_memory_set(end + length, 0, 1, pc);
}

char *
sley_strcat(char *restrict to, const char *restrict from)
{
    append(to, from, SIZE_MAX, SLEY_CALLER());
    return to;
}

char *
sley_strncat(char *restrict to, const char *restrict from, size_t size)
{
    append(to, from, size, SLEY_CALLER());
    return to;
}

int
sley_strcmp(const char *a, const char *b)
{
    read_both(a, b, SIZE_MAX, SLEY_CALLER());
    return strcmp(a, b);
}

int
sley_strncmp(const char *a, const char *b, size_t size)
{
    read_both(a, b, size, SLEY_CALLER());
    return strncmp(a, b, size);
}

char *
sley_strchr(const char *text, int character)
{
    read_string(text, SIZE_MAX, SLEY_CALLER());
    return strchr(text, character);
}

char *
sley_strrchr(const char *text, int character)
{
    read_string(text, SIZE_MAX, SLEY_CALLER());
    return strrchr(text, character);
}

char *
sley_strstr(const char *text, const char *part)
{
    read_string(text, SIZE_MAX, SLEY_CALLER());
    read_string(part, SIZE_MAX, SLEY_CALLER());
    return strstr(text, part);
}

/* Where strtok goes on: one place for all tasks, as in libc, so that two that use it race. */
static char *saved;
static uint32_t saved_serial; /* the run that `saved` belongs to */

char *
sley_strtok(char *restrict text, const char *restrict delimiters)
{
    uintptr_t pc = SLEY_CALLER();
    if (saved_serial != sley_engine.serial) {
        saved_serial = sley_engine.serial;
        saved = NULL;
    }
    if (!text) {
        sley_range((uintptr_t)&saved, sizeof saved, false, pc);
    }
    char *rest = saved;
    if (text || rest) {
        read_string(text ? text : rest, SIZE_MAX, pc);
    }
    char *token = text || rest ? strtok_r(text, delimiters, &rest) : NULL;
    sley_range((uintptr_t)&saved, sizeof saved, true, pc);
    saved = rest;
    return token;
}

char *
sley___strcpy_chk(char *restrict to, const char *restrict from, size_t room)
{
    sley_memory_check_room(strlen(from) + 1, room, SLEY_CALLER());
    sley_memory_copy(to, from, strlen(from) + 1, SLEY_CALLER());
    return to;
}

char *
sley___strncpy_chk(char *restrict to, const char *restrict from, size_t size, size_t room)
{
    sley_memory_check_room(size, room, SLEY_CALLER());
    copy_padded(to, from, size, SLEY_CALLER());
    return to;
}

char *
sley___strcat_chk(char *restrict to, const char *restrict from, size_t room)
{
    sley_memory_check_room(strlen(to) + strlen(from) + 1, room, SLEY_CALLER());
    append(to, from, SIZE_MAX, SLEY_CALLER());
    return to;
}
