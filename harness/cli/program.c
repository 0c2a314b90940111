#include "cli/program.h"

#include "cli/commands.h"
#include "cli/lane.h"
#include "cli/randomisation.h"
#include "entry/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { NO_PROGRAM, OF_EXPLORE, OF_TSAN };

/* Markers are put together here, so that the file of sley itself does not have them. */
static bool
has_marker(const char *bytes, size_t size, const char *end)
{
    char marker[64];
    snprintf(marker, sizeof marker, "%s%s", SLEY_ENTRY_MARKER(""), end);
    return memmem(bytes, size, marker, strlen(marker)) != NULL;
}

/* Which lane's program of `sley cc` the file is; says on standard error why it is none. */
static enum kind
kind_of(const char *path)
{
    struct stat status;
    enum kind kind = NO_PROGRAM;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        fprintf(stderr, "sley: cannot explore '%s': %s\n", path,
                file < 0 ? strerror(errno) : "it is no file");
        if (file >= 0) {
            close(file);
        }
        return NO_PROGRAM;
    }
    size_t size = (size_t)status.st_size;
    void *bytes = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    if (bytes != MAP_FAILED) {
        kind = !has_marker(bytes, size, SLEY_ENTRY_MARKER_END)   ? NO_PROGRAM
               : has_marker(bytes, size, SLEY_ENTRY_MARKER_TSAN) ? OF_TSAN
                                                                 : OF_EXPLORE;
        munmap(bytes, size);
    }
    close(file);
    if (kind == NO_PROGRAM) {
        fprintf(stderr,
                "sley: '%s' was not built by sley cc; build it with CC=\"sley cc\" and try again\n",
                path);
    }
    return kind;
}

/* Whether path can be executed for a command that may have asked for a lane; if not, a line on
 * standard error says why. */
static bool
is_fit(const char *path)
{
    enum kind kind = kind_of(path);
    const char *lane = sley_lane_asked();
    const char *own = kind == OF_TSAN ? "tsan" : "explore";
    if (kind != NO_PROGRAM && lane && strcmp(lane, own) != 0) {
        fprintf(stderr,
                "sley: '%s' was built for the lane %s, not for '%s'; build another one with sley "
                "cc --lane explore or --lane tsan\n",
                path, own, lane);
        return false;
    }
    return kind == OF_EXPLORE || (kind == OF_TSAN && sley_randomisation_off("tsan"));
}

/* Executes path for the command, with all arguments but the one at index `left_out`. */
static int
take_over(const char *program, const char *path, int left_out, int argc, char **argv)
{
    char **arguments = calloc((size_t)argc + 1, sizeof *arguments);
    int count = 1;
    if (!arguments || !is_fit(path)) {
        free(arguments);
        return SLEY_EXIT_ERROR;
    }
    arguments[0] = (char *)(size_t)path;
    for (int i = 1; i < argc; i++) {
        if (i != left_out) {
            arguments[count++] = argv[i];
        }
    }
    setenv("SLEY_COMMAND", argv[0], 1);
    setenv("SLEY_SELF", program, 1);
    execv(path, arguments);
    fprintf(stderr, "sley: cannot start '%s': %s\n", path, strerror(errno));
    free(arguments);
    return SLEY_EXIT_ERROR;
}

int
sley_command_explore(const char *program, int argc, char **argv)
{
    bool help = argc > 1 && strcmp(argv[1], "--help") == 0;
    if (help || argc < 2 || argv[1][0] == '-') {
        fprintf(help ? stdout : stderr,
                "%susage: sley explore PROGRAM [FLAGS] [-- ARGUMENTS...]\n"
                "PROGRAM is one that `sley cc` or `sley c++` built; sley explore PROGRAM --help\n"
                "lists the flags.\n",
                help ? "" : "sley: explore: expected a program\n");
        return help ? 0 : SLEY_EXIT_ERROR;
    }
    return take_over(program, argv[1], 1, argc, argv);
}

int
sley_program_argument(int argc, char **argv)
{
    if (argc < 2 || (strcmp(argv[0], "replay") != 0 && strcmp(argv[0], "explain") != 0)) {
        return 0;
    }
    for (int i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i++) {
        /* Two words that are no token are for the command to refuse. */
        bool token = argv[i][0] == '@' || (strncmp(argv[i], "s1", 2) == 0 && strchr(argv[i], '/'));
        if (token && argv[i + 1][0] != '-') {
            return i + 1;
        }
    }
    return 0;
}

int
sley_program_take_over(const char *program, int argc, char **argv)
{
    int i = sley_program_argument(argc, argv);
    return i ? take_over(program, argv[i], i, argc, argv) : 0;
}
