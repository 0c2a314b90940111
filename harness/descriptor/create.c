/* Descriptors that begin and end, and what is set of them. All that the run makes is O_NONBLOCK in
 * the kernel; what the program asked for is in the table. */
#include "descriptor/table.h"
#include "descriptor/transfer.h"
#include "descriptor/wait.h"
#include "descriptor/weak.h"
#include "pthread/cancel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void
point_open(uintptr_t pc)
{
    sley_channel_point_number(SLEY_OP_OPEN, sley_descriptor_numbers(pc), pc);
}

static int
make_pipe(int ends[2], int flags, uintptr_t pc)
{
    point_open(pc);
    if (pipe2(ends, flags | O_NONBLOCK) != 0) {
        return -1;
    }
    struct sley_description *out = sley_descriptor_make(SLEY_CHANNEL_PIPE, flags, pc);
    sley_descriptor_set(ends[0], out);
    sley_descriptor_set(ends[1], sley_descriptor_make_end(out->channel, 0, flags, pc));
    return 0;
}

int
sley_pipe(int ends[2])
{
    return sley_descriptor_active() ? make_pipe(ends, 0, SLEY_CALLER()) : pipe(ends);
}

int
sley_pipe2(int ends[2], int flags)
{
    return sley_descriptor_active() ? make_pipe(ends, flags, SLEY_CALLER()) : pipe2(ends, flags);
}

int
sley_socketpair(int domain, int type, int protocol, int ends[2])
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active()) {
        return socketpair(domain, type, protocol, ends);
    }
    point_open(pc);
    if (socketpair(domain, type | SOCK_NONBLOCK, protocol, ends) != 0) {
        return -1;
    }
    struct sley_description *first =
        sley_descriptor_make(SLEY_CHANNEL_SOCKET, type & SOCK_NONBLOCK, pc);
    struct sley_description *second =
        sley_descriptor_make_end(first->channel, 1, type & SOCK_NONBLOCK, pc);
    first->paired = second->paired = true;
    first->message = second->message = (type & 0xf) != SOCK_STREAM;
    sley_descriptor_set(ends[0], first);
    sley_descriptor_set(ends[1], second);
    return 0;
}

int
sley_eventfd(unsigned value, int flags)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active()) {
        return eventfd(value, flags);
    }
    point_open(pc);
    int number = eventfd(value, flags | EFD_NONBLOCK);
    if (number >= 0) {
        sley_descriptor_set(number, sley_descriptor_make(SLEY_CHANNEL_EVENT, flags, pc));
    }
    return number;
}

/* A descriptor that another call made of number. */
static int
copied(int number, int copy)
{
    if (copy >= 0 && copy != number) {
        sley_descriptor_set(copy, sley_descriptor_own(number));
    }
    return copy;
}

int
sley_dup(int number)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active()) {
        return dup(number);
    }
    sley_channel_point_number(SLEY_OP_OPEN, sley_descriptor_channel(number, pc), pc);
    return copied(number, dup(number));
}

/* The number to is taken from what it led to. */
static int
replace(int number, int to, int flags, bool third, uintptr_t pc)
{
    sley_channel_point_number(SLEY_OP_OPEN, sley_descriptor_channel(number, pc), pc);
    const struct sley_description *former = sley_descriptor_own(to);
    if (former && to != number) {
        sley_clock_release(sley_descriptor_clock(former, false));
        sley_descriptor_leaves(to);
    }
    int copy = copied(number, third ? dup3(number, to, flags) : dup2(number, to));
    sley_descriptor_changed();
    return copy;
}

int
sley_dup2(int number, int to)
{
    return sley_descriptor_active() ? replace(number, to, 0, false, SLEY_CALLER())
                                    : dup2(number, to);
}

int
sley_dup3(int number, int to, int flags)
{
    return sley_descriptor_active() ? replace(number, to, flags, true, SLEY_CALLER())
                                    : dup3(number, to, flags);
}

int
sley_transfer_close(int number, uintptr_t pc)
{
    sley_cancel_point(pc);
    const struct sley_description *own = sley_descriptor_own(number);
    sley_channel_point_number(SLEY_OP_CLOSE, own ? own->channel : sley_descriptor_numbers(pc), pc);
    own = sley_descriptor_own(number); /* as it is now that the call executes */
    if (own) {
        sley_clock_release(sley_descriptor_clock(own, false));
        sley_descriptor_leaves(number);
    }
    int result = close(number);
    if (own && result == 0) {
        sley_descriptor_set(number, NULL);
    }
    sley_descriptor_changed();
    return result;
}

int
sley_close(int number)
{
    return sley_descriptor_active() ? sley_transfer_close(number, SLEY_CALLER()) : close(number);
}

static void
point_control(int number, uintptr_t pc)
{
    sley_channel_point(SLEY_OP_CONTROL, sley_descriptor_channel(number, pc), pc);
}

static int
control(int number, int command, void *argument, uintptr_t pc)
{
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
        sley_channel_point_number(SLEY_OP_OPEN, sley_descriptor_channel(number, pc), pc);
        return copied(number, fcntl(number, command, argument));
    }
    struct sley_description *own = sley_descriptor_own(number);
    if (!own || (command != F_SETFL && command != F_GETFL)) {
        return fcntl(number, command, argument);
    }
    point_control(number, pc);
    own = sley_descriptor_own(number);
    if (command == F_GETFL || !own) {
        int flags = fcntl(number, F_GETFL);
        return flags >= 0 && own && own->waits ? flags & ~O_NONBLOCK : flags;
    }
    int flags = (int)(intptr_t)argument;
    own->waits = !(flags & O_NONBLOCK);
    return fcntl(number, F_SETFL, flags | O_NONBLOCK);
}

int
sley_fcntl(int number, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *); /* a number or a pointer, in one register */
    va_end(arguments);
    return sley_descriptor_active() ? control(number, command, argument, SLEY_CALLER())
                                    : fcntl(number, command, argument);
}

int
sley_fcntl64(int number, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return sley_descriptor_active() ? control(number, command, argument, SLEY_CALLER())
                                    : fcntl(number, command, argument);
}

int
sley_ioctl(int number, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    struct sley_description *own = sley_descriptor_active() ? sley_descriptor_own(number) : NULL;
    if (!own || request != FIONBIO) {
        return ioctl(number, request, argument);
    }
    point_control(number, SLEY_CALLER());
    own = sley_descriptor_own(number);
    if (!own) {
        errno = EBADF;
        return -1;
    }
    own->waits = *(const int *)argument == 0;
    return 0;
}

int
sley_shutdown(int number, int how)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active()) {
        return shutdown(number, how);
    }
    point_control(number, pc);
    const struct sley_description *own = sley_descriptor_own(number);
    if (own) {
        sley_clock_release(sley_descriptor_clock(own, false));
    }
    int result = shutdown(number, how);
    sley_descriptor_changed();
    return result;
}
