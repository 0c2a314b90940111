/* What puts bytes into a descriptor. */
#include "descriptor/bytes.h"
#include "descriptor/transfer.h"
#include "descriptor/wait.h"
#include "descriptor/weak.h"
#include "pthread/cancel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

static ssize_t
put(int number, const struct sley_transfer *t, const struct msghdr *message, int more)
{
    return t->socket ? sendmsg(number, message, t->flags | more)
                     : writev(number, message->msg_iov, (int)message->msg_iovlen);
}

/* Nobody can read any more what is written here: the signal, as the program has asked for it. The
 * default is the end of the program. */
static void
broken_pipe(const struct sley_channel *channel, uintptr_t pc)
{
    struct sigaction action;
    sigaction(SIGPIPE, NULL, &action);
    if (action.sa_handler == SIG_DFL) {
        char text[96];
        snprintf(text, sizeof text, "signal %d (%s)", SIGPIPE, strsignal(SIGPIPE));
        struct sley_failure *failure = sley_verdict(SLEY_VERDICT_CRASH, channel->name, pc, text);
        if (failure) {
            failure->detail = SIGPIPE;
        }
        sley_run_end();
    }
    if (action.sa_handler != SIG_IGN) {
        raise(SIGPIPE);
    }
}

/* Whether a write would raise the signal: asked before, so that it comes as the front says. */
static bool
is_broken(int number, const struct sley_description *own)
{
    struct pollfd file = {.fd = number, .events = POLLOUT};
    return own->channel->kind == SLEY_CHANNEL_PIPE && poll(&file, 1, 0) == 1 &&
           file.revents & POLLERR;
}

/* One call that does not block. */
static ssize_t
put_own(int number, const struct sley_description *own, const struct sley_transfer *t,
        const struct msghdr *message, uintptr_t pc)
{
    struct sley_channel *channel = own->channel;
    size_t size = sley_bytes_total(message->msg_iov, (int)message->msg_iovlen);
    if (!t->unseen) {
        sley_bytes_touch_pieces(message->msg_iov, (int)message->msg_iovlen, size, false, pc);
    }
    if (is_broken(number, own)) {
        broken_pipe(channel, pc);
        errno = EPIPE;
        return -1;
    }
    struct sley_transfer quiet = *t;
    quiet.socket |= channel->kind == SLEY_CHANNEL_SOCKET;
    ssize_t put_size = put(number, &quiet, message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put_size >= 0) {
        sley_clock_release(sley_descriptor_clock(own, false));
        sley_descriptor_changed();
    } else if (errno == EPIPE && !(t->flags & MSG_NOSIGNAL)) {
        broken_pipe(channel, pc);
        errno = EPIPE;
    }
    return put_size;
}

static enum sley_waited
await(const struct sley_description *own, struct pollfd *file, bool waits, uintptr_t pc)
{
    struct sley_channel *channel = sley_descriptor_channel(file->fd, pc);
    if (!waits) {
        sley_cancel_point(pc);
        sley_channel_point(SLEY_OP_SEND, channel, pc);
        return SLEY_WAITED_OPEN;
    }
    struct sley_ready ready = {
        .op = SLEY_OP_SEND,
        .wait = SLEY_WAIT_ROOM,
        .channel = channel,
        .files = file,
        .file_count = 1,
        .outside = !own || own->outside,
        .deadline_ns = sley_descriptor_deadline(own && own->send_ns ? own->send_ns : UINT64_MAX),
        .restart = own && own->send_ns ? SLEY_RESTART_NEVER : SLEY_RESTART_IF_SAID,
    };
    return sley_descriptor_wait(&ready, pc);
}

/* Until all is written; of messages until one is. What was written before a failure counts. */
static ssize_t
put_all(const struct sley_description *own, const struct sley_transfer *t, struct msghdr *message,
        uintptr_t pc)
{
    bool waits = own->waits && !(t->flags & MSG_DONTWAIT);
    struct pollfd file = {.fd = t->number, .events = POLLOUT};
    size_t total = 0;
    ssize_t size;
    for (;;) {
        enum sley_waited waited = await(own, &file, waits, pc);
        bool room = waited == SLEY_WAITED_OPEN;
        const struct sley_description *now =
            file.fd == t->number ? sley_descriptor_own(t->number) : own;
        errno = room ? EBADF : sley_descriptor_error(waited);
        size = room && now ? put_own(file.fd, now, t, message, pc) : -1;
        if (size < 0 && errno == EAGAIN && room && waits) {
            continue;
        }
        if (size < 0) {
            break;
        }
        total += (size_t)size;
        int used = sley_bytes_advance(message->msg_iov, (int)message->msg_iovlen, (size_t)size);
        message->msg_iov += used;
        message->msg_iovlen -= (size_t)used;
        if (message->msg_iovlen == 0 || own->message || !waits) {
            break;
        }
        message->msg_control = NULL; /* it went with the first part */
        message->msg_controllen = 0;
    }
    sley_descriptor_release();
    return total > 0 || size == 0 ? (ssize_t)total : size;
}

