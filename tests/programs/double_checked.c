/* The pointer is published before what it points to is ready; the first look is without the
 * lock. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

struct settings {
    atomic_int limit;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct settings storage;
static _Atomic(struct settings *) instance;

static struct settings *
get(void)
{
    if (!atomic_load(&instance)) {
        pthread_mutex_lock(&lock);
        if (!atomic_load(&instance)) {
#ifdef FIXED
            atomic_store(&storage.limit, 8);
            atomic_store(&instance, &storage);
#else
            atomic_store(&instance, &storage);
            atomic_store(&storage.limit, 8);
#endif
        }
        pthread_mutex_unlock(&lock);
    }
    return atomic_load(&instance);
}

static void *
use(void *argument)
{
    assert(atomic_load(&get()->limit) == 8);
    return argument;
}

int
main(void)
{
    pthread_t other;
    pthread_create(&other, NULL, use, NULL);
    use(NULL);
    pthread_join(other, NULL);
    return 0;
}
