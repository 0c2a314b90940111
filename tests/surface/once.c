/* A once routine whose thread is cancelled in it has not run: another thread's call runs it. With
 * -DBUG the routine is called by hand, and what it began stays begun. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t go;
static int begun, made;

static void
make(void)
{
    begun++;
    sem_wait(&go);
    made++;
}

static void *
user(void *argument)
{
#ifdef BUG
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    if (!made) {
        make();
    }
    pthread_mutex_unlock(&lock);
#else
    pthread_once(&once, make);
#endif
    assert(made == 1);
    return argument;
}

int
main(void)
{
    pthread_t first, second;
    void *result;
    sem_init(&go, 0, 0);
    pthread_create(&first, NULL, user, NULL);
    pthread_create(&second, NULL, user, NULL);
    pthread_cancel(first);
    sem_post(&go);
    sem_post(&go);
    pthread_join(first, &result);
    pthread_join(second, &result);
    assert(result == NULL && made == 1);
    return 0;
}
