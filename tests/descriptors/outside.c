/* Reads a byte from the FIFO that is named, and puts it back; another thread needs no more than its
 * turn. */
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static int others;

static void *
other(void *argument)
{
    sched_yield();
    others++;
    return argument;
}

int
main(int argc, char **argv)
{
    pthread_t thread;
    char byte;
    int fifo = open(argv[argc - 1], O_RDWR);
    assert(fifo >= 0);
    pthread_create(&thread, NULL, other, NULL);
    assert(read(fifo, &byte, 1) == 1);
    assert(write(fifo, &byte, 1) == 1); /* the next run reads it again */
    pthread_join(thread, NULL);
    assert(others == 1);
    return 0;
}
