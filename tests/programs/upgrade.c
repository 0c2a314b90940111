/* Readers who want to write keep their share and wait until they are the only ones left: two of
 * them wait for each other. The repair gives the share back first, and looks again. */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int sharers, value, changes;

static int
read_value(void)
{
    pthread_mutex_lock(&lock);
    sharers++;
    int seen = value;
    pthread_mutex_unlock(&lock);
    return seen;
}

static void
leave(void)
{
    pthread_mutex_lock(&lock);
    sharers--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void *
correct(void *argument)
{
    int seen = read_value();
#ifdef FIXED
    const int own = 0;
    leave();
#else
    const int own = 1;
#endif
    if (seen != 1) {
        pthread_mutex_lock(&lock);
        while (sharers != own) {
            pthread_cond_wait(&changed, &lock);
        }
        changes += value != 1;
        value = 1;
        pthread_mutex_unlock(&lock);
    }
#ifndef FIXED
    leave();
#endif
    return argument;
}

int
main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, correct, NULL);
    pthread_create(&other, NULL, correct, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert(changes == 1);
    return 0;
}
