#include "models/machine/calibrate.h"

#include "models/machine/measure.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ROUNDS_DEFAULT = 15, SCALE_DEFAULT = 4 };

static int
ascending(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static struct sley_figure
figure_of(uint64_t *values, uint32_t count, const char *what)
{
    qsort(values, count, sizeof values[0], ascending);
    return (struct sley_figure){what, values[count / 2], values[0], values[count - 1]};
}

enum sley_status
sley_calibrate(struct sley_calibration *calibration, const struct sley_calibrate_options *options,
               struct sley_error *error)
{
    static uint64_t values[SLEY_MEASURE_COUNT][SLEY_CALIBRATE_ROUNDS_MAX];
    uint64_t shares[SLEY_CALIBRATE_ROUNDS_MAX];
    uint32_t rounds = options->rounds ? options->rounds : ROUNDS_DEFAULT;
    uint32_t scale = options->scale ? options->scale : SCALE_DEFAULT;
    if (rounds > SLEY_CALIBRATE_ROUNDS_MAX) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "%u rounds of calibration; 1 to %d are right", rounds,
                              SLEY_CALIBRATE_ROUNDS_MAX);
    }
    for (uint32_t round = 0; round < rounds; round++) {
        shares[round] = sley_measure_share(scale);
        for (uint32_t i = 0; i < SLEY_MEASURE_COUNT; i++) {
            if (!sley_measures[i].run(scale, &values[i][round])) {
                return sley_error_set(
                    error, SLEY_ERROR_SYSTEM,
                    "cannot measure %s (%s): refused, or nobody came in 5 seconds",
                    sley_cost_key(sley_measures[i].cost), sley_measures[i].what);
            }
        }
    }
    *calibration = (struct sley_calibration){.rounds = rounds};
    calibration->share = (uint32_t)figure_of(shares, rounds, "").median;
    for (uint32_t i = 0; i < SLEY_MEASURE_COUNT; i++) {
        calibration->figure[sley_measures[i].cost] =
            figure_of(values[i], rounds, sley_measures[i].what);
    }
    return SLEY_OK;
}

static void
print_measured(FILE *out, enum sley_cost cost, const struct sley_figure *figure)
{
    const char *unit = sley_cost_unit(cost);
    fprintf(out,
            "%-20s %8" PRIu64 ".%" PRIu64 " %-7s # %s; %" PRIu64 ".%" PRIu64 " to %" PRIu64
            ".%" PRIu64 "\n",
            sley_cost_key(cost), figure->median / 1000, figure->median / 100 % 10, unit,
            figure->what, figure->low / 1000, figure->low / 100 % 10, figure->high / 1000,
            figure->high / 100 % 10);
}

/* What stands for a cost that is not measured: the figure of another, or of the profile c. */
static void
print_taken_over(FILE *out, enum sley_cost cost, const struct sley_calibration *calibration)
{
    enum sley_cost as = cost == SLEY_COST_CREATE_FORKSERVER  ? SLEY_COST_CREATE_FORK
                        : cost == SLEY_COST_QUEUE_ROUND_TRIP ? SLEY_COST_PIPE_ROUND_TRIP
                        : cost == SLEY_COST_SERIALISE_READ   ? SLEY_COST_SERIALISE_WRITE
                                                             : cost;
    uint64_t value =
        as == cost ? sley_profile_find("c")->value[cost] : calibration->figure[as].median / 1000;
    fprintf(out, "%-20s %8" PRIu64 "   %-7s # not measured: %s%s\n", sley_cost_key(cost), value,
            sley_cost_unit(cost), as == cost ? "that of the profile c" : "as ",
            as == cost ? "" : sley_cost_key(as));
}

void
sley_calibration_print(FILE *out, const struct sley_calibration *calibration)
{
    fprintf(out,
            "# Medians of %u rounds, with the least and the most seen. Pure computing was given\n"
            "# %u.%u %% of a core.\n",
            calibration->rounds, calibration->share / 10, calibration->share % 10);
    if (calibration->share < SLEY_CALIBRATE_SHARE_MIN) {
        fprintf(out, "# NOTE: this machine was busy with other work: do not trust the figures.\n");
    }
    fprintf(out, "name    here\nsource  sley calibrate on this machine%s\n\n",
            calibration->share < SLEY_CALIBRATE_SHARE_MIN ? ", busy with other work: not to trust"
                                                          : "");
    for (enum sley_cost cost = 0; cost < SLEY_COST_COUNT; cost++) {
        if (calibration->figure[cost].what) {
            print_measured(out, cost, &calibration->figure[cost]);
        } else {
            print_taken_over(out, cost, calibration);
        }
    }
}
