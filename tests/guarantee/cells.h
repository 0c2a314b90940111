/* Frequencies against exact probabilities.
 *
 * For N independent trials with probability p, the frequency q of hits satisfies
 * P(N D(q||p) >= x) <= 2 exp(-x), where D is the divergence of two coins (H. Chernoff, 1952). This
 * holds for every N and p, unlike the chi-square approximation. */
#ifndef SLEY_TESTS_GUARANTEE_CELLS_H
#define SLEY_TESTS_GUARANTEE_CELLS_H

#include <stdbool.h>
#include <stdint.h>

enum { CELLS_MAX = 1 << 13 };

/* Outcomes of an experiment with their exact probabilities and counted hits. */
struct cells {
    uint32_t count;
    bool sorted;
    struct cell {
        uint64_t key;
        double probability;
        uint64_t hits;
    } cell[CELLS_MAX];
};

/* Adds probability to the cell of key. Before the first hit. */
void cells_add(struct cells *cells, uint64_t key, double probability);

/* Counts an outcome. False: no cell has that key, so that it was held to be impossible. */
bool cells_hit(struct cells *cells, uint64_t key);

/* N D(hits/N || p): infinite where hits contradict p = 0 or p = 1. */
double cells_surprise(uint64_t hits, uint64_t runs, double probability);

/* The bound x for `comparisons` two-sided comparisons: together they exceed it with probability at
 * most 2 comparisons exp(-x) = 1e-7. */
double cells_surprise_max(uint32_t comparisons);

/* Number of cells whose frequency does not fit; a perfect experiment has one with probability
 * at most 1e-7. Names the worst on standard error. */
uint32_t cells_misfits(const struct cells *cells, uint64_t runs);

/* Sum of the probabilities. */
double cells_total(const struct cells *cells);

#endif
