/* A range whose races are none; with MIXED another variable races beside it. */
#include "tests/annotated/threads.h"

void AnnotateBenignRaceSized(const char *file, int line, const volatile void *address, size_t size,
                             const char *description);

static struct {
    long hits, misses;
} statistics;
static int other;

static void
first(void)
{
#ifdef ANNOTATED
    AnnotateBenignRaceSized(__FILE__, __LINE__, &statistics, sizeof statistics,
                            "counts may be lost");
#endif
    statistics.misses++;
#ifdef MIXED
    other++;
#endif
}

static void
second(void)
{
    (void)other;
    first();
}
