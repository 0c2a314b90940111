/* Which recorded events touch the same memory, in their order. */
#ifndef SLEY_REPORT_HISTORY_H
#define SLEY_REPORT_HISTORY_H

#include "campaign/capture.h"

struct sley_history {
    const struct sley_event *events; /* borrowed */
    struct sley_granule *granules;   /* granules[capacity]: hash table by address */
    uint32_t *next;  /* next[2 * event_count]: links of the chain of each granule; see history.c */
    size_t capacity; /* a power of two */
};

/* Whether the event is an access to memory: only these have a value. */
bool sley_event_is_memory(const struct sley_event *event);

/* Reads the events of capture, which is borrowed for history's life. False: no memory. */
bool sley_history_init(struct sley_history *history, const struct sley_capture *capture);

void sley_history_deinit(struct sley_history *history);

/* Whether two tasks touched memory of the access, at least one of them writing. */
bool sley_history_shared(const struct sley_history *history, const struct sley_event *event);

/* Fills value with what the writing access events[index] stored: what the next access of the same
 * bytes saw. False if there is none, or another access may have changed the bytes before it. */
bool sley_history_stored(const struct sley_history *history, uint32_t index, uint64_t *value);

#endif
