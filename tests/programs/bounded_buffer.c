/* Producers and consumers wait at one condition, and a signal wakes one of them: it may be one of
 * the wrong kind, which waits again, and all sleep. */
#include <pthread.h>

enum { SLOTS = 1, PAIRS = 2, ROUNDS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int used;

static void
wake(void)
{
#ifdef FIXED
    pthread_cond_broadcast(&changed);
#else
    pthread_cond_signal(&changed);
#endif
}

static void *
produce(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        while (used == SLOTS) {
            pthread_cond_wait(&changed, &lock);
        }
        used++;
        wake();
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

static void *
consume(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        while (used == 0) {
            pthread_cond_wait(&changed, &lock);
        }
        used--;
        wake();
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

int
main(void)
{
    pthread_t producers[PAIRS], consumers[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
        pthread_create(&producers[i], NULL, produce, NULL);
        pthread_create(&consumers[i], NULL, consume, NULL);
    }
    for (int i = 0; i < PAIRS; i++) {
        pthread_join(producers[i], NULL);
        pthread_join(consumers[i], NULL);
    }
    return 0;
}
