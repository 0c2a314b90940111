/* A pipe is read whose other end nobody uses. */
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void *
wait_for_more(void *argument)
{
    char byte;
    return read(ends[0], &byte, 1) == 1 ? argument : NULL;
}

int
main(void)
{
    pthread_t thread;
    if (pipe(ends) != 0) {
        return 1;
    }
    pthread_create(&thread, NULL, wait_for_more, NULL);
    pthread_join(thread, NULL);
    return 0;
}
