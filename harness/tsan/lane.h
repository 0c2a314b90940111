/* The tsan lane: the same engine and schedule, linked with clang's ThreadSanitizer. */
#ifndef SLEY_TSAN_LANE_H
#define SLEY_TSAN_LANE_H

#include "engine/lane.h"

/* Each task is a fiber of the sanitizer; the scheduler's switches carry no happens-before edge, the
 * synchronisation of the code under test does. */
extern const struct sley_lane_ops sley_lane_tsan;

/* The address was reported in this run: the next one must be able to report it again. */
void sley_tsan_forget(uintptr_t address);

/* Whether the sanitizer prints its reports in full (replay), or is only asked what it found. */
void sley_tsan_print_reports(bool print);

#endif
