#include "report/select.h"

#include "report/blame.h"
#include "report/bytecode.h"
#include "report/failure.h"
#include "report/fold.h"
#include "report/touches.h"
#include "report/waits.h"

#include <stdlib.h>
#include <string.h>

enum { LAST_EVENTS = 3 }; /* of the failing task, shown whatever they are */

enum rank { RANK_NONE, RANK_OPTIONAL, RANK_MATTERS, RANK_GUILTY };

/* What a failure is about. */
enum theme {
    THEME_OBJECT, /* accesses to one place of memory */
    THEME_SHARED, /* values that tasks share */
    THEME_WAITS,  /* who waits for whom */
    THEME_TASKS,  /* starts and ends of tasks */
    THEME_CALLS,  /* calls of a history, and what is done inside them */
};

struct choice {
    const struct sley_capture *capture;
    const struct sley_failure *failure; /* `none` if the run has none that was kept */
    struct sley_touches touches;
    struct sley_bytecodes bytecodes;
    enum theme theme;
    uint32_t last_from; /* index of the event with which the failing task's last few begin */
    bool involved[SLEY_TASKS_MAX];
    uint32_t blamed[SLEY_BLAME_MAX]; /* indices of events that count as the failure's own */
    uint32_t blamed_count;
    uint32_t inside[SLEY_TASKS_MAX]; /* marked calls that the task is in, so far */
};

/* Names no task, step or place. */
static const struct sley_failure none = {
    .verdict = SLEY_VERDICT_COUNT,
    .task = {SLEY_TASKS_MAX, SLEY_TASKS_MAX},
};

static enum theme
theme_of(enum sley_verdict verdict)
{
    switch (verdict) {
    case SLEY_VERDICT_HEAP:
    case SLEY_VERDICT_MISUSE:
    case SLEY_VERDICT_RACE:
        return THEME_OBJECT;
    case SLEY_VERDICT_DEADLOCK_SELF:
    case SLEY_VERDICT_DEADLOCK_CYCLE:
    case SLEY_VERDICT_LOST_WAKEUP:
    case SLEY_VERDICT_ORPHANED_LOCK:
    case SLEY_VERDICT_BLOCKED:
    case SLEY_VERDICT_INVERSION:
        return THEME_WAITS;
    case SLEY_VERDICT_LEAK:
        return THEME_TASKS;
    case SLEY_VERDICT_CRASH:
    case SLEY_VERDICT_STACK_OVERFLOW:
    case SLEY_VERDICT_OUT_OF_MEMORY:
    case SLEY_VERDICT_EXIT:
    case SLEY_VERDICT_STUCK:
    case SLEY_VERDICT_ASSERTION:
    case SLEY_VERDICT_LIVELOCK:
    case SLEY_VERDICT_STEP_BOUND:
    case SLEY_VERDICT_NONDETERMINISM:
    case SLEY_VERDICT_DISCARDED:
    case SLEY_VERDICT_COUNT:
        break;
    }
    return THEME_SHARED;
}

/* Marks the tasks that the failure names; every task where it is about what all of them share. */
static void
find_involved(struct choice *choice)
{
    const struct sley_failure *f = choice->failure;
    bool all = choice->theme != THEME_OBJECT && choice->theme != THEME_WAITS;
    memset(choice->involved, all, sizeof choice->involved);
    for (int i = 0; i < 2; i++) {
        if (f->task[i] < SLEY_TASKS_MAX) {
            choice->involved[f->task[i]] = true;
        }
    }
    for (uint32_t i = 0; i < f->cycle_count; i++) {
        choice->involved[f->cycle[i].task] = true;
    }
}

/* What a failing task did last leads up to the failure, even if nobody else has a part in it. */
static void
find_last(struct choice *choice)
{
    uint32_t index = choice->capture->event_count;
    choice->last_from = index;
    for (uint32_t left = LAST_EVENTS; left > 0 && index > 0;) {
        if (choice->capture->events[--index].task == choice->failure->task[0]) {
            choice->last_from = index;
            left--;
        }
    }
}

/* Whether accesses follow that belong to the event, which alone then tells nothing. */
static bool
has_accesses(const struct choice *choice, const struct sley_event *event)
{
    const struct sley_capture *capture = choice->capture;
    bool last = event + 1 == capture->events + capture->event_count;
    return !last && event[1].task == event->task && event[1].flags & SLEY_EVENT_QUIET &&
           sley_event_is_memory(event + 1);
}

static bool
is_guilty(const struct choice *choice, const struct sley_event *event)
{
    const struct sley_failure *f = choice->failure;
    for (uint32_t i = 0; i < choice->blamed_count; i++) {
        if (event == &choice->capture->events[choice->blamed[i]]) {
            return true;
        }
    }
    for (int i = 0; i < 2 && choice->theme != THEME_CALLS; i++) {
        bool same = f->step[i] != 0 && f->step[i] == event->step && f->task[i] == event->task;
        /* Accesses that are no points have the number of the point before them, all of them. */
        bool other = f->verdict == SLEY_VERDICT_RACE && event->flags & SLEY_EVENT_QUIET &&
                     event->pc != f->pc[i];
        /* A start has the number of the step before it, and an allocation that of whatever step its
         * task made last. */
        bool beside = choice->theme == THEME_WAITS && sley_event_is_memory(event);
        bool borrowed = beside || event->op == SLEY_OP_SPAWN || has_accesses(choice, event) ||
                        (event->op == SLEY_OP_BYTECODE && event->flags & SLEY_EVENT_QUIET) ||
                        (i == 1 && f->verdict == SLEY_VERDICT_HEAP && !sley_failure_after_free(f));
        if (same && !other && !borrowed) {
            return true;
        }
    }
    return false;
}

