/* Jobs go to the workers by a pipe, and one byte says that there are no more: the worker that reads
 * it ends, and the others wait for ever. Repaired, the end of the pipe says so to all. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { WORKERS = 2, JOBS = 3, STOP = 0xff };

static int queue[2];
static atomic_int done;

static void *
work(void *argument)
{
    unsigned char job;
    while (read(queue[0], &job, 1) == 1 && job != STOP) {
        atomic_fetch_add(&done, 1);
    }
    return argument;
}

int
main(void)
{
    pthread_t workers[WORKERS];
    assert(pipe(queue) == 0);
    for (int i = 0; i < WORKERS; i++) {
        pthread_create(&workers[i], NULL, work, NULL);
    }
    for (unsigned char i = 0; i < JOBS; i++) {
        assert(write(queue[1], &i, 1) == 1);
    }
#ifndef FIXED
    unsigned char stop = STOP;
    assert(write(queue[1], &stop, 1) == 1);
#else
    close(queue[1]);
#endif
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
    }
    assert(done == JOBS);
    return 0;
}
