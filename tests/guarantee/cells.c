#include "guarantee/cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int
by_key(const void *a, const void *b)
{
    const struct cell *x = a;
    const struct cell *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

void
cells_add(struct cells *cells, uint64_t key, double probability)
{
    for (uint32_t i = 0; i < cells->count; i++) {
        if (cells->cell[i].key == key) {
            cells->cell[i].probability += probability;
            return;
        }
    }
    if (cells->count == CELLS_MAX) {
        abort();
    }
    cells->cell[cells->count++] = (struct cell){key, probability, 0};
    cells->sorted = false;
}

bool
cells_hit(struct cells *cells, uint64_t key)
{
    if (!cells->sorted) {
        qsort(cells->cell, cells->count, sizeof cells->cell[0], by_key);
        cells->sorted = true;
    }
    struct cell wanted = {.key = key};
    struct cell *found = bsearch(&wanted, cells->cell, cells->count, sizeof cells->cell[0], by_key);
    if (found) {
        found->hits++;
    }
    return found != NULL;
}

static double
term(double q, double p)
{
    return q == 0 ? 0 : q * log(q / p);
}

double
cells_surprise(uint64_t hits, uint64_t runs, double probability)
{
    double q = (double)hits / (double)runs;
    return (double)runs * (term(q, probability) + term(1 - q, 1 - probability));
}

double
cells_surprise_max(uint32_t comparisons)
{
    return log(2e7 * comparisons);
}

uint32_t
cells_misfits(const struct cells *cells, uint64_t runs)
{
    double bound = cells_surprise_max(cells->count);
    uint32_t misfits = 0;
    double worst = bound;
    for (uint32_t i = 0; i < cells->count; i++) {
        const struct cell *cell = &cells->cell[i];
        double surprise = cells_surprise(cell->hits, runs, cell->probability);
        misfits += !(surprise <= bound);
        if (surprise > worst) {
            worst = surprise;
            fprintf(stderr, "outcome %llx: %llu of %llu runs, probability %.6f\n",
                    (unsigned long long)cell->key, (unsigned long long)cell->hits,
                    (unsigned long long)runs, cell->probability);
        }
    }
    return misfits;
}

double
cells_total(const struct cells *cells)
{
    double total = 0;
    for (uint32_t i = 0; i < cells->count; i++) {
        total += cells->cell[i].probability;
    }
    return total;
}
