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

bool
sley_bytecodes_note(struct sley_bytecodes *bytecodes, struct sley_row *row)
{
    struct sley_event *event = &row->event;
    uintptr_t *pc = &bytecodes->at[event->task].pc;
    uintptr_t *cell = &bytecodes->at[event->task].cell;
    char line[SLEY_PLACE_TEXT];
    if (event->op == SLEY_OP_BYTECODE) {
        *pc = sley_program_line(event->pc, line, sizeof line) ? event->pc : 0;
        *cell = 0;
        return true;
    }
    if (*pc == 0 || !sley_event_is_memory(event) || sley_in_user_text(event->pc)) {
        return true;
    }
    event->pc = *pc;
    if (!sley_program_line(*pc, line, sizeof line) || !names_variable(line)) {
        return true;
    }
    if (*cell == 0) {
        *cell = event->address; /* it comes first, and the count of what it refers to after */
    }
    row->cell = event->address == *cell;
    return row->cell;
}
