/* poll and select: waiting for several descriptors. */
#include "descriptor/bytes.h"
#include "descriptor/wait.h"
#include "descriptor/weak.h"
#include "pthread/memory.h"

#include <errno.h>
#include <string.h>

enum { COPIED_MAX = 1024 }; /* FD_SETSIZE; longer lists are waited for where they lie */

/* Whether some of the files are not up to the tasks alone. */
static bool
any_outside(const struct pollfd *files, nfds_t count)
{
    for (nfds_t i = 0; i < count; i++) {
        const struct sley_description *own = sley_descriptor_own(files[i].fd);
        if (files[i].fd >= 0 && (!own || own->outside)) {
            return true;
        }
    }
    return false;
}

/* The object that stands for the wait: the first, which is often the only one. */
static struct sley_channel *
first_channel(const struct pollfd *files, nfds_t count, uintptr_t pc)
{
    nfds_t i = 0;
    while (i < count && files[i].fd < 0) {
        i++;
    }
    return i < count ? sley_descriptor_channel(files[i].fd, pc) : sley_descriptor_numbers(pc);
}

/* Waits until one of the files is ready, or duration_ns of virtual time (UINT64_MAX: for ever),
 * under a mask of signals (NULL: the task's own). Returns what poll says of them then. */
static int
wait_files(struct pollfd *files, nfds_t count, uint64_t duration_ns, const sigset_t *signals,
           uintptr_t pc)
{
    struct sley_ready ready = {
        .op = SLEY_OP_POLL,
        .wait = SLEY_WAIT_READY,
        .channel = first_channel(files, count, pc),
        .files = files,
        .file_count = count,
        .outside = any_outside(files, count),
        .deadline_ns = sley_descriptor_deadline(duration_ns),
        .restart = SLEY_RESTART_NEVER,
        .signals = signals,
    };
    if (count == 0 && duration_ns != UINT64_MAX && !signals) {
        errno = EINTR;
        return sley_sleep_interruptible(ready.deadline_ns, pc) ? 0 : -1;
    }
    enum sley_waited waited;
    int result;
    do {
        waited = sley_descriptor_wait(&ready, pc);
        if (waited == SLEY_WAITED_EINTR) {
            errno = EINTR;
            return -1;
        }
        result = poll(files, count, 0);
    } while (result == 0 && waited == SLEY_WAITED_OPEN && ready.deadline_ns > sley_engine.clock_ns);
    return result;
}

static int
poll_files(struct pollfd *files, nfds_t count, uint64_t duration_ns, const sigset_t *signals,
           uintptr_t pc)
{
    struct pollfd copy[COPIED_MAX];
    if (count > COPIED_MAX) {
        return wait_files(files, count, duration_ns, signals, pc);
    }
    memcpy(copy, files, count * sizeof copy[0]);
    int result = wait_files(copy, count, duration_ns, signals, pc);
    for (nfds_t i = 0; i < count && result >= 0; i++) {
        sley_bytes_touch(&files[i].fd, sizeof files[i].fd, false, pc);
        sley_bytes_touch(&files[i].events, sizeof files[i].events, false, pc);
        sley_bytes_touch(&files[i].revents, sizeof files[i].revents, true, pc);
        files[i].revents = copy[i].revents;
    }
    int saved_errno = errno;
    sley_descriptor_release();
    errno = saved_errno;
    return result;
}

static uint64_t
duration_of_ms(int ms)
{
    return ms < 0 ? UINT64_MAX : (uint64_t)ms * 1000000;
}

static uint64_t
duration_of(const struct timespec *at)
{
    static const uint64_t longest_s = (uint64_t)1 << 32;
    if (!at || (uint64_t)at->tv_sec > longest_s) {
        return UINT64_MAX;
    }
    return (uint64_t)at->tv_sec * 1000000000 + (uint64_t)at->tv_nsec;
}

static bool
is_valid(const struct timespec *at)
{
    bool valid = !at || (at->tv_sec >= 0 && at->tv_nsec >= 0 && at->tv_nsec < 1000000000);
    if (!valid) {
        errno = EINVAL;
    }
    return valid;
}

int
sley_poll(struct pollfd *files, nfds_t count, int timeout_ms)
{
    return sley_descriptor_active()
               ? poll_files(files, count, duration_of_ms(timeout_ms), NULL, SLEY_CALLER())
               : poll(files, count, timeout_ms);
}

