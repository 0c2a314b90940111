/* As many threads as the argument says, each of which adds one under a lock, but for the last,
 * which forgot the lock. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int sum;
static int count = 1000;

static void *
add(void *argument)
{
#ifdef FIXED
    int careless = 0;
#else
    int careless = (int)(long)argument == count - 1;
#endif
    if (!careless) {
        pthread_mutex_lock(&lock);
    }
    int before = sum;
    sum = before + 1;
    if (!careless) {
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

int
main(int argc, char **argv)
{
    count = argc > 1 ? atoi(argv[1]) : count;
    pthread_t *threads = malloc((size_t)count * sizeof *threads);
    for (int i = 0; i < count; i++) {
        int error = pthread_create(&threads[i], NULL, add, (void *)(long)i);
        if (error != 0) {
            return 2;
        }
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    assert(sum == count);
    free(threads);
    return 0;
}
