/* The pool's end is announced without its lock: a worker that has just looked goes to sleep, and
 * the join never returns. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { WORKERS = 2, JOBS = 3 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int waiting, done;
static atomic_int stop;

static void *
work(void *argument)
{
    pthread_mutex_lock(&lock);
    for (;;) {
        while (waiting == 0 && !atomic_load(&stop)) {
            pthread_cond_wait(&changed, &lock);
        }
        if (waiting == 0) {
            break;
        }
        waiting--;
        done++;
    }
    pthread_mutex_unlock(&lock);
    return argument;
}

static void
submit(void)
{
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void
shut_down(void)
{
#ifdef FIXED
    pthread_mutex_lock(&lock);
#endif
    atomic_store(&stop, 1);
    pthread_cond_broadcast(&changed);
#ifdef FIXED
    pthread_mutex_unlock(&lock);
#endif
}

int
main(void)
{
    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        pthread_create(&workers[i], NULL, work, NULL);
    }
    for (int i = 0; i < JOBS; i++) {
        submit();
    }
    shut_down();
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
    }
    assert(done == JOBS);
    return 0;
}
