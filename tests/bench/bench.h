/* What differs between the lanes of the benchmark. */
#ifndef SLEY_TESTS_BENCH_BENCH_H
#define SLEY_TESTS_BENCH_BENCH_H

/* Chooses the lane of this program. */
void sley_bench_lane(void);

#endif
