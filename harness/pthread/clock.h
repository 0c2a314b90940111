/* The clocks of the program under test, all one virtual clock. */
#ifndef SLEY_PTHREAD_CLOCK_H
#define SLEY_PTHREAD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { SLEY_CLOCK_EPOCH = 1700000000 }; /* seconds since 1970 at which every run begins */

/* Whether the clock tells the time of day; the others begin at 0 with the run. */
bool sley_clock_is_wall(clockid_t clock);

/* Whether the nanoseconds are in range. */
bool sley_clock_valid_time(const struct timespec *at);

/* Sleeps for a valid duration of virtual time; outside a run not at all. 0, or EINTR with what is
 * left of it if a handler ended the sleep. left: NULL allowed. */
int sley_clock_sleep_for(const struct timespec *duration, struct timespec *left, uintptr_t pc);

#endif
