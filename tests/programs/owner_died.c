/* A worker gives up in the middle of an update, with the mutex held. The others wait for ever; the
 * repaired mutex is robust, and the next owner completes the update. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock;
static int from = 10, to;

static void
put_right(void)
{
    to = 10 - from;
    pthread_mutex_consistent(&lock);
}

static void *
mover(void *gives_up)
{
    int error = pthread_mutex_lock(&lock);
    if (error == EOWNERDEAD) {
        put_right();
    }
    from--;
    if (gives_up) {
        pthread_exit(NULL);
    }
    to++;
    pthread_mutex_unlock(&lock);
    return NULL;
}

int
main(void)
{
    pthread_t threads[2];
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
#ifdef FIXED
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
#endif
    pthread_mutex_init(&lock, &attributes);
    pthread_create(&threads[0], NULL, mover, NULL);
    pthread_create(&threads[1], NULL, mover, &lock);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    if (pthread_mutex_lock(&lock) == EOWNERDEAD) {
        put_right();
    }
    assert(from + to == 10);
    pthread_mutex_unlock(&lock);
    return 0;
}
