#include "cc/object.h"

#include "cc/thin.h"

#include <ar.h>
#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether one of the marks stands in what is left of the file. */
static bool
has_mark(FILE *file, const char *const *marks, int mark_count)
{
    enum { KEPT = 32 }; /* longer than any mark, which may lie across two reads */
    static char buffer[1 << 16];
    size_t kept = 0, got;
    while ((got = fread(buffer + kept, 1, sizeof buffer - kept, file)) > 0) {
        size_t size = kept + got;
        for (int i = 0; i < mark_count; i++) {
            if (memmem(buffer, size, marks[i], strlen(marks[i]))) {
                return true;
            }
        }
        kept = size < KEPT ? size : KEPT;
        memmove(buffer, buffer + size - kept, kept);
    }
    return false;
}

/* Every instrumented object calls the instrumentation's set-up. */
static const char *const instrumented[] = {"__tsan_init"};
/* Compilers leave their name in an object, in this section or in the debug information. */
static const char *const compiled[] = {".comment", "GNU C"};

static bool
is_instrumented(const char *path)
{
    return sley_object_of(path) == SLEY_OBJECT_INSTRUMENTED;
}

static enum sley_object
object_of(FILE *file, const char *path)
{
    static const char thin[SARMAG + 1] = "!<thin>\n";
    Elf64_Ehdr header = {0};
    size_t size = fread(&header, 1, sizeof header, file);
    bool archive = size >= SARMAG && memcmp(&header, ARMAG, SARMAG) == 0;
    bool object = size == sizeof header && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
                  header.e_type == ET_REL;
    if (size >= SARMAG && memcmp(&header, thin, SARMAG) == 0) {
        fseek(file, SARMAG, SEEK_SET);
        return sley_thin_has(file, path, is_instrumented) ? SLEY_OBJECT_INSTRUMENTED
                                                          : SLEY_OBJECT_LIBRARY;
    }
    if (!archive && !object) {
        return SLEY_OBJECT_LIBRARY;
    }
    rewind(file);
    if (has_mark(file, instrumented, 1)) {
        return SLEY_OBJECT_INSTRUMENTED;
    }
    rewind(file);
    return archive                       ? SLEY_OBJECT_LIBRARY
           : has_mark(file, compiled, 2) ? SLEY_OBJECT_FOREIGN
                                         : SLEY_OBJECT_ASSEMBLED;
}

enum sley_object
sley_object_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return SLEY_OBJECT_UNREADABLE;
    }
    enum sley_object object = object_of(file, path);
    fclose(file);
    return object;
}
