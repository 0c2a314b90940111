/* A lock of a program's own on a futex: 0 free, 1 taken, 2 taken and waited for. The wrong one
 * takes a word that it found at 2 for its own without saying that others may wait still. */
#include <assert.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 3 };

static _Atomic unsigned word;
static int sum;

static void
lock(void)
{
    unsigned found = 0;
#ifdef FIXED
    const unsigned taken = 2;
#else
    const unsigned taken = 1;
#endif
    if (atomic_compare_exchange_strong(&word, &found, 1)) {
        return;
    }
    if (found != 2) {
        found = atomic_exchange(&word, 2);
    }
    while (found != 0) {
        syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
        found = atomic_exchange(&word, taken);
    }
}

static void
unlock(void)
{
    if (atomic_exchange(&word, 0) == 2) {
        syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}

static void *
work(void *argument)
{
    lock();
    sum++;
    unlock();
    return argument;
}

int
main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, work, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert(sum == THREADS);
    return 0;
}
