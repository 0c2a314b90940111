/* Threads that work for long on data of their own, and meet in a counter that nothing guards. Not
 * among programs.tsv: it is there to measure what points at private data cost (docs/points.md). */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 3, SIZE = 1000 };

struct part {
    int data[SIZE];
};

static int rounds = 50; /* 100,000 accesses of a thread */
static struct part parts[THREADS];
static int done_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
count_done(void)
{
#ifdef FIXED
    pthread_mutex_lock(&lock);
#endif
    done_count++;
#ifdef FIXED
    pthread_mutex_unlock(&lock);
#endif
}

static void *
work(void *argument)
{
    struct part *part = argument;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < SIZE; i++) {
            part->data[i] += i ^ round;
        }
    }
    count_done();
    return NULL;
}

int
main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    if (argc > 1) {
        rounds = atoi(argv[1]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, work, &parts[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_mutex_lock(&lock);
    assert(done_count == THREADS);
    pthread_mutex_unlock(&lock);
    return 0;
}
