/* epoll: the kernel's own set, which is ready as a descriptor is. */
#include "descriptor/bytes.h"
#include "descriptor/wait.h"
#include "descriptor/weak.h"

#include <errno.h>
#include <fcntl.h>

static int
make(int flags, uintptr_t pc)
{
    sley_channel_point_number(SLEY_OP_OPEN, sley_descriptor_numbers(pc), pc);
    int number = epoll_create1(flags);
    if (number >= 0) {
        sley_descriptor_set(number, sley_descriptor_make(SLEY_CHANNEL_EPOLL, 0, pc));
    }
    return number;
}

int
sley_epoll_create(int size)
{
    if (!sley_descriptor_active() || size <= 0) {
        return epoll_create(size);
    }
    return make(0, SLEY_CALLER());
}

int
sley_epoll_create1(int flags)
{
    return sley_descriptor_active() ? make(flags, SLEY_CALLER()) : epoll_create1(flags);
}

int
sley_epoll_ctl(int set, int operation, int number, struct epoll_event *event)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active()) {
        return epoll_ctl(set, operation, number, event);
    }
    sley_channel_point(SLEY_OP_CONTROL, sley_descriptor_channel(set, pc), pc);
    if (event && operation != EPOLL_CTL_DEL) {
        sley_bytes_touch(event, sizeof *event, false, pc);
    }
    int result = epoll_ctl(set, operation, number, event);
    struct sley_description *own = sley_descriptor_own(set);
    const struct sley_description *member = sley_descriptor_own(number);
    if (own && result == 0) {
        bool outside = operation == EPOLL_CTL_ADD && (!member || member->outside);
        own->outside |= outside;
        sley_engine.result->outside |= outside && sley_descriptor_blocks(number);
        sley_clock_release(sley_descriptor_clock(own, false));
        sley_descriptor_changed();
    }
    return result;
}

static int
wait_set(int set, struct epoll_event *events, int count, int timeout_ms, const sigset_t *signals,
         uintptr_t pc)
{
    uint64_t duration_ns = timeout_ms < 0 ? UINT64_MAX : (uint64_t)timeout_ms * 1000000;
    const struct sley_description *own = sley_descriptor_own(set);
    struct pollfd file = {.fd = set, .events = POLLIN};
    struct sley_ready ready = {
        .op = SLEY_OP_POLL,
        .wait = SLEY_WAIT_READY,
        .channel = sley_descriptor_channel(set, pc),
        .files = &file,
        .file_count = 1,
        .outside = !own || own->outside,
        .deadline_ns = sley_descriptor_deadline(duration_ns),
        .restart = SLEY_RESTART_NEVER,
        .signals = timeout_ms != 0 ? signals : NULL, /* as on Linux */
    };
    enum sley_waited waited;
    int result;
    do {
        waited = sley_descriptor_wait(&ready, pc);
        if (waited == SLEY_WAITED_EINTR) {
            errno = EINTR;
            result = -1;
        } else {
            result = epoll_wait(file.fd, events, count, 0);
        }
    } while (result == 0 && waited == SLEY_WAITED_OPEN && ready.deadline_ns > sley_engine.clock_ns);
    int saved_errno = errno;
    if (result > 0) {
        sley_bytes_touch(events, (size_t)result * sizeof *events, true, pc);
        sley_descriptor_changed();
        if (own) {
            sley_clock_acquire(sley_descriptor_clock(own, true));
        }
    }
    sley_descriptor_release();
    errno = saved_errno;
    return result;
}

int
sley_epoll_wait(int set, struct epoll_event *events, int count, int timeout_ms)
{
    if (!sley_descriptor_active()) {
        return epoll_wait(set, events, count, timeout_ms);
    }
    return wait_set(set, events, count, timeout_ms, NULL, SLEY_CALLER());
}

int
sley_epoll_pwait(int set, struct epoll_event *events, int count, int timeout_ms,
                 const sigset_t *signals)
{
    if (!sley_descriptor_active()) {
        return epoll_pwait(set, events, count, timeout_ms, signals);
    }
    return wait_set(set, events, count, timeout_ms, signals, SLEY_CALLER());
}
