/* A thread looks whether the signal came, and pauses if it did not: it may come in between. The
 * repaired one keeps it blocked until sigsuspend. */
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t woken;

static void
on_signal(int signal)
{
    (void)signal;
    woken = 1;
}

static void *
sleeper(void *argument)
{
    sigset_t open;
    sigemptyset(&open);
    while (!woken) {
#ifdef FIXED
        sigsuspend(&open);
#else
        pause();
#endif
    }
    return argument;
}

int
main(void)
{
    pthread_t thread;
    struct sigaction action;
    sigset_t blocked;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
#ifdef FIXED
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
#else
    (void)blocked;
#endif
    pthread_create(&thread, NULL, sleeper, NULL);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);
    return 0;
}
