/* Keys, detached threads, joins that do not wait, a main that leaves before the others, spinlocks,
 * barriers. With -DBUG a detached thread still works on what main has taken back. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static pthread_barrier_t barrier;
static pthread_spinlock_t spinlock;
static pthread_key_t key;
static int rounds, serial, sum;

static void
again(void *value)
{
    rounds++;
    pthread_setspecific(key, value); /* without end, if nobody stopped it */
}

static void *
sets_a_value(void *argument)
{
    assert(pthread_getspecific(key) == NULL);
    assert(pthread_setspecific(key, argument) == 0);
    return argument;
}

static void
destructors_are_called_a_bounded_number_of_times(void)
{
    pthread_t thread;
    assert(pthread_key_create(&key, again) == 0);
    pthread_create(&thread, NULL, sets_a_value, &key);
    pthread_join(thread, NULL);
    assert(rounds == PTHREAD_DESTRUCTOR_ITERATIONS);
    assert(pthread_key_delete(key) == 0 && pthread_key_delete(key) == EINVAL);
    static pthread_key_t keys[PTHREAD_KEYS_MAX];
    int count = 0;
    while (count < PTHREAD_KEYS_MAX && pthread_key_create(&keys[count], NULL) == 0) {
        count++;
    }
    assert(count == PTHREAD_KEYS_MAX && pthread_key_create(&key, NULL) == EAGAIN);
    while (count > 0) {
        pthread_key_delete(keys[--count]);
    }
}

static void *
meets(void *argument)
{
    int result = pthread_barrier_wait(&barrier);
    pthread_spin_lock(&spinlock);
    serial += result == PTHREAD_BARRIER_SERIAL_THREAD;
    sum++;
    pthread_spin_unlock(&spinlock);
    return argument;
}

static void
one_thread_is_the_serial_one(void)
{
    pthread_t threads[2];
    pthread_barrierattr_t attributes;
    int shared = 7;
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    assert(pthread_barrierattr_getpshared(&attributes, &shared) == 0);
    assert(shared == PTHREAD_PROCESS_SHARED);
    assert(pthread_barrier_init(&barrier, &attributes, 0) == EINVAL);
    assert(pthread_barrier_init(&barrier, &attributes, 2) == 0);
    assert(pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE) == 0);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, meets, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    assert(serial == 1 && sum == 2);
    assert(pthread_spin_trylock(&spinlock) == 0 && pthread_spin_trylock(&spinlock) == EBUSY);
    pthread_spin_unlock(&spinlock);
    pthread_spin_destroy(&spinlock);
    pthread_barrier_destroy(&barrier);
}

static void
who_does_not_wait_learns_of_the_end_all_the_same(void)
{
    pthread_t thread;
    struct timespec at;
    void *result = NULL;
    pthread_key_create(&key, NULL);
    pthread_create(&thread, NULL, sets_a_value, &sum);
    int error = pthread_tryjoin_np(thread, &result);
    while (error == EBUSY) {
        clock_gettime(CLOCK_REALTIME, &at);
        at.tv_sec++;
        error = pthread_timedjoin_np(thread, &result, &at);
        assert(error == 0 || error == ETIMEDOUT);
        error = error == ETIMEDOUT ? EBUSY : error;
    }
    assert(error == 0 && result == &sum);
}

static void *
works_on(void *memory)
{
    *(int *)memory = 1;
#ifndef BUG
    free(memory);
#endif
    return NULL;
}

static void *
outlives(void *argument)
{
    assert(sum == 2);
    return argument;
}

int
main(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    destructors_are_called_a_bounded_number_of_times();
    one_thread_is_the_serial_one();
    who_does_not_wait_learns_of_the_end_all_the_same();
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int *memory = malloc(sizeof *memory);
    pthread_create(&thread, &attributes, works_on, memory);
    assert(pthread_create(&thread, NULL, outlives, NULL) == 0 && pthread_detach(thread) == 0);
#ifdef BUG
    free(memory);
#endif
    pthread_exit(NULL);
}
