#include "report/bytecode.h"

#include "engine/engine.h"
#include "program/line.h"
#include "report/place.h"
#include "report/touches.h"

#include <string.h>

/* Whether the instruction is about a variable that it names. */
static bool
names_variable(const char *line)
{
    return strstr(line, "_GLOBAL ") != NULL;
}

void
sley_bytecodes_note(struct sley_bytecodes *bytecodes, struct sley_row *row)
{
    struct sley_event *event = &row->event;
    uintptr_t *pc = &bytecodes->at[event->task].pc;
    uintptr_t *cell = &bytecodes->at[event->task].cell;
    char line[SLEY_PLACE_TEXT];
    if (event->op == SLEY_OP_BYTECODE) {
        *pc = sley_program_line(event->pc, line, sizeof line) ? event->pc : 0;
        *cell = 0;
        return;
    }
    if (*pc == 0 || !sley_event_is_memory(event) || sley_in_user_text(event->pc)) {
        return;
    }
    event->pc = *pc;
    if (*cell == 0 && sley_program_line(*pc, line, sizeof line) && names_variable(line)) {
        *cell = event->address; /* it comes first; what it refers to, and counts of it, after */
    }
    row->cell = *cell != 0 && event->address == *cell;
}
