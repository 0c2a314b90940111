#include "report/cell.h"

#include "program/line.h"
#include "program/value.h"
#include "report/touches.h"
#include "report/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char waited[] = " (waited)";

void
sley_value_text(uint64_t value, uint32_t byte_count, char *text, size_t size)
{
    static const int64_t pointer_min = 0x10000000000;
    text[0] = '\0';
    if (byte_count != 1 && byte_count != 2 && byte_count != 4 && byte_count != 8) {
        return;
    }
    unsigned unused_bits = 64 - 8 * byte_count;
    int64_t number = (int64_t)(value << unused_bits) >> unused_bits; /* extends the sign */
    if (number >= pointer_min || number <= -pointer_min) {
        snprintf(text, size, "0x%" PRIx64, value);
    } else {
        snprintf(text, size, "%" PRId64, number);
    }
}

/* The verb of a column: what is long elsewhere has a short one of its own. */
static const char *
verb_of(const struct sley_row *row)
{
    if (row->waits) {
        return "waits for";
    }
    if (row->call) {
        return "uses";
    }
    if (row->event.op == SLEY_OP_BYTECODE) {
        return "runs bytecode";
    }
    if (row->event.op == SLEY_OP_ATOMIC_LOAD) {
        return "loads";
    }
    if (row->event.op == SLEY_OP_ATOMIC_STORE) {
        return "stores";
    }
    if (row->event.op == SLEY_OP_ATOMIC_RMW) {
        return "updates";
    }
    return sley_op_text((enum sley_op)row->event.op);
}

/* Whether the operation has an object that the code under test knows. */
static bool
has_object(const struct sley_event *event)
{
    return event->address != 0 && event->op != SLEY_OP_CLOCK && event->op != SLEY_OP_FENCE &&
           event->op != SLEY_OP_BEGIN && event->op != SLEY_OP_EXIT && event->op != SLEY_OP_BYTECODE;
}

static void
append(struct sley_cell *cell, const char *before, const char *text, const char *after)
{
    size_t length = strlen(cell->tail);
    snprintf(cell->tail + length, sizeof cell->tail - length, "%s%s%s", before, text, after);
}

/* Whether the address is where a function begins: what lies before it is another one's. */
static bool
is_function(struct sley_symbolizer *symbolizer, uintptr_t address, char *text, size_t size)
{
    struct sley_place place, before;
    if (!symbolizer || !sley_symbolizer_place(symbolizer, address, &place) || !place.function[0]) {
        return false;
    }
    snprintf(text, size, "%.*s", (int)strcspn(place.function, "@"), place.function);
    sley_symbolizer_place(symbolizer, address - 1, &before);
    return strcmp(before.function, place.function) != 0;
}

/* Whether a number happens to be an address among the harness's own variables, to which nothing of
 * the code under test points. */
static bool
is_of_harness(uint64_t value)
{
    extern char __data_start[], _end[]; /* of the linker: variables of the executable */
    return value - (uintptr_t)__data_start < (uintptr_t)_end - (uintptr_t)__data_start &&
           value - sley_engine.globals_low >= sley_engine.globals_size;
}

/* A value as a reader knows it: the variable or function that it points to, whose address differs
 * from build to build, or the number. */
static void
pointee_or_number(struct sley_symbolizer *symbolizer, uint64_t value, uint32_t byte_count,
                  char *text, size_t size)
{
    static const uint64_t small = 0x10000; /* no variable lies below */
    char name[SLEY_OBJECT_TEXT];
    if (byte_count == sizeof(void *) && value >= small && value % sizeof(void *) == 0 &&
        !is_of_harness(value) && sley_object_text(symbolizer, value, 1, name, sizeof name) &&
        !strchr(name, '+') && strcmp(name, SLEY_CONSTANT_TEXT) != 0) {
        snprintf(text, size, "&%.*s", (int)size - 2, name);
        return;
    }
    if (byte_count == sizeof(void *) && value >= small &&
        is_function(symbolizer, value, name, sizeof name)) {
        snprintf(text, size, "%.*s", (int)size - 1, name);
        return;
    }
    sley_value_text(value, byte_count, text, size);
}

/* What an access found or left. */
static void
value_of(struct sley_symbolizer *symbolizer, const struct sley_event *event, uint64_t value,
         char *text, size_t size)
{
    bool error = sley_object_is_errno(event->address) && event->size == sizeof(int) && value != 0;
    const char *name = error ? strerrorname_np((int)(uint32_t)value) : NULL;
    if (name) {
        snprintf(text, size, "%d (%s)", (int)(uint32_t)value, name);
    } else {
        pointee_or_number(symbolizer, value, event->size, text, size);
    }
}

