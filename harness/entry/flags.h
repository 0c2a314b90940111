/* What a user says of a program's runs, whatever the command: which verdicts count, which exit
 * codes are no failure, how long a run waits for what is outside. */
#ifndef SLEY_ENTRY_FLAGS_H
#define SLEY_ENTRY_FLAGS_H

#include "campaign/reset.h"

#include <sley/status.h>

#include <stdbool.h>
#include <stdint.h>

enum sley_entry_race {
    SLEY_ENTRY_RACE_REPORT, /* a failure of its own, which decides nothing: others are stronger */
    SLEY_ENTRY_RACE_FAIL,   /* a failure as others are */
    SLEY_ENTRY_RACE_IGNORE, /* not recorded */
};

enum { SLEY_ENTRY_FLAG_COUNT = 6 };

struct sley_entry_flags {
    enum sley_entry_race race;
    uint32_t steps_max;     /* points of a run before the fair tail; 0: the default */
    bool strict_time;       /* a sleep ends when nothing else can run, and not before */
    uint32_t exit_codes[8]; /* bit c % 32 of [c / 32] for each code that is no failure */
    enum sley_reset reset;
    unsigned outside_wait_ms; /* 0: not given */
    /* the flags and values that were given last, as arguments; NULL ends */
    const char *given[2 * SLEY_ENTRY_FLAG_COUNT + 1];
    char text[320]; /* " --race R --exit-codes LIST ...", what differs from the default: printed
                       commands need it to see the same; "" if nothing does */
};

/* Takes "--race R", "--exit-codes LIST", "--steps N", "--sleeps WHEN", "--reset R" and
 * "--outside-wait MS" (also with '=') out of argv, which ends in NULL, and fills flags; what is not
 * given is the default: report, 0, 200,000, early, auto, 5,000. SLEY_ERROR_USAGE: a value is
 * missing or none that is known. */
enum sley_status sley_entry_flags_take(struct sley_entry_flags *flags, int *argc, char **argv,
                                       struct sley_error *error);

/* The program's property is judged by flags from now on; before any run. */
void sley_entry_flags_apply(const struct sley_entry_flags *flags);

#endif
