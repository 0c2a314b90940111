/* Each account has its lock, and the auditor takes one after the other: a transfer that runs in
 * between is counted once, or not at all. */
#include <assert.h>
#include <pthread.h>

enum { ACCOUNTS = 3 };

static pthread_mutex_t locks[ACCOUNTS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                          PTHREAD_MUTEX_INITIALIZER};
static int balances[ACCOUNTS] = {30, 30, 30};

static void *
transfer(void *argument)
{
    pthread_mutex_lock(&locks[0]);
    pthread_mutex_lock(&locks[2]);
    balances[0] -= 5;
    balances[2] += 5;
    pthread_mutex_unlock(&locks[2]);
    pthread_mutex_unlock(&locks[0]);
    return argument;
}

static void *
audit(void *argument)
{
    int sum = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
        pthread_mutex_lock(&locks[i]);
        sum += balances[i];
#ifndef FIXED
        pthread_mutex_unlock(&locks[i]);
#endif
    }
#ifdef FIXED
    for (int i = 0; i < ACCOUNTS; i++) {
        pthread_mutex_unlock(&locks[i]);
    }
#endif
    assert(sum == 90);
    return argument;
}

int
main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, transfer, NULL);
    pthread_create(&other, NULL, audit, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
