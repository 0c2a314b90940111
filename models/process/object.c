/* Queues, semaphores, events and barriers of processes: the generic ones, in shared memory. What
 * the program declares is a handle, which a fork copies and which names one object. */
#include "models/process/process.h"

#include "base/note.h"

#include <sley/sync.h>

/* The object that storage is a handle of. */
static void *
object_of(const void *storage, uintptr_t pc)
{
    void *object = *(void *const *)storage;
    if (!object) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)storage, pc,
                         "use of an object that this process never initialised");
    }
    return object;
}

static void *
object_make(void *storage, size_t size)
{
    void *object = sley_process_shared(size);
    *(void **)storage = object;
    sley_note_alias(object, storage, size);
    return object;
}

/* --- queues --- */

static void
queue_init(struct sley_queue *queue, uint32_t capacity)
{
    if (capacity == 0) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)queue, SLEY_CALLER(),
                         "a queue without limit between processes: sley_mpqueue is one");
    }
    sley_common_queue_ops.init(object_make(queue->storage, sizeof *queue), capacity);
}

static void
queue_put(struct sley_queue *queue, intptr_t item)
{
    sley_common_queue_ops.put(object_of(queue->storage, SLEY_CALLER()), item);
}

static intptr_t
queue_get(struct sley_queue *queue)
{
    return sley_common_queue_ops.get(object_of(queue->storage, SLEY_CALLER()));
}

static bool
queue_put_for(struct sley_queue *queue, intptr_t item, uint64_t timeout_ns)
{
    return sley_common_queue_ops.put_for(object_of(queue->storage, SLEY_CALLER()), item,
                                         timeout_ns);
}

static bool
queue_get_for(struct sley_queue *queue, intptr_t *item, uint64_t timeout_ns)
{
    return sley_common_queue_ops.get_for(object_of(queue->storage, SLEY_CALLER()), item,
                                         timeout_ns);
}

static void
queue_destroy(struct sley_queue *queue)
{
    sley_common_queue_ops.destroy(object_of(queue->storage, SLEY_CALLER()));
}

static uint32_t
queue_size(struct sley_queue *queue)
{
    return sley_common_queue_count_ops.size(object_of(queue->storage, SLEY_CALLER()));
}

static bool
queue_task_done(struct sley_queue *queue)
{
    return sley_common_queue_count_ops.task_done(object_of(queue->storage, SLEY_CALLER()));
}

static void
queue_join(struct sley_queue *queue)
{
    sley_common_queue_count_ops.join(object_of(queue->storage, SLEY_CALLER()));
}

const struct sley_model_queue_ops sley_process_queue_ops = {
    .init = queue_init,
    .put = queue_put,
    .get = queue_get,
    .put_for = queue_put_for,
    .get_for = queue_get_for,
    .destroy = queue_destroy,
};

const struct sley_model_queue_count_ops sley_process_queue_count_ops = {
    .size = queue_size,
    .task_done = queue_task_done,
    .join = queue_join,
};

/* --- semaphores --- */

static void
semaphore_init(struct sley_semaphore *semaphore, uint32_t value, uint32_t bound)
{
    sley_common_semaphore_ops.init(object_make(semaphore->storage, sizeof *semaphore), value,
                                   bound);
}

static bool
semaphore_acquire(struct sley_semaphore *semaphore, uint64_t timeout_ns)
{
    return sley_common_semaphore_ops.acquire(object_of(semaphore->storage, SLEY_CALLER()),
                                             timeout_ns);
}

static bool
semaphore_release(struct sley_semaphore *semaphore, uint32_t count)
{
    return sley_common_semaphore_ops.release(object_of(semaphore->storage, SLEY_CALLER()), count);
}

static void
semaphore_destroy(struct sley_semaphore *semaphore)
{
    sley_common_semaphore_ops.destroy(object_of(semaphore->storage, SLEY_CALLER()));
}

const struct sley_model_semaphore_ops sley_process_semaphore_ops = {
    .init = semaphore_init,
    .acquire = semaphore_acquire,
    .release = semaphore_release,
    .destroy = semaphore_destroy,
};

/* --- events --- */

static void
event_init(struct sley_event_object *event)
{
    sley_common_event_ops.init(object_make(event->storage, sizeof *event));
}

static void
event_set(struct sley_event_object *event)
{
    sley_common_event_ops.set(object_of(event->storage, SLEY_CALLER()));
}

static void
event_clear(struct sley_event_object *event)
{
    sley_common_event_ops.clear(object_of(event->storage, SLEY_CALLER()));
}

static bool
event_is_set(struct sley_event_object *event)
{
    return sley_common_event_ops.is_set(object_of(event->storage, SLEY_CALLER()));
}

static bool
event_wait(struct sley_event_object *event, uint64_t timeout_ns)
{
    return sley_common_event_ops.wait(object_of(event->storage, SLEY_CALLER()), timeout_ns);
}

static void
event_destroy(struct sley_event_object *event)
{
    sley_common_event_ops.destroy(object_of(event->storage, SLEY_CALLER()));
}

const struct sley_model_event_ops sley_process_event_ops = {
    .init = event_init,
    .set = event_set,
    .clear = event_clear,
    .is_set = event_is_set,
    .wait = event_wait,
    .destroy = event_destroy,
};

/* --- barriers --- */

static void
barrier_init(struct sley_barrier *barrier, uint32_t parties)
{
    sley_common_barrier_ops.init(object_make(barrier->storage, sizeof *barrier), parties);
}

static int
barrier_wait(struct sley_barrier *barrier, uint64_t timeout_ns)
{
    return sley_common_barrier_ops.wait(object_of(barrier->storage, SLEY_CALLER()), timeout_ns);
}

static void
barrier_abort(struct sley_barrier *barrier)
{
    sley_common_barrier_ops.abort(object_of(barrier->storage, SLEY_CALLER()));
}

static void
barrier_reset(struct sley_barrier *barrier)
{
    sley_common_barrier_ops.reset(object_of(barrier->storage, SLEY_CALLER()));
}

static bool
barrier_is_broken(struct sley_barrier *barrier)
{
    return sley_common_barrier_ops.is_broken(object_of(barrier->storage, SLEY_CALLER()));
}

static void
barrier_destroy(struct sley_barrier *barrier)
{
    sley_common_barrier_ops.destroy(object_of(barrier->storage, SLEY_CALLER()));
}

const struct sley_model_barrier_ops sley_process_barrier_ops = {
    .init = barrier_init,
    .wait = barrier_wait,
    .abort = barrier_abort,
    .reset = barrier_reset,
    .is_broken = barrier_is_broken,
    .destroy = barrier_destroy,
};
