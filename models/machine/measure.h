/* What this machine's units cost, each measured once. */
#ifndef SLEY_MODELS_MACHINE_MEASURE_H
#define SLEY_MODELS_MACHINE_MEASURE_H

#include "models/machine/profile.h"

#include <stdbool.h>

struct sley_measure {
    enum sley_cost cost;
    const char *what; /* a phrase */
    /* Fills the figure in thousandths of the cost's unit (ps, 1/1000 B, ps/KiB), from a number of
     * repetitions that grows with scale >= 1. False: the system refused, or somebody waited for
     * 5 seconds. */
    bool (*run)(uint32_t scale, uint64_t *figure);
};

enum { SLEY_MEASURE_COUNT = 12 };

extern const struct sley_measure sley_measures[SLEY_MEASURE_COUNT];

/* The share of the time, in thousandths, that a piece of pure computing was given a core. */
uint32_t sley_measure_share(uint32_t scale);

#endif
