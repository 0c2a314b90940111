#include "campaign/census.h"

#include <base/rng.h>
#include <stdlib.h>
#include <string.h>

enum {
    OBJECTS_MAX = 4096,
    SLOTS = 2 * OBJECTS_MAX,
    WORDS = (SLEY_TASKS_MAX + 63) / 64,
};

struct object {
    uint32_t key;
    uint32_t order; /* of its first event among the objects */
    uint32_t event_count;
    uint32_t task_count;
    uint64_t tasks[WORDS]; /* a bit for each task that operates on it */
    bool written;
};

struct table {
    uint32_t count;
    uint16_t slot[SLOTS]; /* place in object, plus 1; 0: free */
    struct object object[OBJECTS_MAX];
};

/* The events among which there is a choice: from the first start of a task to the last end that is
 * waited for. What the only task does before is initialisation: it is in no other order. */
struct span {
    uint32_t first, end;
};

static bool
counts(const struct sley_event *event)
{
    return event->address != 0 && !(event->flags & SLEY_EVENT_QUIET) &&
           event->task < SLEY_TASKS_MAX && sley_census_counts((enum sley_op)event->op);
}

/* The object of key; a new one if there is room; else NULL. */
static struct object *
object_of(struct table *table, uint32_t key)
{
    uint32_t at = (uint32_t)(sley_mix64(key) % SLOTS);
    for (; table->slot[at] != 0; at = (at + 1) % SLOTS) {
        struct object *object = &table->object[table->slot[at] - 1];
        if (object->key == key) {
            return object;
        }
    }
    if (table->count == OBJECTS_MAX) {
        return NULL;
    }
    struct object *object = &table->object[table->count];
    *object = (struct object){.key = key, .order = table->count};
    table->slot[at] = (uint16_t)++table->count;
    return object;
}

static void
count_event(struct table *table, const struct sley_event *event)
{
    struct object *object = object_of(table, event->object);
    if (!object) {
        return;
    }
    uint64_t bit = UINT64_C(1) << event->task % 64;
    uint64_t *word = &object->tasks[event->task / 64];
    object->task_count += (*word & bit) == 0;
    *word |= bit;
    object->event_count++;
    object->written |= sley_op_writes((enum sley_op)event->op);
}

/* The most events first. */
static int
busier(const void *a, const void *b)
{
    const struct object *x = a, *y = b;
    if (x->event_count != y->event_count) {
        return x->event_count > y->event_count ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

/* Moves the objects that are written and that so many tasks share to the front; their number. */
static uint32_t
choose(struct table *table, uint32_t task_count)
{
    uint32_t chosen = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        struct object object = table->object[i];
        if (object.written && object.task_count >= task_count) {
            table->object[i] = table->object[chosen];
            table->object[chosen++] = object;
        }
    }
    qsort(table->object, chosen, sizeof table->object[0], busier);
    return chosen < SLEY_CENSUS_OBJECTS_MAX ? chosen : (uint32_t)SLEY_CENSUS_OBJECTS_MAX;
}

static struct span
find_span(const struct sley_capture *capture)
{
    struct span span = {capture->event_count, capture->event_count};
    uint32_t others = 0; /* tasks that were started and not waited for */
    for (uint32_t i = 0; i < capture->event_count; i++) {
        enum sley_op op = (enum sley_op)capture->events[i].op;
        if (op == SLEY_OP_SPAWN) {
            span.first = i < span.first ? i : span.first;
            span.end = capture->event_count;
            others++;
        } else if (op == SLEY_OP_JOIN && others > 0 && --others == 0) {
            span.end = i;
        }
    }
    return span;
}

/* Who started whom, and how many tasks there were. */
static void
find_tasks(struct sley_census *census, const struct sley_capture *capture)
{
    for (uint32_t i = 0; i < capture->event_count; i++) {
        const struct sley_event *event = &capture->events[i];
        uint32_t child = event->object; /* the low half of a task's key is its number */
        if (event->task < SLEY_TASKS_MAX && event->task >= census->task_count) {
            census->task_count = event->task + 1;
        }
        if (event->op == SLEY_OP_SPAWN && child < SLEY_TASKS_MAX && event->task < child) {
            census->parent[child] = event->task;
        }
    }
    uint32_t told = capture->result.task_count;
    if (told > census->task_count && told <= SLEY_TASKS_MAX) {
        census->task_count = told; /* one that has no event */
    }
}

static void
fill_objects(struct sley_census *census, const struct sley_capture *capture,
             const struct span *span, struct table *table)
{
    memset(table->slot, 0, sizeof table->slot);
    for (uint32_t i = 0; i < census->object_count; i++) {
        census->object[i].key = table->object[i].key;
        census->object[i].event_count = table->object[i].event_count;
        census->event_count += table->object[i].event_count;
    }
    for (uint32_t i = 0; i < census->object_count; i++) {
        uint32_t at = (uint32_t)(sley_mix64(table->object[i].key) % SLOTS);
        while (table->slot[at] != 0) {
            at = (at + 1) % SLOTS;
        }
        table->slot[at] = (uint16_t)(i + 1);
    }
    table->count = OBJECTS_MAX; /* takes no further object */
    for (uint32_t i = span->first; i < span->end; i++) {
        const struct sley_event *event = &capture->events[i];
        const struct object *object = counts(event) ? object_of(table, event->object) : NULL;
        if (object) {
            census->object[object - table->object].by_task[event->task]++;
        }
    }
}

enum sley_status
sley_census_of(struct sley_census *census, const struct sley_capture *capture,
               struct sley_error *error)
{
    memset(census, 0, sizeof *census);
    struct table *table = calloc(1, sizeof *table);
    if (!table) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM,
                              "no memory for a census of the profile run");
    }
    find_tasks(census, capture);
    const struct span span = find_span(capture);
    for (uint32_t i = span.first; i < span.end; i++) {
        if (counts(&capture->events[i])) {
            count_event(table, &capture->events[i]);
        }
    }
    uint32_t half = census->task_count / 2;
    census->object_count = choose(table, half > 2 ? half : 2);
    if (census->object_count == 0) {
        census->object_count = choose(table, 2);
    }
    fill_objects(census, capture, &span, table);
    free(table);
    return SLEY_OK;
}
