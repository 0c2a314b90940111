/* What a thread, a mutex, a lock is asked to be is kept and told. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void *
looks_at_itself(void *argument)
{
    pthread_attr_t attributes;
    void *low;
    size_t size, guard;
    int here, detached;
    (void)argument;
    assert(pthread_getattr_np(pthread_self(), &attributes) == 0);
    assert(pthread_attr_getstack(&attributes, &low, &size) == 0);
    assert(size == 1 << 20);
    assert((uintptr_t)&here - (uintptr_t)low < size);
    assert(pthread_attr_getguardsize(&attributes, &guard) == 0 && guard == 8192);
    assert(pthread_attr_getdetachstate(&attributes, &detached) == 0);
    assert(detached == PTHREAD_CREATE_JOINABLE);
    assert(pthread_attr_destroy(&attributes) == 0);
    struct sched_param parameters;
    int policy;
    assert(pthread_getschedparam(pthread_self(), &policy, &parameters) == 0);
    assert(policy == SCHED_FIFO && parameters.sched_priority == 7);
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    assert(sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGUSR2));
    return NULL;
}

static void
a_thread_has_what_it_was_created_with(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    assert(pthread_attr_init(&attributes) == 0);
    assert(pthread_attr_setstacksize(&attributes, 1) == EINVAL);
    assert(pthread_attr_setstacksize(&attributes, 1 << 20) == 0);
    assert(pthread_attr_setguardsize(&attributes, 8192) == 0);
    assert(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
    assert(pthread_attr_setschedpolicy(&attributes, SCHED_FIFO) == 0);
    assert(pthread_attr_setschedparam(&attributes, &(struct sched_param){7}) == 0);
    assert(pthread_attr_setscope(&attributes, PTHREAD_SCOPE_SYSTEM) == 0);
    assert(pthread_attr_setsigmask_np(&attributes, &mask) == 0);
    assert(pthread_create(&thread, &attributes, looks_at_itself, NULL) == 0);
    assert(pthread_join(thread, NULL) == 0);
    pthread_attr_destroy(&attributes);
    assert(pthread_getattr_default_np(&attributes) == 0);
    assert(pthread_attr_setstacksize(&attributes, 1 << 19) == 0);
    assert(pthread_setattr_default_np(&attributes) == 0);
    size_t size;
    assert(pthread_getattr_default_np(&attributes) == 0);
    assert(pthread_attr_getstacksize(&attributes, &size) == 0 && size == 1 << 19);
}

static void
scheduling_is_kept(void)
{
    struct sched_param parameters = {5};
    int policy;
    pthread_t self = pthread_self();
    assert(pthread_setschedparam(self, SCHED_RR, &parameters) == 0);
    assert(pthread_setschedparam(self, SCHED_OTHER, &parameters) == EINVAL);
    assert(pthread_setschedprio(self, 6) == 0 && pthread_setschedprio(self, 100) == EINVAL);
    assert(pthread_getschedparam(self, &policy, &parameters) == 0);
    assert(policy == SCHED_RR && parameters.sched_priority == 6);
    assert(sched_getscheduler(0) == SCHED_RR && sched_getparam(0, &parameters) == 0);
    assert(sched_get_priority_max(SCHED_RR) == 99 && sched_get_priority_min(SCHED_RR) == 1);
    cpu_set_t set;
    CPU_ZERO(&set);
    assert(pthread_setaffinity_np(self, sizeof set, &set) == EINVAL);
    CPU_SET(1, &set);
    assert(pthread_setaffinity_np(self, sizeof set, &set) == 0);
    CPU_ZERO(&set);
    assert(pthread_getaffinity_np(self, sizeof set, &set) == 0);
    assert(CPU_COUNT(&set) == 1 && CPU_ISSET(1, &set));
    assert(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) == 1);
    assert(sched_getcpu() >= 0);
    assert(pthread_setconcurrency(3) == 0 && pthread_getconcurrency() == 3);
    assert(pthread_setconcurrency(-1) == EINVAL);
    clockid_t clock;
    struct timespec at;
    assert(pthread_getcpuclockid(self, &clock) == 0 && clock_gettime(clock, &at) == 0);
    assert(clock_getcpuclockid(0, &clock) == 0 && clock_gettime(clock, &at) == 0);
    assert(pthread_atfork(NULL, NULL, NULL) == 0);
    assert(pthread_setschedparam(self, SCHED_OTHER, &(struct sched_param){0}) == 0);
}

static void
a_ceiling_is_kept_and_checked(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t mutex, plain = PTHREAD_MUTEX_INITIALIZER;
    int ceiling = 0;
    pthread_mutexattr_init(&attributes);
    assert(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_PROTECT) == 0);
    assert(pthread_mutexattr_setprioceiling(&attributes, 200) == EINVAL);
    assert(pthread_mutexattr_setprioceiling(&attributes, 10) == 0);
    assert(pthread_mutex_init(&mutex, &attributes) == 0);
    assert(pthread_mutex_getprioceiling(&mutex, &ceiling) == 0 && ceiling == 10);
    assert(pthread_mutex_setprioceiling(&mutex, 0, &ceiling) == EINVAL);
    assert(pthread_mutex_setprioceiling(&mutex, 20, &ceiling) == 0 && ceiling == 10);
    assert(pthread_mutex_getprioceiling(&plain, &ceiling) == EINVAL);
    assert(pthread_mutex_setprioceiling(&plain, 20, &ceiling) == EINVAL);
    assert(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &(struct sched_param){21});
    assert(pthread_mutex_lock(&mutex) == EINVAL && pthread_mutex_trylock(&mutex) == EINVAL);
    pthread_setschedparam(pthread_self(), SCHED_OTHER, &(struct sched_param){0});
    assert(pthread_mutex_destroy(&mutex) == 0);
    assert(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) == 0);
    assert(pthread_mutex_init(&mutex, &attributes) == 0);
    assert(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
}

static void
waits_until_a_time_of_any_clock(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec++;
    assert(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &at) == 0);
    int error = pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &at);
    assert(error == ETIMEDOUT || error == 0);
    pthread_mutex_unlock(&mutex);
    assert(pthread_rwlock_clockrdlock(&rwlock, CLOCK_MONOTONIC, &at) == 0);
    at.tv_nsec = -1;
    assert(pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &at) == EINVAL);
    pthread_rwlock_unlock(&rwlock);
    assert(pthread_clockjoin_np(pthread_self(), NULL, CLOCK_MONOTONIC, &at) == EINVAL);
}

static void
names_are_kept(void)
{
    char name[16];
    assert(pthread_setname_np(pthread_self(), "a name of 15 by") == 0);
    assert(pthread_getname_np(pthread_self(), name, sizeof name) == 0);
    assert(strcmp(name, "a name of 15 by") == 0);
    assert(pthread_setname_np(pthread_self(), "a name of 16 byt") == ERANGE);
    assert(pthread_equal(pthread_self(), pthread_self()));
}

int
main(void)
{
    a_thread_has_what_it_was_created_with();
    scheduling_is_kept();
    a_ceiling_is_kept_and_checked();
    waits_until_a_time_of_any_clock();
    names_are_kept();
    return 0;
}
