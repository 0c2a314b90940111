/* A lock that prefers writers keeps readers out once a writer waits. With -DBUG a reader locks it
 * twice, which that makes a deadlock. */
#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_rwlock_t made;
static int shared, copy;

static void *
writes(void *argument)
{
    pthread_rwlock_t *rwlock = argument;
    pthread_rwlock_wrlock(rwlock);
    shared++;
    copy++;
    pthread_rwlock_unlock(rwlock);
    return NULL;
}

static void *
reads(void *argument)
{
    pthread_rwlock_t *rwlock = argument;
    pthread_rwlock_rdlock(rwlock);
#ifdef BUG
    pthread_rwlock_rdlock(rwlock);
    pthread_rwlock_unlock(rwlock);
#endif
    assert(shared == copy);
    pthread_rwlock_unlock(rwlock);
    return NULL;
}

static void
run(pthread_rwlock_t *rwlock)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, i % 2 ? writes : reads, rwlock);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}

int
main(void)
{
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&made, &attributes);
    run(&lock);
    run(&made);
    pthread_rwlock_destroy(&made);
    return 0;
}
