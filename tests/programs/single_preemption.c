/* Read under the lock, written under the lock, but not in one critical section: one switch between
 * the two loses a deposit. */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static int
read_balance(void)
{
    pthread_mutex_lock(&lock);
    int value = balance;
    pthread_mutex_unlock(&lock);
    return value;
}

static void *
deposit(void *argument)
{
#ifdef FIXED
    pthread_mutex_lock(&lock);
    balance += 10;
    pthread_mutex_unlock(&lock);
#else
    int value = read_balance();
    pthread_mutex_lock(&lock);
    balance = value + 10;
    pthread_mutex_unlock(&lock);
#endif
    return argument;
}

int
main(void)
{
    pthread_t other;
    pthread_create(&other, NULL, deposit, NULL);
    deposit(NULL);
    pthread_join(other, NULL);
    assert(read_balance() == 20);
    return 0;
}
