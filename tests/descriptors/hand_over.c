/* What is written before a descriptor is happens before what is read after it; with -DBUG one value
 * is written too late. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int ends[2], pair[2], event, set, listener;
static int by_pipe, by_socket, by_event, by_epoll, by_connection, by_close;
static struct sockaddr_un address = {.sun_family = AF_UNIX};

static void *
give(void *argument)
{
    char byte = 'x';
    struct epoll_event ready = {.events = EPOLLIN};
    by_pipe = 1;
    assert(write(ends[1], &byte, 1) == 1);
    by_socket = 2;
    assert(send(pair[1], &byte, 1, 0) == 1);
#ifndef BUG
    by_event = 3;
#endif
    assert(eventfd_write(event, 1) == 0);
#ifdef BUG
    by_event = 3;
#endif
    by_epoll = 4;
    assert(epoll_ctl(set, EPOLL_CTL_MOD, pair[0], &ready) == 0);
    assert(send(pair[1], &byte, 1, 0) == 1);
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    by_connection = 5;
    assert(connect(connection, (struct sockaddr *)&address, sizeof address) == 0);
    by_close = 6;
    close(connection);
    return argument;
}

int
main(void)
{
    pthread_t thread;
    char byte;
    eventfd_t value;
    struct epoll_event ready = {.events = 0};
    snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "sley-hand-%ld", (long)getpid());
    assert(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    event = eventfd(0, 0);
    set = epoll_create1(0);
    assert(epoll_ctl(set, EPOLL_CTL_ADD, pair[0], &ready) == 0);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    assert(listen(listener, 1) == 0);
    pthread_create(&thread, NULL, give, NULL);
    assert(read(ends[0], &byte, 1) == 1 && by_pipe == 1);
    assert(recv(pair[0], &byte, 1, 0) == 1 && by_socket == 2);
    assert(eventfd_read(event, &value) == 0);
#ifndef BUG
    assert(by_event == 3);
#else
    by_event = 0;
#endif
    assert(epoll_wait(set, &ready, 1, -1) == 1 && by_epoll == 4);
    int connection = accept(listener, NULL, NULL);
    assert(by_connection == 5);
    assert(read(connection, &byte, 1) == 0 && by_close == 6);
    pthread_join(thread, NULL);
    return 0;
}
