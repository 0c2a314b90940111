#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

/* The published outputs of SplitMix64 from the state 1234567. */
static void
mix64_gives_the_published_values_of_splitmix64(void **state)
{
    (void)state;
    static const uint64_t published[] = {
        6457827717110365317u, 3203168211198807973u,  9817491932198370423u,
        4593380528125082431u, 16408922859458223821u,
    };
    uint64_t at = 1234567;
    for (size_t i = 0; i < 5; i++) {
        assert_true(sley_mix64(at) == published[i]);
        at += 0x9e3779b97f4a7c15u;
    }
}

/* The published outputs of xoshiro256** from the state {1, 2, 3, 4}. */
static void
next_gives_the_published_values_of_xoshiro256_starstar(void **state)
{
    (void)state;
    static const uint64_t published[] = {
        11520,
        0,
        1509978240,
        1215971899390074240u,
        1216172134540287360u,
        607988272756665600u,
        16172922978634559625u,
        8476171486693032832u,
        10595114339597558777u,
        2904607092377533576u,
    };
    struct sley_rng rng = {{1, 2, 3, 4}};
    for (size_t i = 0; i < 10; i++) {
        assert_true(sley_rng_next(&rng) == published[i]);
    }
}

static uint64_t
rotate_left(uint64_t value, unsigned count)
{
    return value << count | value >> (64 - count);
}

/* The reference code of both generators, written down once more. */
static uint64_t
reference_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t
reference_next(uint64_t s[4])
{
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

static void
a_stream_is_what_the_reference_code_gives(void **state)
{
    (void)state;
    uint64_t inputs = 1;
    for (int pair = 0; pair < 100; pair++) {
        uint64_t seed = reference_mix(&inputs);
        uint64_t run = reference_mix(&inputs) % 5000;
        struct sley_rng rng;
        sley_rng_init(&rng, seed, run);
        uint64_t s[4];
        for (int i = 0; i < 4; i++) {
            s[i] = rng.state[i];
        }
        for (int i = 0; i < 100; i++) {
            assert_true(sley_rng_next(&rng) == reference_next(s));
        }
    }
}

static int
compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void
streams_of_different_seeds_and_runs_differ(void **state)
{
    (void)state;
    static uint64_t first[64 * 64];
    for (uint64_t seed = 0; seed < 64; seed++) {
        for (uint64_t run = 0; run < 64; run++) {
            struct sley_rng rng;
            sley_rng_init(&rng, seed, run);
            first[seed * 64 + run] = sley_rng_next(&rng);
        }
    }
    qsort(first, 64 * 64, sizeof first[0], compare);
    for (size_t i = 1; i < 64 * 64; i++) {
        assert_true(first[i] != first[i - 1]);
    }
}

static void
the_same_seed_and_run_give_the_same_stream(void **state)
{
    (void)state;
    struct sley_rng a, b;
    sley_rng_init(&a, 7, 11);
    sley_rng_init(&b, 7, 11);
    for (int i = 0; i < 1000; i++) {
        assert_true(sley_rng_next(&a) == sley_rng_next(&b));
    }
}

static void
below_stays_in_its_range(void **state)
{
    (void)state;
    static const uint64_t bounds[] = {1, 2, 3, 1000, UINT32_MAX, UINT64_C(1) << 63, UINT64_MAX};
    struct sley_rng rng;
    sley_rng_init(&rng, 1, 1);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        for (int n = 0; n < 1000; n++) {
            assert_true(sley_rng_below(&rng, bounds[i]) < bounds[i]);
        }
    }
}

/* Chi-square with bound - 1 degrees of freedom, mean bound - 1, variance twice that: six standard
 * deviations and 20 above the mean is beyond the 1e-6 quantile for each bound here. The seed is
 * fixed, so the outcome is as well. */
static void
below_is_uniform(void **state)
{
    (void)state;
    enum { SAMPLES = 200000, BOUND_MAX = 100 };
    static const uint64_t bounds[] = {2, 3, 5, 7, 10, 64, 100};
    struct sley_rng rng;
    sley_rng_init(&rng, 42, 0);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        int64_t count[BOUND_MAX] = {0};
        for (int n = 0; n < SAMPLES; n++) {
            count[sley_rng_below(&rng, bounds[i])]++;
        }
        int64_t bound = (int64_t)bounds[i];
        int64_t squares = 0; /* sum of (observed - expected)^2, times bound^2 */
        for (int64_t v = 0; v < bound; v++) {
            int64_t distance = count[v] * bound - SAMPLES;
            squares += distance * distance;
        }
        int64_t chi = squares / bound / SAMPLES;
        int64_t excess = chi - (bound - 1) - 20;
        assert_true(excess < 0 || excess * excess < 36 * 2 * (bound - 1));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mix64_gives_the_published_values_of_splitmix64),
        cmocka_unit_test(next_gives_the_published_values_of_xoshiro256_starstar),
        cmocka_unit_test(a_stream_is_what_the_reference_code_gives),
        cmocka_unit_test(streams_of_different_seeds_and_runs_differ),
        cmocka_unit_test(the_same_seed_and_run_give_the_same_stream),
        cmocka_unit_test(below_stays_in_its_range),
        cmocka_unit_test(below_is_uniform),
    };
    return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
