/* What a history records, and when, under the engine; harness/native has its own. */
#include <sley/oracle.h>

#include "engine/engine.h"

#include <sley/sley.h>

uint64_t
sley_stamp(void)
{
    return sley_engine.step;
}

static struct sley_queue_call *
append(struct sley_queue_history *history)
{
    if (history->count >= SLEY_HISTORY_MAX) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)history, SLEY_CALLER(),
                         "a history of more than 20 calls");
    }
    return &history->calls[history->count++];
}

void
sley_history_put(struct sley_queue_history *history, struct sley_queue *queue, intptr_t item)
{
    uint64_t begin = sley_stamp();
    sley_queue_put(queue, item);
    *append(history) = (struct sley_queue_call){begin, sley_stamp() + 1, item, true};
}

intptr_t
sley_history_get(struct sley_queue_history *history, struct sley_queue *queue)
{
    uint64_t begin = sley_stamp();
    intptr_t item = sley_queue_get(queue);
    *append(history) = (struct sley_queue_call){begin, sley_stamp() + 1, item, false};
    return item;
}
