/* A graph of locks: an edge a -> b says that b was taken while a was held. A cycle whose edges come
 * from two or more tasks is an inversion. Locks beyond LOCKS_MAX in a run are not looked at. A
 * common outer lock that makes the inversion harmless is not considered: the order still needs a
 * reason.
 *
 * Source: the lock-order graph of Eraser's successors and of ThreadSanitizer's deadlock detector.
 */
#include "pthread/lock_order.h"

#include "pthread/thread.h"

#include <string.h>

enum {
    LOCKS_MAX = 256,
    MANY = SLEY_TASKS_MAX, /* an edge that more than one task drew */
};

struct edge {
    uintptr_t pc;  /* where the later lock was taken first */
    uint32_t step; /* of the run, then */
    uint16_t task; /* that drew it, or MANY */
    bool present;
    bool reported;
};

static struct edge edges[LOCKS_MAX][LOCKS_MAX]; /* [number - 1 of the held lock][of the taken] */
static uint32_t lock_count;                     /* numbers given out in this run */
static uint32_t lock_serial;                    /* the run that lock_count speaks of */

static uint16_t
number_of(struct sley_object *lock)
{
    if (lock_serial != sley_engine.serial) {
        lock_serial = sley_engine.serial;
        lock_count = 0;
    }
    if (lock->order == 0 && lock_count < LOCKS_MAX) {
        for (uint32_t i = 0; i <= lock_count; i++) {
            edges[i][lock_count].present = edges[lock_count][i].present = false;
        }
        lock->order = (uint16_t)++lock_count;
    }
    return lock->order;
}

/* A path from lock `from` to lock `to`, breadth first: fills before[] with the lock that precedes
 * each reached one. */
static bool
find_path(uint32_t from, uint32_t to, uint16_t before[LOCKS_MAX])
{
    uint16_t order[LOCKS_MAX];
    bool reached[LOCKS_MAX] = {false};
    uint32_t head = 0;
    uint32_t tail = 0;
    order[tail++] = (uint16_t)from;
    reached[from] = true;
    while (head < tail && !reached[to]) {
        uint16_t at = order[head++];
        for (uint32_t next = 0; next < lock_count; next++) {
            if (edges[at][next].present && !reached[next]) {
                reached[next] = true;
                before[next] = at;
                order[tail++] = (uint16_t)next;
            }
        }
    }
    return reached[to];
}

/* Reports the inversion that the edge held -> taken of the current task closes, if another task
 * drew a part of the way back. */
static void
check_edge(uint32_t held, uint32_t taken, uintptr_t object, uintptr_t pc)
{
    uint16_t before[LOCKS_MAX];
    if (edges[held][taken].reported || !find_path(taken, held, before)) {
        return;
    }
    struct edge *other = NULL;
    for (uint32_t at = held; at != taken; at = before[at]) {
        struct edge *edge = &edges[before[at]][at];
        if (edge->task != sley_engine.task) {
            other = edge;
        }
    }
    if (!other) {
        return;
    }
    edges[held][taken].reported = other->reported = true;
    struct sley_failure *failure =
        sley_verdict(SLEY_VERDICT_INVERSION, object, pc, "locks are taken in opposite orders");
    if (failure) {
        failure->task[1] = other->task == MANY ? SLEY_TASKS_MAX : other->task;
        failure->step[1] = other->step;
        failure->pc[1] = other->pc;
    }
}

static void
draw_edge(uint32_t held, uint32_t taken, uintptr_t object, uintptr_t pc)
{
    struct edge *edge = &edges[held][taken];
    if (edge->present && (edge->task == sley_engine.task || edge->task == MANY)) {
        return;
    }
    if (edge->present) {
        edge->task = MANY;
    } else {
        *edge =
            (struct edge){sley_noted_pc(pc), sley_step(), (uint16_t)sley_engine.task, true, false};
    }
    check_edge(held, taken, object, pc);
}

void
sley_lock_order_taken(struct sley_object *lock, bool blocking, uintptr_t pc)
{
    struct sley_thread *self = sley_thread_self();
    uint16_t number = number_of(lock);
    if (number == 0 || self->held_count == SLEY_HELD_MAX) {
        return;
    }
    for (uint32_t i = 0; blocking && i < self->held_count; i++) {
        draw_edge(self->held[i] - 1u, number - 1u, lock->address, pc);
    }
    self->held[self->held_count++] = number;
}

void
sley_lock_order_released(const struct sley_object *lock)
{
    struct sley_thread *self = sley_thread_self();
    uint32_t i = self->held_count;
    while (i > 0 && self->held[i - 1] != lock->order) {
        i--;
    }
    if (i == 0 || lock->order == 0) {
        return;
    }
    self->held_count--;
    memmove(&self->held[i - 1], &self->held[i],
            (self->held_count - (i - 1)) * sizeof self->held[0]);
}

void
sley_lock_order_forget(struct sley_object *lock)
{
    lock->order = 0;
}
