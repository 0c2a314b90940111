#include "report/trace.h"

#include "report/cell.h"
#include "report/touches.h"

#include <inttypes.h>
#include <string.h>

/* Addresses of user space, below 2^47, that are no small numbers. */
static bool
looks_like_pointer(uint64_t value)
{
    return value >= 0x10000000000 && value < (uint64_t)1 << 47;
}

/* The value, or what a pointer points to: its number may be another in the next process. */
static void
value_text(struct sley_symbolizer *symbolizer, const struct sley_event *event, char *text,
           size_t size)
{
    text[0] = '\0';
    if (!sley_event_is_memory(event)) {
        snprintf(text, size, "-");
    } else if (event->size != 8 || !looks_like_pointer(event->value)) {
        sley_value_text(event->value, event->size, text, size);
    } else if (!sley_object_text(symbolizer, event->value, 1, text, size)) {
        snprintf(text, size, "pointer");
    }
    if (text[0] == '\0') {
        snprintf(text, size, "-");
    }
}

static void
write_event(FILE *out, struct sley_symbolizer *symbolizer, const struct sley_event *event)
{
    char value[SLEY_OBJECT_TEXT];
    char place[SLEY_PLACE_TEXT];
    char name[SLEY_OBJECT_TEXT];
    size_t size = sley_event_is_memory(event) || event->op == SLEY_OP_FREE ? event->size : 0;
    value_text(symbolizer, event, value, sizeof value);
    if (!sley_place_text(symbolizer, event->pc, place, sizeof place)) {
        snprintf(place, sizeof place, "-");
    }
    if (event->address == 0 ||
        !sley_object_text(symbolizer, event->address, size, name, sizeof name)) {
        snprintf(name, sizeof name, "-");
    }
    fprintf(out, "%" PRIu32 "\t%u\t%c\t%" PRIu32 "\t%08" PRIx32 "\t%s\t%s\t%s\n", event->step,
            (unsigned)event->task, sley_op_letter((enum sley_op)event->op), event->size,
            event->object, value, place, name);
}

void
sley_trace_write(FILE *out, struct sley_symbolizer *symbolizer, const struct sley_capture *capture)
{
    fputs("# step\ttask\top\tsize\tobject\tvalue\tplace\tname\n", out);
    for (uint32_t i = 0; i < capture->event_count; i++) {
        write_event(out, symbolizer, &capture->events[i]);
    }
    if (capture->events_dropped > 0) {
        fprintf(out, "# %" PRIu32 " later steps were not recorded\n", capture->events_dropped);
    }
}
