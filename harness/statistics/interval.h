/* How sure a campaign may be of the probability that a run fails.
 *
 * All of it holds under the campaign's own strategy, with runs drawn independently: it says nothing
 * of how often a program fails in the field. */
#ifndef SLEY_STATISTICS_INTERVAL_H
#define SLEY_STATISTICS_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

/* A 95 % interval for a probability: 0 <= low <= high <= 1. */
struct sley_interval {
    double low;
    double high;
    bool one_sided; /* high alone is a bound, at 95 %; low is 0 */
};

/* For a campaign of run_count runs fixed beforehand, of which event_count showed the event: exact
 * binomial, 2.5 % on each side (C. Clopper, E. Pearson, Biometrika 26, 1934). With no event the
 * upper bound alone, at 5 %: 1 - 0.05^(1/n). No run: [0, 1]. event_count <= run_count. */
struct sley_interval sley_interval_binomial(uint64_t event_count, uint64_t run_count);

/* For a campaign that stopped at its first event, in run number run_count (from 1): the exact
 * interval of the geometric law, 2.5 % on each side. The binomial one would be wrong, since the
 * number of runs was not fixed. */
struct sley_interval sley_interval_waiting(uint64_t run_count);

/* Estimated share of the probability that lies on classes never seen, when of run_count draws
 * single_count fell on classes seen once (I. Good, A. Turing, Biometrika 40, 1953): f1 / n; 1
 * without any draw. */
double sley_unseen_share(uint64_t single_count, uint64_t run_count);

/* I_x(a, b), the distribution function of Beta(a, b), for a, b > 0 and 0 <= x <= 1; relative error
 * about 1e-12 for a + b up to 10^4, growing with it. */
double sley_incomplete_beta(double x, double a, double b);

#endif
