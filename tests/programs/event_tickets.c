/* An eventfd as a semaphore, but without EFD_SEMAPHORE: one read takes all tickets that are there,
 * and who comes later waits for ever. */
#include <assert.h>
#include <pthread.h>
#include <sys/eventfd.h>

enum { WORKERS = 3 };

#ifdef FIXED
enum { KIND = EFD_SEMAPHORE };
#else
enum { KIND = 0 };
#endif

static int tickets;

static void *
work(void *argument)
{
    eventfd_t taken;
    assert(eventfd_read(tickets, &taken) == 0);
    return argument;
}

int
main(void)
{
    pthread_t workers[WORKERS];
    tickets = eventfd(0, KIND);
    assert(tickets >= 0);
    for (int i = 0; i < WORKERS; i++) {
        pthread_create(&workers[i], NULL, work, NULL);
    }
    for (int i = 0; i < WORKERS; i++) {
        assert(eventfd_write(tickets, 1) == 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
    }
    return 0;
}
