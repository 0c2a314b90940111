/* A barrier made by hand counts who has come, and forgets when all have: a thread that is quick
 * comes round again before a slow one has left, which then waits for ever. */
#include <pthread.h>

enum { THREADS = 3, ROUNDS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_came = PTHREAD_COND_INITIALIZER;
static int came;
#ifdef FIXED
static int generation;
#endif

static void
meet(void)
{
    pthread_mutex_lock(&lock);
#ifdef FIXED
    int mine = generation;
#endif
    if (++came == THREADS) {
        came = 0;
#ifdef FIXED
        generation++;
#endif
        pthread_cond_broadcast(&all_came);
    } else {
#ifdef FIXED
        while (mine == generation) {
#else
        while (came != 0) {
#endif
            pthread_cond_wait(&all_came, &lock);
        }
    }
    pthread_mutex_unlock(&lock);
}

static void *
work(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        meet();
    }
    return argument;
}

int
main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, work, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
