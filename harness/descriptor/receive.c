/* What takes bytes out of a descriptor. */
#include "descriptor/bytes.h"
#include "descriptor/transfer.h"
#include "descriptor/wait.h"
#include "descriptor/weak.h"
#include "pthread/cancel.h"
#include "pthread/memory.h"

#include <errno.h>
#include <fcntl.h>

static ssize_t
receive(int number, const struct sley_transfer *t, int more)
{
    return t->socket ? recvmsg(number, t->message, t->flags | more)
                     : readv(number, t->message->msg_iov, (int)t->message->msg_iovlen);
}

/* What one successful call did to memory and to what is known to have happened before. */
static void
received(const struct sley_description *own, const struct sley_transfer *t, ssize_t size,
         uintptr_t pc)
{
    if (size > 0 && !t->unseen) {
        sley_bytes_touch_pieces(t->message->msg_iov, (int)t->message->msg_iovlen, (size_t)size,
                                true, pc);
    }
    if (own && size >= 0) {
        sley_clock_acquire(sley_descriptor_clock(own, true));
        if (!(t->flags & MSG_PEEK)) {
            sley_descriptor_changed();
        }
    }
}

/* Waits until there is something, as the descriptor wants it. */
static enum sley_waited
await(const struct sley_description *own, struct pollfd *file, bool waits, uintptr_t pc)
{
    struct sley_channel *channel = sley_descriptor_channel(file->fd, pc);
    if (!waits) {
        sley_cancel_point(pc);
        sley_channel_point(SLEY_OP_RECEIVE, channel, pc);
        return SLEY_WAITED_OPEN;
    }
    uint64_t limit_ns = own && own->receive_ns ? own->receive_ns : UINT64_MAX;
    struct sley_ready ready = {
        .op = SLEY_OP_RECEIVE,
        .wait = SLEY_WAIT_INPUT,
        .channel = channel,
        .files = file,
        .file_count = 1,
        .outside = !own || own->outside,
        .deadline_ns = sley_descriptor_deadline(limit_ns),
        .restart = limit_ns == UINT64_MAX ? SLEY_RESTART_IF_SAID : SLEY_RESTART_NEVER,
    };
    return sley_descriptor_wait(&ready, pc);
}

static ssize_t
receive_own(const struct sley_description *own, const struct sley_transfer *t, uintptr_t pc)
{
    bool waits = own->waits && !(t->flags & MSG_DONTWAIT);
    struct pollfd file = {.fd = t->number, .events = POLLIN};
    ssize_t size;
    do {
        enum sley_waited waited = await(own, &file, waits, pc);
        if (waited != SLEY_WAITED_OPEN) {
            size = -1;
            errno = sley_descriptor_error(waited);
            break;
        }
        size = receive(file.fd, t, t->socket ? MSG_DONTWAIT : 0);
    } while (size < 0 && errno == EAGAIN && waits);
    /* Another task may have closed the number, or put another object there. */
    received(file.fd == t->number ? sley_descriptor_own(t->number) : own, t, size, pc);
    sley_descriptor_release();
    return size;
}

static ssize_t
receive_outside(const struct sley_transfer *t, uintptr_t pc)
{
    struct pollfd file = {.fd = t->number, .events = POLLIN};
    bool waits = !(t->flags & MSG_DONTWAIT) && !(fcntl(t->number, F_GETFL) & O_NONBLOCK);
    bool blocks = waits && sley_descriptor_blocks(t->number);
    if (await(NULL, &file, blocks, pc) == SLEY_WAITED_EINTR) {
        errno = EINTR;
        return -1;
    }
    ssize_t size = receive(t->number, t, 0);
    received(NULL, t, size, pc);
    return size;
}

/* MSG_WAITALL: goes on until all is there, the other end is closed, or something fails. */
static ssize_t
receive_all(const struct sley_description *own, const struct sley_transfer *t, uintptr_t pc)
{
    struct iovec pieces[16];
    struct msghdr message = *t->message;
    struct sley_transfer part = {t->number, true, &message, t->flags & ~MSG_WAITALL, t->unseen};
    size_t total = 0;
    ssize_t size;
    for (size_t i = 0; i < message.msg_iovlen; i++) {
        pieces[i] = message.msg_iov[i];
    }
    message.msg_iov = pieces;
    do {
        size = receive_own(own, &part, pc);
        total += size > 0 ? (size_t)size : 0;
        int used = sley_bytes_advance(message.msg_iov, (int)message.msg_iovlen,
                                      size > 0 ? (size_t)size : 0);
        message.msg_iov += used;
        message.msg_iovlen -= (size_t)used;
    } while (size > 0 && message.msg_iovlen > 0);
    return total > 0 ? (ssize_t)total : size;
}

