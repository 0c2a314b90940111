#include "cli/lane.h"

#include "engine/lane.h"

#include <stdio.h>
#include <string.h>

const char *
sley_lane_flag(int *argc, char **argv)
{
    static const char flag[] = "--lane";
    const char *lane = NULL;
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        size_t length = strlen(flag);
        if (strcmp(argv[i], flag) == 0 && i + 1 < *argc) {
            lane = argv[++i];
        } else if (strncmp(argv[i], flag, length) == 0 && argv[i][length] == '=') {
            lane = argv[i] + length + 1;
        } else {
            argv[kept++] = argv[i];
        }
    }
    argv[kept] = NULL;
    *argc = kept;
    return lane;
}

static const char *fault;

void
sley_lane_suffix_fault(const char *name)
{
    fault = name;
}

static const char *program = "";

void
sley_lane_suffix_program(const char *text)
{
    program = text;
}

bool
sley_lane_is_program(void)
{
    return program[0] != '\0';
}

const char *
sley_lane_suffix(void)
{
    static char suffix[SLEY_LANE_SUFFIX_MAX + 1];
    snprintf(suffix, sizeof suffix, "%s%s%s%s%s", sley_lane ? " --lane " : "",
             sley_lane ? sley_lane->name : "", fault ? " --fault " : "", fault ? fault : "",
             program);
    return suffix;
}
