#include "report/page.h"

#include "report/cell.h"
#include "report/failure.h"
#include "report/place.h"
#include "report/source.h"
#include "report/template.h"
#include "report/touches.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char page[] = {
#include "explorer_page.inc"
};

/* Bits of an event's flags; explorer.html knows the same numbers. */
enum {
    GUILTY = 1,
    SWITCHED = 2,
    BLOCKED = 4,
    READS = 8,
    WRITES = 16,
    TAKES = 32,
    RELEASES = 64,
    WAITS = 128,
};

/* Texts that repeat: each is stored once, and named by its place in the table. */
struct texts {
    json_t *table; /* array of texts */
    json_t *index; /* text -> place in the table */
};

static json_int_t
text_index(struct texts *texts, const char *text)
{
    json_t *known = json_object_get(texts->index, text);
    if (known) {
        return json_integer_value(known);
    }
    json_int_t at = (json_int_t)json_array_size(texts->table);
    json_array_append_new(texts->table, json_string(text));
    json_object_set_new(texts->index, text, json_integer(at));
    return at;
}

struct run {
    struct sley_symbolizer *symbolizer;
    struct texts labels, objects;
    json_t *places;      /* array of [file, line, function] */
    json_t *place_index; /* pc as text -> place in it */
    json_t *sources;     /* file -> {line: text} */
    json_t *steps, *tasks, *label, *object, *place, *flags, *clocks;
};

static int
flags_of(const struct sley_row *row)
{
    const struct sley_event *event = &row->event;
    int flags = (row->guilty ? GUILTY : 0) | (row->waits ? WAITS : 0) |
                (event->flags & SLEY_EVENT_SWITCHED ? SWITCHED : 0) |
                (event->flags & SLEY_EVENT_BLOCKED ? BLOCKED : 0);
    enum sley_op op = (enum sley_op)event->op;
    if (sley_event_is_memory(event) && !row->waits) {
        flags |= op == SLEY_OP_READ || op == SLEY_OP_ATOMIC_LOAD ? READS : WRITES;
        flags |= op == SLEY_OP_ATOMIC_RMW ? READS : 0;
    }
    bool done = !row->waits && !(event->flags & SLEY_EVENT_IN_VAIN);
    if (done && (op == SLEY_OP_LOCK || op == SLEY_OP_TRYLOCK || op == SLEY_OP_READ_LOCK)) {
        flags |= TAKES;
    }
    if (op == SLEY_OP_UNLOCK || (op == SLEY_OP_WAIT && !row->waits)) {
        flags |= RELEASES; /* a condition's wait releases what the table names no object for */
    }
    return flags;
}

static json_int_t
place_index(struct run *run, uintptr_t pc)
{
    char key[24];
    struct sley_place place = {"", "", 0};
    if (pc == 0) {
        return -1;
    }
    snprintf(key, sizeof key, "%llx", (unsigned long long)pc);
    json_t *known = json_object_get(run->place_index, key);
    if (known) {
        return json_integer_value(known);
    }
    sley_symbolizer_place(run->symbolizer, pc - 1, &place);
    json_int_t at = (json_int_t)json_array_size(run->places);
    json_array_append_new(run->places,
                          json_pack("[s, i, s]", place.file, (int)place.line, place.function));
    json_object_set_new(run->place_index, key, json_integer(at));
    if (place.line > 0) {
        sley_source_collect(run->sources, place.file, place.line);
    }
    return at;
}

static void
add_row(struct run *run, const struct sley_row *row)
{
    const struct sley_event *event = &row->event;
    struct sley_cell cell;
    char text[SLEY_CELL_TEXT];
    sley_cell_fill(&cell, run->symbolizer, row);
    sley_cell_text(&cell, sizeof text, text, sizeof text);
    json_array_append_new(run->steps, json_integer(event->step));
    json_array_append_new(run->tasks, json_integer(event->task));
    json_array_append_new(run->label, json_integer(text_index(&run->labels, text)));
    json_array_append_new(run->object,
                          json_integer(cell.name[0] ? text_index(&run->objects, cell.name) : -1));
    json_array_append_new(run->place, json_integer(place_index(run, event->pc)));
    json_array_append_new(run->flags, json_integer(flags_of(row)));
    json_array_append_new(run->clocks, json_integer((json_int_t)event->clock_ns));
}

static json_t *
failures_of(struct sley_symbolizer *symbolizer, const struct sley_run_result *result)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < result->failure_count; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *memory = open_memstream(&text, &size);
        if (memory) {
            sley_failure_print(memory, symbolizer, &result->failure[i]);
            fclose(memory);
        }
        json_array_append_new(list, json_string(text ? text : ""));
        free(text);
    }
    return list;
}

json_t *
sley_page_run(struct sley_symbolizer *symbolizer, const struct sley_capture *capture,
              const char *title, const char *command)
{
    struct sley_selection selection;
    if (!sley_selection_init(&selection, capture, 0)) {
        return NULL;
    }
    struct run run = {
        .symbolizer = symbolizer,
        .labels = {json_array(), json_object()},
        .objects = {json_array(), json_object()},
        .places = json_array(),
        .place_index = json_object(),
        .sources = json_object(),
        .steps = json_array(),
        .tasks = json_array(),
        .label = json_array(),
        .object = json_array(),
        .place = json_array(),
        .flags = json_array(),
        .clocks = json_array(),
    };
    for (uint32_t i = 0; i < selection.row_count; i++) {
        add_row(&run, &selection.rows[i]);
    }
    sley_selection_deinit(&selection);
    json_decref(run.labels.index);
    json_decref(run.objects.index);
    json_decref(run.place_index);
    return json_pack(
        "{s:s, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o}",
        "title", title, "command", command, "taskCount", (int)capture->result.task_count, "dropped",
        (int)capture->events_dropped, "failures", failures_of(symbolizer, &capture->result),
        "labels", run.labels.table, "objects", run.objects.table, "places", run.places, "sources",
        run.sources, "step", run.steps, "task", run.tasks, "label", run.label, "object", run.object,
        "place", run.place, "flags", run.flags, "clock", run.clocks);
}

bool
sley_page_write(FILE *out, const struct sley_page_head *head, json_t *runs)
{
    json_t *data = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "property", head->property, "says",
                             head->says, "claim", head->claim, "model", head->model, "version",
                             head->version, "runs", runs);
    bool written = data && sley_template_write(out, page, sizeof page, data);
    json_decref(data);
    return written;
}
