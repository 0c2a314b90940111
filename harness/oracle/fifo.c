#include <sley/oracle.h>

#include <string.h>

/* Sets of calls that were tried without success; a queue's content follows from the set and the
 * order of its puts, so the set alone is a key only together with the order: the front item. */
struct search {
    const struct sley_queue_history *history;
    uint32_t capacity;
    uint8_t failed[1u << SLEY_HISTORY_MAX];
};

static struct search search;

/* Whether no call that is still to come had returned before this one began. */
static bool
may_be_next(const struct sley_queue_history *h, uint32_t done, int call)
{
    for (int i = 0; i < h->count; i++) {
        if (!(done >> i & 1) && i != call && h->calls[i].end <= h->calls[call].begin) {
            return false;
        }
    }
    return true;
}

/* The memo is sound although the content depends on the order of puts: with distinct items the
 * order in which they are taken fixes the order of all puts that were taken, and the rest is kept
 * in `queue`; a set fails in the memo only for the same sequence of items still inside, which the
 * caller checks by leaving sets with two or more items inside out of it. */
static bool
extend(uint32_t done, intptr_t *queue, uint32_t length)
{
    const struct sley_queue_history *h = search.history;
    if (done == (1u << h->count) - 1) {
        return true;
    }
    if (length < 2 && search.failed[done]) {
        return false;
    }
    for (int i = 0; i < h->count; i++) {
        const struct sley_queue_call *call = &h->calls[i];
        if ((done >> i & 1) || !may_be_next(h, done, i)) {
            continue;
        }
        intptr_t next[SLEY_HISTORY_MAX];
        memcpy(next, queue, length * sizeof next[0]);
        if (call->is_put && length < search.capacity) {
            next[length] = call->item;
            if (extend(done | 1u << i, next, length + 1)) {
                return true;
            }
        } else if (!call->is_put && length > 0 && queue[0] == call->item) {
            if (extend(done | 1u << i, next + 1, length - 1)) {
                return true;
            }
        }
    }
    if (length < 2) {
        search.failed[done] = 1;
    }
    return false;
}

bool
sley_history_is_fifo(const struct sley_queue_history *history, uint32_t capacity)
{
    intptr_t queue[SLEY_HISTORY_MAX] = {0};
    search.history = history;
    search.capacity = capacity < SLEY_HISTORY_MAX ? capacity : SLEY_HISTORY_MAX;
    memset(search.failed, 0, (size_t)1 << history->count);
    return extend(0, queue, 0);
}
