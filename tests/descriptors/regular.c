/* Two threads append to one file by what they read of it: an update is lost. With -DFIXED a lock is
 * held. */
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int file;

static void *
add(void *argument)
{
    int count;
#ifdef FIXED
    pthread_mutex_lock(&lock);
#endif
    assert(pread(file, &count, sizeof count, 0) == sizeof count);
    count++;
    assert(pwrite(file, &count, sizeof count, 0) == sizeof count);
#ifdef FIXED
    pthread_mutex_unlock(&lock);
#endif
    return argument;
}

int
main(void)
{
    pthread_t threads[2];
    char name[] = "count-XXXXXX";
    int count = 0;
    file = mkstemp(name);
    assert(file >= 0);
    unlink(name);
    assert(write(file, &count, sizeof count) == sizeof count);
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, add, NULL);
    }
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    assert(pread(file, &count, sizeof count, 0) == sizeof count && count == 2);
    return 0;
}
