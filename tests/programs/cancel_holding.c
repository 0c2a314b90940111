/* A worker is cancelled while it waits for work, and so while it is about to take the queue's mutex
 * again. The wait takes the mutex before the worker ends; without a cleanup handler nobody gives it
 * back. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work_came = PTHREAD_COND_INITIALIZER;
static int queued, done;

#ifdef FIXED
static void
give_back(void *mutex)
{
    pthread_mutex_unlock(mutex);
}
#endif

static void *
worker(void *argument)
{
    pthread_mutex_lock(&lock);
#ifdef FIXED
    pthread_cleanup_push(give_back, &lock);
#endif
    for (;;) {
        while (queued == 0) {
            pthread_cond_wait(&work_came, &lock);
        }
        queued--;
        done++;
    }
#ifdef FIXED
    pthread_cleanup_pop(1);
#endif
    return argument;
}

int
main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        queued++;
        pthread_cond_signal(&work_came);
        pthread_mutex_unlock(&lock);
    }
    pthread_cancel(thread);
    pthread_mutex_lock(&lock);
    assert(done + queued == 2);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
