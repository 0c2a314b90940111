#include "cc/cc.h"
#include "cli/commands.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What programs are linked with lies beside sley in a build, and in ../lib/sley when installed. */
static bool
find_kit(char *kit, size_t size)
{
    char path[PATH_MAX - 64];
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

int
sley_command_cc(const char *program, int argc, char **argv)
{
    char kit[PATH_MAX];
    bool plus = strcmp(argv[0], "c++") == 0;
    (void)program;
    if (!find_kit(kit, sizeof kit)) {
        fprintf(stderr,
                "sley: %s: what programs are linked with is missing: build or install sley "
                "as a whole\n",
                argv[0]);
        return SLEY_EXIT_ERROR;
    }
    return sley_cc_run(plus ? SLEY_CC_CXX : SLEY_CC_CC, plus, kit, argc, argv);
}
