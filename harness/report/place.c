#include "report/place.h"

#include "descriptor/table.h"
#include "engine/engine.h"
#include "program/line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Fills line with "counter.c:14", or "" if it is unknown, and function with its name or "". */
static bool
find(struct sley_symbolizer *symbolizer, uintptr_t pc, char line[SLEY_PLACE_TEXT],
     const char **function)
{
    struct sley_place place = {"", "", 0};
    line[0] = '\0';
    *function = "";
    if (pc != 0 && sley_program_line(pc, line, SLEY_PLACE_TEXT)) {
        return true;
    }
    /* A return address is that of the next instruction, which may be of the next line. */
    if (!symbolizer || pc == 0 || !sley_symbolizer_place(symbolizer, pc - 1, &place)) {
        return false;
    }
    *function = place.function;
    if (place.file[0]) {
        const char *slash = strrchr(place.file, '/');
        const char *file = slash ? slash + 1 : place.file;
        snprintf(line, SLEY_PLACE_TEXT, "%.*s:%u", SLEY_PLACE_TEXT - 16, file, place.line);
    }
    return true;
}

static bool
compose(struct sley_symbolizer *symbolizer, uintptr_t pc, char *text, size_t size,
        const char *before, const char *after)
{
    char line[SLEY_PLACE_TEXT];
    const char *function;
    if (!find(symbolizer, pc, line, &function)) {
        snprintf(text, size, "0x%" PRIxPTR, pc);
        return false;
    }
    if (line[0] && before && function[0]) {
        snprintf(text, size, "%s%s%s%s", line, before, function, after);
    } else {
        snprintf(text, size, "%s", line[0] ? line : function);
    }
    return true;
}

bool
sley_place_text(struct sley_symbolizer *symbolizer, uintptr_t pc, char *text, size_t size)
{
    return compose(symbolizer, pc, text, size, " ", "");
}

bool
sley_place_line(struct sley_symbolizer *symbolizer, uintptr_t pc, char *text, size_t size)
{
    return compose(symbolizer, pc, text, size, NULL, NULL);
}

bool
sley_place_phrase(struct sley_symbolizer *symbolizer, uintptr_t pc, char *text, size_t size)
{
    return compose(symbolizer, pc, text, size, " (", ")");
}

/* What a model's own objects are to the reader. */
static void
rename_own(char *text, size_t text_size)
{
    if (strcmp(text, "interpreter_lock") == 0) {
        snprintf(text, text_size, "GIL");
    }
}

/* Cuts off the members by which the C library and the harness implement a synchronisation object:
 * "lock.__data.__lock" and "lock.storage[0]" are "lock" to the reader. */
static void
strip_members(char *name)
{
    char *member = strstr(name, ".__");
    if (!member) {
        member = strstr(name, ".storage[");
    }
    if (member) {
        *member = '\0';
    }
}

extern const char __executable_start[], edata[]; /* of the linker */

bool
sley_object_is_errno(uintptr_t address)
{
    return address == (uintptr_t)&errno;
}

static bool
region_text(uintptr_t address, char *text, size_t text_size)
{
    const struct sley_engine *e = &sley_engine;
    if (sley_object_is_errno(address)) {
        snprintf(text, text_size, "errno");
        return true;
    }
    uintptr_t task_offset = address - (uintptr_t)&e->task_table[0].done;
    if (task_offset < sizeof e->task_table && task_offset % sizeof e->task_table[0] == 0) {
        snprintf(text, text_size, "task %zu", (size_t)(task_offset / sizeof e->task_table[0]));
        return true;
    }
    if (address - e->shared_low < e->shared_size) {
        snprintf(text, text_size, "shared 0x%" PRIxPTR, address - e->shared_low);
        return true;
    }
    if (address - e->arena_low < e->arena_size) {
        snprintf(text, text_size, "heap 0x%" PRIxPTR, address - e->arena_low);
        return true;
    }
    if (address - e->stacks_low < e->stacks_size) {
        size_t slot_size = e->stacks_size / SLEY_TASKS_MAX;
        uintptr_t offset = address - e->stacks_low;
        snprintf(text, text_size, "stack of task %zu+0x%zx", (size_t)(offset / slot_size),
                 (size_t)(offset % slot_size));
        return true;
    }
    return false;
}

bool
sley_object_text(struct sley_symbolizer *symbolizer, uintptr_t address, size_t size, char *text,
                 size_t text_size)
{
    if (region_text(address, text, text_size) || sley_channel_text(address, text, text_size)) {
        return true;
    }
    if (symbolizer && sley_symbolizer_object(symbolizer, address, size, text, text_size)) {
        if (size == 0) {
            strip_members(text);
            rename_own(text, text_size);
        }
        return true;
    }
    /* A literal has no name, and an address that the next build changes. */
    const struct sley_engine *e = &sley_engine;
    bool global = address - e->globals_low < e->globals_size;
    if (!global && address >= (uintptr_t)__executable_start && address < (uintptr_t)edata) {
        snprintf(text, text_size, SLEY_CONSTANT_TEXT);
        return true;
    }
    snprintf(text, text_size, "0x%" PRIxPTR, address);
    return false;
}
