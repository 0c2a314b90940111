/* two_stage N: a writer changes the first record under its lock and the second under another; N
 * readers that come between find the second one still without the first one's change. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { READERS_MAX = 64 };

static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second_lock = PTHREAD_MUTEX_INITIALIZER;
static int first, second;

static void *
write_both(void *argument)
{
    pthread_mutex_lock(&first_lock);
    first = 5;
#ifndef FIXED
    pthread_mutex_unlock(&first_lock);
#endif
    pthread_mutex_lock(&second_lock);
    second = 6;
    pthread_mutex_unlock(&second_lock);
#ifdef FIXED
    pthread_mutex_unlock(&first_lock);
#endif
    return argument;
}

static void *
read_both(void *argument)
{
    pthread_mutex_lock(&first_lock);
    int seen = first;
    pthread_mutex_unlock(&first_lock);
    if (seen != 0) {
        pthread_mutex_lock(&second_lock);
        assert(second == seen + 1);
        pthread_mutex_unlock(&second_lock);
    }
    return argument;
}

int
main(int argc, char **argv)
{
    pthread_t readers[READERS_MAX], writer;
    int count = argc > 1 ? atoi(argv[1]) : 1;
    pthread_create(&writer, NULL, write_both, NULL);
    for (int i = 0; i < count; i++) {
        pthread_create(&readers[i], NULL, read_both, NULL);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(readers[i], NULL);
    }
    pthread_join(writer, NULL);
    return 0;
}
