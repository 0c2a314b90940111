/* Which recorded events touch the same memory, in their order. */
#ifndef SLEY_REPORT_TOUCHES_H
#define SLEY_REPORT_TOUCHES_H

#include "campaign/capture.h"

struct sley_touches {
    const struct sley_event *events; /* borrowed */
    struct sley_granule *granules;   /* granules[capacity]: hash table by address */
    uint32_t *next;  /* next[2 * event_count]: links of the chain of each granule; see touches.c */
    size_t capacity; /* a power of two */
};

/* Whether the event is an access to memory: only these have a value. */
bool sley_event_is_memory(const struct sley_event *event);

/* Reads the events of capture, which is borrowed for its life. False: no memory. */
bool sley_touches_init(struct sley_touches *touches, const struct sley_capture *capture);

void sley_touches_deinit(struct sley_touches *touches);

/* Whether two tasks touched memory of the access, at least one of them writing. */
bool sley_touches_shared(const struct sley_touches *touches, const struct sley_event *event);

/* Fills value with what the writing access events[index] stored: what the next access of the same
 * bytes saw. False if there is none, or another access may have changed the bytes before it. */
bool sley_touches_stored(const struct sley_touches *touches, uint32_t index, uint64_t *value);

#endif
