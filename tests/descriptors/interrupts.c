/* Signals and cancellation come into calls that wait for descriptors. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int ends[2], cleaned;
static atomic_int handled, over;

static void
count(int signal)
{
    (void)signal;
    handled++;
}

static void
leave(int signal)
{
    (void)signal;
    pthread_exit(&over);
}

static void
set_handler(void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    assert(sigaction(SIGUSR1, &action, NULL) == 0);
}

static void
clean(void *argument)
{
    (void)argument;
    cleaned++;
}

/* Calls that wait for what never comes: each is left by a cancellation. */
static void *
read_nothing(void *argument)
{
    char byte;
    pthread_cleanup_push(clean, NULL);
    read(ends[0], &byte, 1);
    pthread_cleanup_pop(0);
    return argument;
}

static void *
read_line(void *argument)
{
    char line[8];
    FILE *stream = fdopen(dup(ends[0]), "r");
    pthread_cleanup_push(clean, NULL);
    fgets(line, sizeof line, stream);
    pthread_cleanup_pop(0);
    return argument;
}

static void *
fill_up(void *argument)
{
    static char many[1 << 17];
    pthread_cleanup_push(clean, NULL);
    write(ends[1], many, sizeof many);
    pthread_cleanup_pop(0);
    return argument;
}

static void *
poll_nothing(void *argument)
{
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    pthread_cleanup_push(clean, NULL);
    poll(&file, 1, -1);
    pthread_cleanup_pop(0);
    return argument;
}

static void *
accept_nobody(void *argument)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert(bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)) == 0);
    assert(listen(listener, 1) == 0);
    pthread_cleanup_push(clean, NULL);
    accept(listener, NULL, NULL);
    pthread_cleanup_pop(0);
    return argument;
}

