/* The program `sley` itself runs the lane explore; sley-tsan and sley-native beside it the
 * others. */
#include "cli/commands.h"
#include "cli/lane.h"
#include "cli/randomisation.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
take_over(const char *lane, char **argv)
{
    char path[PATH_MAX];
    if (!sley_randomisation_off(lane)) {
        return SLEY_EXIT_ERROR;
    }
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 16);
    if (length > 0) {
        snprintf(path + length, 16, "-%s", lane);
        execv(path, argv);
    }
    if (errno == ENOENT) {
        fprintf(stderr, "sley: --lane %s: this build has no such lane; it needs clang on x86-64\n",
                lane);
    } else {
        fprintf(stderr, "sley: --lane %s: cannot start '%s': %s\n", lane, path, strerror(errno));
    }
    return SLEY_EXIT_ERROR;
}

int
sley_lane_select(const char *lane, int argc, char **argv)
{
    (void)argc;
    if (!lane || strcmp(lane, "explore") == 0) {
        return 0;
    }
    if (strcmp(lane, "tsan") == 0 || strcmp(lane, "native") == 0) {
        return take_over(lane, argv);
    }
    fprintf(stderr, "sley: unknown lane '%s'; known are explore, tsan, native\n", lane);
    return SLEY_EXIT_ERROR;
}
