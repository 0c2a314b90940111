/* The program `sley` itself runs the lane explore; sley-tsan and sley-native beside it the
 * others. */
#include "cli/commands.h"
#include "cli/lane.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

enum { RANDOM_BITS_MAX = 28 };
static const unsigned long personality_query = 0xffffffff;

/* An old libtsan does not start where the kernel spreads mappings further than 28 bits.
 * Randomisation is switched off for the program that takes over, which is this one's successor:
 * once. */
static int
randomisation_off(const char *lane)
{
    FILE *file = fopen("/proc/sys/vm/mmap_rnd_bits", "r");
    int bits = 0;
    bool known = file && fscanf(file, "%d", &bits) == 1;
    if (file) {
        fclose(file);
    }
    if (!known || bits <= RANDOM_BITS_MAX) {
        return 0;
    }
    int now = personality(personality_query);
    if (now >= 0 && personality((unsigned long)now | ADDR_NO_RANDOMIZE) >= 0) {
        return 0;
    }
    fprintf(stderr,
            "sley: --lane %s: the kernel randomises %d bits of addresses, more than this libtsan "
            "takes, and does not let a program switch that off; a container needs "
            "--security-opt seccomp=unconfined, or the host sysctl vm.mmap_rnd_bits=28\n",
            lane, bits);
    return SLEY_EXIT_ERROR;
}

static int
take_over(const char *lane, char **argv)
{
    char path[PATH_MAX];
    if (randomisation_off(lane) != 0) {
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
sley_lane_select(int *argc, char **argv)
{
    const char *lane = sley_lane_flag(argc, argv);
    if (!lane || strcmp(lane, "explore") == 0) {
        return 0;
    }
    if (strcmp(lane, "tsan") == 0 || strcmp(lane, "native") == 0) {
        return take_over(lane, argv);
    }
    fprintf(stderr, "sley: unknown lane '%s'; known are explore, tsan, native\n", lane);
    return SLEY_EXIT_ERROR;
}
