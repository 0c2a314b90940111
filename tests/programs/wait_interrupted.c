/* A worker waits for a token and does not look at what the wait returns: a signal that is handled
 * meanwhile ends it without a token. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

static sem_t tokens;
static int produced, consumed;
static volatile sig_atomic_t reload;

static void
on_hangup(int signal)
{
    (void)signal;
    reload = 1;
}

static void
take_token(void)
{
#ifdef FIXED
    while (sem_wait(&tokens) != 0 && errno == EINTR) {
    }
#else
    sem_wait(&tokens);
#endif
}

static void *
consumer(void *argument)
{
    for (int i = 0; i < 2; i++) {
        take_token();
        consumed++;
        assert(consumed <= __atomic_load_n(&produced, __ATOMIC_SEQ_CST));
    }
    return argument;
}

int
main(void)
{
    pthread_t thread;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_hangup;
    sigaction(SIGHUP, &action, NULL);
    sem_init(&tokens, 0, 0);
    pthread_create(&thread, NULL, consumer, NULL);
    for (int i = 0; i < 2; i++) {
        __atomic_fetch_add(&produced, 1, __ATOMIC_SEQ_CST);
        sem_post(&tokens);
        if (i == 0) {
            pthread_kill(thread, SIGHUP);
        }
    }
    pthread_join(thread, NULL);
    return 0;
}
