/* Sleeping, and every way to read a clock. */
#include "pthread/clock.h"

#include "engine/engine.h"
#include "pthread/deadline.h"
#include "pthread/front.h"
#include "pthread/interrupt.h"

#include <errno.h>

static const uint64_t second_ns = 1000000000;
static const uint64_t longest_s = (uint64_t)1 << 32; /* longer sleeps end then: 136 years */

bool
sley_clock_is_wall(clockid_t clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

static bool
is_known(clockid_t clock)
{
    return sley_clock_is_wall(clock) || clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
           clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME ||
           clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
}

bool
sley_clock_valid_time(const struct timespec *at)
{
    return at->tv_nsec >= 0 && at->tv_nsec < (long)second_ns;
}

/* Sleeps; what is left of the time if a handler ended that. */
static uint64_t
sleep_ns(uint64_t duration_ns, uintptr_t pc)
{
    if (!sley_running()) {
        return 0;
    }
    uint64_t until_ns = sley_engine.clock_ns + duration_ns;
    if (sley_sleep_interruptible(until_ns, pc)) {
        return 0;
    }
    return until_ns - sley_engine.clock_ns;
}

int
sley_clock_sleep_for(const struct timespec *duration, struct timespec *left, uintptr_t pc)
{
    uint64_t seconds = (uint64_t)duration->tv_sec;
    seconds = seconds < longest_s ? seconds : longest_s;
    uint64_t left_ns = sleep_ns(seconds * second_ns + (uint64_t)duration->tv_nsec, pc);
    if (left_ns == 0) {
        return 0;
    }
    if (left) {
        *left = (struct timespec){(time_t)(left_ns / second_ns), (long)(left_ns % second_ns)};
    }
    return EINTR;
}

/* The time of day, or of the run. */
static struct timespec
now(bool wall, uintptr_t pc)
{
    uint64_t ns = sley_clock_read(pc);
    return (struct timespec){
        .tv_sec = (time_t)(ns / second_ns) + (wall ? SLEY_CLOCK_EPOCH : 0),
        .tv_nsec = (long)(ns % second_ns),
    };
}

/* A relative sleep. 0 or an error number. */
static int
sleep_for(const struct timespec *duration, struct timespec *left, uintptr_t pc)
{
    if (!sley_clock_valid_time(duration) || duration->tv_sec < 0) {
        return EINVAL;
    }
    return sley_clock_sleep_for(duration, left, pc);
}

unsigned
sley_sleep(unsigned seconds)
{
    uint64_t left_ns = sleep_ns(seconds * second_ns, SLEY_CALLER());
    return (unsigned)((left_ns + second_ns - 1) / second_ns);
}

int
sley_usleep(useconds_t us)
{
    if (sleep_ns((uint64_t)us * 1000, SLEY_CALLER()) != 0) {
        errno = EINTR;
        return -1;
    }
    return 0;
}

int
sley_nanosleep(const struct timespec *duration, struct timespec *left)
{
    int error = sleep_for(duration, left, SLEY_CALLER());
    if (error != 0) {
        errno = error;
        return -1;
    }
    return 0;
}

int
sley_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
{
    uintptr_t pc = SLEY_CALLER();
    if (!is_known(clock) || clock == CLOCK_THREAD_CPUTIME_ID) {
        return EINVAL;
    }
    if (!(flags & TIMER_ABSTIME)) {
        return sleep_for(time, left, pc);
    }
    struct sley_deadline deadline = sley_deadline_at(clock, time);
    if (deadline.error == EINVAL || !sley_running()) {
        return deadline.error == EINVAL ? EINVAL : 0;
    }
    uint64_t longest_ns = longest_s * second_ns;
    uint64_t until_ns = deadline.at_ns < longest_ns ? deadline.at_ns : longest_ns;
    return sley_sleep_interruptible(until_ns, pc) ? 0 : EINTR;
}

int
sley_clock_gettime(clockid_t clock, struct timespec *at)
{
    if (!sley_running()) {
        return clock_gettime(clock, at);
    }
    if (!is_known(clock)) {
        errno = EINVAL;
        return -1;
    }
    *at = now(sley_clock_is_wall(clock), SLEY_CALLER());
    return 0;
}

int
sley_gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    if (!sley_running()) {
        return gettimeofday(at, zone);
    }
    struct timespec t = now(true, SLEY_CALLER());
    *at = (struct timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / 1000};
    return 0;
}

int
sley_timespec_get(struct timespec *at, int base)
{
    if (!sley_running() || base != TIME_UTC) {
        return timespec_get(at, base);
    }
    *at = now(true, SLEY_CALLER());
    return base;
}

time_t
sley_time(time_t *at)
{
    time_t seconds = sley_running() ? now(true, SLEY_CALLER()).tv_sec : time(NULL);
    if (at) {
        *at = seconds;
    }
    return seconds;
}

clock_t
sley_clock(void)
{
    return sley_running() ? (clock_t)(sley_clock_read(SLEY_CALLER()) / 1000) : clock();
}
