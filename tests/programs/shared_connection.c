/* Two clients share one connection to a server, and each takes the next answer for its own. */
#include <assert.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 2, REQUESTS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int ends[2];

static void *
serve(void *argument)
{
    int request;
    while (read(ends[1], &request, sizeof request) == sizeof request) {
        int answer = request * 10;
        assert(write(ends[1], &answer, sizeof answer) == sizeof answer);
    }
    return argument;
}

static void *
ask(void *number)
{
    for (int i = 0; i < REQUESTS; i++) {
        int request = (int)(long)number * 100 + i, answer;
#ifdef FIXED
        pthread_mutex_lock(&lock);
#endif
        assert(send(ends[0], &request, sizeof request, 0) == sizeof request);
        assert(recv(ends[0], &answer, sizeof answer, MSG_WAITALL) == sizeof answer);
#ifdef FIXED
        pthread_mutex_unlock(&lock);
#endif
        assert(answer == request * 10);
    }
    return NULL;
}

int
main(void)
{
    pthread_t server, clients[CLIENTS];
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    pthread_mutex_lock(&lock);
    pthread_create(&server, NULL, serve, NULL);
    for (long i = 0; i < CLIENTS; i++) {
        pthread_create(&clients[i], NULL, ask, (void *)(i + 1));
    }
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i], NULL);
    }
    shutdown(ends[0], SHUT_WR);
    pthread_join(server, NULL);
    return 0;
}
