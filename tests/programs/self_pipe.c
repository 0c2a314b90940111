/* A loop of poll with a pipe to wake it. It empties the pipe after it has looked at the list: what
 * is posted in between waits for a wake-up that has been thrown away. */
#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

enum { POSTS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int self[2];
static int posted, handled;

static void
empty_pipe(void)
{
    char bytes[16];
    while (read(self[0], bytes, sizeof bytes) > 0) {
    }
}

static void
take_posted(void)
{
    pthread_mutex_lock(&lock);
    handled += posted;
    posted = 0;
    pthread_mutex_unlock(&lock);
}

static void *
loop(void *argument)
{
    while (handled < POSTS) {
        struct pollfd file = {self[0], POLLIN, 0};
        assert(poll(&file, 1, -1) == 1);
#ifdef FIXED
        empty_pipe();
        take_posted();
#else
        take_posted();
        empty_pipe();
#endif
    }
    return argument;
}

static void
post(void)
{
    pthread_mutex_lock(&lock);
    posted++;
    pthread_mutex_unlock(&lock);
    assert(write(self[1], "p", 1) == 1);
}

int
main(void)
{
    pthread_t thread;
    assert(pipe2(self, O_NONBLOCK) == 0);
    pthread_create(&thread, NULL, loop, NULL);
    for (int i = 0; i < POSTS; i++) {
        post();
    }
    pthread_join(thread, NULL);
    assert(handled == POSTS);
    return 0;
}
