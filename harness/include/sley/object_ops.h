/* What a model may offer beyond tasks and locks, as tables of functions. An object whose table a
 * model leaves NULL is the generic one of models/common, built over the model's locks and
 * conditions as Python's library builds it.
 *
 * Time-outs are in virtual nanoseconds: 0 does not wait, SLEY_FOREVER waits without limit. */
#ifndef SLEY_OBJECT_OPS_H
#define SLEY_OBJECT_OPS_H

#include <stdbool.h>
#include <stdint.h>

#define SLEY_FOREVER UINT64_MAX

struct sley_queue;
struct sley_semaphore;
struct sley_event_object;
struct sley_barrier;

struct sley_model_queue_ops {
    /* capacity: 1..SLEY_QUEUE_CAPACITY_MAX items; 0: as many as the run's heap holds. */
    void (*init)(struct sley_queue *queue, uint32_t capacity);
    /* Appends an item; waits while the queue is full. */
    void (*put)(struct sley_queue *queue, intptr_t item);
    /* Takes the oldest item; waits while the queue is empty. */
    intptr_t (*get)(struct sley_queue *queue);
    /* The same with a time-out; false: it was over first. */
    bool (*put_for)(struct sley_queue *queue, intptr_t item, uint64_t timeout_ns);
    bool (*get_for)(struct sley_queue *queue, intptr_t *item, uint64_t timeout_ns);
    void (*destroy)(struct sley_queue *queue);
};

/* What a queue counts. A model that has the table above has this one too. */
struct sley_model_queue_count_ops {
    /* Items inside at that moment. */
    uint32_t (*size)(struct sley_queue *queue);
    /* One item that was taken is dealt with; false: more than were ever put. */
    bool (*task_done)(struct sley_queue *queue);
    /* Waits until every item that was put is dealt with. */
    void (*join)(struct sley_queue *queue);
};

struct sley_model_semaphore_ops {
    /* bound: a release must not lift the value above; UINT32_MAX: none. */
    void (*init)(struct sley_semaphore *semaphore, uint32_t value, uint32_t bound);
    /* Takes one; false: not within the time. */
    bool (*acquire)(struct sley_semaphore *semaphore, uint64_t timeout_ns);
    /* Gives count back; false, and nothing given: that would exceed the bound. */
    bool (*release)(struct sley_semaphore *semaphore, uint32_t count);
    void (*destroy)(struct sley_semaphore *semaphore);
};

struct sley_model_event_ops {
    void (*init)(struct sley_event_object *event);
    /* Everyone who waits goes on, even if the event is cleared before they run. */
    void (*set)(struct sley_event_object *event);
    void (*clear)(struct sley_event_object *event);
    bool (*is_set)(struct sley_event_object *event);
    /* False: not set within the time. */
    bool (*wait)(struct sley_event_object *event, uint64_t timeout_ns);
    void (*destroy)(struct sley_event_object *event);
};

struct sley_model_barrier_ops {
    void (*init)(struct sley_barrier *barrier, uint32_t parties);
    /* Returns the arrival index 0..parties-1 of this round, or SLEY_BARRIER_BROKEN. Who gives up
     * after the time-out breaks it for all. */
    int (*wait)(struct sley_barrier *barrier, uint64_t timeout_ns);
    void (*abort)(struct sley_barrier *barrier);
    /* Those who wait get BROKEN; the barrier is as new for those who come then. */
    void (*reset)(struct sley_barrier *barrier);
    bool (*is_broken)(struct sley_barrier *barrier);
    void (*destroy)(struct sley_barrier *barrier);
};

/* What becomes of an exception that ends a task. */
enum sley_exception_fate {
    SLEY_EXCEPTION_LOST,   /* the task's joiner does not learn of it: threading.Thread.join */
    SLEY_EXCEPTION_STATUS, /* the joiner learns that there was one: exit code 1 of a process */
    SLEY_EXCEPTION_RAISED, /* the joiner gets it: await of a task */
};

/* The generic objects (models/common). */
extern const struct sley_model_queue_ops sley_common_queue_ops;
extern const struct sley_model_queue_count_ops sley_common_queue_count_ops;
extern const struct sley_model_semaphore_ops sley_common_semaphore_ops;
extern const struct sley_model_event_ops sley_common_event_ops;
extern const struct sley_model_barrier_ops sley_common_barrier_ops;

#endif
