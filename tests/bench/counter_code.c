/* Code under test of the benchmark: two tasks increment a counter under a mutex. */
#include <pthread.h>

void *counter_run(void *unused);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *
increment(void *unused)
{
    pthread_mutex_lock(&mutex);
    counter++;
    pthread_mutex_unlock(&mutex);
    return unused;
}

/* Task 0 is one of the two, as a program's main would be. */
void *
counter_run(void *unused)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], 0, increment, 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], 0);
    }
    return unused;
}
