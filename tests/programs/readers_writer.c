/* A read-write lock made by hand. The first reader locks out the writers, the last one lets them
 * in; the count goes up outside the lock that guards it. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { READERS = 2 };

static pthread_mutex_t count_lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t room;
static atomic_int readers;
static atomic_int reading, writing;

static void
enter(void)
{
#ifdef FIXED
    pthread_mutex_lock(&count_lock);
    if (atomic_fetch_add(&readers, 1) == 0) {
        sem_wait(&room);
    }
    pthread_mutex_unlock(&count_lock);
#else
    if (atomic_fetch_add(&readers, 1) == 0) {
        sem_wait(&room);
    }
#endif
}

static void
leave(void)
{
    pthread_mutex_lock(&count_lock);
    if (atomic_fetch_sub(&readers, 1) == 1) {
        sem_post(&room);
    }
    pthread_mutex_unlock(&count_lock);
}

static void *
read_once(void *argument)
{
    enter();
    atomic_fetch_add(&reading, 1);
    assert(atomic_load(&writing) == 0);
    atomic_fetch_sub(&reading, 1);
    leave();
    return argument;
}

int
main(void)
{
    pthread_t threads[READERS];
    sem_init(&room, 0, 1);
    for (int i = 0; i < READERS; i++) {
        pthread_create(&threads[i], NULL, read_once, NULL);
    }
    sem_wait(&room);
    atomic_store(&writing, 1);
    assert(atomic_load(&reading) == 0);
    atomic_store(&writing, 0);
    sem_post(&room);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
