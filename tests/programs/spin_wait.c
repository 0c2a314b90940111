/* A producer fills two cells and says so; a consumer waits by looking. The way it looks is the
 * argument. The bug: the consumer takes the word of the first cell for that of both. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static atomic_int ready[2];
static atomic_int cell[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
look_relaxed(int i)
{
    while (!atomic_load_explicit(&ready[i], memory_order_relaxed))
        ;
}

static void
look_yield(int i)
{
    while (!ready[i]) {
        sched_yield();
    }
}

static void
look_sleep(int i)
{
    while (!ready[i]) {
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
}

static void
look_pause(int i)
{
    while (!ready[i]) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
}

/* Looks a while before it yields, as many locks do. */
static void
look_backoff(int i)
{
    for (;;) {
        for (int k = 0; k < 100; k++) {
            if (ready[i]) {
                return;
            }
        }
        sched_yield();
    }
}

static void
look_mutex(int i)
{
    for (;;) {
        pthread_mutex_lock(&lock);
        int seen = ready[i];
        pthread_mutex_unlock(&lock);
        if (seen) {
            return;
        }
    }
}

/* Counts its rounds where others could see it: no round is like the one before. */
static long rounds;

static void
look_counting(int i)
{
    while (!ready[i]) {
        rounds++;
    }
}

static const struct {
    const char *name;
    void (*look)(int i);
} ways[] = {
    {"relaxed", look_relaxed},   {"yield", look_yield},     {"sleep", look_sleep},
    {"pause", look_pause},       {"backoff", look_backoff}, {"mutex", look_mutex},
    {"counting", look_counting},
};

static void (*look)(int i);

static void *
produce(void *unused)
{
    for (int i = 0; i < 2; i++) {
        cell[i] = 1;
        ready[i] = 1;
    }
    return unused;
}

static void *
consume(void *unused)
{
#ifdef FIXED
    look(1);
#else
    look(0);
#endif
    assert(cell[0] && cell[1]);
    return unused;
}

int
main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof ways / sizeof ways[0]; i++) {
        look = strcmp(argv[1], ways[i].name) == 0 ? ways[i].look : look;
    }
    if (!look) {
        fprintf(stderr, "usage: spin_wait WAY\n");
        return 2;
    }
    pthread_t consumer, producer;
    pthread_create(&consumer, NULL, consume, NULL);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_join(consumer, NULL);
    pthread_join(producer, NULL);
    return 0;
}
