/* A job that starts another counts it only after it was started: the count may fall to 0 while the
 * other is still at work, and the waiter tidies up. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t idle = PTHREAD_COND_INITIALIZER;
static int outstanding = 1;
static int closed;
static pthread_t second;

static void
count(int by)
{
    pthread_mutex_lock(&lock);
    outstanding += by;
    if (outstanding == 0) {
        pthread_cond_signal(&idle);
    }
    pthread_mutex_unlock(&lock);
}

static void *
second_job(void *argument)
{
    pthread_mutex_lock(&lock);
    assert(!closed);
    pthread_mutex_unlock(&lock);
    count(-1);
    return argument;
}

static void *
first_job(void *argument)
{
#ifdef FIXED
    count(1);
    pthread_create(&second, NULL, second_job, NULL);
    count(-1);
#else
    pthread_create(&second, NULL, second_job, NULL);
    count(-1);
    count(1);
#endif
    return argument;
}

int
main(void)
{
    pthread_t first;
    pthread_create(&first, NULL, first_job, NULL);
    pthread_mutex_lock(&lock);
    while (outstanding != 0) {
        pthread_cond_wait(&idle, &lock);
    }
    closed = 1;
    pthread_mutex_unlock(&lock);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
