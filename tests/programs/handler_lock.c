/* A handler that logs takes the log's mutex, which the thread that it interrupts may hold. The
 * repaired one leaves a note, and the thread logs it. */
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int line_count;
static volatile sig_atomic_t noted;

static void
write_line(void)
{
    pthread_mutex_lock(&lock);
    line_count++;
    pthread_mutex_unlock(&lock);
}

static void
on_signal(int signal)
{
    (void)signal;
#ifdef FIXED
    noted = 1;
#else
    write_line();
#endif
}

static void *
worker(void *argument)
{
    for (int i = 0; i < 3; i++) {
        write_line();
    }
    if (noted) {
        write_line();
    }
    return argument;
}

int
main(void)
{
    pthread_t thread;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
    pthread_create(&thread, NULL, worker, NULL);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);
    return 0;
}