/* The variable that a bytecode names, and its value where that is a number. */
static void
fill_cell(struct sley_cell *cell, const struct sley_row *row)
{
    char line[SLEY_PLACE_TEXT];
    bool writes = sley_op_writes((enum sley_op)row->event.op);
    uint64_t value = writes ? row->stored : row->event.value;
    bool known = !writes || row->stored_known;
    if (sley_program_line(row->event.pc, line, sizeof line) && strchr(line, ' ')) {
        snprintf(cell->name, sizeof cell->name, "%s", strchr(line, ' ') + 1);
    }
    if (known && sley_value_tag(value) == SLEY_TAG_INT) {
        char text[SLEY_VALUE_TEXT];
        snprintf(text, sizeof text, "%" PRId64, sley_value_number(value));
        append(cell, " = ", text, "");
    }
}

static void
fill_values(struct sley_cell *cell, struct sley_symbolizer *symbolizer, const struct sley_row *row)
{
    const struct sley_event *event = &row->event;
    char before[SLEY_VALUE_TEXT];
    char after[SLEY_VALUE_TEXT] = "";
    value_of(symbolizer, event, event->value, before, sizeof before);
    if (row->stored_known) {
        value_of(symbolizer, event, row->stored, after, sizeof after);
    }
    if (event->op == SLEY_OP_WRITE || event->op == SLEY_OP_ATOMIC_STORE) {
        before[0] = '\0'; /* what was there does not matter to a store */
    }
    if (before[0]) {
        append(cell, " = ", before, "");
    }
    if (after[0]) {
        append(cell, before[0] ? " -> " : " = ", after, "");
    }
}

/* What became of the operation. */
static const char *
remark_of(const struct sley_event *event)
{
    if (event->flags & SLEY_EVENT_INTERRUPTED) {
        return " (interrupted)";
    }
    if (event->flags & SLEY_EVENT_TIMED_OUT) {
        return " (timed out)";
    }
    if (event->flags & SLEY_EVENT_IN_VAIN && event->op != SLEY_OP_TRYLOCK) {
        return " (in vain)"; /* to try promises nothing */
    }
    return event->flags & SLEY_EVENT_BLOCKED ? waited : "";
}

void
sley_cell_fill(struct sley_cell *cell, struct sley_symbolizer *symbolizer,
               const struct sley_row *row)
{
    const struct sley_event *event = &row->event;
    bool memory = sley_event_is_memory(event);
    *cell = (struct sley_cell){0};
    snprintf(cell->verb, sizeof cell->verb, "%s", verb_of(row));
    if (has_object(event)) {
        size_t size = memory || event->op == SLEY_OP_FREE ? event->size : 0;
        sley_object_text(symbolizer, event->address, size, cell->name, sizeof cell->name);
    }
    if (row->mark) {
        snprintf(cell->name, sizeof cell->name, "%s", row->mark);
    }
    if (row->call) {
        cell->name[strcspn(cell->name, ".[")] = '\0'; /* the object as a whole */
    } else if (row->cell) {
        fill_cell(cell, row);
    } else if (memory) {
        fill_values(cell, symbolizer, row);
    }
    append(cell, remark_of(event), "", "");
    if (row->repeat > 1) {
        char count[16];
        snprintf(count, sizeof count, "%" PRIu32, row->repeat);
        append(cell, " (x ", count, ")");
    }
}

void
sley_cell_text(const struct sley_cell *cell, size_t columns, char *text, size_t size)
{
    enum { NAME_MIN = 6 }; /* columns of a name that still tell it from others */
    char name[SLEY_OBJECT_TEXT];
    snprintf(name, sizeof name, "%s", cell->name);
    const char *tail = cell->tail;
    size_t whole = sley_text_columns(cell->verb) + 1 + sley_text_columns(name);
    if (strcmp(tail, waited) == 0 && whole + sley_text_columns(tail) > columns) {
        tail = ""; /* the object tells more */
    }
    size_t rest = sley_text_columns(cell->verb) + 1 + sley_text_columns(tail);
    if (columns >= rest + NAME_MIN) {
        sley_text_cut(name, sizeof name, columns - rest);
    }
    snprintf(text, size, "%s%s%s%s", cell->verb, name[0] ? " " : "", name, tail);
    sley_text_cut(text, size, columns);
}
