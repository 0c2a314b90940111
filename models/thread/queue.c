/* A bounded queue for threads: a ring under a mutex, with a condition variable for each direction,
 * as Python's queue.Queue is built. */
#include "models/registry.h"

#include <pthread.h>

struct ring {
    pthread_mutex_t mutex;
    pthread_cond_t not_empty;
    pthread_cond_t not_full;
    uint32_t capacity;
    uint32_t count;
    uint32_t first;
    intptr_t items[SLEY_QUEUE_CAPACITY_MAX];
};

extern const struct sley_model_queue_ops sley_thread_queue_ops;

static struct ring *
ring_of(struct sley_queue *queue)
{
    _Static_assert(sizeof(struct ring) <= sizeof(struct sley_queue), "no room for a ring");
    return (struct ring *)queue->storage;
}

static void
init(struct sley_queue *queue, uint32_t capacity)
{
    struct ring *ring = ring_of(queue);
    pthread_mutex_init(&ring->mutex, NULL);
    pthread_cond_init(&ring->not_empty, NULL);
    pthread_cond_init(&ring->not_full, NULL);
    ring->capacity = capacity;
    ring->count = 0;
    ring->first = 0;
}

static void
put(struct sley_queue *queue, intptr_t item)
{
    struct ring *ring = ring_of(queue);
    pthread_mutex_lock(&ring->mutex);
    while (ring->count == ring->capacity) {
        pthread_cond_wait(&ring->not_full, &ring->mutex);
    }
    ring->items[(ring->first + ring->count) % ring->capacity] = item;
    ring->count++;
    pthread_cond_signal(&ring->not_empty);
    pthread_mutex_unlock(&ring->mutex);
}

static intptr_t
get(struct sley_queue *queue)
{
    struct ring *ring = ring_of(queue);
    pthread_mutex_lock(&ring->mutex);
    while (ring->count == 0) {
        pthread_cond_wait(&ring->not_empty, &ring->mutex);
    }
    intptr_t item = ring->items[ring->first];
    ring->first = (ring->first + 1) % ring->capacity;
    ring->count--;
    pthread_cond_signal(&ring->not_full);
    pthread_mutex_unlock(&ring->mutex);
    return item;
}

static void
destroy(struct sley_queue *queue)
{
    struct ring *ring = ring_of(queue);
    pthread_cond_destroy(&ring->not_empty);
    pthread_cond_destroy(&ring->not_full);
    pthread_mutex_destroy(&ring->mutex);
}

const struct sley_model_queue_ops sley_thread_queue_ops = {
    .init = init,
    .put = put,
    .get = get,
    .destroy = destroy,
};
