/* wrong_lock N: N threads guard a counter with its lock, and one, by mistake, with another. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { THREADS_MAX = 64 };

static pthread_mutex_t counter_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other_lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *
count_up(void *argument)
{
    pthread_mutex_t *lock = argument;
    pthread_mutex_lock(lock);
    int before = counter;
    counter = before + 1;
    assert(counter == before + 1);
    pthread_mutex_unlock(lock);
    return NULL;
}

int
main(int argc, char **argv)
{
    pthread_t threads[THREADS_MAX], stranger;
    int count = argc > 1 ? atoi(argv[1]) : 1;
#ifdef FIXED
    pthread_mutex_t *strange = &counter_lock;
#else
    pthread_mutex_t *strange = &other_lock;
#endif
    pthread_create(&stranger, NULL, count_up, strange);
    for (int i = 0; i < count; i++) {
        pthread_create(&threads[i], NULL, count_up, &counter_lock);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_join(stranger, NULL);
    pthread_mutex_lock(&other_lock);
    assert(counter == count + 1);
    pthread_mutex_unlock(&other_lock);
    return 0;
}
