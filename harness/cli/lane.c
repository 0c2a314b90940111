#include "cli/lane.h"

#include "engine/lane.h"

#include <stdio.h>
#include <string.h>

static const char *asked;

const char *
sley_lane_flag(int *argc, char **argv)
{
    static const char flag[] = "--lane";
    const char *lane = NULL;
    bool own = true; /* behind "--" stand a program's arguments */
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        size_t length = strlen(flag);
        own = own && strcmp(argv[i], "--") != 0;
        if (own && strcmp(argv[i], flag) == 0 && i + 1 < *argc) {
            lane = argv[++i];
        } else if (own && strncmp(argv[i], flag, length) == 0 && argv[i][length] == '=') {
            lane = argv[i] + length + 1;
        } else {
            argv[kept++] = argv[i];
        }
    }
    argv[kept] = NULL;
    *argc = kept;
    asked = lane;
    return lane;
}

const char *
sley_lane_asked(void)
{
    return asked;
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
    bool named = sley_lane && !sley_lane_is_program(); /* a program has one lane */
    snprintf(suffix, sizeof suffix, "%s%s%s%s%s", named ? " --lane " : "",
             named ? sley_lane->name : "", fault ? " --fault " : "", fault ? fault : "", program);
    return suffix;
}
