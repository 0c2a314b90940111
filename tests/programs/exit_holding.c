/* A worker that finds nothing to do ends itself on the spot, with the lock in its hand. */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int jobs, done;

static void
require_job(void)
{
    if (jobs == 0) {
#ifdef FIXED
        pthread_mutex_unlock(&lock);
#endif
        pthread_exit(NULL);
    }
}

static void *
work(void *argument)
{
    pthread_mutex_lock(&lock);
    require_job();
    jobs--;
    done++;
    pthread_mutex_unlock(&lock);
    return argument;
}

int
main(void)
{
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    pthread_mutex_lock(&lock);
    jobs++;
    pthread_mutex_unlock(&lock);
    pthread_join(worker, NULL);
    pthread_mutex_lock(&lock);
    assert(jobs + done == 1);
    pthread_mutex_unlock(&lock);
    return 0;
}
