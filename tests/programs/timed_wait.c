/* A wait that timed out is taken for one that was answered. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static int answer;

static void *
reply(void *argument)
{
    pthread_mutex_lock(&lock);
    answer = 1;
    pthread_cond_signal(&answered);
    pthread_mutex_unlock(&lock);
    return argument;
}

int
main(void)
{
    pthread_t other;
    struct timespec deadline;
    int failed = 0;
    pthread_create(&other, NULL, reply, NULL);
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 5;
    pthread_mutex_lock(&lock);
    while (!answer && failed == 0) {
        failed = pthread_cond_timedwait(&answered, &lock, &deadline);
    }
#ifdef FIXED
    assert(answer || failed == ETIMEDOUT);
#else
    assert(answer);
#endif
    pthread_mutex_unlock(&lock);
    pthread_join(other, NULL);
    return 0;
}
