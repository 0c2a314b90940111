/* The distinct schedules of a campaign's runs: how many, and how many of them were seen once.
 *
 * A schedule is a class of runs with one canonical hash (engine/canonical.h). The table is bounded:
 * when it is full, only hashes that end in one more zero bit are kept, with their counts, and each
 * stands for twice as many. So the table is a uniform sample of the distinct schedules, and what it
 * says is a function of the runs' hashes alone, in whatever order they are added (M. Wegman's
 * adaptive sampling: P. Flajolet, Computing 43, 1990; with counts: P. Gibbons, VLDB 2001). */
#ifndef SLEY_CAMPAIGN_SCHEDULES_H
#define SLEY_CAMPAIGN_SCHEDULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SLEY_SCHEDULES_MAX = 1 << 16, SLEY_SCHEDULES_SLOTS = 1 << 17 };

/* All zero is empty. Large: the heap. */
struct sley_schedules {
    uint64_t run_count;                  /* runs that were added */
    uint64_t coarse_count;               /* of them with a hash that an equal run may not have */
    uint32_t level;                      /* every hash kept ends in that many zero bits */
    uint32_t count;                      /* hashes kept, at most SLEY_SCHEDULES_MAX */
    uint64_t slot[SLEY_SCHEDULES_SLOTS]; /* 0: free; else 63 bits of a hash; top bit: seen again */
};

/* Whether the campaign's run takes part: the first 4,096 runs, then eight in a row of each 64, so
 * that a rotation of strategies keeps its shares. The hash makes a run about a third longer. */
static inline bool
sley_schedules_takes(uint64_t run)
{
    return run < 4096 || run / 8 % 8 == 0;
}

void sley_schedules_add(struct sley_schedules *schedules, uint64_t hash, bool coarse);

/* The number of distinct schedules among the runs added, and of those seen once: exact while level
 * is 0, else estimates with a relative error of about 0.5 % (of the distinct ones, at one standard
 * deviation: 1.2 / sqrt(SLEY_SCHEDULES_MAX)). */
uint64_t sley_schedules_distinct(const struct sley_schedules *schedules);
uint64_t sley_schedules_single(const struct sley_schedules *schedules);

/* Writes the table as text under a label without spaces; reads what was written. False: it cannot
 * be read, is cut short, or has another label; schedules is empty then. */
void sley_schedules_write(FILE *out, const char *label, const struct sley_schedules *schedules);
bool sley_schedules_read(FILE *in, const char *label, struct sley_schedules *schedules);

#endif
