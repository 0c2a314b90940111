/* Two workers wait with one epoll. Level-triggered, it hands a connection to both, and each reads a
 * part of one request. Repaired, a connection is with one worker until that gives it back. */
#include <assert.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORKERS = 2, REQUESTS = 2 };

#ifdef FIXED
enum { EVENTS = EPOLLIN | EPOLLONESHOT };
#else
enum { EVENTS = EPOLLIN };
#endif

struct request {
    int kind, value;
};

static int set, stop, ends[2];

static void
serve(int connection)
{
    struct request request;
    if (recv(connection, &request.kind, sizeof request.kind, MSG_DONTWAIT) < 0) {
        return; /* another worker was faster */
    }
    assert(recv(connection, &request.value, sizeof request.value, 0) == sizeof request.value);
    assert(request.kind == 7);
    int answer = request.value + 1;
    assert(send(connection, &answer, sizeof answer, 0) == sizeof answer);
#ifdef FIXED
    struct epoll_event event = {.events = EVENTS, .data.fd = connection};
    assert(epoll_ctl(set, EPOLL_CTL_MOD, connection, &event) == 0);
#endif
}

static void *
work(void *argument)
{
    for (;;) {
        struct epoll_event event;
        assert(epoll_wait(set, &event, 1, -1) == 1);
        if (event.data.fd == stop) {
            return argument;
        }
        serve(event.data.fd);
    }
}

static void
add(int descriptor, unsigned events)
{
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    assert(epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0);
}

int
main(void)
{
    pthread_t workers[WORKERS];
    set = epoll_create1(0);
    stop = eventfd(0, 0);
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    add(ends[1], EVENTS);
    add(stop, EPOLLIN);
    for (int i = 0; i < WORKERS; i++) {
        pthread_create(&workers[i], NULL, work, NULL);
    }
    for (int i = 0; i < REQUESTS; i++) {
        struct request request = {7, i};
        int answer;
        assert(send(ends[0], &request, sizeof request, 0) == sizeof request);
        assert(recv(ends[0], &answer, sizeof answer, 0) == sizeof answer);
        assert(answer == i + 1);
    }
    assert(eventfd_write(stop, 1) == 0);
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
    }
    return 0;
}
