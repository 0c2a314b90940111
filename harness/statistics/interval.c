#include "statistics/interval.h"

#include <math.h>

/* Modified Lentz evaluation of the continued fraction (W. Lentz, Applied Optics 15, 1976) of the
 * incomplete beta function (M. Abramowitz, I. Stegun, 26.5.8); converges fast for
 * x < (a + 1) / (a + b + 2). */
static double
fraction(double x, double a, double b)
{
    const double tiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    /* About sqrt(max(a, b)) terms are needed; the bound is for any 64-bit count. */
    for (int m = 1; m <= 2000000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + even * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + even / c;
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        d = 1 + odd * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + odd / c;
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        if (fabs(d * c - 1) < 1e-15) {
            break;
        }
    }
    return value;
}

double
sley_incomplete_beta(double x, double a, double b)
{
    if (x <= 0) {
        return 0;
    }
    if (x >= 1) {
        return 1;
    }
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2)) {
        return front * fraction(x, a, b) / a;
    }
    return 1 - front * fraction(1 - x, b, a) / b;
}

/* The x with I_x(a, b) = share. Bisection: monotone, no derivative to go wrong, ends when the
 * interval has no double inside. */
static double
quantile(double share, double a, double b)
{
    double low = 0, high = 1;
    for (int i = 0; i < 1100; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        if (sley_incomplete_beta(middle, a, b) < share) {
            low = middle;
        } else {
            high = middle;
        }
        if (high - low < high * 1e-15) {
            break;
        }
    }
    return low + (high - low) / 2;
}

struct sley_interval
sley_interval_binomial(uint64_t event_count, uint64_t run_count)
{
    if (run_count == 0) {
        return (struct sley_interval){0, 1, false};
    }
    double k = (double)event_count, n = (double)run_count;
    if (event_count == 0) {
        return (struct sley_interval){0, -expm1(log(0.05) / n), true};
    }
    double high = event_count == run_count ? 1 : quantile(0.975, k + 1, n - k);
    return (struct sley_interval){quantile(0.025, k, n - k + 1), high, false};
}

struct sley_interval
sley_interval_waiting(uint64_t run_count)
{
    if (run_count == 0) {
        return (struct sley_interval){0, 1, false};
    }
    double n = (double)run_count;
    double high = run_count == 1 ? 1 : -expm1(log(0.025) / (n - 1));
    return (struct sley_interval){-expm1(log(0.975) / n), high, false};
}

double
sley_unseen_share(uint64_t single_count, uint64_t run_count)
{
    return run_count ? (double)single_count / (double)run_count : 1;
}
