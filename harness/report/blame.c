#include "report/blame.h"

enum { READS_MAX = 4 }; /* of the failing task's last reads that are looked at */

static bool
overlap(const struct sley_event *a, const struct sley_event *b)
{
    return sley_event_is_memory(a) && a->address < b->address + b->size &&
           b->address < a->address + a->size;
}

static bool
writes(const struct sley_event *event)
{
    return sley_op_writes((enum sley_op)event->op);
}

/* The last event before `before` that touches what `like` touches and satisfies the filters;
 * UINT32_MAX: none. */
static uint32_t
last_access(const struct sley_capture *capture, uint32_t before, const struct sley_event *like,
            bool write, int32_t task, int32_t not_task)
{
    for (uint32_t i = before; i-- > 0;) {
        const struct sley_event *event = &capture->events[i];
        if (overlap(event, like) && writes(event) == write && (task < 0 || event->task == task) &&
            event->task != not_task) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* The value read at index came of a lost update: read, other's write, write. */
static bool
lost_update(const struct sley_capture *capture, uint32_t index, uint32_t indices[SLEY_BLAME_MAX])
{
    const struct sley_event *like = &capture->events[index];
    uint32_t write = last_access(capture, index, like, true, -1, -1);
    if (write == UINT32_MAX) {
        return false;
    }
    int32_t writer = capture->events[write].task;
    uint32_t between = last_access(capture, write, like, true, -1, -1);
    uint32_t stale = last_access(capture, write, like, false, writer, -1);
    if (between == UINT32_MAX || stale == UINT32_MAX || stale > between ||
        capture->events[between].task == writer) {
        return false;
    }
    indices[0] = stale;
    indices[1] = between;
    indices[2] = write;
    return true;
}

uint32_t
sley_blame(const struct sley_capture *capture, const struct sley_touches *touches,
           const struct sley_failure *failure, uint32_t indices[SLEY_BLAME_MAX])
{
    uint32_t looked = 0, foreign = UINT32_MAX, met = 0;
    for (uint32_t i = capture->event_count; i-- > 0 && looked < READS_MAX;) {
        const struct sley_event *event = &capture->events[i];
        if (event->task != failure->task[0] || !sley_event_is_memory(event) || writes(event) ||
            !sley_touches_shared(touches, event)) {
            continue;
        }
        looked++;
        if (lost_update(capture, i, indices)) {
            return 3;
        }
        uint32_t write = last_access(capture, i, event, true, -1, -1);
        if (foreign == UINT32_MAX && write != UINT32_MAX &&
            capture->events[write].task != event->task) {
            foreign = write;
            met = i;
        }
    }
    if (foreign == UINT32_MAX) {
        return 0;
    }
    indices[0] = foreign;
    indices[1] = met;
    return 2;
}
