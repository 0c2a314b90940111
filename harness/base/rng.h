/* Deterministic pseudo-random numbers for strategies and inputs.
 *
 * Generator: xoshiro256** seeded by SplitMix64 (D. Blackman, S. Vigna, 2018 and 2014). No floating
 * point anywhere, so the same seed gives the same numbers on every machine. */
#ifndef SLEY_BASE_RNG_H
#define SLEY_BASE_RNG_H

#include <stdint.h>

__extension__ typedef unsigned __int128 sley_uint128; /* no ISO C name for it */

struct sley_rng {
    uint64_t state[4];
};

/* The finaliser of SplitMix64: a bijection on 64 bits that spreads every input bit. */
static inline uint64_t
sley_mix64(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/* Starts the stream named by (seed, run); different pairs give unrelated streams. */
static inline void
sley_rng_init(struct sley_rng *rng, uint64_t seed, uint64_t run)
{
    uint64_t key = sley_mix64(sley_mix64(seed) ^ run);
    for (int i = 0; i < 4; i++) {
        key += 0x9e3779b97f4a7c15u;
        rng->state[i] = sley_mix64(key);
    }
}

static inline uint64_t
sley_rng_next(struct sley_rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t x = s[1] * 5;
    uint64_t result = ((x << 7) | (x >> 57)) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* A number in 0..bound-1, bound >= 1; exactly uniform for bounds below 2^32 up to a bias of
 * bound / 2^64 (D. Lemire, 2019, without the rejection step). */
static inline uint64_t
sley_rng_below(struct sley_rng *rng, uint64_t bound)
{
    return (uint64_t)(((sley_uint128)sley_rng_next(rng) * bound) >> 64);
}

#endif
