/* Tickets are drawn in two steps: two threads draw the same one, and are served together. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { THREADS = 3 };

static atomic_int next_ticket, serving, inside;

static int
draw(void)
{
#ifdef FIXED
    return atomic_fetch_add(&next_ticket, 1);
#else
    int mine = atomic_load(&next_ticket);
    atomic_store(&next_ticket, mine + 1);
    return mine;
#endif
}

static void *
enter(void *argument)
{
    int mine = draw();
    while (atomic_load(&serving) < mine) {
        sched_yield();
    }
    assert(atomic_fetch_add(&inside, 1) == 0);
    atomic_fetch_sub(&inside, 1);
    atomic_fetch_add(&serving, 1);
    return argument;
}

int
main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, enter, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
