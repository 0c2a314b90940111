#include "statistics/interval.h"

#include <base/rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
assert_near(double value, double reference)
{
    if (!(fabs(value - reference) <= 1e-9)) {
        fail_msg("%.17g is not %.17g", value, reference);
    }
}

/* References: the tails summed as rationals in decimal arithmetic of 60 digits, bisected. */
static void
binomial_intervals_agree_with_references_to_1e_9(void **state)
{
    (void)state;
    static const struct {
        uint64_t events, runs;
        double low, high;
    } references[] = {
        {1, 10, 0.002528578544461784, 0.4450161170281954},
        {5, 10, 0.1870860284473985, 0.8129139715526015},
        {10, 10, 0.6915028921812392, 1},
        {19, 20, 0.7512672372279722, 0.9987349105020502},
        {3, 100, 0.006229971538306394, 0.08517605297428003},
        {50, 100, 0.398321129503301, 0.601678870496699},
        {1, 1000, 2.531748749129404e-05, 0.005558924279826673},
        {7, 1000, 0.002818858759620526, 0.01436919497891863},
        {999, 1000, 0.9944410757201734, 0.9999746825125088},
        {40, 5000, 0.005721291167774531, 0.01087795269768236},
        {1, 10000, 2.531777593474687e-06, 0.0005570369979470474},
        {12, 10000, 0.0006202063772964036, 0.002095219279370976},
    };
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        struct sley_interval interval =
            sley_interval_binomial(references[i].events, references[i].runs);
        assert_false(interval.one_sided);
        assert_near(interval.low, references[i].low);
        assert_near(interval.high, references[i].high);
    }
}

static void
without_an_event_only_the_upper_bound_is_said(void **state)
{
    (void)state;
    struct sley_interval interval = sley_interval_binomial(0, 2000);
    assert_true(interval.one_sided);
    assert_near(interval.low, 0);
    assert_near(interval.high, 0.001496744895188284);
    interval = sley_interval_binomial(0, 0);
    assert_near(interval.low, 0);
    assert_near(interval.high, 1);
}

static void
the_waiting_time_has_the_interval_of_the_geometric_law(void **state)
{
    (void)state;
    static const struct {
        uint64_t runs;
        double low, high;
    } references[] = {
        {1, 0.025, 1},
        {2, 0.012579117093425049, 0.975},
        {17, 0.0014881743912666345, 0.205907214207822742},
        {2000, 0.000012658823868557889, 0.001843660773923810},
    };
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        struct sley_interval interval = sley_interval_waiting(references[i].runs);
        assert_near(interval.low, references[i].low);
        assert_near(interval.high, references[i].high);
    }
}

static void
intervals_of_large_campaigns_stay_sane(void **state)
{
    (void)state;
    struct sley_interval interval = sley_interval_binomial(1000000, 1000000000000);
    assert_true(interval.low > 0.99e-6 && interval.low < 1e-6);
    assert_true(interval.high > 1e-6 && interval.high < 1.01e-6);
}

enum { CAMPAIGNS = 2000 };

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The share of simulated campaigns whose interval holds the true probability. The exact interval
 * covers at least 95 %; for 2,000 campaigns the deviation of the share is below 0.5 %, and the
 * seeds are fixed. */
static void
simulated_campaigns_are_covered_as_promised(void **state)
{
    (void)state;
    static const struct {
        uint32_t per_million, runs;
    } laws[] = {{500000, 100}, {50000, 200}, {5000, 1000}, {2500, 4000}, {100000, 50}};
    for (size_t law = 0; law < sizeof laws / sizeof laws[0]; law++) {
        static double widths[CAMPAIGNS];
        double truth = laws[law].per_million / 1e6;
        struct sley_rng rng;
        sley_rng_init(&rng, 7, law);
        int covered = 0;
        for (int c = 0; c < CAMPAIGNS; c++) {
            uint64_t events = 0;
            for (uint32_t r = 0; r < laws[law].runs; r++) {
                events += sley_rng_below(&rng, 1000000) < laws[law].per_million;
            }
            struct sley_interval interval = sley_interval_binomial(events, laws[law].runs);
            covered += interval.low <= truth && truth <= interval.high;
            widths[c] = interval.high - interval.low;
        }
        assert_in_range(covered, CAMPAIGNS * 94 / 100, CAMPAIGNS * 99 / 100);
        qsort(widths, CAMPAIGNS, sizeof widths[0], by_value);
        struct sley_interval expected = sley_interval_binomial(
            (uint64_t)laws[law].per_million * laws[law].runs / 1000000, laws[law].runs);
        double ratio = widths[CAMPAIGNS / 2] / (expected.high - expected.low);
        print_message("p %g, n %u: coverage %.4f, median width %.3f of the reference\n", truth,
                      laws[law].runs, (double)covered / CAMPAIGNS, ratio);
        assert_true(ratio > 0.9 && ratio < 1.1);
    }
}

static void
the_unseen_share_is_that_of_the_singletons(void **state)
{
    (void)state;
    assert_near(sley_unseen_share(0, 100), 0);
    assert_near(sley_unseen_share(25, 100), 0.25);
    assert_near(sley_unseen_share(0, 0), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binomial_intervals_agree_with_references_to_1e_9),
        cmocka_unit_test(without_an_event_only_the_upper_bound_is_said),
        cmocka_unit_test(the_waiting_time_has_the_interval_of_the_geometric_law),
        cmocka_unit_test(intervals_of_large_campaigns_stay_sane),
        cmocka_unit_test(simulated_campaigns_are_covered_as_promised),
        cmocka_unit_test(the_unseen_share_is_that_of_the_singletons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