int
sley___poll_chk(struct pollfd *files, nfds_t count, int timeout_ms, size_t room)
{
    sley_memory_check_room(count * sizeof files[0], room, SLEY_CALLER());
    return sley_descriptor_active()
               ? poll_files(files, count, duration_of_ms(timeout_ms), NULL, SLEY_CALLER())
               : poll(files, count, timeout_ms);
}

int
sley_ppoll(struct pollfd *files, nfds_t count, const struct timespec *timeout,
           const sigset_t *signals)
{
    if (!sley_descriptor_active()) {
        return ppoll(files, count, timeout, signals);
    }
    return is_valid(timeout)
               ? poll_files(files, count, duration_of(timeout), signals, SLEY_CALLER())
               : -1;
}

/* The sets of a select as a list; returns its length. */
static nfds_t
list_sets(struct pollfd files[COPIED_MAX], int count, const fd_set *in, const fd_set *out,
          const fd_set *other)
{
    nfds_t used = 0;
    for (int i = 0; i < count && i < COPIED_MAX; i++) {
        short events = 0;
        events |= in && FD_ISSET(i, in) ? POLLIN : 0;
        events |= out && FD_ISSET(i, out) ? POLLOUT : 0;
        events |= other && FD_ISSET(i, other) ? POLLPRI : 0;
        if (events) {
            files[used++] = (struct pollfd){.fd = i, .events = events};
        }
    }
    return used;
}

/* What select says right now; the sets are changed only by a success. */
static int
select_now(int count, fd_set *sets[3], const fd_set wanted[3])
{
    struct timeval none = {0, 0};
    fd_set now[3];
    memcpy(now, wanted, sizeof now);
    int result = select(count, sets[0] ? &now[0] : NULL, sets[1] ? &now[1] : NULL,
                        sets[2] ? &now[2] : NULL, &none);
    for (int i = 0; i < 3 && result >= 0; i++) {
        if (sets[i]) {
            *sets[i] = now[i];
        }
    }
    return result;
}

/* With a time-out of 0 Linux does not look at signals. */
static int
select_files(int count, fd_set *sets[3], uint64_t duration_ns, const sigset_t *signals,
             uintptr_t pc)
{
    struct pollfd files[COPIED_MAX];
    fd_set wanted[3];
    uint64_t end_ns = sley_descriptor_deadline(duration_ns);
    for (int i = 0; i < 3; i++) {
        FD_ZERO(&wanted[i]);
        if (sets[i]) {
            wanted[i] = *sets[i];
        }
    }
    nfds_t used = list_sets(files, count, sets[0], sets[1], sets[2]);
    int result;
    bool over;
    do {
        uint64_t now_ns = sley_engine.clock_ns;
        uint64_t left_ns = end_ns == UINT64_MAX ? end_ns : end_ns > now_ns ? end_ns - now_ns : 0;
        int came = wait_files(files, used, left_ns, left_ns > 0 ? signals : NULL, pc);
        over = came <= 0;
        result = came < 0 ? -1 : select_now(count, sets, wanted);
    } while (result == 0 && !over);
    for (int i = 0; i < 3 && result >= 0; i++) {
        sley_bytes_touch(sets[i], sets[i] ? (size_t)(count + 7) / 8 : 0, true, pc);
    }
    int saved_errno = errno;
    sley_descriptor_release();
    errno = saved_errno;
    return result;
}

int
sley_select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
            struct timeval *restrict timeout)
{
    if (!sley_descriptor_active()) {
        return select(count, in, out, other, timeout);
    }
    struct timespec at = {0};
    if (timeout) {
        at = (struct timespec){timeout->tv_sec + timeout->tv_usec / 1000000,
                               timeout->tv_usec % 1000000 * 1000};
    }
    fd_set *sets[3] = {in, out, other};
    if (!is_valid(&at)) {
        return -1;
    }
    return select_files(count, sets, timeout ? duration_of(&at) : UINT64_MAX, NULL, SLEY_CALLER());
}

int
sley_pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
             const struct timespec *restrict timeout, const sigset_t *restrict signals)
{
    if (!sley_descriptor_active()) {
        return pselect(count, in, out, other, timeout, signals);
    }
    fd_set *sets[3] = {in, out, other};
    if (!is_valid(timeout)) {
        return -1;
    }
    return select_files(count, sets, duration_of(timeout), signals, SLEY_CALLER());
}
