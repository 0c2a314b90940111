/* A consumer that was woken does not look again: another was faster, and the buffer is empty. */
#include <assert.h>
#include <pthread.h>

enum { CONSUMERS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;

static void *
consume(void *argument)
{
    pthread_mutex_lock(&lock);
#ifdef FIXED
    while (items == 0) {
        pthread_cond_wait(&filled, &lock);
    }
#else
    if (items == 0) {
        pthread_cond_wait(&filled, &lock);
    }
#endif
    items--;
    assert(items >= 0);
    pthread_mutex_unlock(&lock);
    return argument;
}

int
main(void)
{
    pthread_t consumers[CONSUMERS];
    for (int i = 0; i < CONSUMERS; i++) {
        pthread_create(&consumers[i], NULL, consume, NULL);
    }
    for (int i = 0; i < CONSUMERS; i++) {
        pthread_mutex_lock(&lock);
        items++;
        pthread_cond_signal(&filled);
        pthread_mutex_unlock(&lock);
    }
    for (int i = 0; i < CONSUMERS; i++) {
        pthread_join(consumers[i], NULL);
    }
    return 0;
}
