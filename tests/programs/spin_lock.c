/* A lock that is looked at in one step and taken in another. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static atomic_int taken;
static atomic_int inside;

static void
acquire(void)
{
#ifdef FIXED
    while (atomic_exchange(&taken, 1)) {
        sched_yield();
    }
#else
    while (atomic_load(&taken)) {
        sched_yield();
    }
    atomic_store(&taken, 1);
#endif
}

static void *
enter(void *argument)
{
    acquire();
    assert(atomic_fetch_add(&inside, 1) == 0);
    atomic_fetch_sub(&inside, 1);
    atomic_store(&taken, 0);
    return argument;
}

int
main(void)
{
    pthread_t other;
    pthread_create(&other, NULL, enter, NULL);
    enter(NULL);
    pthread_join(other, NULL);
    return 0;
}
