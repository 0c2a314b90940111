/* A server is ended by closing the socket that it accepts from: that wakes nobody who has begun to
 * wait already. shutdown does. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static int listener;

static void *
serve(void *argument)
{
    int connection;
    while ((connection = accept(listener, NULL, NULL)) >= 0) {
        char byte;
        assert(read(connection, &byte, 1) == 1);
        assert(write(connection, &byte, 1) == 1);
        close(connection);
    }
    return argument;
}

static void
call(void)
{
    char byte = 'x', answer = 0;
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    assert(connect(connection, (struct sockaddr *)&address, sizeof address) == 0);
    assert(write(connection, &byte, 1) == 1);
    assert(read(connection, &answer, 1) == 1 && answer == byte);
    close(connection);
}

int
main(void)
{
    pthread_t server;
    /* A name without a file: nothing is left behind. */
    snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "sley-server-%ld", (long)getpid());
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    assert(listen(listener, 4) == 0);
    pthread_create(&server, NULL, serve, NULL);
    call();
#ifdef FIXED
    shutdown(listener, SHUT_RDWR);
#else
    close(listener);
#endif
    pthread_join(server, NULL);
    return 0;
}
