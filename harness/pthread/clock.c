/* Sleeping, and every way to read a clock. */
#include "pthread/clock.h"

#include "engine/engine.h"
#include "pthread/deadline.h"
#include "pthread/front.h"

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

static void
sleep_ns(uint64_t duration_ns, uintptr_t pc)
{
    if (sley_running()) {
        sley_sleep_until(sley_engine.clock_ns + duration_ns, pc);
    }
}

void
sley_clock_sleep_for(const struct timespec *duration, uintptr_t pc)
{
    uint64_t seconds = (uint64_t)duration->tv_sec;
    seconds = seconds < longest_s ? seconds : longest_s;
    sleep_ns(seconds * second_ns + (uint64_t)duration->tv_nsec, pc);
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
sleep_for(const struct timespec *duration, uintptr_t pc)
{
    if (!sley_clock_valid_time(duration) || duration->tv_sec < 0) {
        return EINVAL;
    }
    sley_clock_sleep_for(duration, pc);
    return 0;
}

unsigned
sley_sleep(unsigned seconds)
{
    sleep_ns(seconds * second_ns, SLEY_CALLER());
    return 0;
}

int
sley_usleep(useconds_t us)
{
    sleep_ns((uint64_t)us * 1000, SLEY_CALLER());
    return 0;
}

int
sley_nanosleep(const struct timespec *duration, struct timespec *left)
{
    (void)left; /* no signal ever interrupts a sleep */
    int error = sleep_for(duration, SLEY_CALLER());
    if (error != 0) {
        errno = error;
        return -1;
    }
    return 0;
}

int
sley_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
{
    (void)left;
    uintptr_t pc = SLEY_CALLER();
    if (!is_known(clock) || clock == CLOCK_THREAD_CPUTIME_ID) {
        return EINVAL;
    }
    if (!(flags & TIMER_ABSTIME)) {
        return sleep_for(time, pc);
    }
    struct sley_deadline deadline = sley_deadline_at(clock, time);
    if (deadline.error == EINVAL) {
        return EINVAL;
    }
    uint64_t longest_ns = longest_s * second_ns;
    sley_sleep_until(deadline.at_ns < longest_ns ? deadline.at_ns : longest_ns, pc);
    return 0;
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
