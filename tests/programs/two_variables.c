/* two_variables N: N setters bring width and height to the same value, in two critical sections;
 * one checker looks at both. Only the first setter's gap shows, whatever N. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { SETTERS_MAX = 120 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int width, height;

static void *
set(void *argument)
{
    pthread_mutex_lock(&lock);
    width = 1;
#ifndef FIXED
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
#endif
    height = 1;
    pthread_mutex_unlock(&lock);
    return argument;
}

static void *
check(void *argument)
{
    pthread_mutex_lock(&lock);
    assert(width == height);
    pthread_mutex_unlock(&lock);
    return argument;
}

int
main(int argc, char **argv)
{
    pthread_t setters[SETTERS_MAX], checker;
    int count = argc > 1 ? atoi(argv[1]) : 3;
    for (int i = 0; i < count; i++) {
        pthread_create(&setters[i], NULL, set, NULL);
    }
    pthread_create(&checker, NULL, check, NULL);
    for (int i = 0; i < count; i++) {
        pthread_join(setters[i], NULL);
    }
    pthread_join(checker, NULL);
    return 0;
}
