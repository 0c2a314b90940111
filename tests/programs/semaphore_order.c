/* A bounded buffer of semaphores: the producer takes the lock before the free slot, and holds it
 * while it waits for a consumer that needs it. */
#include <pthread.h>
#include <semaphore.h>

enum { ITEMS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t free_slots, items;
static int used;

static void *
produce(void *argument)
{
    for (int i = 0; i < ITEMS; i++) {
#ifdef FIXED
        sem_wait(&free_slots);
        pthread_mutex_lock(&lock);
#else
        pthread_mutex_lock(&lock);
        sem_wait(&free_slots);
#endif
        used++;
        pthread_mutex_unlock(&lock);
        sem_post(&items);
    }
    return argument;
}

static void *
consume(void *argument)
{
    for (int i = 0; i < ITEMS; i++) {
        sem_wait(&items);
        pthread_mutex_lock(&lock);
        used--;
        pthread_mutex_unlock(&lock);
        sem_post(&free_slots);
    }
    return argument;
}

int
main(void)
{
    pthread_t producer, consumer;
    sem_init(&free_slots, 0, 1);
    sem_init(&items, 0, 0);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, NULL);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
    return 0;
}