/* Whether the event touches the eight aligned bytes around the failure's address. */
static bool
on_object(const struct choice *choice, const struct sley_event *event)
{
    uintptr_t low = choice->failure->address & ~(uintptr_t)7;
    return low != 0 && event->address < low + 8 && low < event->address + event->size;
}

/* Whether the operation can make tasks wait or go on. */
static bool
synchronises(enum sley_op op)
{
    switch (op) {
    case SLEY_OP_LOCK:
    case SLEY_OP_TRYLOCK:
    case SLEY_OP_UNLOCK:
    case SLEY_OP_READ_LOCK:
    case SLEY_OP_WAIT:
    case SLEY_OP_SIGNAL:
    case SLEY_OP_BROADCAST:
    case SLEY_OP_SEM_WAIT:
    case SLEY_OP_SEM_POST:
    case SLEY_OP_BARRIER:
    case SLEY_OP_ONCE:
    case SLEY_OP_AWAIT:
    case SLEY_OP_WAKE:
    case SLEY_OP_PIPE_READ:
    case SLEY_OP_PIPE_WRITE:
    case SLEY_OP_FILE:
    case SLEY_OP_CLOSE:
    case SLEY_OP_RECEIVE:
    case SLEY_OP_SEND:
    case SLEY_OP_POLL:
    case SLEY_OP_CONTROL:
    case SLEY_OP_CONNECT:
    case SLEY_OP_ACCEPT:
    case SLEY_OP_KILL:
    case SLEY_OP_CANCEL:
    case SLEY_OP_SEND_SIGNAL:
    case SLEY_OP_TAKE_SIGNAL:
        return true;
    case SLEY_OP_BEGIN:
    case SLEY_OP_READ:
    case SLEY_OP_WRITE:
    case SLEY_OP_ATOMIC_LOAD:
    case SLEY_OP_ATOMIC_STORE:
    case SLEY_OP_ATOMIC_RMW:
    case SLEY_OP_FENCE:
    case SLEY_OP_SPAWN:
    case SLEY_OP_JOIN:
    case SLEY_OP_EXIT:
    case SLEY_OP_YIELD:
    case SLEY_OP_SLEEP:
    case SLEY_OP_CLOCK:
    case SLEY_OP_ALLOC:
    case SLEY_OP_FREE:
    case SLEY_OP_INIT:
    case SLEY_OP_DESTROY:
    case SLEY_OP_BYTECODE:
    case SLEY_OP_COMPUTE:
    case SLEY_OP_IO:
    case SLEY_OP_OPEN:
    case SLEY_OP_CALL:
    case SLEY_OP_ENTER:
    case SLEY_OP_LEAVE:
    case SLEY_OP_CANCEL_POINT:
    case SLEY_OP_SIGNAL_ACTION:
    case SLEY_OP_COUNT:
        break;
    }
    return false;
}

/* Whether tasks that wait may do so because of a value that they read. */
static bool
depends_on_values(const struct sley_failure *failure)
{
    return failure->verdict == SLEY_VERDICT_LOST_WAKEUP || failure->verdict == SLEY_VERDICT_BLOCKED;
}

/* Whether the operation decided who runs: it had to wait, it runs after another task's, or it gives
 * way by itself. */
static bool
switches(const struct sley_event *event)
{
    return event->flags & (SLEY_EVENT_SWITCHED | SLEY_EVENT_BLOCKED) || event->op == SLEY_OP_WAIT ||
           event->op == SLEY_OP_BARRIER || event->op == SLEY_OP_AWAIT;
}

static enum rank
rank_memory(const struct choice *choice, const struct sley_event *event)
{
    bool shared = sley_touches_shared(&choice->touches, event);
    switch (choice->theme) {
    case THEME_OBJECT:
        return on_object(choice, event) ? RANK_MATTERS : RANK_NONE;
    case THEME_SHARED:
        return shared ? RANK_MATTERS : RANK_NONE;
    case THEME_WAITS:
        return shared && depends_on_values(choice->failure) ? RANK_OPTIONAL : RANK_NONE;
    case THEME_CALLS:
        return shared && choice->inside[event->task] ? RANK_OPTIONAL : RANK_NONE;
    case THEME_TASKS:
        break;
    }
    return RANK_NONE;
}

/* The mark of the call that the event enters or leaves; NULL: none. */
static const struct sley_mark *
mark_of(const struct sley_capture *capture, const struct sley_event *event)
{
    for (uint32_t i = 0; i < capture->mark_count; i++) {
        const struct sley_mark *mark = &capture->marks[i];
        if (mark->address == event->address) {
            return event->op == SLEY_OP_ENTER || !mark->pending ? mark : NULL;
        }
    }
    return NULL;
}

