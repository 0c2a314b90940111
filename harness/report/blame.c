#include "report/blame.h"

#include "program/line.h"
#include "report/place.h"

#include <string.h>

enum {
    READS_MAX = 4,  /* of the failing task's last reads that are looked at */
    RUNNING = 1024, /* a task without a step among that many last ones did not run any more */
};

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

/* Whether the task did both in one step that nothing comes into. */
static bool
one_step(const struct sley_event *a, const struct sley_event *b)
{
    return a->flags & b->flags & SLEY_EVENT_QUIET && a->task == b->task && a->step == b->step;
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

/* The value that stands in what `like` touches before that event came of a lost update: read,
 * other's write, write. */
static bool
lost_update(const struct sley_capture *capture, uint32_t before, const struct sley_event *like,
            uint32_t indices[SLEY_BLAME_MAX])
{
    uint32_t write = last_access(capture, before, like, true, -1, -1);
    if (write == UINT32_MAX) {
        return false;
    }
    int32_t writer = capture->events[write].task;
    uint32_t between = last_access(capture, write, like, true, -1, -1);
    uint32_t stale = last_access(capture, write, like, false, writer, -1);
    if (stale != UINT32_MAX && one_step(&capture->events[stale], &capture->events[write])) {
        stale = last_access(capture, stale, like, false, writer, -1);
    }
    if (between == UINT32_MAX || stale == UINT32_MAX || stale > between ||
        capture->events[between].task == writer) {
        return false;
    }
    indices[0] = stale;
    indices[1] = between;
    indices[2] = write;
    return true;
}

/* Whether the write is the code's own, or that of an interpreter which executes a store: the others
 * are to what the program does not see, such as counts of references. */
static bool
stores(const struct sley_capture *capture, uint32_t index)
{
    const struct sley_event *event = &capture->events[index];
    char line[SLEY_PLACE_TEXT];
    for (uint32_t i = index; i-- > 0 && !sley_in_user_text(event->pc);) {
        const struct sley_event *before = &capture->events[i];
        if (before->task == event->task && before->op == SLEY_OP_BYTECODE) {
            return sley_program_line(before->pc, line, sizeof line) && strstr(line, "STORE_");
        }
    }
    return true;
}

/* What the failing task looked at is unknown: an update that the last writes lost, if one did. */
static uint32_t
blame_last_writes(const struct sley_capture *capture, const struct sley_touches *touches,
                  uint32_t indices[SLEY_BLAME_MAX])
{
    uint32_t looked = 0;
    for (uint32_t i = capture->event_count; i-- > 0 && looked < READS_MAX;) {
        const struct sley_event *event = &capture->events[i];
        if (!sley_event_is_memory(event) || !writes(event) ||
            !sley_touches_shared(touches, event) || !stores(capture, i)) {
            continue;
        }
        looked++;
        if (lost_update(capture, i + 1, event, indices)) {
            return 3;
        }
    }
    return 0;
}

static uint32_t
blame_value(const struct sley_capture *capture, const struct sley_touches *touches,
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
        if (lost_update(capture, i, event, indices)) {
            return 3;
        }
        uint32_t write = last_access(capture, i, event, true, -1, -1);
        if (foreign == UINT32_MAX && write != UINT32_MAX &&
            capture->events[write].task != event->task) {
            foreign = write;
            met = i;
        }
    }
    if (looked == 0) {
        return blame_last_writes(capture, touches, indices);
    }
    if (foreign == UINT32_MAX) {
        return 0;
    }
    indices[0] = foreign;
    indices[1] = met;
    return 2;
}

/* A detector that does not know the step of the earlier access (ThreadSanitizer) names its task:
 * the last access of that task, preferably at the place that it names. */
static uint32_t
blame_earlier(const struct sley_capture *capture, const struct sley_failure *failure,
              uint32_t indices[SLEY_BLAME_MAX])
{
    enum {
        BEFORE_WRITES = 4,
        SIZE_SHIFT = 8
    }; /* of a race's detail, as engine/record.c sets them */
    uint32_t size = failure->detail >> SIZE_SHIFT;
    const struct sley_event object = {.address = failure->address, .size = size ? size : 1};
    uint32_t found = UINT32_MAX;
    for (uint32_t i = failure->step[1] == 0 ? capture->event_count : 0; i-- > 0;) {
        const struct sley_event *event = &capture->events[i];
        bool fits = event->step < failure->step[0] && event->task == failure->task[1] &&
                    overlap(event, &object) &&
                    (writes(event) || !(failure->detail & BEFORE_WRITES));
        if (fits && (found == UINT32_MAX || event->pc == failure->pc[1])) {
            found = i;
            if (event->pc == failure->pc[1]) {
                break;
            }
        }
    }
    indices[0] = found;
    return found != UINT32_MAX;
}

/* --- objects that tasks wait for --- */

static bool
takes(const struct sley_event *event)
{
    return !(event->flags & SLEY_EVENT_IN_VAIN) &&
           (event->op == SLEY_OP_LOCK || event->op == SLEY_OP_TRYLOCK ||
            event->op == SLEY_OP_READ_LOCK);
}

/* Where the task took the object, at that place; adds its index. */
static uint32_t
add_taken(const struct sley_capture *capture, uint32_t task, uintptr_t object, uintptr_t pc,
          uint32_t indices[SLEY_BLAME_MAX], uint32_t count)
{
    for (uint32_t i = capture->event_count; i-- > 0 && count < SLEY_BLAME_MAX;) {
        const struct sley_event *event = &capture->events[i];
        if (event->task == task && event->address == object && event->pc == pc && takes(event)) {
            indices[count] = i;
            return count + 1;
        }
    }
    return count;
}

