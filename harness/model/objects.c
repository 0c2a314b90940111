/* The objects of sley/sync.h and the queues of sley.h, handed to the current model's tables or to
 * the generic ones: the same in every lane. */
#include <sley/sley.h>

static const uint64_t ns_per_ms = 1000000;

/* Weak: the library links without models. Who runs a property has them. */
extern const struct sley_model_queue_ops sley_common_queue_ops __attribute__((weak));
extern const struct sley_model_queue_count_ops sley_common_queue_count_ops __attribute__((weak));
extern const struct sley_model_semaphore_ops sley_common_semaphore_ops __attribute__((weak));
extern const struct sley_model_event_ops sley_common_event_ops __attribute__((weak));
extern const struct sley_model_barrier_ops sley_common_barrier_ops __attribute__((weak));

static const struct sley_model_queue_ops *
queue_ops(void)
{
    return sley_model_current->queue ? sley_model_current->queue : &sley_common_queue_ops;
}

static const struct sley_model_queue_count_ops *
queue_count_ops(void)
{
    return sley_model_current->queue ? sley_model_current->queue_count
                                     : &sley_common_queue_count_ops;
}

static const struct sley_model_semaphore_ops *
semaphore_ops(void)
{
    return sley_model_current->semaphore ? sley_model_current->semaphore
                                         : &sley_common_semaphore_ops;
}

static const struct sley_model_event_ops *
event_ops(void)
{
    return sley_model_current->event ? sley_model_current->event : &sley_common_event_ops;
}

static const struct sley_model_barrier_ops *
barrier_ops(void)
{
    return sley_model_current->barrier ? sley_model_current->barrier : &sley_common_barrier_ops;
}

void
sley_queue_init(struct sley_queue *queue, uint32_t capacity)
{
    sley_check(capacity <= SLEY_QUEUE_CAPACITY_MAX);
    queue_ops()->init(queue, capacity);
}

void
sley_queue_put(struct sley_queue *queue, intptr_t item)
{
    queue_ops()->put(queue, item);
}

intptr_t
sley_queue_get(struct sley_queue *queue)
{
    return queue_ops()->get(queue);
}

bool
sley_queue_try_put(struct sley_queue *queue, intptr_t item)
{
    return queue_ops()->put_for(queue, item, 0);
}

bool
sley_queue_try_get(struct sley_queue *queue, intptr_t *item)
{
    return queue_ops()->get_for(queue, item, 0);
}

bool
sley_queue_put_for_ms(struct sley_queue *queue, intptr_t item, uint32_t timeout_ms)
{
    return queue_ops()->put_for(queue, item, timeout_ms * ns_per_ms);
}

bool
sley_queue_get_for_ms(struct sley_queue *queue, intptr_t *item, uint32_t timeout_ms)
{
    return queue_ops()->get_for(queue, item, timeout_ms * ns_per_ms);
}

uint32_t
sley_queue_size(struct sley_queue *queue)
{
    return queue_count_ops()->size(queue);
}

bool
sley_queue_empty(struct sley_queue *queue)
{
    return queue_count_ops()->size(queue) == 0;
}

bool
sley_queue_task_done(struct sley_queue *queue)
{
    return queue_count_ops()->task_done(queue);
}

void
sley_queue_join(struct sley_queue *queue)
{
    queue_count_ops()->join(queue);
}

void
sley_queue_destroy(struct sley_queue *queue)
{
    queue_ops()->destroy(queue);
}

void
sley_condition_init(struct sley_condition *condition, struct sley_lock *lock)
{
    sley_model_current->condition->init(condition, lock);
}

void
sley_condition_wait(struct sley_condition *condition)
{
    sley_model_current->condition->wait(condition, SLEY_FOREVER);
}

bool
sley_condition_wait_for_ms(struct sley_condition *condition, uint32_t timeout_ms)
{
    return sley_model_current->condition->wait(condition, timeout_ms * ns_per_ms);
}

bool
sley_condition_wait_for_ns(struct sley_condition *condition, uint64_t timeout_ns)
{
    return sley_model_current->condition->wait(condition, timeout_ns);
}

void
sley_condition_notify(struct sley_condition *condition, uint32_t count)
{
    sley_model_current->condition->notify(condition, count);
}

void
sley_condition_notify_all(struct sley_condition *condition)
{
    sley_model_current->condition->notify(condition, UINT32_MAX);
}

void
sley_condition_destroy(struct sley_condition *condition)
{
    sley_model_current->condition->destroy(condition);
}

void
sley_semaphore_init(struct sley_semaphore *semaphore, uint32_t value)
{
    semaphore_ops()->init(semaphore, value, UINT32_MAX);
}

void
sley_semaphore_init_bounded(struct sley_semaphore *semaphore, uint32_t value)
{
    semaphore_ops()->init(semaphore, value, value);
}

void
sley_semaphore_acquire(struct sley_semaphore *semaphore)
{
    semaphore_ops()->acquire(semaphore, SLEY_FOREVER);
}

bool
sley_semaphore_try(struct sley_semaphore *semaphore)
{
    return semaphore_ops()->acquire(semaphore, 0);
}

bool
sley_semaphore_acquire_for_ms(struct sley_semaphore *semaphore, uint32_t timeout_ms)
{
    return semaphore_ops()->acquire(semaphore, timeout_ms * ns_per_ms);
}

bool
sley_semaphore_release(struct sley_semaphore *semaphore)
{
    return semaphore_ops()->release(semaphore, 1);
}

bool
sley_semaphore_release_many(struct sley_semaphore *semaphore, uint32_t count)
{
    return semaphore_ops()->release(semaphore, count);
}

void
sley_semaphore_destroy(struct sley_semaphore *semaphore)
{
    semaphore_ops()->destroy(semaphore);
}

void
sley_event_init(struct sley_event_object *event)
{
    event_ops()->init(event);
}

void
sley_event_set(struct sley_event_object *event)
{
    event_ops()->set(event);
}

void
sley_event_clear(struct sley_event_object *event)
{
    event_ops()->clear(event);
}

bool
sley_event_is_set(struct sley_event_object *event)
{
    return event_ops()->is_set(event);
}

void
sley_event_wait(struct sley_event_object *event)
{
    event_ops()->wait(event, SLEY_FOREVER);
}

bool
sley_event_wait_for_ms(struct sley_event_object *event, uint32_t timeout_ms)
{
    return event_ops()->wait(event, timeout_ms * ns_per_ms);
}

void
sley_event_destroy(struct sley_event_object *event)
{
    event_ops()->destroy(event);
}

void
sley_barrier_init(struct sley_barrier *barrier, uint32_t parties)
{
    sley_check(parties >= 1);
    barrier_ops()->init(barrier, parties);
}

int
sley_barrier_wait(struct sley_barrier *barrier)
{
    return barrier_ops()->wait(barrier, SLEY_FOREVER);
}

int
sley_barrier_wait_for_ms(struct sley_barrier *barrier, uint32_t timeout_ms)
{
    return barrier_ops()->wait(barrier, timeout_ms * ns_per_ms);
}

void
sley_barrier_abort(struct sley_barrier *barrier)
{
    barrier_ops()->abort(barrier);
}

void
sley_barrier_reset(struct sley_barrier *barrier)
{
    barrier_ops()->reset(barrier);
}

bool
sley_barrier_is_broken(struct sley_barrier *barrier)
{
    return barrier_ops()->is_broken(barrier);
}

void
sley_barrier_destroy(struct sley_barrier *barrier)
{
    barrier_ops()->destroy(barrier);
}