/* Entering and leaving a call matters if the failure is that the calls fit no order. */
static enum rank
rank_call(struct choice *choice, struct sley_row *row)
{
    const struct sley_mark *mark = mark_of(choice->capture, &row->event);
    bool enters = row->event.op == SLEY_OP_ENTER;
    if (!mark) {
        return RANK_NONE;
    }
    choice->inside[row->event.task] += enters ? 1 : -1u;
    row->mark = enters ? mark->call : mark->returned;
    return mark->guilty ? RANK_GUILTY : RANK_MATTERS;
}

static enum rank
rank_of(const struct choice *choice, const struct sley_event *event)
{
    enum sley_op op = (enum sley_op)event->op;
    if (is_guilty(choice, event)) {
        return RANK_GUILTY;
    }
    if (sley_event_is_memory(event)) {
        return rank_memory(choice, event);
    }
    if (op == SLEY_OP_SPAWN && event->address == 0) {
        return RANK_NONE; /* the bytecode before it */
    }
    if (op == SLEY_OP_SPAWN || op == SLEY_OP_JOIN || op == SLEY_OP_EXIT) {
        bool matters =
            choice->theme == THEME_TASKS || (choice->theme == THEME_WAITS && op == SLEY_OP_JOIN);
        return matters ? RANK_MATTERS : RANK_OPTIONAL;
    }
    if (choice->theme == THEME_OBJECT && on_object(choice, event)) {
        return RANK_MATTERS;
    }
    if (op == SLEY_OP_BYTECODE && event->flags & SLEY_EVENT_QUIET) {
        return RANK_NONE;
    }
    bool decides = switches(event) && choice->involved[event->task];
    if (!synchronises(op)) {
        return decides ? RANK_OPTIONAL : RANK_NONE;
    }
    return choice->theme == THEME_WAITS || decides ? RANK_MATTERS : RANK_NONE;
}

static void
add_event(struct sley_selection *selection, struct choice *choice, uint32_t index, bool every_event)
{
    const struct sley_event *event = &choice->capture->events[index];
    struct sley_row row = {.event = *event, .repeat = 1};
    bool tells = sley_bytecodes_note(&choice->bytecodes, &row) &&
                 !(event->op == SLEY_OP_BYTECODE && has_accesses(choice, event));
    bool call = event->op == SLEY_OP_ENTER || event->op == SLEY_OP_LEAVE;
    enum rank rank = call ? rank_call(choice, &row) : rank_of(choice, event);
    if (rank < RANK_MATTERS && choice->theme == THEME_SHARED && index >= choice->last_from &&
        event->task == choice->failure->task[0]) {
        rank = RANK_MATTERS;
    }
    if ((rank == RANK_NONE || !tells) && !every_event) {
        return;
    }
    row.guilty = rank == RANK_GUILTY;
    row.optional = rank == RANK_OPTIONAL;
    row.stored_known = sley_op_writes((enum sley_op)event->op) &&
                       sley_touches_stored(&choice->touches, index, &row.stored);
    struct sley_row *last =
        selection->row_count > 0 ? &selection->rows[selection->row_count - 1] : NULL;
    if (!every_event && last && sley_row_repeat(last, &row)) {
        return;
    }
    selection->rows[selection->row_count++] = row;
}

bool
sley_selection_init(struct sley_selection *selection, const struct sley_capture *capture,
                    uint32_t rows_max)
{
    const struct sley_failure *strongest = sley_failure_strongest(&capture->result);
    struct choice choice = {.capture = capture, .failure = strongest ? strongest : &none};
    *selection = (struct sley_selection){0};
    choice.theme = capture->mark_count ? THEME_CALLS : theme_of(choice.failure->verdict);
    find_involved(&choice);
    find_last(&choice);
    if (!sley_touches_init(&choice.touches, capture)) {
        return false;
    }
    if (strongest && choice.theme != THEME_CALLS) {
        choice.blamed_count = sley_blame(capture, &choice.touches, choice.failure, choice.blamed);
    }
    size_t row_count_max = (size_t)capture->event_count + SLEY_FAILURES_MAX * SLEY_CYCLE_MAX;
    selection->rows = calloc(row_count_max, sizeof *selection->rows);
    for (uint32_t i = 0; selection->rows && i < capture->event_count; i++) {
        add_event(selection, &choice, i, rows_max == 0);
    }
    if (selection->rows && rows_max > 0) {
        selection->row_count = sley_rows_fold(selection->rows, selection->row_count);
    }
    if (selection->rows) {
        sley_waits_add(selection, &capture->result);
    }
    sley_touches_deinit(&choice.touches);
    if (!selection->rows || (rows_max > 0 && !sley_rows_cap(selection, rows_max))) {
        sley_selection_deinit(selection);
        return false;
    }
    return true;
}

void
sley_selection_deinit(struct sley_selection *selection)
{
    free(selection->rows);
    *selection = (struct sley_selection){0};
}
