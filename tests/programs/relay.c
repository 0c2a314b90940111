/* relay N: runner i goes on only from place i, and takes one step. Only if all come in their order
 * is the last place reached, which the table lacks. */
#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { RUNNERS_MAX = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int runners = 4, place, places;

static void *
run(void *argument)
{
    pthread_mutex_lock(&lock);
    if (place == (int)(intptr_t)argument) {
        place++;
        assert(place < places);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

int
main(int argc, char **argv)
{
    pthread_t threads[RUNNERS_MAX];
    runners = argc > 1 ? atoi(argv[1]) : runners;
#ifdef FIXED
    places = runners + 1;
#else
    places = runners;
#endif
    for (int i = runners - 1; i >= 0; i--) {
        pthread_create(&threads[i], NULL, run, (void *)(intptr_t)i);
    }
    for (int i = 0; i < runners; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
