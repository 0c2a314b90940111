/* The program sley-tsan: its lane is fixed. */
#include "cli/commands.h"
#include "cli/lane.h"
#include "tsan/lane.h"

#include <stdio.h>
#include <string.h>

int
sley_lane_select(const char *lane, int argc, char **argv)
{
    if (lane && strcmp(lane, "tsan") != 0) {
        fprintf(stderr, "sley: --lane %s: this program is the lane tsan\n", lane);
        return SLEY_EXIT_ERROR;
    }
    sley_lane = &sley_lane_tsan;
    sley_tsan_print_reports(argc > 1 && strcmp(argv[1], "replay") == 0);
    return 0;
}
