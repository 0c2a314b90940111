/* Calls that come to nothing: by their deadline, also one that has passed before, by a handler, or
 * at once. It fails where both signals come into waits and no wake-up is spurious, for the table of
 * such a run. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER, own = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t prefers = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_spinlock_t spin;
static sem_t empty, done;
static int late;

static void
handle(int signal)
{
    (void)signal;
}

/* A time so far ahead; 0: one that has long passed. */
static const struct timespec *
in_ms(long ms)
{
    static struct timespec at;
    at = (struct timespec){0};
    if (ms > 0) {
        clock_gettime(CLOCK_REALTIME, &at);
        at.tv_nsec += ms * 1000000;
        at.tv_sec += at.tv_nsec / 1000000000;
        at.tv_nsec %= 1000000000;
    }
    return &at;
}

/* What main holds. */
static void
try_for(long ms)
{
    assert(pthread_mutex_timedlock(&held, in_ms(ms)) == ETIMEDOUT);
    assert(pthread_rwlock_timedrdlock(&shared, in_ms(ms)) == ETIMEDOUT);
    assert(pthread_rwlock_timedwrlock(&shared, in_ms(ms)) == ETIMEDOUT);
    assert(pthread_rwlock_timedwrlock(&prefers, in_ms(ms)) == ETIMEDOUT);
    assert(sem_timedwait(&empty, in_ms(ms)) == -1 && errno == ETIMEDOUT);
    pthread_mutex_lock(&own);
    late += pthread_cond_timedwait(&condition, &own, in_ms(ms)) == ETIMEDOUT; /* or spurious */
    pthread_mutex_unlock(&own);
}

static void *
tries(void *argument)
{
    try_for(0);
    try_for(100);
    assert(poll(&(struct pollfd){.fd = *(int *)argument, .events = POLLIN}, 1, 10) == 0);
    assert(pthread_mutex_trylock(&held) == EBUSY);
    assert(pthread_rwlock_tryrdlock(&shared) == EBUSY);
    assert(pthread_spin_trylock(&spin) == EBUSY);
    assert(sem_trywait(&empty) == -1 && errno == EAGAIN);
    sem_post(&done);
    bool wait_ended = sem_timedwait(&empty, in_ms(100)) == -1 && errno == EINTR;
    sem_post(&done);
    bool sleep_ended = nanosleep(&(struct timespec){1, 0}, NULL) == -1;
    assert(!(late == 2 && wait_ended && sleep_ended));
    return NULL;
}

int
main(void)
{
    int ends[2];
    pthread_t thread;
    assert(pipe(ends) == 0);
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handle}, NULL);
    sem_init(&empty, 0, 0);
    sem_init(&done, 0, 0);
    pthread_spin_init(&spin, 0);
    pthread_spin_lock(&spin);
    pthread_mutex_lock(&held);
    pthread_rwlock_wrlock(&shared);
    pthread_rwlock_rdlock(&prefers);
    pthread_mutex_lock(&own);
    pthread_create(&thread, NULL, tries, &ends[0]);
    assert(pthread_tryjoin_np(thread, NULL) == EBUSY);
    pthread_mutex_unlock(&own);
    for (int i = 0; i < 2; i++) {
        sem_wait(&done);
        pthread_kill(thread, SIGUSR1);
    }
    pthread_join(thread, NULL);
    return 0;
}