ssize_t
sley_transfer_in(const struct sley_transfer *t, uintptr_t pc)
{
    const struct sley_description *own = sley_descriptor_own(t->number);
    if (!own) {
        return receive_outside(t, pc);
    }
    if (own->waits && t->flags & MSG_WAITALL && !own->message && t->message->msg_iovlen <= 16) {
        return receive_all(own, t, pc);
    }
    return receive_own(own, t, pc);
}

void
sley_transfer_point(enum sley_op op, int number, uintptr_t pc)
{
    sley_channel_point(op, sley_descriptor_channel(number, pc), pc);
}

static ssize_t
receive_piece(int number, void *bytes, size_t size, uintptr_t pc)
{
    if (!sley_descriptor_active()) {
        return read(number, bytes, size);
    }
    struct iovec piece = {bytes, size};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    return sley_transfer_in(&(struct sley_transfer){number, false, &message, 0, false}, pc);
}

ssize_t
sley_read(int number, void *bytes, size_t size)
{
    return receive_piece(number, bytes, size, SLEY_CALLER());
}

ssize_t
sley___read_chk(int number, void *bytes, size_t size, size_t room)
{
    sley_memory_check_room(size, room, SLEY_CALLER());
    return receive_piece(number, bytes, size, SLEY_CALLER());
}

int
sley_eventfd_read(int number, eventfd_t *value)
{
    return receive_piece(number, value, sizeof *value, SLEY_CALLER()) == sizeof *value ? 0 : -1;
}

ssize_t
sley_readv(int number, const struct iovec *pieces, int count)
{
    if (!sley_descriptor_active() || count < 0) {
        return readv(number, pieces, count);
    }
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)pieces,
                             .msg_iovlen = (size_t)count};
    return sley_transfer_in(&(struct sley_transfer){number, false, &message, 0, false},
                            SLEY_CALLER());
}

static ssize_t
receive_at(int number, void *bytes, size_t size, off_t at, uintptr_t pc)
{
    if (!sley_descriptor_active()) {
        return pread(number, bytes, size, at);
    }
    sley_cancel_point(pc);
    sley_transfer_point(SLEY_OP_RECEIVE, number, pc);
    ssize_t got = pread(number, bytes, size, at);
    sley_bytes_touch(bytes, got > 0 ? (size_t)got : 0, true, pc);
    return got;
}

ssize_t
sley_pread(int number, void *bytes, size_t size, off_t at)
{
    return receive_at(number, bytes, size, at, SLEY_CALLER());
}

ssize_t
sley_pread64(int number, void *bytes, size_t size, off_t at)
{
    return receive_at(number, bytes, size, at, SLEY_CALLER());
}

static ssize_t
receive_from(int number, void *bytes, size_t size, int flags, struct sockaddr *from,
             socklen_t *from_size, uintptr_t pc)
{
    if (!sley_descriptor_active()) {
        return recvfrom(number, bytes, size, flags, from, from_size);
    }
    struct iovec piece = {bytes, size};
    struct msghdr message = {.msg_name = from,
                             .msg_namelen = from && from_size ? *from_size : 0,
                             .msg_iov = &piece,
                             .msg_iovlen = 1};
    ssize_t got =
        sley_transfer_in(&(struct sley_transfer){number, true, &message, flags, false}, pc);
    if (got >= 0 && from && from_size) {
        *from_size = message.msg_namelen;
    }
    return got;
}

ssize_t
sley_recv(int number, void *bytes, size_t size, int flags)
{
    return receive_from(number, bytes, size, flags, NULL, NULL, SLEY_CALLER());
}

ssize_t
sley_recvfrom(int number, void *restrict bytes, size_t size, int flags,
              struct sockaddr *restrict from, socklen_t *restrict from_size)
{
    return receive_from(number, bytes, size, flags, from, from_size, SLEY_CALLER());
}

ssize_t
sley___recv_chk(int number, void *bytes, size_t size, size_t room, int flags)
{
    sley_memory_check_room(size, room, SLEY_CALLER());
    return receive_from(number, bytes, size, flags, NULL, NULL, SLEY_CALLER());
}

ssize_t
sley___recvfrom_chk(int number, void *restrict bytes, size_t size, size_t room, int flags,
                    struct sockaddr *restrict from, socklen_t *restrict from_size)
{
    sley_memory_check_room(size, room, SLEY_CALLER());
    return receive_from(number, bytes, size, flags, from, from_size, SLEY_CALLER());
}

ssize_t
sley_recvmsg(int number, struct msghdr *message, int flags)
{
    if (!sley_descriptor_active()) {
        return recvmsg(number, message, flags);
    }
    return sley_transfer_in(&(struct sley_transfer){number, true, message, flags, false},
                            SLEY_CALLER());
}
