/* Signals to threads and to the process: handlers, masks, pending signals, every way to wait.
 * -DBUG=1: a wait that a handler ends is taken for one that succeeded; 2: the signal may come
 * before the pause that waits for it; 3: nobody handles the signal. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef BUG
#define BUG 0
#endif

static sem_t semaphore;
static volatile sig_atomic_t count;
static pthread_t handled_by;
static int value;

static void
on_signal(int signal)
{
    assert(signal == SIGUSR1);
    handled_by = pthread_self();
    count++;
}

static void
on_information(int signal, siginfo_t *info, void *context)
{
    assert(context != NULL && info->si_signo == signal);
    value = info->si_value.sival_int;
}

static void
handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action, former;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    assert(sigaction(signal, &action, NULL) == 0);
    assert(sigaction(signal, NULL, &former) == 0 && former.sa_handler == handler);
}

static sigset_t
set_of(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    return set;
}

static void *
taker(void *argument)
{
#if BUG == 1
    sem_wait(&semaphore);
#else
    while (sem_wait(&semaphore) != 0) {
        assert(errno == EINTR);
    }
#endif
    int left = 7;
    sem_getvalue(&semaphore, &left);
    assert(*(int *)argument == 1); /* set before the post */
    return NULL;
}

static void
a_handler_interrupts_a_wait(void)
{
    static int posted;
    pthread_t thread;
    posted = 0;
    count = 0;
    pthread_create(&thread, NULL, taker, &posted);
    assert(pthread_kill(thread, SIGUSR1) == 0);
    posted = 1;
    sem_post(&semaphore);
    pthread_join(thread, NULL);
    assert(count == 1 && pthread_equal(handled_by, thread));
}

static void
a_signal_that_is_blocked_stays_pending(void)
{
    sigset_t set = set_of(SIGUSR1), old, pending;
    count = 0;
    assert(pthread_sigmask(SIG_BLOCK, &set, &old) == 0 && !sigismember(&old, SIGUSR1));
    raise(SIGUSR1);
    raise(SIGUSR1);
    assert(count == 0);
    assert(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1));
    assert(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
    assert(count == 1); /* it was pending, not counted */
    raise(SIGUSR1);
    assert(count == 2);
}

static void *
wait_for_it(void *argument)
{
    sigset_t set = set_of(SIGUSR2);
    int signal = 0;
    (void)argument;
    assert(sigwait(&set, &signal) == 0 && signal == SIGUSR2);
    return NULL;
}

static void
a_thread_waits_for_what_the_process_is_sent(void)
{
    pthread_t thread;
    sigset_t set = set_of(SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* inherited */
    pthread_create(&thread, NULL, wait_for_it, NULL);
    assert(kill(getpid(), SIGUSR2) == 0);
    pthread_join(thread, NULL);
}

static void
values_are_queued_and_taken_in_order(void)
{
    struct timespec now = {0, 0};
    siginfo_t info;
    sigset_t set = set_of(SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    assert(sigtimedwait(&set, &info, &now) == -1 && errno == EAGAIN);
    for (int i = 1; i <= 3; i++) {
        assert(pthread_sigqueue(pthread_self(), SIGRTMIN, (union sigval){i}) == 0);
    }
    assert(sigwaitinfo(&set, &info) == SIGRTMIN && info.si_value.sival_int == 1);
    assert(sigtimedwait(&set, &info, &now) == SIGRTMIN && info.si_value.sival_int == 2);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_information;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGRTMIN, &action, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    assert(value == 3);
    assert(sigqueue(getpid(), SIGRTMIN, (union sigval){4}) == 0 && value == 4);
}

static void *
sleeper(void *argument)
{
    struct timespec hour = {3600, 0}, left = {0, 0};
    (void)argument;
    if (nanosleep(&hour, &left) != 0) {
        assert(errno == EINTR && left.tv_sec <= 3600);
    }
    return NULL;
}

static void
a_handler_ends_a_sleep(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, sleeper, NULL);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);
}

static void *
suspended(void *argument)
{
    sigset_t set;
    (void)argument;
#if BUG == 2
    sigset_t open = set_of(SIGUSR1);
    (void)set;
    pthread_sigmask(SIG_UNBLOCK, &open, NULL);
    if (count == 0) {
        pause();
    }
#else
    sigemptyset(&set);
    while (count == 0) {
        assert(sigsuspend(&set) == -1 && errno == EINTR);
    }
    pthread_sigmask(SIG_BLOCK, &set, &set);
    assert(sigismember(&set, SIGUSR1));
#endif
    return NULL;
}

static void
a_signal_comes_only_while_it_is_waited_for(void)
{
    pthread_t thread;
    sigset_t set = set_of(SIGUSR1), old;
    count = 0;
    pthread_sigmask(SIG_BLOCK, &set, &old);
    pthread_create(&thread, NULL, suspended, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);
}

static void *
locks(void *lock)
{
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    return NULL;
}

static void
a_wait_for_a_mutex_goes_on_after_a_handler(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t thread;
    count = 0;
    pthread_mutex_lock(&lock);
    pthread_create(&thread, NULL, locks, &lock);
    pthread_kill(thread, SIGUSR1);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    assert(count == 1);
}

static void *
one_of_two(void *argument)
{
    sem_wait(&semaphore);
    return argument;
}

static void
one_thread_takes_what_the_process_is_sent(void)
{
    pthread_t thread;
    handle(SIGUSR1, on_signal, SA_RESTART);
    count = 0;
    pthread_create(&thread, NULL, one_of_two, NULL);
    kill(getpid(), SIGUSR1);
    sem_post(&semaphore);
    pthread_join(thread, NULL);
    assert(count == 1);
    assert(signal(SIGUSR1, SIG_IGN) == on_signal);
    kill(getpid(), SIGUSR1);
    assert(count == 1);
}

static void
let_pass(int signal)
{
    (void)signal;
    sem_post(&semaphore);
}

static void *
waits_first(void *argument)
{
    while (sem_wait(&semaphore) == -1) {
        assert(errno == EINTR);
    }
    return argument;
}

/* Its first call waits, and only the handler ends that. */
static void
a_signal_can_come_before_a_thread_begins(void)
{
    pthread_t thread;
    handle(SIGALRM, let_pass, 0);
    assert(pthread_create(&thread, NULL, waits_first, NULL) == 0);
    assert(pthread_kill(thread, SIGALRM) == 0);
    assert(pthread_join(thread, NULL) == 0);
}

int
main(void)
{
    sem_init(&semaphore, 0, 0);
    handle(SIGUSR1, on_signal, 0);
#if BUG == 3
    raise(SIGTERM);
#endif
    a_handler_interrupts_a_wait();
    a_signal_that_is_blocked_stays_pending();
    a_thread_waits_for_what_the_process_is_sent();
    values_are_queued_and_taken_in_order();
    a_handler_ends_a_sleep();
    a_signal_comes_only_while_it_is_waited_for();
    a_wait_for_a_mutex_goes_on_after_a_handler();
    one_thread_takes_what_the_process_is_sent();
    a_signal_can_come_before_a_thread_begins();
    assert(pthread_kill(pthread_self(), 0) == 0 && pthread_kill(pthread_self(), 99) == EINVAL);
    assert(kill(getpid(), 99) == -1 && errno == EINVAL);
    assert(kill(1, SIGUSR1) == -1 && errno == EPERM);
    assert(sigaction(SIGKILL, &(struct sigaction){.sa_handler = SIG_IGN}, NULL) == -1);
    return 0;
}
