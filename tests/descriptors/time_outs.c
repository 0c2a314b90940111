/* Hours pass in no time, and in their order: the clock that the program reads says so. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int ends[2];

static long
now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec;
}

static void *
write_late(void *argument)
{
    sleep(3600);
    assert(write(ends[1], "x", 1) == 1);
    return argument;
}

int
main(void)
{
    pthread_t thread;
    char byte;
    long begin = now();
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    struct pollfd file = {ends[0], POLLIN, 0};
    assert(poll(&file, 1, 3600 * 1000) == 0);
    assert(now() - begin >= 3600 && now() - begin < 3610);
    fd_set in;
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    struct timeval hour = {3600, 0};
    assert(select(ends[0] + 1, &in, NULL, NULL, &hour) == 0);
    assert(select(0, NULL, NULL, NULL, &hour) == 0);
    int set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    assert(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
    assert(epoll_wait(set, &event, 1, 3600 * 1000) == 0);
    assert(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &hour, sizeof hour) == 0);
    assert(read(ends[0], &byte, 1) == -1 && errno == EAGAIN);
    assert(now() - begin >= 5 * 3600 && now() - begin < 5 * 3600 + 10);
    hour.tv_sec = 0;
    assert(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &hour, sizeof hour) == 0);
    pthread_create(&thread, NULL, write_late, NULL);
    assert(read(ends[0], &byte, 1) == 1);
    assert(now() - begin >= 6 * 3600);
    pthread_join(thread, NULL);
    return 0;
}
