/* A program of the lane explore: sley's own detectors. */
#include "entry/entry.h"

void
sley_entry_lane(bool prints)
{
    sley_entry_library_heap();
    (void)prints; /* what they find is a verdict, and printed as such */
}
