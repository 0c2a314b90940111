/* Sockets. Those that the program's own tasks connect are its own. Others reach what is outside, or
 * might: they are ready only when no task can run. */
#include "descriptor/bytes.h"
#include "descriptor/loopback.h"
#include "descriptor/table.h"
#include "descriptor/wait.h"
#include "descriptor/weak.h"
#include "pthread/cancel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/time.h>

/* Connections to a local socket fail at once when too many wait; those of TCP do not. */
enum { STAND_IN_BACKLOG = 128 };

int
sley_socket(int domain, int type, int protocol)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active()) {
        return socket(domain, type, protocol);
    }
    sley_channel_point_number(SLEY_OP_OPEN, sley_descriptor_numbers(pc), pc);
    int number = socket(domain, type | SOCK_NONBLOCK, protocol);
    if (number >= 0) {
        int kind = type & 0xf;
        bool connects = kind == SOCK_STREAM || kind == SOCK_SEQPACKET;
        struct sley_description *own =
            connects ? sley_descriptor_make(SLEY_CHANNEL_SOCKET, type & SOCK_NONBLOCK, pc)
                     : sley_descriptor_make_datagram(type & SOCK_NONBLOCK, pc);
        own->message = kind != SOCK_STREAM;
        own->outside = domain != AF_UNIX;
        sley_loopback_begin(own, number, domain);
        sley_descriptor_set(number, own);
    }
    return number;
}

/* A point of a call on a socket; the description as it is then. */
static struct sley_description *
point(enum sley_op op, int number, uintptr_t pc)
{
    sley_channel_point(op, sley_descriptor_channel(number, pc), pc);
    return sley_descriptor_own(number);
}

int
sley_bind(int number, const struct sockaddr *address, socklen_t size)
{
    if (!sley_descriptor_active()) {
        return bind(number, address, size);
    }
    struct sley_description *own = point(SLEY_OP_CONTROL, number, SLEY_CALLER());
    if (own && sley_loopback_is_taken(own, address, size)) {
        errno = EADDRINUSE;
        return -1;
    }
    int result = bind(number, address, size);
    if (own && result == 0) {
        /* What the system made of it: it may have chosen a name. */
        own->address.size = sizeof own->address.local;
        if (getsockname(number, &own->address.any, &own->address.size) != 0 ||
            own->address.size > sizeof own->address.local) {
            own->address.size = 0;
        }
    }
    return result;
}

int
sley_listen(int number, int backlog)
{
    if (!sley_descriptor_active()) {
        return listen(number, backlog);
    }
    struct sley_description *own = point(SLEY_OP_CONTROL, number, SLEY_CALLER());
    if (own && own->internet && !own->listens) {
        backlog = backlog < STAND_IN_BACKLOG ? STAND_IN_BACKLOG : backlog;
        sley_loopback_listen(number, own);
    }
    int result = listen(number, backlog);
    if (own && result == 0) {
        own->listens = true;
        sley_descriptor_changed();
    }
    return result;
}

/* The program's own socket that listens at that address, or NULL. */
static struct sley_description *
listener_at(const struct sockaddr *address, socklen_t size)
{
    struct sley_description *own = NULL;
    while ((own = sley_descriptor_next(own))) {
        if (own->listens && own->address.size == size &&
            memcmp(&own->address.local, address, size) == 0) {
            return own;
        }
    }
    return NULL;
}

/* The address with the length that getsockname gives it: a path with its end. */
static socklen_t
normal(const struct sockaddr *address, socklen_t size, struct sockaddr_un *copy)
{
    *copy = (struct sockaddr_un){0};
    if (size > sizeof *copy || size < sizeof copy->sun_family) {
        return 0;
    }
    memcpy(copy, address, size);
    if (copy->sun_path[0] == '\0') {
        return size;
    }
    size_t path = strnlen(copy->sun_path, size - offsetof(struct sockaddr_un, sun_path));
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path + 1);
}

static void
enqueue(struct sley_description *listener, struct sley_description *client)
{
    struct sley_description *last = listener;
    while (last->pending) {
        last = last->pending;
    }
    last->pending = client;
    client->pending = NULL;
    client->paired = true;
    listener->queued++;
    sley_clock_release(sley_descriptor_clock(listener, false));
}

struct room {
    const struct sley_description *listener;
    uint32_t queued; /* connections that were too many */
};

static bool
has_room(const void *context)
{
    const struct room *room = context;
    return room->listener->queued < room->queued || room->listener->references == 0;
}

