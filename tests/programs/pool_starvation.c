/* Two jobs of a pool each hand in a job of their own and wait for it: when both workers wait,
 * nobody is left to do it. In the repair who waits does the work itself. */
#include <pthread.h>
#include <semaphore.h>

enum { WORKERS = 2, OUTER = 2, JOBS = 16, STOP = -1 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t waiting, inner_done[OUTER], outer_done;
static int queue[JOBS], taken, handed_in;

static void
hand_in(int job)
{
    pthread_mutex_lock(&lock);
    queue[handed_in++] = job;
    pthread_mutex_unlock(&lock);
    sem_post(&waiting);
}

/* Jobs from 0 are outer ones; job OUTER + i is what job i waits for. */
static void
perform(int job)
{
    if (job >= OUTER) {
        sem_post(&inner_done[job - OUTER]);
        return;
    }
#ifdef FIXED
    perform(OUTER + job);
#else
    hand_in(OUTER + job);
#endif
    sem_wait(&inner_done[job]);
    sem_post(&outer_done);
}

static void *
work(void *argument)
{
    for (;;) {
        sem_wait(&waiting);
        pthread_mutex_lock(&lock);
        int job = queue[taken++];
        pthread_mutex_unlock(&lock);
        if (job == STOP) {
            return argument;
        }
        perform(job);
    }
}

int
main(void)
{
    pthread_t workers[WORKERS];
    sem_init(&waiting, 0, 0);
    sem_init(&outer_done, 0, 0);
    for (int i = 0; i < WORKERS; i++) {
        sem_init(&inner_done[i], 0, 0);
        pthread_create(&workers[i], NULL, work, NULL);
    }
    for (int i = 0; i < OUTER; i++) {
        hand_in(i);
    }
    for (int i = 0; i < OUTER; i++) {
        sem_wait(&outer_done);
    }
    for (int i = 0; i < WORKERS; i++) {
        hand_in(STOP);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
    }
    return 0;
}
