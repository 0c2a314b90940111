/* One producer, one consumer, one signal: all would be well if a wait returned for a signal
 * only. */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int item;

static void *
produce(void *argument)
{
    pthread_mutex_lock(&lock);
    item = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return argument;
}

int
main(void)
{
    pthread_t producer;
    pthread_create(&producer, NULL, produce, NULL);
    pthread_mutex_lock(&lock);
#ifdef FIXED
    while (!item) {
        pthread_cond_wait(&changed, &lock);
    }
#else
    if (!item) {
        pthread_cond_wait(&changed, &lock);
    }
#endif
    assert(item == 1);
    pthread_mutex_unlock(&lock);
    pthread_join(producer, NULL);
    return 0;
}
