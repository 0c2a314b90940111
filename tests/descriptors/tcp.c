/* TCP between two threads: it holds for real, and so it must in a run. With -DBUG the server reads
 * the request in one piece, while the client sends it in two. */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address;
static int handed_over;

static int
make(void)
{
    int on = 1, number = socket(AF_INET, SOCK_STREAM, 0);
    assert(number >= 0);
    assert(setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    return number;
}

static void *
call(void *argument)
{
    struct sockaddr_in peer, own;
    socklen_t size = sizeof peer;
    char answer[8];
    int on = 1, connection = make();
    handed_over = 1;
    assert(connect(connection, (struct sockaddr *)&address, sizeof address) == 0);
    assert(setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    assert(getpeername(connection, (struct sockaddr *)&peer, &size) == 0);
    assert(peer.sin_port == address.sin_port);
    size = sizeof own;
    assert(getsockname(connection, (struct sockaddr *)&own, &size) == 0 && size == sizeof own);
    assert(own.sin_family == AF_INET && own.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    assert(write(connection, "GE", 2) == 2);
    assert(write(connection, "T", 1) == 1);
    assert(recv(connection, answer, 2, MSG_WAITALL) == 2 && memcmp(answer, "OK", 2) == 0);
    assert(send(connection, &own.sin_port, sizeof own.sin_port, 0) == sizeof own.sin_port);
    assert(read(connection, answer, sizeof answer) == 0);
    close(connection);
    return argument;
}

static void
serve(int listener)
{
    struct sockaddr_in client;
    socklen_t size = sizeof client;
    char request[4] = "";
    in_port_t port;
    int connection = accept(listener, (struct sockaddr *)&client, &size);
    assert(connection >= 0 && size == sizeof client && handed_over == 1);
#ifdef BUG
    assert(read(connection, request, 3) == 3);
#else
    assert(recv(connection, request, 3, MSG_WAITALL) == 3);
#endif
    assert(strcmp(request, "GET") == 0);
    assert(send(connection, "OK", 2, 0) == 2);
    assert(recv(connection, &port, sizeof port, MSG_WAITALL) == sizeof port);
    assert(client.sin_family == AF_INET && client.sin_port == port);
    close(connection);
}

int
main(void)
{
    pthread_t thread;
    socklen_t size = sizeof address;
    int listener = make(), other = make();
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    assert(listen(listener, 1) == 0);
    assert(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    assert(address.sin_port != 0);
    assert(bind(other, (struct sockaddr *)&address, sizeof address) == -1);
    assert(errno == EADDRINUSE);
    pthread_create(&thread, NULL, call, NULL);
    serve(listener);
    pthread_join(thread, NULL);
    close(listener);
    assert(connect(other, (struct sockaddr *)&address, sizeof address) == -1);
    assert(errno == ECONNREFUSED);
    close(other);
    puts("all as it should be");
    return 0;
}