static ssize_t
put_outside(const struct sley_transfer *t, uintptr_t pc)
{
    struct sley_channel *channel = sley_descriptor_channel(t->number, pc);
    if (channel->kind == SLEY_CHANNEL_OUTSIDE && sley_descriptor_blocks(t->number)) {
        sley_engine.result->outside = true;
    }
    sley_cancel_point(pc);
    sley_channel_point(SLEY_OP_SEND, channel, pc);
    size_t size = sley_bytes_total(t->message->msg_iov, (int)t->message->msg_iovlen);
    sley_bytes_touch_pieces(t->message->msg_iov, (int)t->message->msg_iovlen, size, false, pc);
    return put(t->number, t, t->message, 0);
}

ssize_t
sley_transfer_out(const struct sley_transfer *t, uintptr_t pc)
{
    const struct sley_description *own = sley_descriptor_own(t->number);
    if (!own || t->message->msg_iovlen > IOV_MAX) {
        return put_outside(t, pc);
    }
    struct iovec pieces[IOV_MAX];
    struct msghdr message = *t->message;
    memcpy(pieces, message.msg_iov, message.msg_iovlen * sizeof pieces[0]);
    message.msg_iov = pieces;
    return put_all(own, t, &message, pc);
}

static ssize_t
put_pieces(int number, const struct iovec *pieces, size_t count, uintptr_t pc)
{
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)pieces, .msg_iovlen = count};
    return sley_transfer_out(&(struct sley_transfer){number, false, &message, 0, false}, pc);
}

ssize_t
sley_write(int number, const void *bytes, size_t size)
{
    struct iovec piece = {(void *)(uintptr_t)bytes, size};
    return sley_descriptor_active() ? put_pieces(number, &piece, 1, SLEY_CALLER())
                                    : write(number, bytes, size);
}

ssize_t
sley_writev(int number, const struct iovec *pieces, int count)
{
    if (!sley_descriptor_active() || count < 0 || count > IOV_MAX) {
        return writev(number, pieces, count);
    }
    return put_pieces(number, pieces, (size_t)count, SLEY_CALLER());
}

int
sley_eventfd_write(int number, eventfd_t value)
{
    struct iovec piece = {&value, sizeof value};
    ssize_t size = sley_descriptor_active() ? put_pieces(number, &piece, 1, SLEY_CALLER())
                                            : write(number, &value, sizeof value);
    return size == sizeof value ? 0 : -1;
}

static ssize_t
put_at(int number, const void *bytes, size_t size, off_t at, uintptr_t pc)
{
    if (sley_descriptor_active()) {
        sley_transfer_point(SLEY_OP_SEND, number, pc);
        sley_bytes_touch(bytes, size, false, pc);
    }
    return pwrite(number, bytes, size, at);
}

ssize_t
sley_pwrite(int number, const void *bytes, size_t size, off_t at)
{
    return put_at(number, bytes, size, at, SLEY_CALLER());
}

ssize_t
sley_pwrite64(int number, const void *bytes, size_t size, off_t at)
{
    return put_at(number, bytes, size, at, SLEY_CALLER());
}

static ssize_t
send_to(int number, const void *bytes, size_t size, int flags, const struct sockaddr *to,
        socklen_t to_size, uintptr_t pc)
{
    struct iovec piece = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_name = (void *)(uintptr_t)to,
                             .msg_namelen = to ? to_size : 0,
                             .msg_iov = &piece,
                             .msg_iovlen = 1};
    return sley_transfer_out(&(struct sley_transfer){number, true, &message, flags, false}, pc);
}

ssize_t
sley_send(int number, const void *bytes, size_t size, int flags)
{
    return sley_descriptor_active() ? send_to(number, bytes, size, flags, NULL, 0, SLEY_CALLER())
                                    : send(number, bytes, size, flags);
}

ssize_t
sley_sendto(int number, const void *bytes, size_t size, int flags, const struct sockaddr *to,
            socklen_t to_size)
{
    return sley_descriptor_active()
               ? send_to(number, bytes, size, flags, to, to_size, SLEY_CALLER())
               : sendto(number, bytes, size, flags, to, to_size);
}

ssize_t
sley_sendmsg(int number, const struct msghdr *message, int flags)
{
    if (!sley_descriptor_active()) {
        return sendmsg(number, message, flags);
    }
    struct msghdr copy = *message;
    return sley_transfer_out(&(struct sley_transfer){number, true, &copy, flags, false},
                             SLEY_CALLER());
}
