/* Looking a key up and putting it in are locked each, but not together: the key is in twice. */
#include <assert.h>
#include <pthread.h>

enum { SLOTS = 4, KEY = 11 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int keys[SLOTS], used;

static int
holds(int key)
{
    for (int i = 0; i < used; i++) {
        if (keys[i] == key) {
            return 1;
        }
    }
    return 0;
}

static void *
insert(void *argument)
{
    pthread_mutex_lock(&lock);
    int known = holds(KEY);
#ifndef FIXED
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
#endif
    if (!known) {
        keys[used++] = KEY;
    }
    pthread_mutex_unlock(&lock);
    return argument;
}

int
main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, insert, NULL);
    pthread_create(&other, NULL, insert, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert(used == 1);
    return 0;
}
