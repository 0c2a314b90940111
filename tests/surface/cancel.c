/* Cancellation at every point that POSIX names and the front has, with handlers, destructors of
 * thread-specific data and each state and type. With -DBUG a thread that is cancelled in a wait for
 * a condition has no handler that gives its mutex back. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t empty;
static pthread_key_t key;
static char order[8];
static int order_count;

static void
note(void *letter)
{
    order[order_count++] = *(char *)letter;
}

static void
give_back(void *mutex)
{
    assert(pthread_mutex_unlock(mutex) == 0);
}

/* The blocking calls, by number. */
static void
block(int call)
{
    struct timespec hour = {3600, 0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    switch (call) {
    case 0:
        sem_wait(&empty);
        break;
    case 1:
        pause();
        break;
    case 2:
        for (;;) {
            pthread_testcancel();
        }
    case 3:
        for (;;) {
            nanosleep(&hour, NULL);
        }
    case 4:
        for (;;) {
            sleep(1);
        }
    case 5: {
        int taken;
        sigwait(&set, &taken);
        break;
    }
    case 6:
        for (;;) {
            thrd_sleep(&hour, NULL);
        }
    case 7:
        for (;;) {
            clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, NULL);
        }
    }
    assert(!"reached");
}

static void *
waiter(void *argument)
{
    static char a = 'a', b = 'b', k = 'k';
    pthread_setspecific(key, &k);
    pthread_cleanup_push(note, &a);
    pthread_cleanup_push(note, &b);
    block(*(int *)argument);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

static void
each_call_ends_and_handlers_run_before_destructors(int call)
{
    pthread_t thread;
    void *result;
    order_count = 0;
    assert(pthread_create(&thread, NULL, waiter, &call) == 0);
    assert(pthread_cancel(thread) == 0);
    assert(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    /* One that was cancelled before its first point has nothing to undo but what it did. */
    assert(order_count == 3 && order[0] == 'b' && order[1] == 'a' && order[2] == 'k');
}

static void *
condition_waiter(void *argument)
{
    pthread_mutex_lock(&lock);
#ifndef BUG
    pthread_cleanup_push(give_back, &lock);
#endif
    for (;;) {
        pthread_cond_wait(&changed, &lock);
    }
#ifndef BUG
    pthread_cleanup_pop(1);
#endif
    return argument;
}

static void
a_wait_for_a_condition_takes_its_mutex_first(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, condition_waiter, NULL);
    pthread_cancel(thread);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, &result);
    assert(result == PTHREAD_CANCELED);
}

static void *
shielded(void *argument)
{
    int former;
    (void)argument;
    assert(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &former) == 0);
    assert(former == PTHREAD_CANCEL_ENABLE);
    assert(pthread_setcancelstate(17, NULL) != 0);
    sem_wait(&empty); /* in peace */
    pthread_testcancel();
    return "whole";
}

static void
who_has_disabled_it_is_not_cancelled(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, shielded, NULL);
    /* Until it has said so it may be: it does so before its first point. */
    pthread_cancel(thread);
    sem_post(&empty);
    pthread_join(thread, &result);
    assert(result != PTHREAD_CANCELED);
}

static volatile int spins;

static void *
spinner(void *argument)
{
    int former;
    assert(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &former) == 0);
    assert(former == PTHREAD_CANCEL_DEFERRED);
    for (;;) {
        spins = 1;
    }
    return argument;
}

static void
an_asynchronous_one_comes_anywhere(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, spinner, NULL);
    assert(pthread_cancel(thread) == 0);
    pthread_join(thread, &result);
    assert(result == PTHREAD_CANCELED);
}

static void *
joiner(void *thread)
{
    pthread_join(*(pthread_t *)thread, NULL);
    return NULL;
}

static void
a_joiner_is_cancelled_and_the_joined_one_stays(void)
{
    pthread_t sleeper, waits;
    int call = 0;
    void *result;
    order_count = 0;
    pthread_create(&sleeper, NULL, waiter, &call);
    pthread_create(&waits, NULL, joiner, &sleeper);
    pthread_cancel(waits);
    pthread_join(waits, &result);
    assert(result == PTHREAD_CANCELED);
    pthread_cancel(sleeper);
    assert(pthread_join(sleeper, &result) == 0 && result == PTHREAD_CANCELED);
}

static void *
cancels_itself(void *argument)
{
    pthread_cancel(pthread_self());
    pthread_testcancel();
    return argument;
}

int
main(void)
{
    pthread_t self;
    void *result;
    sem_init(&empty, 0, 0);
    pthread_key_create(&key, note);
    for (int call = 0; call < 8; call++) {
        each_call_ends_and_handlers_run_before_destructors(call);
    }
    a_wait_for_a_condition_takes_its_mutex_first();
    who_has_disabled_it_is_not_cancelled();
    an_asynchronous_one_comes_anywhere();
    a_joiner_is_cancelled_and_the_joined_one_stays();
    pthread_create(&self, NULL, cancels_itself, NULL);
    pthread_join(self, &result);
    assert(result == PTHREAD_CANCELED);
    return 0;
}
