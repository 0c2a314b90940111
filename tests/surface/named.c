/* Named semaphores. With -DBUG the second thread does not wait for the first one's post. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>

static int prepared;

static void *
prepares(void *argument)
{
    sem_t *semaphore = sem_open("/ready", O_CREAT, 0600, 0);
    assert(semaphore != SEM_FAILED);
    prepared = 1;
    assert(sem_post(semaphore) == 0 && sem_close(semaphore) == 0);
    return argument;
}

static void *
uses(void *argument)
{
    sem_t *semaphore = sem_open("/ready", O_CREAT, 0600, 0);
#ifndef BUG
    assert(sem_wait(semaphore) == 0);
#endif
    assert(prepared == 1);
    sem_close(semaphore);
    return argument;
}

int
main(void)
{
    pthread_t threads[2];
    int value = 7;
    assert(sem_open("/ready", 0) == SEM_FAILED && errno == ENOENT);
    assert(sem_open("/a/b", O_CREAT, 0600, 0) == SEM_FAILED && errno == EINVAL);
    pthread_create(&threads[0], NULL, prepares, NULL);
    pthread_create(&threads[1], NULL, uses, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    sem_t *semaphore = sem_open("/ready", 0);
    assert(semaphore != SEM_FAILED && semaphore == sem_open("/ready", O_CREAT, 0600, 5));
    assert(sem_open("/ready", O_CREAT | O_EXCL, 0600, 0) == SEM_FAILED && errno == EEXIST);
    assert(sem_getvalue(semaphore, &value) == 0 && value == 0);
    assert(sem_unlink("/ready") == 0);
    assert(sem_unlink("/ready") == -1 && errno == ENOENT);
    assert(sem_close(semaphore) == 0 && sem_close(semaphore) == 0);
    assert(sem_close(semaphore) == -1 && errno == EINVAL);
    return 0;
}
