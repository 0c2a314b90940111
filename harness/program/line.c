#include "program/line.h"

#include "program/program.h"

#include <string.h>

extern const char __executable_start[], edata[]; /* of the linker */

enum { BLANKS_MAX = 64 };

static const char *
skip_blanks(const char *at)
{
    for (int i = 0; i < BLANKS_MAX && *at == ' '; i++) {
        at++;
    }
    return at;
}

/* The instruction's name, behind the blanks and perhaps a label that begin its line. */
static const char *
instruction_at(const char *line)
{
    const char *at = skip_blanks(line);
    size_t label = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (at == line) {
        return NULL; /* instructions are indented */
    }
    if (at[label] == ':') {
        at = skip_blanks(at + label + 1);
    }
    for (int i = 0; i < SLEY_INSTRUCTION_COUNT; i++) {
        const char *name = sley_instruction_name((enum sley_instruction_kind)i);
        size_t length = strlen(name);
        if (strncmp(at, name, length) == 0 && (at[length] == ' ' || at[length] == '\n')) {
            return at;
        }
    }
    return NULL;
}

bool
sley_program_line(uintptr_t pc, char *line, size_t size)
{
    bool in_program = pc >= (uintptr_t)__executable_start && pc < (uintptr_t)edata;
    const char *at = in_program ? instruction_at((const char *)pc) : NULL;
    size_t used = 0;
    if (!at) {
        return false;
    }
    for (; *at != '\n' && *at != '\0' && used + 1 < size; at++) {
        if (*at != ' ' || at[1] != ' ') {
            line[used++] = *at;
        }
    }
    line[used] = '\0';
    return true;
}
