/* A worker sleeps in a read of its wake-up pipe. It says so after it has looked for jobs: a job
 * that comes in between wakes nobody. */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

enum { JOBS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int wake[2];
static int jobs, done;
static bool asleep;

static void
take_jobs(void)
{
    done += jobs;
    jobs = 0;
}

static void *
work(void *argument)
{
    pthread_mutex_lock(&lock);
    take_jobs();
    while (done < JOBS) {
        char byte;
#ifdef FIXED
        asleep = true;
        pthread_mutex_unlock(&lock);
#else
        pthread_mutex_unlock(&lock);
        pthread_mutex_lock(&lock);
        asleep = true;
        pthread_mutex_unlock(&lock);
#endif
        assert(read(wake[0], &byte, 1) == 1);
        pthread_mutex_lock(&lock);
        take_jobs();
    }
    pthread_mutex_unlock(&lock);
    return argument;
}

static void
submit(void)
{
    pthread_mutex_lock(&lock);
    jobs++;
    if (asleep) {
        asleep = false;
        assert(write(wake[1], "j", 1) == 1);
    }
    pthread_mutex_unlock(&lock);
}

int
main(void)
{
    pthread_t worker;
    assert(pipe(wake) == 0);
    pthread_create(&worker, NULL, work, NULL);
    for (int i = 0; i < JOBS; i++) {
        submit();
    }
    pthread_join(worker, NULL);
    assert(done == JOBS);
    return 0;
}
