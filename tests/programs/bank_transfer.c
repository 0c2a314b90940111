/* Two transfers between the same accounts, in opposite directions: each locks its source first. */
#include <assert.h>
#include <pthread.h>

struct account {
    pthread_mutex_t lock;
    int balance;
};

static struct account accounts[2] = {{PTHREAD_MUTEX_INITIALIZER, 50},
                                     {PTHREAD_MUTEX_INITIALIZER, 50}};

static void
transfer(struct account *from, struct account *to, int amount)
{
    struct account *first = from, *second = to;
#ifdef FIXED
    if (second < first) {
        first = to;
        second = from;
    }
#endif
    pthread_mutex_lock(&first->lock);
    pthread_mutex_lock(&second->lock);
    from->balance -= amount;
    to->balance += amount;
    pthread_mutex_unlock(&second->lock);
    pthread_mutex_unlock(&first->lock);
}

static void *
forth(void *argument)
{
    transfer(&accounts[0], &accounts[1], 10);
    return argument;
}

static void *
back(void *argument)
{
    transfer(&accounts[1], &accounts[0], 20);
    return argument;
}

int
main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, forth, NULL);
    pthread_create(&other, NULL, back, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert(accounts[0].balance == 60 && accounts[1].balance == 40);
    return 0;
}
