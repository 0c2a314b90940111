/* A robust mutex outlives its owner: the next one to lock it learns of the death and puts things
 * right. -DBUG=1: the mutex is not robust; 2: nobody makes it consistent. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>

#ifndef BUG
#define BUG 0
#endif

static pthread_mutex_t lock;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int a, b; /* equal, where the mutex is consistent */

static void *
dies(void *argument)
{
    int error = pthread_mutex_lock(&lock);
    if (error == EOWNERDEAD) {
        a = b = 0;
        pthread_mutex_consistent(&lock);
    }
    a++;
    pthread_exit(argument);
}

static void *
dies_later(void *argument)
{
    if (pthread_mutex_lock(&lock) == EOWNERDEAD) {
        pthread_mutex_consistent(&lock);
    }
    pthread_cond_signal(&changed);
    return argument;
}

int
main(void)
{
    pthread_mutexattr_t attributes;
    pthread_t first, second;
    pthread_mutexattr_init(&attributes);
    if (BUG != 1) {
        pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    }
    pthread_mutex_init(&lock, &attributes);
    pthread_create(&first, NULL, dies, NULL);
    pthread_create(&second, NULL, dies, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    int error = pthread_mutex_lock(&lock);
    assert(error == EOWNERDEAD && a == b + 1);
    a = b;
    if (BUG != 2) {
        assert(pthread_mutex_consistent(&lock) == 0);
    }
    pthread_mutex_unlock(&lock);
    assert(pthread_mutex_lock(&lock) == 0);
    assert(pthread_mutex_consistent(&lock) == EINVAL);
    /* Whoever waits for a condition learns of it, too. */
    pthread_create(&first, NULL, dies_later, NULL);
    while ((error = pthread_cond_wait(&changed, &lock)) == 0) {
    }
    assert(error == EOWNERDEAD && pthread_mutex_consistent(&lock) == 0);
    pthread_mutex_unlock(&lock);
    pthread_join(first, NULL);
    /* Left inconsistent, it is of no use to anybody. */
    pthread_create(&first, NULL, dies, NULL);
    pthread_join(first, NULL);
    assert(pthread_mutex_trylock(&lock) == EOWNERDEAD);
    pthread_mutex_unlock(&lock);
    assert(pthread_mutex_lock(&lock) == ENOTRECOVERABLE);
    assert(pthread_mutex_trylock(&lock) == ENOTRECOVERABLE);
    pthread_mutex_destroy(&lock);
    return 0;
}
