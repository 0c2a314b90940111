#include "pthread/deadline.h"

#include "pthread/clock.h"

#include <errno.h>

/* Further away than this is never: 146 years, and sums of two such times do not overflow. */
static const uint64_t never_ns = (uint64_t)1 << 62;

static bool
is_virtual(clockid_t clock)
{
    return sley_clock_is_wall(clock) || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME;
}

struct sley_deadline
sley_deadline_at(clockid_t clock, const struct timespec *at)
{
    if (!sley_clock_valid_time(at) || !is_virtual(clock)) {
        return (struct sley_deadline){0, EINVAL};
    }
    int64_t seconds = at->tv_sec - (sley_clock_is_wall(clock) ? SLEY_CLOCK_EPOCH : 0);
    if (seconds < 0) {
        return (struct sley_deadline){0, ETIMEDOUT};
    }
    if ((uint64_t)seconds > never_ns / 1000000000) {
        return (struct sley_deadline){UINT64_MAX, ETIMEDOUT};
    }
    return (struct sley_deadline){(uint64_t)seconds * 1000000000 + (uint64_t)at->tv_nsec,
                                  ETIMEDOUT};
}

struct sley_deadline
sley_deadline_in(const struct timespec *duration)
{
    if (!sley_clock_valid_time(duration) || duration->tv_sec < 0) {
        return (struct sley_deadline){0, EINVAL};
    }
    if ((uint64_t)duration->tv_sec > never_ns / 1000000000) {
        return (struct sley_deadline){UINT64_MAX, ETIMEDOUT};
    }
    return (struct sley_deadline){sley_engine.clock_ns + (uint64_t)duration->tv_sec * 1000000000 +
                                      (uint64_t)duration->tv_nsec,
                                  ETIMEDOUT};
}

bool
sley_deadline_gate(enum sley_op op, struct sley_gate *gate, struct sley_deadline deadline,
                   uintptr_t pc)
{
    if (deadline.at_ns > sley_engine.clock_ns) {
        return sley_point_gate(op, gate, deadline.at_ns, pc);
    }
    sley_point(op, gate->object, pc);
    return gate->open;
}

void
sley_deadline_in_vain(uint32_t step, struct sley_deadline deadline, bool interrupted)
{
    bool late = deadline.error == ETIMEDOUT && deadline.at_ns <= sley_engine.clock_ns;
    sley_note_in_vain(step, interrupted ? SLEY_EVENT_INTERRUPTED : late ? SLEY_EVENT_TIMED_OUT : 0);
}
