/* What POSIX and Linux say of descriptors, in one thread and with one that helps: it holds for
 * real, and so it must in a run. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static void
check_flags(void)
{
    int ends[2];
    char byte;
    assert(pipe(ends) == 0);
    assert((fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
    assert(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    assert(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
    assert((fcntl(ends[1], F_GETFL) & O_NONBLOCK) == 0); /* another description */
    assert(read(ends[0], &byte, 1) == -1 && errno == EAGAIN);
    int copy = dup(ends[0]);
    assert(fcntl(copy, F_GETFL) & O_NONBLOCK); /* the same one */
    int off = 0;
    assert(ioctl(copy, FIONBIO, &off) == 0);
    assert((fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
    assert(fcntl(ends[0], F_DUPFD, 100) == 100);
    close(ends[0]);
    close(ends[1]);
    assert(read(copy, &byte, 1) == 0); /* nobody can write any more */
    close(copy);
    close(100);
    assert(read(copy, &byte, 1) == -1 && errno == EBADF);
    assert(close(copy) == -1 && errno == EBADF);
}

static void
check_pipe(void)
{
    static char bytes[1 << 17];
    int ends[2];
    assert(pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
    ssize_t room = write(ends[1], bytes, sizeof bytes);
    assert(room > 0 && room < (ssize_t)sizeof bytes); /* partial */
    assert(write(ends[1], bytes, 1) == -1 && errno == EAGAIN);
    assert(read(ends[0], bytes, 100) == 100);
    assert(write(ends[1], bytes, PIPE_BUF) == -1 && errno == EAGAIN); /* all or nothing */
    while (read(ends[0], bytes, sizeof bytes) > 0) {
    }
    struct iovec pieces[2] = {{(void *)(long)"ab", 2}, {(void *)(long)"cde", 3}};
    assert(writev(ends[1], pieces, 2) == 5);
    int left;
    assert(ioctl(ends[0], FIONREAD, &left) == 0 && left == 5);
    char got[2][4] = {"", ""};
    struct iovec into[2] = {{got[0], 1}, {got[1], 3}};
    assert(readv(ends[0], into, 2) == 4 && got[0][0] == 'a' && memcmp(got[1], "bcd", 3) == 0);
    signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    assert(write(ends[1], "x", 1) == -1 && errno == EPIPE);
    struct pollfd file = {ends[1], POLLOUT, 0};
    assert(poll(&file, 1, 0) == 1 && file.revents & POLLERR);
    close(ends[1]);
}

static void
check_sockets(void)
{
    int ends[2];
    char bytes[8];
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    assert(recv(ends[0], bytes, 8, MSG_DONTWAIT) == -1 && errno == EAGAIN);
    assert(send(ends[1], "hello", 5, 0) == 5);
    assert(recv(ends[0], bytes, 2, MSG_PEEK) == 2 && bytes[0] == 'h');
    assert(read(ends[0], bytes, 8) == 5 && memcmp(bytes, "hello", 5) == 0);
    struct timeval soon = {0, 1000};
    assert(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon) == 0);
    assert(read(ends[0], bytes, 8) == -1 && errno == EAGAIN);
    assert(shutdown(ends[1], SHUT_WR) == 0);
    assert(read(ends[0], bytes, 8) == 0);
    close(ends[1]);
    assert(send(ends[0], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
    close(ends[0]);
    assert(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    assert(send(ends[1], "one", 3, 0) == 3 && send(ends[1], "three", 5, 0) == 5);
    assert(recv(ends[0], bytes, 2, MSG_TRUNC) == 3); /* a message is read once */
    assert(recv(ends[0], bytes, 8, 0) == 5);
    close(ends[0]);
    close(ends[1]);
}

static void
check_events(void)
{
    eventfd_t value = 0;
    int counter = eventfd(3, EFD_NONBLOCK), tickets = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE);
    assert(eventfd_write(counter, 4) == 0 && eventfd_read(counter, &value) == 0 && value == 7);
    assert(eventfd_read(counter, &value) == -1 && errno == EAGAIN);
    assert(eventfd_read(tickets, &value) == 0 && value == 1);
    int set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = 5}, found = {0};
    assert(epoll_ctl(set, EPOLL_CTL_ADD, tickets, &event) == 0);
    assert(epoll_ctl(set, EPOLL_CTL_ADD, tickets, &event) == -1 && errno == EEXIST);
    assert(epoll_wait(set, &found, 1, 0) == 1 && found.data.u32 == 5);
    assert(epoll_wait(set, &found, 1, 0) == 0); /* an edge is told once */
    assert(epoll_wait(set, &found, 1, 1) == 0);
    assert(eventfd_write(tickets, 1) == 0);
    assert(epoll_wait(set, &found, 1, -1) == 1);
    close(set);
    close(tickets);
    close(counter);
}

static void
check_select(void)
{
    int ends[2];
    fd_set in, out;
    assert(pipe(ends) == 0);
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(ends[0], &in);
    FD_SET(ends[1], &out);
    struct timeval none = {0, 0}, soon = {0, 1000};
    assert(select(ends[1] + 1, &in, &out, NULL, &none) == 1);
    assert(!FD_ISSET(ends[0], &in) && FD_ISSET(ends[1], &out));
    FD_SET(ends[0], &in);
    assert(select(ends[1] + 1, &in, NULL, NULL, &soon) == 0 && !FD_ISSET(ends[0], &in));
    assert(write(ends[1], "x", 1) == 1);
    FD_SET(ends[0], &in);
    assert(pselect(ends[1] + 1, &in, NULL, NULL, NULL, NULL) == 1 && FD_ISSET(ends[0], &in));
    struct pollfd files[3] = {{-1, POLLIN, 0}, {ends[0], POLLIN, 0}, {999, POLLIN, 0}};
    assert(poll(files, 3, -1) == 2 && files[1].revents == POLLIN && files[2].revents == POLLNVAL);
    assert(poll(NULL, 0, 1) == 0);
    close(ends[0]);
    close(ends[1]);
}

static int work[2], back[2];

static void *
helper(void *argument)
{
    char bytes[64];
    ssize_t size;
    while ((size = read(work[0], bytes, sizeof bytes)) > 0) {
        for (ssize_t i = 0; i < size; i++) {
            assert(write(back[1], &bytes[i], 1) == 1);
        }
    }
    assert(size == 0);
    close(back[1]);
    return argument;
}

/* More bytes than two pipes hold come back in their order; a blocking write is never partial. */
static void
check_helper(void)
{
    static char sent[300], got[300];
    pthread_t thread;
    assert(pipe(work) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, back) == 0);
    for (size_t i = 0; i < sizeof sent; i++) {
        sent[i] = (char)i;
    }
    pthread_create(&thread, NULL, helper, NULL);
    assert(write(work[1], sent, sizeof sent) == sizeof sent);
    assert(recv(back[0], got, sizeof got, MSG_WAITALL) == sizeof got);
    assert(memcmp(sent, got, sizeof got) == 0);
    close(work[1]);
    assert(recv(back[0], got, sizeof got, MSG_WAITALL) == 0);
    pthread_join(thread, NULL);
    close(work[0]);
    close(back[0]);
}

int
main(void)
{
    check_flags();
    check_pipe();
    check_sockets();
    check_events();
    check_select();
    check_helper();
    puts("all as it should be");
    return 0;
}
