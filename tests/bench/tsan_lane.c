#include "tests/bench/bench.h"
#include "tsan/lane.h"

void
sley_bench_lane(void)
{
    sley_lane = &sley_lane_tsan;
}
