/* Two threads need the same table first; both find it missing, and both make it. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int made;
static atomic_int present;

static void
make(void)
{
    assert(atomic_fetch_add(&made, 1) == 0);
    atomic_store(&present, 1);
}

static void *
use(void *argument)
{
#ifdef FIXED
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make);
#else
    if (!atomic_load(&present)) {
        make();
    }
#endif
    assert(atomic_load(&present));
    return argument;
}

int
main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, use, NULL);
    pthread_create(&other, NULL, use, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
