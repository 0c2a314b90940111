#include "report/history.h"

#include <base/rng.h>
#include <stdlib.h>

/* Eight aligned bytes of memory. An access is of at most eight bytes, so it touches one granule or,
 * unaligned, two. Link 2 * i of the chains stands for the first granule of event i, link 2 * i + 1
 * for the second. */
struct sley_granule {
    uintptr_t number; /* address / 8 */
    uint32_t last;    /* latest link of its chain */
    uint16_t task;    /* that touched it first */
    bool used;        /* the table's slot is taken */
    bool shared;      /* another task touched it as well */
    bool written;
};

static const uint32_t no_link = UINT32_MAX;

bool
sley_event_is_memory(const struct sley_event *event)
{
    return event->op == SLEY_OP_READ || event->op == SLEY_OP_WRITE ||
           event->op == SLEY_OP_ATOMIC_LOAD || event->op == SLEY_OP_ATOMIC_STORE ||
           event->op == SLEY_OP_ATOMIC_RMW;
}

static uintptr_t
first_granule(const struct sley_event *event)
{
    return event->address / 8;
}

static uint32_t
granule_count(const struct sley_event *event)
{
    return event->address % 8 + event->size > 8 ? 2 : 1;
}

/* The slot of the granule of that number, or the free slot where it belongs. */
static struct sley_granule *
find(const struct sley_history *history, uintptr_t number)
{
    size_t slot = (size_t)sley_mix64(number);
    for (;; slot++) {
        struct sley_granule *granule = &history->granules[slot & (history->capacity - 1)];
        if (!granule->used || granule->number == number) {
            return granule;
        }
    }
}

static void
touch(struct sley_history *history, const struct sley_event *event, uintptr_t number, uint32_t link)
{
    struct sley_granule *granule = find(history, number);
    if (!granule->used) {
        *granule = (struct sley_granule){.number = number, .task = event->task, .used = true};
    } else {
        history->next[granule->last] = link;
    }
    granule->shared = granule->shared || granule->task != event->task;
    granule->written = granule->written || sley_op_writes((enum sley_op)event->op);
    granule->last = link;
}

bool
sley_history_init(struct sley_history *history, const struct sley_capture *capture)
{
    size_t link_count = 2 * (size_t)capture->event_count;
    *history = (struct sley_history){.events = capture->events, .capacity = 64};
    while (history->capacity < 2 * link_count) {
        history->capacity *= 2;
    }
    history->granules = calloc(history->capacity, sizeof *history->granules);
    history->next = malloc((link_count + 1) * sizeof *history->next);
    if (!history->granules || !history->next) {
        sley_history_deinit(history);
        return false;
    }
    for (uint32_t i = 0; i < capture->event_count; i++) {
        const struct sley_event *event = &capture->events[i];
        history->next[2 * i] = history->next[2 * i + 1] = no_link;
        for (uint32_t k = 0; sley_event_is_memory(event) && k < granule_count(event); k++) {
            touch(history, event, first_granule(event) + k, 2 * i + k);
        }
    }
    return true;
}

void
sley_history_deinit(struct sley_history *history)
{
    free(history->granules);
    free(history->next);
    *history = (struct sley_history){0};
}

bool
sley_history_shared(const struct sley_history *history, const struct sley_event *event)
{
    for (uint32_t k = 0; sley_event_is_memory(event) && k < granule_count(event); k++) {
        const struct sley_granule *granule = find(history, first_granule(event) + k);
        if (granule->used && granule->shared && granule->written) {
            return true;
        }
    }
    return false;
}

bool
sley_history_stored(const struct sley_history *history, uint32_t index, uint64_t *value)
{
    const struct sley_event *written = &history->events[index];
    if (!sley_event_is_memory(written) || granule_count(written) > 1) {
        return false;
    }
    uint32_t link = history->next[2 * index];
    for (; link != no_link; link = history->next[link]) {
        const struct sley_event *event = &history->events[link / 2];
        bool apart = event->address >= written->address + written->size ||
                     written->address >= event->address + event->size;
        if (event->address == written->address && event->size == written->size) {
            *value = event->value;
            return true;
        }
        if (!apart && sley_op_writes((enum sley_op)event->op)) {
            return false;
        }
    }
    return false;
}
