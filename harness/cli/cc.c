#include "cc/cc.h"
#include "cli/commands.h"
#include "cli/lane.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What programs are linked with lies beside sley in a build, and in ../lib/sley when installed. */
static bool
find_kit(char *kit, size_t size)
{
    char path[PATH_MAX - 128];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash) {
        return false;
    }
    *slash = '\0';
    static const char *const places[] = {"/kit", "/../lib/sley"};
    for (int i = 0; i < 2; i++) {
        snprintf(kit, size, "%s%s/sley_program.o", path, places[i]);
        if (access(kit, R_OK) == 0) {
            snprintf(kit, size, "%s%s", path, places[i]);
            return true;
        }
    }
    return false;
}

/* False, after a line on standard error, if programs cannot be linked for that lane. */
static bool
read_lane(const char *command, const char *kit, bool *tsan)
{
    char path[PATH_MAX];
    const char *lane = sley_lane_asked();
    *tsan = lane && strcmp(lane, "tsan") == 0;
    if (lane && !*tsan && strcmp(lane, "explore") != 0) {
        fprintf(stderr, "sley: %s: --lane %s: programs are built for the lane explore or tsan\n",
                command, lane);
        return false;
    }
    snprintf(path, sizeof path, "%s/sley_program_tsan.o", kit);
    if (*tsan && access(path, R_OK) != 0) {
        fprintf(stderr,
                "sley: %s: --lane tsan: this build has no such lane; it needs clang on x86-64\n",
                command);
        return false;
    }
    return true;
}

int
sley_command_cc(const char *program, int argc, char **argv)
{
    char kit[PATH_MAX - 64];
    bool plus = strcmp(argv[0], "c++") == 0;
    struct sley_cc how = {.compiler = plus ? SLEY_CC_CXX : SLEY_CC_CC, .kit = kit, .plus = plus};
    (void)program;
    if (!find_kit(kit, sizeof kit)) {
        fprintf(stderr,
                "sley: %s: what programs are linked with is missing: build or install sley "
                "as a whole\n",
                argv[0]);
        return SLEY_EXIT_ERROR;
    }
    return read_lane(argv[0], kit, &how.tsan) ? sley_cc_run(&how, argc, argv) : SLEY_EXIT_ERROR;
}