/* Waits until the listener has taken a connection from its queue, which is full. */
static enum sley_waited
await_room(const struct sley_description *listener, struct sley_channel *channel, uintptr_t pc)
{
    struct room room = {listener, listener->queued};
    struct sley_ready ready = {
        .op = SLEY_OP_CONNECT,
        .wait = SLEY_WAIT_SERVER,
        .channel = channel,
        .test = has_room,
        .context = &room,
        .deadline_ns = UINT64_MAX,
        .restart = SLEY_RESTART_IF_SAID,
    };
    return sley_descriptor_wait(&ready, pc);
}

static int
connect_own(int number, struct sley_description *own, struct sley_description *listener,
            const struct sockaddr *address, socklen_t size, uintptr_t pc)
{
    int result = connect(number, address, size);
    while (result != 0 && errno == EAGAIN && own->waits) {
        if (await_room(listener, listener->channel, pc) == SLEY_WAITED_EINTR) {
            errno = EINTR;
            return -1;
        }
        result = connect(number, address, size);
    }
    if (result == 0) {
        enqueue(listener, own);
        sley_descriptor_changed();
    }
    return result;
}

/* What the kernel does about it takes its time; the result is the socket's error. */
static int
connect_outside(int number, const struct sley_description *own, const struct sockaddr *address,
                socklen_t size, uintptr_t pc)
{
    int result = connect(number, address, size);
    bool under_way = result != 0 && (errno == EINPROGRESS || errno == EAGAIN);
    if (!under_way || !own->waits) {
        return result;
    }
    struct pollfd file = {.fd = number, .events = POLLOUT};
    struct sley_ready ready = {
        .op = SLEY_OP_CONNECT,
        .wait = SLEY_WAIT_SERVER,
        .channel = own->channel,
        .files = &file,
        .file_count = 1,
        .outside = true,
        .deadline_ns = UINT64_MAX,
        .restart = SLEY_RESTART_IF_SAID,
    };
    int error = sley_descriptor_wait(&ready, pc) == SLEY_WAITED_EINTR ? EINTR : 0;
    socklen_t error_size = sizeof error;
    if (error == 0) {
        getsockopt(file.fd, SOL_SOCKET, SO_ERROR, &error, &error_size);
    }
    sley_descriptor_release();
    errno = error;
    return error ? -1 : 0;
}

int
sley_connect(int number, const struct sockaddr *address, socklen_t size)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active()) {
        return connect(number, address, size);
    }
    sley_cancel_point(pc);
    struct sley_description *own = point(SLEY_OP_CONNECT, number, pc);
    if (!own) {
        return connect(number, address, size);
    }
    struct sley_description *near = sley_loopback_listener(own, address, size);
    if (near && !own->stands_in && sley_loopback_connect(number, own, address, size)) {
        return connect_own(number, own, near, &near->system.any, near->system.size, pc);
    }
    if (address->sa_family == AF_UNIX && own->channel->kind == SLEY_CHANNEL_SOCKET) {
        struct sockaddr_un copy;
        socklen_t length = normal(address, size, &copy);
        struct sley_description *listener = listener_at((struct sockaddr *)&copy, length);
        if (listener) {
            return connect_own(number, own, listener, address, size, pc);
        }
    }
    bool connects = own->channel->kind == SLEY_CHANNEL_SOCKET;
    int result =
        connects ? connect_outside(number, own, address, size, pc) : connect(number, address, size);
    own->outside |= result == 0 && connects;
    return result;
}

/* The new descriptor's description: the other end of the oldest connection that waits. */
static struct sley_description *
accepted(struct sley_description *listener, int flags, uintptr_t pc)
{
    struct sley_description *client = listener->pending;
    if (!client) {
        struct sley_description *foreign = sley_descriptor_make(SLEY_CHANNEL_SOCKET, flags, pc);
        foreign->outside = true;
        foreign->message = listener->message;
        return foreign;
    }
    listener->pending = client->pending;
    listener->queued--;
    struct sley_description *server = sley_descriptor_make_end(client->channel, 1, flags, pc);
    server->paired = true;
    server->message = client->message;
    server->internet = client->internet;
    server->stands_in = client->stands_in;
    server->address = listener->address;
    server->peer = client->address;
    sley_clock_acquire(sley_descriptor_clock(listener, true));
    return server;
}

/* The system's own call would have been told by shutdown that nobody will come; one that does not
 * wait hears of nothing. */
static bool
is_shut(int number)
{
    struct pollfd file = {.fd = number, .events = POLLIN};
    return poll(&file, 1, 0) > 0 && file.revents & POLLHUP;
}

