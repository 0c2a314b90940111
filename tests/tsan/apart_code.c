/* Code under test of the tsan lane's tests: two accesses that only the scheduler keeps apart. */
#include <sley/sley.h>

#include <pthread.h>
#include <sched.h>

void tsan_apart(void);
void tsan_locked(void);

static long shared;
static int turn_taken;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Always many scheduler switches between the two tasks' accesses, and never an edge. */
static void *
early(void *unused)
{
    shared++;
    return unused;
}

static void *
late(void *unused)
{
    for (int i = 0; i < 10; i++) {
        sched_yield();
    }
    shared++;
    return unused;
}

void
tsan_apart(void)
{
    uintptr_t first = sley_spawn(early, 0);
    uintptr_t second = sley_spawn(late, 0);
    sley_join(first);
    sley_join(second);
}

static void *
locked(void *unused)
{
    pthread_mutex_lock(&mutex);
    shared++;
    turn_taken++;
    pthread_mutex_unlock(&mutex);
    sched_yield();
    pthread_mutex_lock(&mutex);
    shared++;
    pthread_mutex_unlock(&mutex);
    return unused;
}

void
tsan_locked(void)
{
    sley_gather(2, locked);
}
