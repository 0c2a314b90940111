/* A program of the lane tsan: the same schedules under clang's ThreadSanitizer. */
#include "entry/entry.h"

#include "tsan/lane.h"

__attribute__((used)) static const char marker[] = SLEY_ENTRY_MARKER(SLEY_ENTRY_MARKER_TSAN);

void
sley_entry_lane(bool prints)
{
    sley_lane = &sley_lane_tsan;
    sley_tsan_print_reports(prints);
}