static void
a_wait_is_a_cancellation_point(void *(*entry)(void *))
{
    pthread_t thread;
    void *result;
    cleaned = 0;
    assert(pipe(ends) == 0);
    assert(pthread_create(&thread, NULL, entry, NULL) == 0);
    assert(pthread_cancel(thread) == 0);
    assert(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    assert(cleaned <= 1);
    close(ends[0]);
    close(ends[1]);
}

static void *
write_cancelled(void *argument)
{
    pthread_cancel(pthread_self());
    write(ends[1], "x", 1);
    return argument;
}

static void
a_call_that_need_not_wait_is_one_too(void)
{
    pthread_t thread;
    void *result;
    struct pollfd file = {.events = POLLIN};
    assert(pipe(ends) == 0);
    file.fd = ends[0];
    assert(pthread_create(&thread, NULL, write_cancelled, NULL) == 0);
    assert(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    assert(poll(&file, 1, 0) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void *
read_until_interrupted(void *argument)
{
    char byte;
    ssize_t got = read(ends[0], &byte, 1);
    assert(got == -1 && errno == EINTR);
    over = 1;
    return argument;
}

static void *
poll_until_interrupted(void *argument)
{
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    int got = poll(&file, 1, -1);
    assert(got == -1 && errno == EINTR);
    over = 1;
    return argument;
}

static void *
read_on(void *argument)
{
    char byte;
    ssize_t got = read(ends[0], &byte, 1);
    assert(got == 1 && byte == 'x');
    return argument;
}

static void
a_handler_ends_a_wait(void *(*entry)(void *), int flags)
{
    pthread_t thread;
    over = 0;
    set_handler(count, flags);
    assert(pipe(ends) == 0);
    assert(pthread_create(&thread, NULL, entry, NULL) == 0);
    for (int i = 0; !over && i < 100000; i++) {
        pthread_kill(thread, SIGUSR1);
        usleep(1000);
    }
    assert(pthread_join(thread, NULL) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void
a_handler_that_restarts_does_not(void)
{
    pthread_t thread;
    set_handler(count, SA_RESTART);
    assert(pipe(ends) == 0);
    assert(pthread_create(&thread, NULL, read_on, NULL) == 0);
    pthread_kill(thread, SIGUSR1);
    usleep(1000);
    assert(write(ends[1], "x", 1) == 1);
    assert(pthread_join(thread, NULL) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void
a_handler_can_end_the_thread(void)
{
    pthread_t thread;
    void *result;
    set_handler(leave, 0);
    assert(pipe(ends) == 0);
    assert(pthread_create(&thread, NULL, read_on, NULL) == 0);
    pthread_kill(thread, SIGUSR1);
    assert(pthread_join(thread, &result) == 0 && result == &over);
    assert(write(ends[1], "x", 1) == 1);
    close(ends[0]);
    close(ends[1]);
}

/* 0: ppoll, 1: pselect, 2: epoll_pwait. */
static int
wait_masked(int kind, const sigset_t *mask, const struct timespec *limit)
{
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    struct epoll_event event = {.events = EPOLLIN};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    if (kind == 0) {
        return ppoll(&file, 1, limit, mask);
    }
    if (kind == 1) {
        return pselect(ends[0] + 1, &set, NULL, NULL, limit, mask);
    }
    int all = epoll_create1(0);
    assert(epoll_ctl(all, EPOLL_CTL_ADD, ends[0], &event) == 0);
    int result = epoll_pwait(all, &event, 1, limit ? (int)(limit->tv_nsec / 1000000) : -1, mask);
    int saved_errno = errno;
    close(all);
    errno = saved_errno;
    return result;
}

static void
a_mask_holds_for_the_wait(int kind)
{
    const struct timespec none = {0, 0}, soon = {0, 1000000};
    sigset_t blocked, open, now;
    sigemptyset(&open);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    set_handler(count, SA_RESTART);
    assert(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    assert(pipe(ends) == 0);
    handled = 0;
    assert(pthread_kill(pthread_self(), SIGUSR1) == 0);
    assert(wait_masked(kind, &blocked, &none) == 0 && handled == 0);
    assert(wait_masked(kind, &open, NULL) == -1 && errno == EINTR && handled == 1);
    assert(pthread_kill(pthread_self(), SIGUSR1) == 0);
    if (kind == 0) { /* the others do not look at signals then */
        assert(wait_masked(kind, &open, &none) == -1 && errno == EINTR && handled == 2);
    }
    assert(wait_masked(kind, &open, &soon) == (kind == 0 ? 0 : -1) && handled == 2);
    assert(wait_masked(kind, &open, &none) == 0);
    assert(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0 && sigismember(&now, SIGUSR1));
    assert(write(ends[1], "x", 1) == 1);
    assert(pthread_kill(pthread_self(), SIGUSR1) == 0);
    assert(wait_masked(kind, &open, NULL) == 1 && handled == 2);
    assert(pthread_sigmask(SIG_UNBLOCK, &blocked, NULL) == 0 && handled == 3);
    assert(ppoll(NULL, 0, &soon, &open) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void *
wait_for_a_signal(void *argument)
{
    sigset_t open;
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    sigemptyset(&open);
    while (!handled) {
#ifdef BUG
        pthread_sigmask(SIG_SETMASK, &open, NULL); /* what comes here is not waited for any more */
        poll(&file, 1, -1);
#else
        ppoll(&file, 1, NULL, &open);
#endif
    }
    return argument;
}

static void
a_signal_between_a_look_and_a_wait_is_not_lost(void)
{
    pthread_t thread;
    sigset_t blocked;
    handled = 0;
    set_handler(count, 0);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    assert(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    assert(pipe(ends) == 0);
    assert(pthread_create(&thread, NULL, wait_for_a_signal, NULL) == 0);
    assert(pthread_kill(thread, SIGUSR1) == 0);
    assert(pthread_join(thread, NULL) == 0);
}

int
main(void)
{
    a_wait_is_a_cancellation_point(read_nothing);
    a_wait_is_a_cancellation_point(read_line);
    a_wait_is_a_cancellation_point(fill_up);
    a_wait_is_a_cancellation_point(poll_nothing);
    a_wait_is_a_cancellation_point(accept_nobody);
    a_call_that_need_not_wait_is_one_too();
    a_handler_ends_a_wait(read_until_interrupted, 0);
    a_handler_ends_a_wait(poll_until_interrupted, SA_RESTART);
    a_handler_that_restarts_does_not();
    a_handler_can_end_the_thread();
    for (int kind = 0; kind < 3; kind++) {
        a_mask_holds_for_the_wait(kind);
    }
    a_signal_between_a_look_and_a_wait_is_not_lost();
    puts("all as it should be");
    return 0;
}
