/* Measures this machine's C profile. */
#ifndef SLEY_MODELS_MACHINE_CALIBRATE_H
#define SLEY_MODELS_MACHINE_CALIBRATE_H

#include "models/machine/profile.h"

#include <stdbool.h>
#include <stdio.h>

enum { SLEY_CALIBRATE_ROUNDS_MAX = 31 };

struct sley_calibrate_options {
    uint32_t rounds; /* 1..31, odd is best; 0: 15 */
    uint32_t scale;  /* repetitions in a measurement; 0: 4 */
};

/* A figure in thousandths of its cost's unit. */
struct sley_figure {
    const char *what; /* NULL: not measured */
    uint64_t median, low, high;
};

struct sley_calibration {
    uint32_t rounds;
    uint32_t share; /* median share of a core that pure computing was given, in thousandths */
    struct sley_figure figure[SLEY_COST_COUNT];
};

/* Below this the machine was busy with other work, and no figure is to be trusted. */
enum { SLEY_CALIBRATE_SHARE_MIN = 950 };

/* Measures everything once in each round, one after the other, so that a disturbance hits all
 * alike; takes about a second. */
enum sley_status sley_calibrate(struct sley_calibration *calibration,
                                const struct sley_calibrate_options *options,
                                struct sley_error *error);

/* Prints the calibration as a profile named "here"; what was not measured is the profile c's. */
void sley_calibration_print(FILE *out, const struct sley_calibration *calibration);

#endif
