/* Two neighbours leave a list at once. Each is unlinked from a predecessor that was found without
 * its lock and may itself have gone: the second one stays. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum { NODES = 4 }; /* 0 is the head, 3 the end */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int next[NODES] = {1, 2, 3, 0};

static int
before(int node)
{
    int at = 0;
    while (atomic_load(&next[at]) != node) {
        at = atomic_load(&next[at]);
    }
    return at;
}

static void *
leave(void *argument)
{
    int node = (int)(intptr_t)argument;
#ifdef FIXED
    pthread_mutex_lock(&lock);
    int predecessor = before(node);
#else
    int predecessor = before(node);
    pthread_mutex_lock(&lock);
#endif
    atomic_store(&next[predecessor], atomic_load(&next[node]));
    pthread_mutex_unlock(&lock);
    return NULL;
}

int
main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, leave, (void *)(intptr_t)1);
    pthread_create(&other, NULL, leave, (void *)(intptr_t)2);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert(atomic_load(&next[0]) == 3);
    return 0;
}
