/* Queues of tasks that wait for a signal or for the last one to arrive. Each waits at a gate of its
 * own, so that who waits later cannot take its wake-up away. */
#include "pthread/deadline.h"
#include "pthread/thread.h"

#include <errno.h>

static void
push(struct sley_queue *queue, uint32_t task)
{
    sley_thread_of(task)->next = 0;
    sley_thread_of(task)->queue = queue;
    if (queue->last) {
        sley_thread_of(queue->last - 1u)->next = (uint16_t)(task + 1);
    } else {
        queue->first = (uint16_t)(task + 1);
    }
    queue->last = (uint16_t)(task + 1);
    queue->count++;
}

/* Takes task, which waits behind previous (task + 1; 0: it is the first), out. */
static void
unlink_behind(struct sley_queue *queue, uint16_t previous, uint32_t task)
{
    uint16_t next = sley_thread_of(task)->next;
    *(previous ? &sley_thread_of(previous - 1u)->next : &queue->first) = next;
    if (queue->last == task + 1) {
        queue->last = previous;
    }
    sley_thread_of(task)->queue = NULL;
    queue->count--;
}

static void
leave(struct sley_queue *queue, uint32_t task)
{
    uint16_t previous = 0;
    for (uint16_t t = queue->first; t; t = sley_thread_of(t - 1u)->next) {
        if (t == task + 1) {
            unlink_behind(queue, previous, task);
            return;
        }
        previous = t;
    }
}

void
sley_queue_abandon(void)
{
    struct sley_queue *queue = sley_thread_self()->queue;
    if (queue) {
        leave(queue, sley_engine.task);
    }
}

bool
sley_queue_wait_for(struct sley_queue *queue, const struct sley_awaited_object *object,
                    uint64_t deadline_ns, uintptr_t pc)
{
    struct sley_thread *self = sley_thread_self();
    struct sley_gate *wake = &self->wake;
    sley_queue_abandon(); /* it may have come out of a wait by a handler's jump */
    sley_gate_init(wake, object->kind, object->address);
    wake->open = false;
    wake->lost_signal = object->lost;
    push(queue, sley_engine.task);
    uint32_t step = sley_step();
    bool woken;
    if (deadline_ns <= sley_engine.clock_ns) {
        /* Too late already; but others get their chance between release and time-out. */
        sley_point(SLEY_OP_WAIT, object->address, pc);
        step = sley_step();
        woken = wake->open;
    } else {
        woken = sley_wait_gate(wake, deadline_ns, pc);
    }
    if (!woken) {
        sley_deadline_in_vain(step, (struct sley_deadline){deadline_ns, ETIMEDOUT}, false);
    }
    if (!woken && self->queue == queue) {
        leave(queue, sley_engine.task);
    }
    return woken;
}

bool
sley_queue_wait(struct sley_queue *queue, struct sley_object *object, uint64_t deadline_ns,
                uintptr_t pc)
{
    const struct sley_awaited_object awaited = {object->gate.kind, object->address, object->lost};
    return sley_queue_wait_for(queue, &awaited, deadline_ns, pc);
}

void
sley_queue_wake(struct sley_queue *queue, uint32_t index)
{
    uint16_t previous = 0;
    uint16_t t = queue->first;
    for (; index > 0; index--) {
        previous = t;
        t = sley_thread_of(t - 1u)->next;
    }
    unlink_behind(queue, previous, t - 1u);
    sley_gate_set(&sley_thread_of(t - 1u)->wake, true);
}
