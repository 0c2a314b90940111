#include "report/touches.h"

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
find(const struct sley_touches *touches, uintptr_t number)
{
    size_t slot = (size_t)sley_mix64(number);
    for (;; slot++) {
        struct sley_granule *granule = &touches->granules[slot & (touches->capacity - 1)];
        if (!granule->used || granule->number == number) {
            return granule;
        }
    }
}

static void
touch(struct sley_touches *touches, const struct sley_event *event, uintptr_t number, uint32_t link)
{
    struct sley_granule *granule = find(touches, number);
    if (!granule->used) {
        *granule = (struct sley_granule){.number = number, .task = event->task, .used = true};
    } else {
        touches->next[granule->last] = link;
    }
    granule->shared = granule->shared || granule->task != event->task;
    granule->written = granule->written || sley_op_writes((enum sley_op)event->op);
    granule->last = link;
}

bool
sley_touches_init(struct sley_touches *touches, const struct sley_capture *capture)
{
    size_t link_count = 2 * (size_t)capture->event_count;
    *touches = (struct sley_touches){.events = capture->events, .capacity = 64};
    while (touches->capacity < 2 * link_count) {
        touches->capacity *= 2;
    }
    touches->granules = calloc(touches->capacity, sizeof *touches->granules);
    touches->next = malloc((link_count + 1) * sizeof *touches->next);
    if (!touches->granules || !touches->next) {
        sley_touches_deinit(touches);
        return false;
    }
    for (uint32_t i = 0; i < capture->event_count; i++) {
        const struct sley_event *event = &capture->events[i];
        touches->next[2 * i] = touches->next[2 * i + 1] = no_link;
        for (uint32_t k = 0; sley_event_is_memory(event) && k < granule_count(event); k++) {
            touch(touches, event, first_granule(event) + k, 2 * i + k);
        }
    }
    return true;
}

void
sley_touches_deinit(struct sley_touches *touches)
{
    free(touches->granules);
    free(touches->next);
    *touches = (struct sley_touches){0};
}

bool
sley_touches_shared(const struct sley_touches *touches, const struct sley_event *event)
{
    for (uint32_t k = 0; sley_event_is_memory(event) && k < granule_count(event); k++) {
        const struct sley_granule *granule = find(touches, first_granule(event) + k);
        if (granule->used && granule->shared && granule->written) {
            return true;
        }
    }
    return false;
}

bool
sley_touches_stored(const struct sley_touches *touches, uint32_t index, uint64_t *value)
{
    const struct sley_event *written = &touches->events[index];
    if (!sley_event_is_memory(written) || granule_count(written) > 1) {
        return false;
    }
    uint32_t link = touches->next[2 * index];
    for (; link != no_link; link = touches->next[link]) {
        const struct sley_event *event = &touches->events[link / 2];
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
