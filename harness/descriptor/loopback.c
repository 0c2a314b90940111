#include "descriptor/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

bool sley_loopback_on = true;

enum { FIRST_PORT = 49152, PORTS = 16384 }; /* of the dynamic ones (RFC 6335) */

void
sley_loopback_begin(struct sley_description *own, int number, int domain)
{
    int on = 1;
    own->internet = sley_loopback_on && !own->message && (domain == AF_INET || domain == AF_INET6);
    if (own->internet) {
        /* It will never listen: two campaigns may bind one port. */
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
}

static in_port_t
port_of(const struct sockaddr *address)
{
    return address->sa_family == AF_INET ? ((const struct sockaddr_in *)address)->sin_port
                                         : ((const struct sockaddr_in6 *)address)->sin6_port;
}

static bool
is_any(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        return ((const struct sockaddr_in *)address)->sin_addr.s_addr == htonl(INADDR_ANY);
    }
    return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static bool
is_same_host(const struct sockaddr *a, const struct sockaddr *b)
{
    if (a->sa_family == AF_INET) {
        return ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
               ((const struct sockaddr_in *)b)->sin_addr.s_addr;
    }
    return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
                  &((const struct sockaddr_in6 *)b)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

/* Whether who is bound to the one has what is sent to the other. */
static bool
covers(const struct sley_address *bound, const struct sockaddr *address, socklen_t size)
{
    const struct sockaddr *b = &bound->any;
    bool comparable = bound->size >= sizeof(struct sockaddr_in) &&
                      size >= sizeof(struct sockaddr_in) && b->sa_family == address->sa_family &&
                      (address->sa_family == AF_INET ||
                       (address->sa_family == AF_INET6 && size >= sizeof(struct sockaddr_in6)));
    return comparable && port_of(b) == port_of(address) &&
           (is_any(b) || is_any(address) || is_same_host(b, address));
}

bool
sley_loopback_is_taken(const struct sley_description *own, const struct sockaddr *address,
                       socklen_t size)
{
    struct sley_description *other = NULL;
    while (own->internet && (other = sley_descriptor_next(other))) {
        bool bound = other != own && other->internet && covers(&other->address, address, size);
        if (bound && port_of(address) != 0 && (other->listens || !own->reuse)) {
            return true;
        }
    }
    return false;
}

/* Puts a local socket where number leads to. */
static bool
replace(int number, struct sley_description *own)
{
    int flags = fcntl(number, F_GETFD);
    int local = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool done = flags >= 0 && local >= 0 &&
                dup3(local, number, flags & FD_CLOEXEC ? O_CLOEXEC : 0) == number;
    if (local >= 0) {
        close(local);
    }
    own->stands_in = done;
    own->outside = !done;
    return done;
}

bool
sley_loopback_listen(int number, struct sley_description *own)
{
    if (own->stands_in) {
        return true;
    }
    socklen_t size = sizeof own->address.local;
    if (own->address.size == 0 && getsockname(number, &own->address.any, &size) == 0) {
        own->address.size = size;
    }
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    own->system.size = sizeof own->system.local;
    return replace(number, own) &&
           bind(number, (struct sockaddr *)&name, sizeof name.sun_family) == 0 &&
           getsockname(number, &own->system.any, &own->system.size) == 0;
}

struct sley_description *
sley_loopback_listener(const struct sley_description *own, const struct sockaddr *address,
                       socklen_t size)
{
    struct sley_description *other = NULL;
    while (own->internet && (other = sley_descriptor_next(other))) {
        if (other->stands_in && other->listens && covers(&other->address, address, size)) {
            return other;
        }
    }
    return NULL;
}

/* The client's own end, where it chose none. */
static void
choose_address(struct sley_description *own, const struct sockaddr *peer, socklen_t size)
{
    in_port_t port = htons((in_port_t)(FIRST_PORT + sley_descriptor_number(own) % PORTS));
    if (own->address.size) {
        return;
    }
    memcpy(&own->address.local, peer, size);
    own->address.size = size;
    if (peer->sa_family == AF_INET) {
        own->address.four.sin_port = port;
    } else {
        own->address.six.sin6_port = port;
    }
}

bool
sley_loopback_connect(int number, struct sley_description *own, const struct sockaddr *address,
                      socklen_t size)
{
    if (!replace(number, own)) {
        return false;
    }
    size = size < sizeof own->peer.local ? size : (socklen_t)sizeof own->peer.local;
    choose_address(own, address, size);
    memcpy(&own->peer.local, address, size);
    own->peer.size = size;
    return true;
}

void
sley_loopback_copy(const struct sley_address *from, struct sockaddr *to, socklen_t *size)
{
    memcpy(to, &from->local, *size < from->size ? *size : from->size);
    *size = from->size;
}