static uint32_t
blame_holders(const struct sley_capture *capture, const struct sley_failure *failure,
              uint32_t indices[SLEY_BLAME_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < failure->cycle_count; i++) {
        uint32_t owner = failure->cycle[(i + 1) % failure->cycle_count].task;
        count = add_taken(capture, owner, failure->cycle[i].object, failure->cycle[i].taken_pc,
                          indices, count);
    }
    if (failure->verdict == SLEY_VERDICT_ORPHANED_LOCK) {
        count =
            add_taken(capture, failure->task[1], failure->address, failure->pc[1], indices, count);
    }
    return count;
}

static uint32_t
blame_signal(const struct sley_capture *capture, const struct sley_failure *failure,
             uint32_t indices[SLEY_BLAME_MAX])
{
    for (uint32_t i = capture->event_count; i-- > 0;) {
        const struct sley_event *event = &capture->events[i];
        if ((event->op == SLEY_OP_SIGNAL || event->op == SLEY_OP_BROADCAST) &&
            event->address == failure->address) {
            indices[0] = i;
            return 1;
        }
    }
    return 0;
}

static uint32_t
blame_misuse(const struct sley_capture *capture, const struct sley_failure *failure,
             uint32_t indices[SLEY_BLAME_MAX])
{
    uint32_t own = UINT32_MAX, others = UINT32_MAX;
    for (uint32_t i = capture->event_count; i-- > 0 && others == UINT32_MAX;) {
        const struct sley_event *event = &capture->events[i];
        bool before = event->step < failure->step[0] && event->address == failure->address;
        if (before && failure->address != 0 && event->task != failure->task[0]) {
            others = i;
        } else if (before && failure->address != 0 && own == UINT32_MAX) {
            own = i;
        }
    }
    indices[0] = others != UINT32_MAX ? others : own;
    return indices[0] != UINT32_MAX;
}

/* --- tasks that do not end --- */

/* The last step of each task within the events from `from` on that `among` has a bit for. */
static uint32_t
add_last_steps(const struct sley_capture *capture, uint32_t from, const bool *among,
               uint32_t indices[SLEY_BLAME_MAX], uint32_t count)
{
    bool seen[SLEY_TASKS_MAX] = {false};
    for (uint32_t i = capture->event_count; i-- > from && count < SLEY_BLAME_MAX;) {
        uint32_t task = capture->events[i].task;
        if (!seen[task] && (!among || among[task])) {
            seen[task] = true;
            indices[count++] = i;
        }
    }
    return count;
}

static uint32_t
blame_running(const struct sley_capture *capture, uint32_t indices[SLEY_BLAME_MAX])
{
    uint32_t from = capture->event_count > RUNNING ? capture->event_count - RUNNING : 0;
    return add_last_steps(capture, from, NULL, indices, 0);
}

/* The task that an event starts: what its joiner waits at is a part of it. */
static uint32_t
started_task(const struct sley_event *event)
{
    for (uint32_t t = 0; t < SLEY_TASKS_MAX; t++) {
        if (event->address == (uintptr_t)&sley_engine.task_table[t].done) {
            return t;
        }
    }
    return SLEY_TASKS_MAX;
}

static uint32_t
blame_leaked(const struct sley_capture *capture, uint32_t indices[SLEY_BLAME_MAX])
{
    bool leaked[SLEY_TASKS_MAX];
    uint32_t count = 0;
    memset(leaked, true, sizeof leaked);
    leaked[0] = false;
    for (uint32_t i = 0; i < capture->event_count; i++) {
        if (capture->events[i].op == SLEY_OP_EXIT) {
            leaked[capture->events[i].task] = false;
        }
    }
    for (uint32_t i = 0; i < capture->event_count && count < SLEY_BLAME_MAX; i++) {
        const struct sley_event *event = &capture->events[i];
        uint32_t task = event->op == SLEY_OP_SPAWN ? started_task(event) : SLEY_TASKS_MAX;
        if (task < SLEY_TASKS_MAX && leaked[task]) {
            indices[count++] = i;
        }
    }
    return add_last_steps(capture, 0, leaked, indices, count);
}

uint32_t
sley_blame(const struct sley_capture *capture, const struct sley_touches *touches,
           const struct sley_failure *failure, uint32_t indices[SLEY_BLAME_MAX])
{
    switch (failure->verdict) {
    case SLEY_VERDICT_DEADLOCK_SELF:
    case SLEY_VERDICT_DEADLOCK_CYCLE:
    case SLEY_VERDICT_ORPHANED_LOCK:
        return blame_holders(capture, failure, indices);
    case SLEY_VERDICT_LOST_WAKEUP:
        return blame_signal(capture, failure, indices);
    case SLEY_VERDICT_MISUSE:
        return blame_misuse(capture, failure, indices);
    case SLEY_VERDICT_LIVELOCK:
    case SLEY_VERDICT_STEP_BOUND:
        return blame_running(capture, indices);
    case SLEY_VERDICT_LEAK:
        return blame_leaked(capture, indices);
    case SLEY_VERDICT_CRASH:
    case SLEY_VERDICT_STACK_OVERFLOW:
    case SLEY_VERDICT_OUT_OF_MEMORY:
    case SLEY_VERDICT_EXIT:
    case SLEY_VERDICT_STUCK:
    case SLEY_VERDICT_ASSERTION:
        return blame_value(capture, touches, failure, indices);
    case SLEY_VERDICT_RACE:
        return blame_earlier(capture, failure, indices);
    case SLEY_VERDICT_HEAP:
    case SLEY_VERDICT_BLOCKED:
    case SLEY_VERDICT_INVERSION:
    case SLEY_VERDICT_NONDETERMINISM:
    case SLEY_VERDICT_DISCARDED:
    case SLEY_VERDICT_COUNT:
        break;
    }
    return 0;
}