static int
accept_one(int number, struct sockaddr *address, socklen_t *size, int flags, uintptr_t pc)
{
    struct sley_description *listener = sley_descriptor_own(number);
    struct pollfd file = {.fd = number, .events = POLLIN};
    struct sley_ready ready = {
        .op = SLEY_OP_ACCEPT,
        .wait = SLEY_WAIT_CLIENT,
        .channel = sley_descriptor_channel(number, pc),
        .files = &file,
        .file_count = 1,
        .outside = !listener || listener->outside,
        .deadline_ns = sley_descriptor_deadline(
            listener && listener->receive_ns ? listener->receive_ns : UINT64_MAX),
        .restart = listener && listener->receive_ns ? SLEY_RESTART_NEVER : SLEY_RESTART_IF_SAID,
    };
    bool waits = listener ? listener->waits : !(fcntl(number, F_GETFL) & O_NONBLOCK);
    int result;
    bool came;
    do {
        enum sley_waited waited = SLEY_WAITED_OPEN;
        if (waits) {
            waited = sley_descriptor_wait(&ready, pc);
        } else {
            sley_cancel_point(pc);
            sley_channel_point(SLEY_OP_ACCEPT, ready.channel, pc);
        }
        came = waited == SLEY_WAITED_OPEN;
        bool plain = !listener || !listener->stands_in;
        result = came ? accept4(file.fd, plain ? address : NULL, plain ? size : NULL,
                                flags | SOCK_NONBLOCK)
                      : -1;
        errno = !came                                               ? sley_descriptor_error(waited)
                : result < 0 && errno == EAGAIN && is_shut(file.fd) ? EINVAL
                                                                    : errno;
    } while (came && waits && result < 0 && errno == EAGAIN);
    listener = file.fd == number ? sley_descriptor_own(number) : listener;
    if (result >= 0 && listener) {
        struct sley_description *server = accepted(listener, flags, pc);
        if (server->stands_in && address && size) {
            sley_loopback_copy(&server->peer, address, size);
        }
        sley_descriptor_set(result, server);
        sley_descriptor_changed();
    }
    sley_descriptor_release();
    return result;
}

int
sley_accept(int number, struct sockaddr *restrict address, socklen_t *restrict size)
{
    return sley_descriptor_active() ? accept_one(number, address, size, 0, SLEY_CALLER())
                                    : accept(number, address, size);
}

int
sley_accept4(int number, struct sockaddr *restrict address, socklen_t *restrict size, int flags)
{
    return sley_descriptor_active() ? accept_one(number, address, size, flags, SLEY_CALLER())
                                    : accept4(number, address, size, flags);
}

static uint64_t
ns_of(const struct timeval *at)
{
    return (uint64_t)at->tv_sec * 1000000000 + (uint64_t)at->tv_usec * 1000;
}

int
sley_setsockopt(int number, int level, int option, const void *value, socklen_t size)
{
    if (!sley_descriptor_active()) {
        return setsockopt(number, level, option, value, size);
    }
    struct sley_description *own = point(SLEY_OP_CONTROL, number, SLEY_CALLER());
    if (own && own->stands_in && level != SOL_SOCKET) {
        return 0; /* of TCP and IP, which are not there */
    }
    int result = setsockopt(number, level, option, value, size);
    if (own && result == 0 && level == SOL_SOCKET && size >= sizeof(struct timeval)) {
        own->receive_ns = option == SO_RCVTIMEO ? ns_of(value) : own->receive_ns;
        own->send_ns = option == SO_SNDTIMEO ? ns_of(value) : own->send_ns;
    }
    if (own && level == SOL_SOCKET && size >= sizeof(int) &&
        (option == SO_REUSEADDR || option == SO_REUSEPORT)) {
        own->reuse = *(const int *)value != 0;
    }
    return result;
}

int
sley_getsockopt(int number, int level, int option, void *restrict value, socklen_t *restrict size)
{
    const struct sley_description *own =
        sley_descriptor_active() ? sley_descriptor_own(number) : NULL;
    if (own && own->stands_in && level != SOL_SOCKET) {
        memset(value, 0, *size);
        return 0;
    }
    return getsockopt(number, level, option, value, size);
}

int
sley_getsockname(int number, struct sockaddr *restrict address, socklen_t *restrict size)
{
    const struct sley_description *own =
        sley_descriptor_active() ? sley_descriptor_own(number) : NULL;
    if (!own || !own->stands_in) {
        return getsockname(number, address, size);
    }
    sley_loopback_copy(&own->address, address, size);
    return 0;
}

int
sley_getpeername(int number, struct sockaddr *restrict address, socklen_t *restrict size)
{
    const struct sley_description *own =
        sley_descriptor_active() ? sley_descriptor_own(number) : NULL;
    if (!own || !own->stands_in || own->peer.size == 0) {
        return getpeername(number, address, size);
    }
    sley_loopback_copy(&own->peer, address, size);
    return 0;
}
