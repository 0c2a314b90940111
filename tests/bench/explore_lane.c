#include "tests/bench/bench.h"

void
sley_bench_lane(void)
{
    /* The engine's own detectors need no choice. */
}
