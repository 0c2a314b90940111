/* The flag is looked at before the lock is taken: the signal may come between, and nobody hears
 * it. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int ready;
static int result;

static void *
produce(void *argument)
{
    pthread_mutex_lock(&lock);
    result = 42;
    atomic_store(&ready, 1);
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return argument;
}

int
main(void)
{
    pthread_t producer;
    pthread_create(&producer, NULL, produce, NULL);
#ifdef FIXED
    pthread_mutex_lock(&lock);
    while (!atomic_load(&ready)) {
        pthread_cond_wait(&changed, &lock);
    }
    assert(result == 42);
    pthread_mutex_unlock(&lock);
#else
    if (!atomic_load(&ready)) {
        pthread_mutex_lock(&lock);
        do {
            pthread_cond_wait(&changed, &lock);
        } while (!atomic_load(&ready));
        pthread_mutex_unlock(&lock);
    }
#endif
    pthread_join(producer, NULL);
    assert(result == 42);
    return 0;
}
